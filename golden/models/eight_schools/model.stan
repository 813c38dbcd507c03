// theta  = theta_intercept + theta_school_effect[school]
// effect ~ normal(theta, se)
// The multiplier samples the effects non-centred; the density stays theirs.
data {
  int<lower=1> n_row;
  int<lower=1> n_school;
  array[n_row] int<lower=1, upper=n_school> school;
  vector[n_row] effect;
  vector<lower=0>[n_row] se;
}
parameters {
  real theta_intercept;
  real<lower=0> theta_school_scale;
  vector<multiplier=theta_school_scale>[n_school] theta_school_effect;
}
transformed parameters {
  vector[n_row] theta = theta_intercept + theta_school_effect[school];
}
model {
  theta_intercept ~ normal(0, 5);
  theta_school_scale ~ cauchy(0, 5);
  theta_school_effect ~ normal(0, theta_school_scale);
  effect ~ normal(theta, se);
}
