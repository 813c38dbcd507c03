// mu    = mu_intercept + decade * mu_decade_coef
// level = mu + n_t, n_t = ar_1 n_(t-1) + ar_2 n_(t-2) + normal(0, level_sigma); none before the first
data {
  int<lower=1> n_row;
  vector[n_row] level;
  vector[n_row] year; // in order
}
transformed data {
  vector[n_row] decade = (year - 1920) / 10;
}
parameters {
  real mu_intercept;
  vector[1] mu_decade_coef;
  vector[2] level_ar;
  real<lower=0> level_sigma;
}
model {
  vector[n_row + 2] rest = append_row(rep_vector(0, 2),
                                      level - mu_intercept - mu_decade_coef[1] * decade);
  mu_intercept ~ normal(579, 3);
  mu_decade_coef ~ normal(0, 1);
  level_ar ~ normal(0, 0.5);
  level_sigma ~ exponential(1);
  for (t in 3 : n_row + 2) {
    rest[t] ~ normal(level_ar[1] * rest[t - 1] + level_ar[2] * rest[t - 2], level_sigma);
  }
}
