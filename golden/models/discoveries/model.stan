// eta         = eta_intercept + sum_j sqrt(S(w_j)) phi_j(year) eta_year_weight_j
// discoveries ~ poisson_log(eta)
// w_j = pi j / (2 L), phi_j(x) = sin(w_j (x + L)) / sqrt(L), x standardised, L = 1.5 max |x|
data {
  int<lower=1> n_row;
  array[n_row] int<lower=0> discoveries;
  vector[n_row] year;
}
transformed data {
  int m = 20;
  vector[n_row] x = (year - mean(year)) / sd(year);
  real L = 1.5 * max(abs(x));
  vector[m] w = linspaced_vector(m, 1, m) * pi() / (2 * L);
  matrix[n_row, m] phi;
  for (j in 1 : m) {
    phi[ : , j] = sin(w[j] * (x + L)) / sqrt(L);
  }
}
parameters {
  real eta_intercept;
  real<lower=0> eta_year_lengthscale;
  real<lower=0> eta_year_amplitude;
  vector[m] eta_year_weight;
}
model {
  // Matern 5/2: S(w) = a^2 16/3 5^(5/2) / l^5 (5 / l^2 + w^2)^-3
  real l = eta_year_lengthscale;
  vector[m] root = eta_year_amplitude * sqrt(16.0 / 3 * 5 ^ 2.5 / l ^ 5)
                   * (5 / l ^ 2 + square(w)) ^ (-1.5);
  eta_intercept ~ normal(0, 1);
  eta_year_lengthscale ~ inv_gamma(5, 5);
  eta_year_amplitude ~ normal(0, 1);
  eta_year_weight ~ normal(0, 1);
  discoveries ~ poisson_log(eta_intercept + phi * (root .* eta_year_weight));
}
