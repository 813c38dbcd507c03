// mu        = mu_intercept + mu_x_coef * x
// log_sigma = log_sigma_intercept + log_sigma_z_coef * z
// y         ~ normal(mu, exp(log_sigma))
data {
  int<lower=1> n_row;
  vector[n_row] x;
  vector[n_row] z;
  vector[n_row] y;
}
parameters {
  real mu_intercept;
  vector[1] mu_x_coef;
  real log_sigma_intercept;
  vector[1] log_sigma_z_coef;
}
model {
  mu_intercept ~ normal(0, 1);
  mu_x_coef ~ normal(0, 1);
  log_sigma_intercept ~ normal(0, 1);
  log_sigma_z_coef ~ normal(0, 1);
  y ~ normal(mu_intercept + mu_x_coef[1] * x,
             exp(log_sigma_intercept + log_sigma_z_coef[1] * z));
}
