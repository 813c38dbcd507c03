// Two Poisson rates, one with a predictor
data {
  int<lower=1> n_row;
  array[n_row] int<lower=0> many;
  vector[n_row] x;
}
parameters {
  real few;
  real lots_intercept;
  vector[1] lots_x_coef;
  simplex[2] many_weights;
}
model {
  few ~ normal(0, 1);
  lots_intercept ~ normal(2, 1);
  lots_x_coef ~ normal(0, 1);
  many_weights ~ dirichlet(rep_vector(1, 2));
  for (i in 1 : n_row) {
    target += log_mix(many_weights[1], poisson_log_lpmf(many[i] | few),
                      poisson_log_lpmf(many[i] | lots_intercept + lots_x_coef[1] * x[i]));
  }
}
