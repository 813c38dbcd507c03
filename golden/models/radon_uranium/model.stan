// alpha[county] ~ normal(a + b * uranium, tau), uranium one value per county
// log_radon     ~ normal(alpha[county] + log_radon_floor_coef * floor,
//                        log_radon_sigma)
// Sampled as what is left of alpha, and that non-centred: a shift has no Jacobian.
// (Not <offset=a + b * uranium>: Stan 2.35 reads that vector after freeing it.)
data {
  int<lower=1> n_row;
  int<lower=1> n_county;
  array[n_row] int<lower=1, upper=n_county> county;
  vector[n_row] floor;
  vector[n_county] uranium;
  vector[n_row] log_radon;
}
parameters {
  real a;
  real b;
  real<lower=0> tau;
  vector<multiplier=tau>[n_county] alpha_rest;
  vector[1] log_radon_floor_coef;
  real<lower=0> log_radon_sigma;
}
transformed parameters {
  vector[n_county] alpha = a + b * uranium + alpha_rest;
}
model {
  a ~ normal(0, 1);
  b ~ normal(0, 1);
  tau ~ normal(0, 1);
  alpha_rest ~ normal(0, tau); // alpha ~ normal(a + b * uranium, tau)
  log_radon_floor_coef ~ normal(0, 1);
  log_radon_sigma ~ exponential(1);
  log_radon ~ normal(alpha[county] + log_radon_floor_coef[1] * floor,
                     log_radon_sigma);
}
