// Rows without a response say nothing of it
data {
  int<lower=1> n_row;
  int<lower=0> n_missing_y_gap;
  array[n_missing_y_gap] int<lower=1, upper=n_row> missing_y_gap;
  vector[n_row] y_gap; // 0 where it is missing
  vector[n_row] x;
}
parameters {
  real mu_intercept;
  vector[1] mu_x_coef;
  real<lower=0> y_gap_sigma;
}
model {
  vector[n_row] mu = mu_intercept + x * mu_x_coef[1];
  array[n_row] int is_missing = rep_array(0, n_row);
  is_missing[missing_y_gap] = rep_array(1, n_missing_y_gap);
  mu_intercept ~ normal(0, 1);
  mu_x_coef ~ normal(0, 1);
  y_gap_sigma ~ exponential(1);
  for (i in 1 : n_row) {
    if (!is_missing[i]) {
      y_gap[i] ~ normal(mu[i], y_gap_sigma);
    }
  }
}
