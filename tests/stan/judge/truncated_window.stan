// Nothing outside of [-1, 2] is seen
data {
  int<lower=1> n_row;
  vector[n_row] within;
  vector[n_row] x;
}
parameters {
  real mu_intercept;
  vector[1] mu_x_coef;
  real<lower=0> within_sigma;
}
model {
  vector[n_row] mu = mu_intercept + x * mu_x_coef[1];
  mu_intercept ~ normal(0, 1);
  mu_x_coef ~ normal(0, 1);
  within_sigma ~ exponential(1);
  for (i in 1 : n_row) {
    within[i] ~ normal(mu[i], within_sigma) T[-1, 2];
  }
}
