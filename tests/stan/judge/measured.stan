// An input seen with a known error
data {
  int<lower=1> n_row;
  vector[n_row] y;
  vector[n_row] x;
  vector<lower=0>[n_row] se;
}
parameters {
  real mu_intercept;
  real x_true_mean;
  real<lower=0> x_true_sd;
  vector[n_row] x_true;
  vector[1] mu_x_coef;
  real<lower=0> y_sigma;
}
model {
  mu_intercept ~ normal(0, 1);
  x_true_mean ~ normal(mean(x), sd(x));
  x_true_sd ~ normal(0, sd(x));
  x_true ~ normal(x_true_mean, x_true_sd);
  x ~ normal(x_true, se);
  mu_x_coef ~ normal(0, 1);
  y_sigma ~ exponential(1);
  y ~ normal(mu_intercept + x_true * mu_x_coef[1], y_sigma);
}
