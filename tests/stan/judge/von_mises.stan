// Angles
data {
  int<lower=1> n_row;
  vector[n_row] angle;
  vector[n_row] x;
}
parameters {
  real mu_intercept;
  vector[1] mu_x_coef;
  real<lower=0> angle_concentration;
}
model {
  vector[n_row] mu = mu_intercept + x * mu_x_coef[1];
  mu_intercept ~ normal(0, 1);
  mu_x_coef ~ normal(0, 1);
  angle_concentration ~ exponential(1);
  angle ~ von_mises(mu, angle_concentration);
}
