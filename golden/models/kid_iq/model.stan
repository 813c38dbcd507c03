// mu        = mu_intercept + [z_hs, z_iq, z_hs * z_iq] * mu_linear_coef
// kid_score ~ normal(mu, kid_score_sigma)
// No prior statement: coefficients flat on the line, sigma flat on (0, inf).
data {
  int<lower=1> n_row;
  vector[n_row] mom_hs;
  vector[n_row] mom_iq;
  vector[n_row] kid_score;
}
transformed data {
  vector[n_row] z_hs = (mom_hs - mean(mom_hs)) / (2 * sd(mom_hs));
  vector[n_row] z_iq = (mom_iq - mean(mom_iq)) / (2 * sd(mom_iq));
  matrix[n_row, 3] x = append_col(append_col(z_hs, z_iq), z_hs .* z_iq);
}
parameters {
  real mu_intercept;
  vector[3] mu_linear_coef;
  real<lower=0> kid_score_sigma;
}
model {
  kid_score ~ normal(mu_intercept + x * mu_linear_coef, kid_score_sigma);
}
