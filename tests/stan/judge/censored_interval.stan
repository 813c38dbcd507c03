// Weibull times known to lie in (time, later]
data {
  int<lower=1> n_row;
  vector<lower=0>[n_row] time;
  vector<lower=0>[n_row] later;
  vector[n_row] x;
}
parameters {
  real mu_intercept;
  vector[1] mu_x_coef;
  real<lower=0> time_shape;
}
model {
  vector[n_row] mu = mu_intercept + x * mu_x_coef[1];
  mu_intercept ~ normal(0, 1);
  mu_x_coef ~ normal(0, 1);
  time_shape ~ exponential(1);
  for (i in 1 : n_row) {
    real scale = exp(mu[i]) / tgamma(1 + 1 / time_shape);
    target += log_diff_exp(weibull_lcdf(later[i] | time_shape, scale),
                           weibull_lcdf(time[i] | time_shape, scale));
  }
}
