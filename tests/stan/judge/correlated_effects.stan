// Three correlated effects a level
data {
  int<lower=1> n_row;
  vector[n_row] y;
  vector[n_row] x;
  vector[n_row] z;
  int<lower=1> n_g;
  array[n_row] int<lower=1, upper=n_g> g;
}
parameters {
  real mu_intercept;
  vector[1] mu_x_coef;
  vector<lower=0>[3] mu_correlated_effects_scale;
  cholesky_factor_corr[3] mu_correlated_effects_corr_cholesky;
  array[n_g] vector[3] mu_correlated_effects_effect;
  real<lower=0> y_sigma;
}
model {
  mu_intercept ~ normal(0, 1);
  mu_x_coef ~ normal(0, 1);
  mu_correlated_effects_scale ~ normal(0, 1);
  mu_correlated_effects_corr_cholesky ~ lkj_corr_cholesky(2);
  mu_correlated_effects_effect ~ multi_normal_cholesky(rep_vector(0, 3),
    diag_pre_multiply(mu_correlated_effects_scale, mu_correlated_effects_corr_cholesky));
  y_sigma ~ exponential(1);
  for (i in 1 : n_row) {
    y[i] ~ normal(mu_intercept + mu_x_coef[1] * x[i]
                  + [1, x[i], z[i]] * mu_correlated_effects_effect[g[i]], y_sigma);
  }
}
