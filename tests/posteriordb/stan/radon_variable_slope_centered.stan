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
  real mu_beta;
  real<lower=0> sigma_beta;
  vector[J] beta;
  real<lower=0> log_radon_sigma;
}
model {
  vector[N] mu = alpha + beta[county_idx] .* floor_measure;
  target += normal_lpdf(alpha | 0, 10);
  target += normal_lpdf(mu_beta | 0, 10);
  target += normal_lpdf(sigma_beta | 0, 1);
  target += normal_lpdf(beta | mu_beta, sigma_beta);
  target += normal_lpdf(log_radon_sigma | 0, 1);
  target += normal_lpdf(log_radon | mu, log_radon_sigma);
}
