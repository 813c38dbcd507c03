// One of three relevant, of successes: the pseudo-sigma is 2
data {
  int<lower=1> n_row;
  array[n_row] int<lower=0> k;
  array[n_row] int<lower=0> trials;
  vector[n_row] x;
  vector[n_row] z;
  vector[n_row] u;
}
transformed data {
  matrix[n_row, 3] features = [x', z', u']';
}
parameters {
  real eta_intercept;
  real<lower=0> eta_horseshoe_tau;
  vector<lower=0>[3] eta_horseshoe_lambda;
  real<lower=0> eta_horseshoe_c2;
  vector[3] eta_horseshoe_coef;
}
model {
  eta_intercept ~ normal(0, 1);
  eta_horseshoe_tau ~ cauchy(0, 1.0 / (3 - 1) * 2 / sqrt(n_row));
  eta_horseshoe_lambda ~ cauchy(0, 1);
  eta_horseshoe_c2 ~ inv_gamma(2, 2 * 2 ^ 2);
  eta_horseshoe_coef ~ normal(0, eta_horseshoe_tau
    * sqrt(eta_horseshoe_c2 * square(eta_horseshoe_lambda)
           ./ (eta_horseshoe_c2 + square(eta_horseshoe_tau * eta_horseshoe_lambda))));
  k ~ binomial_logit(trials, eta_intercept + features * eta_horseshoe_coef);
}
