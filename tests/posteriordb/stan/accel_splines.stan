data {
  int<lower=1> N;
  vector[N] Y;
  int<lower=1> Ks;
  matrix[N, Ks] Xs;
  int<lower=1> knots_1;
  matrix[N, knots_1] Zs_1_1;
  int<lower=1> Ks_sigma;
  matrix[N, Ks_sigma] Xs_sigma;
  int<lower=1> knots_sigma_1;
  matrix[N, knots_sigma_1] Zs_sigma_1_1;
}
parameters {
  real mu_intercept;
  vector[Ks] mu_Xs_coef;
  real<lower=0> mu_Zs_scale;
  vector[knots_1] mu_Zs_coef;
  real log_sigma_intercept;
  vector[Ks_sigma] log_sigma_Xs_sigma_coef;
  real<lower=0> log_sigma_Zs_sigma_scale;
  vector[knots_sigma_1] log_sigma_Zs_sigma_coef;
}
model {
  vector[N] mu = mu_intercept + Xs * mu_Xs_coef + Zs_1_1 * mu_Zs_coef;
  vector[N] log_sigma = log_sigma_intercept + Xs_sigma * log_sigma_Xs_sigma_coef
                        + Zs_sigma_1_1 * log_sigma_Zs_sigma_coef;
  target += student_t_lpdf(mu_intercept | 3, -13, 36);
  target += student_t_lpdf(log_sigma_intercept | 3, 0, 10);
  target += student_t_lpdf(mu_Zs_scale | 3, 0, 36);
  target += student_t_lpdf(log_sigma_Zs_sigma_scale | 3, 0, 36);
  // A coefficient is its scale times a standard normal.
  target += std_normal_lpdf(mu_Zs_coef / mu_Zs_scale) - knots_1 * log(mu_Zs_scale);
  target += std_normal_lpdf(log_sigma_Zs_sigma_coef / log_sigma_Zs_sigma_scale)
            - knots_sigma_1 * log(log_sigma_Zs_sigma_scale);
  target += normal_lpdf(Y | mu, exp(log_sigma));
}
