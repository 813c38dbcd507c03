// mu        = mu_intercept + [floor, uranium] * mu_adaptive_coef
//             + mu_county_effect[county]
// log_radon ~ normal(mu, log_radon_sigma)
// The multiplier samples the effects non-centred; the density stays theirs.
data {
  int<lower=1> n_row;
  int<lower=1> n_county;
  array[n_row] int<lower=1, upper=n_county> county;
  vector[n_row] floor;
  vector[n_row] uranium;
  vector[n_row] log_radon;
}
parameters {
  real mu_intercept;
  real<lower=0> mu_adaptive_scale;
  vector<multiplier=mu_adaptive_scale>[2] mu_adaptive_coef;
  real<lower=0> mu_county_scale;
  vector<multiplier=mu_county_scale>[n_county] mu_county_effect;
  real<lower=0> log_radon_sigma;
}
model {
  mu_intercept ~ normal(0, 1);
  mu_adaptive_scale ~ normal(0, 1);
  mu_adaptive_coef ~ normal(0, mu_adaptive_scale);
  mu_county_scale ~ normal(0, 1);
  mu_county_effect ~ normal(0, mu_county_scale);
  log_radon_sigma ~ exponential(1);
  log_radon ~ normal(mu_intercept + mu_adaptive_coef[1] * floor
                     + mu_adaptive_coef[2] * uranium
                     + mu_county_effect[county], log_radon_sigma);
}
