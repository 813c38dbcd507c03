// mu    = mu_intercept + mu_year_state[year], an AR(1) from its stationary distribution
// flow ~ normal(mu, flow_sigma)
// rho is twice a Beta(6, 3) less one; the states are sampled through their standardised errors.
data {
  int<lower=1> n_row;
  vector[n_row] flow;
  int<lower=1> n_year;
  array[n_row] int<lower=1, upper=n_year> year; // no year is missing
}
parameters {
  real mu_intercept;
  real<lower=-1, upper=1> mu_year_rho;
  real<lower=0> mu_year_scale;
  vector[n_year] standard_state;
  real<lower=0> flow_sigma;
}
transformed parameters {
  vector[n_year] mu_year_state = mu_year_scale * standard_state;
  mu_year_state[1] /= sqrt(1 - square(mu_year_rho));
  for (t in 2 : n_year) {
    mu_year_state[t] += mu_year_rho * mu_year_state[t - 1];
  }
}
model {
  mu_intercept ~ normal(900, 100);
  (mu_year_rho + 1) / 2 ~ beta(6, 3);
  mu_year_scale ~ lognormal(4, 0.3);
  standard_state ~ normal(0, 1);
  flow_sigma ~ lognormal(4.6, 0.2);
  flow ~ normal(mu_intercept + mu_year_state[year], flow_sigma);
}
