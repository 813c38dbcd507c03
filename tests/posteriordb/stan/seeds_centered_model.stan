data {
  int<lower=1> I;
  array[I] int<lower=0> n;
  array[I] int<lower=0> N;
  vector[I] x1;
  vector[I] x2;
}
parameters {
  real alpha0;
  real alpha1;
  real alpha2;
  real alpha12;
  real<lower=0> c_scale;
  vector[I] c_coef;
}
model {
  vector[I] eta = alpha0 + alpha1 * x1 + alpha2 * x2 + alpha12 * (x1 .* x2) + c_coef - mean(c_coef);
  target += normal_lpdf(alpha0 | 0, 1);
  target += normal_lpdf(alpha1 | 0, 1);
  target += normal_lpdf(alpha2 | 0, 1);
  target += normal_lpdf(alpha12 | 0, 1);
  target += cauchy_lpdf(c_scale | 0, 1);
  target += normal_lpdf(c_coef | 0, c_scale);
  target += binomial_logit_lpmf(n | N, eta);
}
