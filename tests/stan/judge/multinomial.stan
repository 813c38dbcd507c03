// Counts of three kinds against the first
data {
  int<lower=1> n_row;
  array[n_row] int<lower=0> c1;
  array[n_row] int<lower=0> c2;
  array[n_row] int<lower=0> c3;
  array[n_row] int<lower=0> total;
  vector[n_row] x;
}
parameters {
  vector[2] eta_intercept;
  matrix[1, 2] eta_x_coef;
}
model {
  eta_intercept ~ normal(0, 1);
  to_vector(eta_x_coef) ~ normal(0, 1);
  for (i in 1 : n_row) {
    vector[2] eta = eta_intercept + eta_x_coef[1]' * x[i];
    target += multinomial_logit_lpmf({c1[i], c2[i], c3[i]} | append_row(0, eta));
  }
}
