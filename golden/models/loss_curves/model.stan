// mu  = ult[ay] * (1 - exp(-(dev / theta)^omega))
// cum ~ normal(mu, cum_sigma)
// Offset and multiplier sample ult non-centred; the density stays its own.
data {
  int<lower=1> n_row;
  int<lower=1> n_ay;
  array[n_row] int<lower=1, upper=n_ay> ay;
  vector<lower=0>[n_row] dev;
  vector[n_row] cum;
}
parameters {
  real ult_mean;
  real<lower=0> ult_sd;
  vector<offset=ult_mean, multiplier=ult_sd>[n_ay] ult;
  real<lower=0> omega;
  real<lower=0> theta;
  real<lower=0> cum_sigma;
}
model {
  ult_mean ~ normal(5000, 1000);
  ult_sd ~ normal(0, 500);
  ult ~ normal(ult_mean, ult_sd);
  omega ~ normal(1, 2);
  theta ~ normal(45, 10);
  cum_sigma ~ normal(0, 300);
  cum ~ normal(ult[ay] .* (1 - exp(-((dev / theta) ^ omega))), cum_sigma);
}
