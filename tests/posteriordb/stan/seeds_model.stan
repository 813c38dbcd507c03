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
  real<lower=0> tau;
  vector[I] b;
}
model {
  vector[I] eta = alpha0 + alpha1 * x1 + alpha2 * x2 + alpha12 * (x1 .* x2) + b;
  target += normal_lpdf(alpha0 | 0, 1000);
  target += normal_lpdf(alpha1 | 0, 1000);
  target += normal_lpdf(alpha2 | 0, 1000);
  target += normal_lpdf(alpha12 | 0, 1000);
  target += gamma_lpdf(tau | 1e-3, 1e-3);
  target += normal_lpdf(b | 0, 1 / sqrt(tau));
  target += binomial_logit_lpmf(n | N, eta);
}
