// mu  = mu_intercept + [decades, urban, one, two, three] * mu_linear_coef
//       + mu_district_effect[district] + urban * mu_urban_slope[district]
// use ~ bernoulli_logit(mu)
data {
  int<lower=1> n_row;
  int<lower=1> n_children;
  int<lower=1> n_district;
  array[n_row] int<lower=0, upper=1> use;
  vector[n_row] age;
  vector[n_row] urban;
  array[n_row] int<lower=1, upper=n_children> children;
  array[n_row] int<lower=1, upper=n_district> district;
}
transformed data {
  vector[n_row] decades = age / 10;
}
parameters {
  real mu_intercept;
  vector[5] mu_linear_coef;
  real<lower=0> mu_district_scale;
  vector<multiplier=mu_district_scale>[n_district] mu_district_effect;
  vector<lower=0>[1] mu_urban_slope_scale;
  array[n_district] vector<multiplier=mu_urban_slope_scale[1]>[1] mu_urban_slope;
}
model {
  vector[n_row] mu = mu_intercept + decades * mu_linear_coef[1] + urban * mu_linear_coef[2]
                     + mu_district_effect[district];
  for (i in 1:n_row) {
    mu[i] += urban[i] * mu_urban_slope[district[i], 1];
    if (children[i] > 1) mu[i] += mu_linear_coef[1 + children[i]];
  }
  mu_intercept ~ normal(0, 1);
  mu_linear_coef ~ normal(0, 1);
  mu_district_scale ~ normal(0, 1);
  mu_district_effect ~ normal(0, mu_district_scale);
  mu_urban_slope_scale ~ normal(0, 1);
  for (j in 1:n_district) mu_urban_slope[j] ~ normal(0, mu_urban_slope_scale[1]);
  use ~ bernoulli_logit(mu);
}
