data {
  int<lower=1> N;
  array[N] real x;
  array[N] int<lower=0> k;
}
parameters {
  real<lower=0> f_lengthscale;
  real<lower=0> f_amplitude;
  vector[N] f_weight;
}
model {
  matrix[N, N] covariance = add_diag(gp_exp_quad_cov(x, f_amplitude, f_lengthscale), 1e-10);
  target += gamma_lpdf(f_lengthscale | 25, 4);
  target += normal_lpdf(f_amplitude | 0, 2);
  target += std_normal_lpdf(f_weight);
  target += poisson_log_lpmf(k | cholesky_decompose(covariance) * f_weight);
}
