// Weibull times of mean exp(eta)
data {
  int<lower=1> n_row;
  vector<lower=0>[n_row] time;
  vector[n_row] x;
}
parameters {
  real eta_intercept;
  vector[1] eta_x_coef;
  real<lower=0> time_shape;
}
model {
  vector[n_row] eta = eta_intercept + x * eta_x_coef[1];
  eta_intercept ~ normal(0, 1);
  eta_x_coef ~ normal(0, 1);
  time_shape ~ exponential(1);
  time ~ weibull(time_shape, exp(eta) / tgamma(1 + 1 / time_shape));
}
