// eta       = eta_intercept + [period=2, period=3, period=4] * eta_period_coef
//             + eta_herd_effect[herd]
// incidence ~ binomial_logit(size, eta)
data {
  int<lower=1> n_row;
  int<lower=1> n_period;
  int<lower=1> n_herd;
  array[n_row] int<lower=0> incidence;
  array[n_row] int<lower=0> size;
  array[n_row] int<lower=1, upper=n_period> period;
  array[n_row] int<lower=1, upper=n_herd> herd;
}
parameters {
  real eta_intercept;
  vector[n_period - 1] eta_period_coef;
  real<lower=0> eta_herd_scale;
  vector<multiplier=eta_herd_scale>[n_herd] eta_herd_effect;
}
model {
  eta_intercept ~ normal(0, 1);
  eta_period_coef ~ normal(0, 1);
  eta_herd_scale ~ normal(0, 1);
  eta_herd_effect ~ normal(0, eta_herd_scale);
  incidence ~ binomial_logit(size, eta_intercept
                                   + append_row(0, eta_period_coef)[period]
                                   + eta_herd_effect[herd]);
}
