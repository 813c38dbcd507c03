// mu      = mu_intercept + standardize(x) * mu_x_coef
// crime_z ~ normal(mu, crime_z_sigma)
// The regularised horseshoe of Piironen and Vehtari (2017), slab 0.5 with 4 degrees of freedom,
// with local scales of Student's t, whose tails let Stan (and others) pass without a divergence.
data {
  int<lower=1> n_row;
  vector[n_row] crime;
  vector[n_row] young;
  vector[n_row] south;
  vector[n_row] schooling;
  vector[n_row] police60;
  vector[n_row] police59;
  vector[n_row] labour;
  vector[n_row] males;
  vector[n_row] population;
  vector[n_row] nonwhite;
  vector[n_row] idle_young;
  vector[n_row] idle_old;
  vector[n_row] wealth;
  vector[n_row] inequality;
  vector[n_row] prison;
  vector[n_row] served;
}
transformed data {
  int d = 15;
  vector[n_row] crime_z = (crime - mean(crime)) / sd(crime);
  matrix[n_row, d] x = [
    young', south', schooling', police60', police59', labour', males', population',
    nonwhite', idle_young', idle_old', wealth', inequality', prison', served'
  ]';
  for (j in 1 : d) {
    x[ : , j] = (x[ : , j] - mean(x[ : , j])) / sd(x[ : , j]);
  }
}
parameters {
  real mu_intercept;
  real<lower=0> crime_z_sigma;
  real<lower=0> mu_x_tau;
  vector<lower=0>[d] mu_x_lambda;
  real<lower=0> mu_x_c2;
  vector[d] standard_coef;
}
transformed parameters {
  vector[d] mu_x_coef = standard_coef * mu_x_tau
                        .* sqrt(mu_x_c2 * square(mu_x_lambda)
                                ./ (mu_x_c2 + square(mu_x_tau * mu_x_lambda)));
}
model {
  mu_intercept ~ normal(0, 1);
  crime_z_sigma ~ exponential(1);
  mu_x_tau ~ cauchy(0, 4.0 / (d - 4) * crime_z_sigma / sqrt(n_row));
  mu_x_lambda ~ student_t(3, 0, 1);
  mu_x_c2 ~ inv_gamma(2, 2 * 0.5 ^ 2);
  standard_coef ~ normal(0, 1);
  crime_z ~ normal(mu_intercept + x * mu_x_coef, crime_z_sigma);
}
