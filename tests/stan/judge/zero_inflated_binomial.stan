// Structural zeros beside successes
data {
  int<lower=1> n_row;
  array[n_row] int<lower=0> k;
  array[n_row] int<lower=0> trials;
  vector[n_row] x;
}
parameters {
  real eta_intercept;
  vector[1] eta_x_coef;
  real<lower=0, upper=1> k_gate;
}
model {
  vector[n_row] eta = eta_intercept + x * eta_x_coef[1];
  eta_intercept ~ normal(0, 1);
  eta_x_coef ~ normal(0, 1);
  k_gate ~ beta(2, 5);
  for (i in 1 : n_row) {
    real zero = log(k_gate);
    real counted = log1m(k_gate) + binomial_logit_lpmf(k[i] | trials[i], eta[i]);
    target += k[i] == 0 ? log_sum_exp(zero, counted) : counted;
  }
}
