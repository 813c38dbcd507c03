// Structural zeros with a predictor of their own
data {
  int<lower=1> n_row;
  array[n_row] int<lower=0> n;
  vector[n_row] x;
  vector[n_row] z;
}
parameters {
  real eta_intercept;
  vector[1] eta_x_coef;
  real gate_intercept;
  vector[1] gate_z_coef;
}
model {
  vector[n_row] eta = eta_intercept + x * eta_x_coef[1];
  vector[n_row] gate = gate_intercept + z * gate_z_coef[1];
  eta_intercept ~ normal(0, 1);
  eta_x_coef ~ normal(0, 1);
  gate_intercept ~ normal(0, 1);
  gate_z_coef ~ normal(0, 1);
  for (i in 1 : n_row) {
    real zero = log_inv_logit(gate[i]);
    real counted = log1m_inv_logit(gate[i]) + poisson_log_lpmf(n[i] | eta[i]);
    target += n[i] == 0 ? log_sum_exp(zero, counted) : counted;
  }
}
