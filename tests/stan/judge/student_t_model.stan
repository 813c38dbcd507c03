// A response whose scale and tails have predictors
data {
  int<lower=1> n_row;
  vector[n_row] y;
  vector[n_row] x;
  vector[n_row] z;
}
parameters {
  real mu_intercept;
  vector[1] mu_x_coef;
  real log_sigma_intercept;
  vector[1] log_sigma_z_coef;
  real<lower=0> df;
}
model {
  vector[n_row] mu = mu_intercept + x * mu_x_coef[1];
  mu_intercept ~ normal(0, 1);
  mu_x_coef ~ normal(0, 1);
  log_sigma_intercept ~ normal(0, 1);
  log_sigma_z_coef ~ normal(0, 1);
  df ~ gamma(2, 0.1);
  y ~ student_t(df, mu, exp(log_sigma_intercept + z * log_sigma_z_coef[1]));
}
