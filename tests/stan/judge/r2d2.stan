// A prior on the explained share
data {
  int<lower=1> n_row;
  vector[n_row] y;
  vector[n_row] x;
  vector[n_row] z;
  vector[n_row] u;
}
transformed data {
  matrix[n_row, 3] features;
  features[ : , 1] = (x - mean(x)) / sd(x);
  features[ : , 2] = (z - mean(z)) / sd(z);
  features[ : , 3] = (u - mean(u)) / sd(u);
}
parameters {
  real mu_intercept;
  real<lower=0> y_sigma;
  real<lower=0, upper=1> mu_r2d2_r2;
  simplex[3] mu_r2d2_share;
  vector[3] mu_r2d2_coef;
}
model {
  mu_intercept ~ normal(0, 1);
  y_sigma ~ exponential(1);
  mu_r2d2_r2 ~ beta(1, 1);
  mu_r2d2_share ~ dirichlet(rep_vector(0.5, 3));
  mu_r2d2_coef ~ normal(0, y_sigma * sqrt(mu_r2d2_share * mu_r2d2_r2 / (1 - mu_r2d2_r2)));
  y ~ normal(mu_intercept + features * mu_r2d2_coef, y_sigma);
}
