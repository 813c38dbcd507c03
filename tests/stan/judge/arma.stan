// ARMA(1, 1) residuals in two series
data {
  int<lower=1> n_row;
  vector[n_row] y;
  vector[n_row] x;
  int<lower=1> n_series;
  array[n_row] int<lower=1, upper=n_series> series;
  array[n_row] int<lower=1> tick;
}
transformed data {
  // Named, since Stan 2.35 sorts what is left of an expression, which is garbage.
  vector[n_row] key = 1000 * to_vector(series) + to_vector(tick);
  array[n_row] int order = sort_indices_asc(key);
}
parameters {
  real mu_intercept;
  vector[1] mu_x_coef;
  vector[1] y_ar;
  vector[1] y_ma;
  real<lower=0> y_sigma;
}
model {
  vector[n_row] mu = mu_intercept + x * mu_x_coef[1];
  real rest = 0; // of the row before in the same series
  real error = 0;
  mu_intercept ~ normal(0, 1);
  mu_x_coef ~ normal(0, 1);
  y_ar ~ normal(0, 0.5);
  y_ma ~ normal(0, 0.5);
  y_sigma ~ exponential(1);
  for (j in 1 : n_row) {
    int i = order[j];
    if (tick[i] == 1) {
      rest = 0;
      error = 0;
    }
    real here = y[i] - mu[i];
    error = here - y_ar[1] * rest - y_ma[1] * error;
    rest = here;
    error ~ normal(0, y_sigma);
  }
}
