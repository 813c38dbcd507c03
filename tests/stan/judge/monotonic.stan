// An ordinal input by steps of one sign
data {
  int<lower=1> n_row;
  vector[n_row] y;
  array[n_row] int<lower=0> dose;
}
parameters {
  real mu_intercept;
  real mu_dose_slope;
  simplex[3] mu_dose_share;
  real<lower=0> y_sigma;
}
model {
  vector[4] climb = append_row(0, 3 * cumulative_sum(mu_dose_share));
  mu_intercept ~ normal(0, 1);
  mu_dose_slope ~ normal(0, 1);
  mu_dose_share ~ dirichlet(rep_vector(1, 3));
  y_sigma ~ exponential(1);
  for (i in 1 : n_row) {
    y[i] ~ normal(mu_intercept + mu_dose_slope * climb[dose[i] + 1], y_sigma);
  }
}
