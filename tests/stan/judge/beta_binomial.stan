// Overdispersed successes
data {
  int<lower=1> n_row;
  array[n_row] int<lower=0> k;
  vector[n_row] x;
  array[n_row] int<lower=0> trials;
}
parameters {
  real eta_intercept;
  vector[1] eta_x_coef;
  real<lower=0> k_concentration;
}
model {
  vector[n_row] eta = eta_intercept + x * eta_x_coef[1];
  eta_intercept ~ normal(0, 1);
  eta_x_coef ~ normal(0, 1);
  k_concentration ~ exponential(1);
  vector[n_row] p = inv_logit(eta);
  k ~ beta_binomial(trials, p * k_concentration, (1 - p) * k_concentration);
}
