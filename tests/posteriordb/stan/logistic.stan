// A logistic regression with flat coefficients.
data {
  int<lower=1> n;
  int<lower=1> k;
  array[n] int<lower=0, upper=1> y;
  matrix[n, k] X;
}
parameters {
  vector[k] beta;
}
model {
  target += bernoulli_logit_lpmf(y | X * beta);
}
