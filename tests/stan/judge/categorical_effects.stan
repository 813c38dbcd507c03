// Three classes with effects of a group
data {
  int<lower=1> n_row;
  int<lower=1> n_color;
  array[n_row] int<lower=1, upper=n_color> color;
  vector[n_row] x;
  int<lower=1> n_g;
  array[n_row] int<lower=1, upper=n_g> g;
}
parameters {
  vector[2] eta_intercept;
  matrix[1, 2] eta_x_coef;
  vector<lower=0>[2] eta_g_scale;
  matrix[n_g, 2] eta_g_effect;
}
model {
  eta_intercept ~ normal(0, 1);
  to_vector(eta_x_coef) ~ normal(0, 1);
  eta_g_scale ~ normal(0, 1);
  for (j in 1 : 2) {
    eta_g_effect[ : , j] ~ normal(0, eta_g_scale[j]);
  }
  for (i in 1 : n_row) {
    // blue is the reference, green and red follow
    color[i] ~ categorical_logit(append_row(0, eta_intercept + eta_x_coef[1]' * x[i]
                                               + eta_g_effect[g[i]]'));
  }
}
