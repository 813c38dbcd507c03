// Missing values of an input are unknowns
data {
  int<lower=1> n_row;
  vector[n_row] y;
  int<lower=0> n_missing_x_gap;
  array[n_missing_x_gap] int<lower=1, upper=n_row> missing_x_gap;
  vector[n_row] x_gap; // 0 where it is missing
  vector[n_row] z;
}
parameters {
  real mu_x_intercept;
  vector[1] mu_x_z_coef;
  real<lower=0> x_gap_sigma;
  vector[n_missing_x_gap] x_gap_imputed;
  real mu_intercept;
  vector[1] mu_x_gap_coef;
  real<lower=0> y_sigma;
}
model {
  vector[n_row] full = x_gap;
  full[missing_x_gap] = x_gap_imputed;
  mu_x_intercept ~ normal(0, 1);
  mu_x_z_coef ~ normal(0, 1);
  x_gap_sigma ~ exponential(1);
  full ~ normal(mu_x_intercept + z * mu_x_z_coef[1], x_gap_sigma);
  mu_intercept ~ normal(0, 1);
  mu_x_gap_coef ~ normal(0, 1);
  y_sigma ~ exponential(1);
  y ~ normal(mu_intercept + full * mu_x_gap_coef[1], y_sigma);
}
