// Three families, unequal Dirichlet
data {
  int<lower=1> n_row;
  vector[n_row] waves;
  vector[n_row] x;
}
parameters {
  real mu_intercept;
  vector[1] mu_x_coef;
  real<lower=0> waves_mu_sigma;
  real<lower=0> waves_laplace_sigma;
  simplex[3] waves_weights;
}
model {
  vector[n_row] mu = mu_intercept + x * mu_x_coef[1];
  mu_intercept ~ normal(0, 1);
  mu_x_coef ~ normal(0, 1);
  waves_mu_sigma ~ exponential(1);
  waves_laplace_sigma ~ exponential(1);
  waves_weights ~ dirichlet([3, 2, 1]');
  for (i in 1 : n_row) {
    vector[3] parts = [normal_lpdf(waves[i] | -0.5, 1),
                       student_t_lpdf(waves[i] | 3, mu[i], waves_mu_sigma),
                       double_exponential_lpdf(waves[i] | 0.5, waves_laplace_sigma)]';
    target += log_sum_exp(log(waves_weights) + parts);
  }
}
