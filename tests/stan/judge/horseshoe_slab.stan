// The regularised horseshoe, slab 1.5 with 6 degrees of freedom
data {
  int<lower=1> n_row;
  vector[n_row] y;
  vector[n_row] x;
  vector[n_row] z;
  vector[n_row] u;
}
transformed data {
  matrix[n_row, 3] features = [x', z', u']';
}
parameters {
  real mu_intercept;
  real<lower=0> y_sigma;
  real<lower=0> mu_horseshoe_tau;
  vector<lower=0>[3] mu_horseshoe_lambda;
  real<lower=0> mu_horseshoe_c2;
  vector[3] mu_horseshoe_coef;
}
model {
  mu_intercept ~ normal(0, 1);
  y_sigma ~ exponential(1);
  mu_horseshoe_tau ~ cauchy(0, 1);
  mu_horseshoe_lambda ~ cauchy(0, 1);
  mu_horseshoe_c2 ~ inv_gamma(3, 3 * 1.5 ^ 2);
  mu_horseshoe_coef ~ normal(0, mu_horseshoe_tau
    * sqrt(mu_horseshoe_c2 * square(mu_horseshoe_lambda)
           ./ (mu_horseshoe_c2 + square(mu_horseshoe_tau * mu_horseshoe_lambda))));
  y ~ normal(mu_intercept + features * mu_horseshoe_coef, y_sigma);
}
