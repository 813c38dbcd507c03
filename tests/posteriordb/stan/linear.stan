// A linear model with flat coefficients; sigma is flat, or half-Cauchy where a scale is given.
data {
  int<lower=1> n;
  int<lower=1> k;
  vector[n] y;
  matrix[n, k] X;
  real<lower=0> cauchy;
}
parameters {
  vector[k] beta;
  real<lower=0> sigma;
}
model {
  if (cauchy > 0) {
    target += cauchy_lpdf(sigma | 0, cauchy);
  }
  target += normal_lpdf(y | X * beta, sigma);
}
