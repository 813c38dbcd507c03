// Counts from 1 to 12, both inclusive
data {
  int<lower=1> n_row;
  array[n_row] int<lower=0> some;
  vector[n_row] x;
}
parameters {
  real eta_intercept;
  vector[1] eta_x_coef;
}
model {
  vector[n_row] eta = eta_intercept + x * eta_x_coef[1];
  eta_intercept ~ normal(0, 1);
  eta_x_coef ~ normal(0, 1);
  for (i in 1 : n_row) {
    real rate = exp(eta[i]);
    some[i] ~ poisson(rate);
    target += -log_diff_exp(poisson_lcdf(12 | rate), poisson_lcdf(0 | rate));
  }
}
