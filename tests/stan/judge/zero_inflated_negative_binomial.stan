// Structural zeros of one probability
data {
  int<lower=1> n_row;
  array[n_row] int<lower=0> n;
  vector[n_row] x;
}
parameters {
  real eta_intercept;
  vector[1] eta_x_coef;
  real<lower=0> n_concentration;
  real<lower=0, upper=1> n_gate;
}
model {
  vector[n_row] eta = eta_intercept + x * eta_x_coef[1];
  eta_intercept ~ normal(0, 1);
  eta_x_coef ~ normal(0, 1);
  n_concentration ~ exponential(1);
  n_gate ~ beta(1, 10);
  for (i in 1 : n_row) {
    real zero = log(n_gate);
    real counted = log1m(n_gate) + neg_binomial_2_log_lpmf(n[i] | eta[i], n_concentration);
    target += n[i] == 0 ? log_sum_exp(zero, counted) : counted;
  }
}
