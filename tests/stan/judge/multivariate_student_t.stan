// Two responses of one row, heavy tails
data {
  int<lower=1> n_row;
  vector[n_row] y1;
  vector[n_row] y2;
  vector[n_row] x;
  vector[n_row] z;
}
parameters {
  real mu1_intercept;
  vector[1] mu1_x_coef;
  real mu2_intercept;
  vector[1] mu2_z_coef;
  vector<lower=0>[2] y1_y2_scale;
  cholesky_factor_corr[2] y1_y2_corr_cholesky;
}
model {
  mu1_intercept ~ normal(0, 1);
  mu1_x_coef ~ normal(0, 1);
  mu2_intercept ~ normal(0, 1);
  mu2_z_coef ~ normal(0, 1);
  y1_y2_scale ~ exponential(1);
  y1_y2_corr_cholesky ~ lkj_corr_cholesky(2);
  matrix[2, 2] factor = diag_pre_multiply(y1_y2_scale, y1_y2_corr_cholesky);
  for (i in 1 : n_row) {
    vector[2] mu = [mu1_intercept + mu1_x_coef[1] * x[i], mu2_intercept + mu2_z_coef[1] * z[i]]';
    target += multi_student_t_lpdf([y1[i], y2[i]]' | 4, mu, tcrossprod(factor));
  }
}
