// Zeros beside positive amounts
data {
  int<lower=1> n_row;
  vector[n_row] cost;
  vector[n_row] x;
}
parameters {
  real mu_intercept;
  vector[1] mu_x_coef;
  real<lower=0> cost_shape;
  real<lower=0, upper=1> cost_gate;
}
model {
  vector[n_row] mu = mu_intercept + x * mu_x_coef[1];
  mu_intercept ~ normal(0, 1);
  mu_x_coef ~ normal(0, 1);
  cost_shape ~ exponential(1);
  cost_gate ~ beta(1, 1);
  for (i in 1 : n_row) {
    target += bernoulli_lpmf(cost[i] == 0 | cost_gate);
    if (cost[i] > 0) {
      cost[i] ~ gamma(cost_shape, cost_shape / exp(mu[i]));
    }
  }
}
