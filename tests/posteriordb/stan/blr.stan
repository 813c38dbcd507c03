data {
  int<lower=1> N;
  int<lower=1> D;
  vector[N] y;
  matrix[N, D] X;
}
parameters {
  vector[D] beta_coef;
  real<lower=0> y_sigma;
}
model {
  target += normal_lpdf(beta_coef | 0, 10);
  target += normal_lpdf(y_sigma | 0, 10);
  target += normal_lpdf(y | X * beta_coef, y_sigma);
}
