// A normal plus an exponential of mean beta
data {
  int<lower=1> n_row;
  vector[n_row] y;
  vector[n_row] x;
}
parameters {
  real mu_intercept;
  vector[1] mu_x_coef;
  real<lower=0> y_sigma;
  real<lower=0> y_beta;
}
model {
  vector[n_row] mu = mu_intercept + x * mu_x_coef[1];
  mu_intercept ~ normal(0, 1);
  mu_x_coef ~ normal(0, 1);
  y_sigma ~ exponential(1);
  y_beta ~ exponential(1);
  y ~ exp_mod_normal(mu, y_sigma, 1 / y_beta);
}
