// A lognormal from a shift below the least
data {
  int<lower=1> n_row;
  vector<lower=0>[n_row] time;
  vector[n_row] x;
}
parameters {
  real mu_intercept;
  vector[1] mu_x_coef;
  real<lower=0> time_sigma;
  real<lower=0, upper=min(time)> time_shift;
}
model {
  vector[n_row] mu = mu_intercept + x * mu_x_coef[1];
  mu_intercept ~ normal(0, 1);
  mu_x_coef ~ normal(0, 1);
  time_sigma ~ exponential(1);
  time_shift ~ uniform(0, min(time));
  time - time_shift ~ lognormal(mu, time_sigma);
}
