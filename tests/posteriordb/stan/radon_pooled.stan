data {
  int<lower=1> N;
  int<lower=1> J;
  array[N] int<lower=1, upper=J> county_idx;
  vector[N] floor_measure;
  vector[N] log_uppm;
  vector[N] log_radon;
}
parameters {
  real alpha;
  real beta;
  real<lower=0> log_radon_sigma;
}
model {
  vector[N] mu = alpha + beta * floor_measure;
  target += normal_lpdf(alpha | 0, 10);
  target += normal_lpdf(beta | 0, 10);
  target += normal_lpdf(log_radon_sigma | 0, 1);
  target += normal_lpdf(log_radon | mu, log_radon_sigma);
}
