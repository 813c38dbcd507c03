// mu       = mu_intercept + days * mu_days_coef + [1, days] * mu_days_effect[subject]
// reaction ~ normal(mu, reaction_sigma)
// An effect is D L z: z is what is sampled, and the density is that of the effect.
data {
  int<lower=1> n_row;
  int<lower=1> n_subject;
  vector[n_row] reaction;
  vector[n_row] days;
  array[n_row] int<lower=1, upper=n_subject> subject;
}
parameters {
  real mu_intercept;
  vector[1] mu_days_coef;
  vector<lower=0>[2] mu_days_scale;
  cholesky_factor_corr[2] mu_days_corr_cholesky;
  matrix[2, n_subject] standard_effect;
  real<lower=0> reaction_sigma;
}
transformed parameters {
  matrix[n_subject, 2] mu_days_effect =
    (diag_pre_multiply(mu_days_scale, mu_days_corr_cholesky) * standard_effect)';
  matrix[2, 2] mu_days_corr = multiply_lower_tri_self_transpose(mu_days_corr_cholesky);
}
model {
  mu_intercept ~ normal(250, 100);
  mu_days_coef ~ normal(0, 20);
  mu_days_scale ~ normal(0, 50);
  mu_days_corr_cholesky ~ lkj_corr_cholesky(2);
  to_vector(standard_effect) ~ normal(0, 1);
  reaction_sigma ~ normal(0, 50);
  reaction ~ normal(mu_intercept + mu_days_coef[1] * days + mu_days_effect[subject, 1]
                    + mu_days_effect[subject, 2] .* days, reaction_sigma);
}
