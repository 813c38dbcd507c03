// Censored on either side
data {
  int<lower=1> n_row;
  vector[n_row] y;
  vector[n_row] x;
  array[n_row] int<lower=0> is_left;
  array[n_row] int<lower=0> is_right;
}
parameters {
  real mu_intercept;
  vector[1] mu_x_coef;
  real<lower=0> y_sigma;
}
model {
  vector[n_row] mu = mu_intercept + x * mu_x_coef[1];
  mu_intercept ~ normal(0, 1);
  mu_x_coef ~ normal(0, 1);
  y_sigma ~ exponential(1);
  for (i in 1 : n_row) {
    if (is_left[i]) {
      target += normal_lcdf(y[i] | mu[i], y_sigma);
    } else if (is_right[i]) {
      // By symmetry: Stan 2.35's normal_lccdf loses six digits seven sds out.
      target += normal_lcdf(-y[i] | -mu[i], y_sigma);
    } else {
      y[i] ~ normal(mu[i], y_sigma);
    }
  }
}
