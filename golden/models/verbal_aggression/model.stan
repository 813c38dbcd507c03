// eta     = discrimination[item] * (ability[person] - difficulty[item])
// correct ~ bernoulli_logit(eta)
// Offset and multiplier sample difficulty and log discrimination non-centred.
data {
  int<lower=1> n_row;
  int<lower=1> n_person;
  int<lower=1> n_item;
  array[n_row] int<lower=1, upper=n_person> person;
  array[n_row] int<lower=1, upper=n_item> item;
  array[n_row] int<lower=0, upper=1> correct;
}
parameters {
  real<lower=0> sigma_a;
  real<lower=0> sigma_b;
  real mu_b;
  vector[n_person] ability;
  vector<multiplier=sigma_a>[n_item] log_discrimination;
  vector<offset=mu_b, multiplier=sigma_b>[n_item] difficulty;
}
transformed parameters {
  vector<lower=0>[n_item] discrimination = exp(log_discrimination);
}
model {
  sigma_a ~ cauchy(0, 2);
  sigma_b ~ cauchy(0, 2);
  mu_b ~ normal(0, 5);
  ability ~ normal(0, 1);
  log_discrimination ~ normal(0, sigma_a); // discrimination ~ lognormal
  difficulty ~ normal(mu_b, sigma_b);
  correct ~ bernoulli_logit(discrimination[item]
                            .* (ability[person] - difficulty[item]));
}
