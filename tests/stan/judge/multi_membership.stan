// Two memberships a row in one table of effects
data {
  int<lower=1> n_row;
  vector[n_row] y;
  array[n_row] int<lower=1> m1;
  array[n_row] int<lower=1> m2;
  vector[n_row] w1;
  vector[n_row] w2;
}
parameters {
  real mu_intercept;
  real<lower=0> mu_m1_m2_scale;
  vector[5] mu_m1_m2_effect;
  real<lower=0> y_sigma;
}
model {
  mu_intercept ~ normal(0, 1);
  mu_m1_m2_scale ~ normal(0, 1);
  mu_m1_m2_effect ~ normal(0, mu_m1_m2_scale);
  y_sigma ~ exponential(1);
  y ~ normal(mu_intercept + w1 .* mu_m1_m2_effect[m1] + w2 .* mu_m1_m2_effect[m2], y_sigma);
}
