// Shares of mean logit^-1(eta)
data {
  int<lower=1> n_row;
  vector[n_row] part;
  vector[n_row] x;
}
parameters {
  real eta_intercept;
  vector[1] eta_x_coef;
  real<lower=0> part_precision;
}
model {
  vector[n_row] eta = eta_intercept + x * eta_x_coef[1];
  eta_intercept ~ normal(0, 1);
  eta_x_coef ~ normal(0, 1);
  part_precision ~ exponential(1);
  part ~ beta_proportion(inv_logit(eta), part_precision);
}
