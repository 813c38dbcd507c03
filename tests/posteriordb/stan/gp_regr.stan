// The curve integrated out; sigma is added to the diagonal as it is.
data {
  int<lower=1> N;
  array[N] real x;
  vector[N] y;
}
parameters {
  real<lower=0> f_lengthscale;
  real<lower=0> f_amplitude;
  real<lower=0> sigma;
}
model {
  matrix[N, N] covariance = add_diag(gp_exp_quad_cov(x, f_amplitude, f_lengthscale), sigma);
  target += gamma_lpdf(f_lengthscale | 25, 4);
  target += normal_lpdf(f_amplitude | 0, 2);
  target += normal_lpdf(sigma | 0, 1);
  target += multi_normal_lpdf(y | rep_vector(0, N), covariance);
}
