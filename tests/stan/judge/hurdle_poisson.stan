// Zeros by a gate of their own, counts above it
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
    target += bernoulli_logit_lpmf(n[i] == 0 | gate[i]);
    if (n[i] > 0) {
      n[i] ~ poisson_log(eta[i]);
      target += -log1m_exp(-exp(eta[i]));
    }
  }
}
