// Location, scale and skew
data {
  int<lower=1> n_row;
  vector[n_row] y;
  vector[n_row] x;
}
parameters {
  real mu_intercept;
  vector[1] mu_x_coef;
  real<lower=0> y_sigma;
  real y_skew;
}
model {
  vector[n_row] mu = mu_intercept + x * mu_x_coef[1];
  mu_intercept ~ normal(0, 1);
  mu_x_coef ~ normal(0, 1);
  y_sigma ~ exponential(1);
  y_skew ~ normal(0, 4);
  y ~ skew_normal(mu, y_sigma, y_skew);
}
