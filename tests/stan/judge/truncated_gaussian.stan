// Nothing below -0.5 is seen
data {
  int<lower=1> n_row;
  vector[n_row] above;
  vector[n_row] x;
}
parameters {
  real mu_intercept;
  vector[1] mu_x_coef;
  real<lower=0> above_sigma;
}
model {
  vector[n_row] mu = mu_intercept + x * mu_x_coef[1];
  mu_intercept ~ normal(0, 1);
  mu_x_coef ~ normal(0, 1);
  above_sigma ~ exponential(1);
  for (i in 1 : n_row) {
    above[i] ~ normal(mu[i], above_sigma) T[-0.5, ];
  }
}
