data {
  int<lower=1> N;
  int<lower=1> J;
  array[N] int<lower=1, upper=J> county_idx;
  vector[N] floor_measure;
  vector[N] log_uppm;
  vector[N] log_radon;
}
parameters {
  real mu_alpha;
  real<lower=0> sigma_alpha;
  vector[J] alpha_raw;
  real mu_beta;
  real<lower=0> sigma_beta;
  vector[J] beta_raw;
  real<lower=0> log_radon_sigma;
}
model {
  vector[N] mu = mu_alpha + sigma_alpha * alpha_raw[county_idx]
                 + (mu_beta + sigma_beta * beta_raw[county_idx]) .* floor_measure;
  target += normal_lpdf(mu_alpha | 0, 10);
  target += normal_lpdf(sigma_alpha | 0, 1);
  target += std_normal_lpdf(alpha_raw);
  target += normal_lpdf(mu_beta | 0, 10);
  target += normal_lpdf(sigma_beta | 0, 1);
  target += std_normal_lpdf(beta_raw);
  target += normal_lpdf(log_radon_sigma | 0, 1);
  target += normal_lpdf(log_radon | mu, log_radon_sigma);
}
