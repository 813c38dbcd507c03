// An exact Gaussian process over the distinct values of v
data {
  int<lower=1> n_row;
  vector[n_row] y;
  vector[n_row] v;
}
transformed data {
  // The distinct values of v in order, standardised over the rows; each row's place.
  vector[n_row] sorted = sort_asc(v);
  int m = 1;
  for (i in 2 : n_row) {
    m += sorted[i] > sorted[i - 1];
  }
  array[m] real points;
  array[n_row] int place;
  {
    vector[m] distinct;
    int j = 1;
    distinct[1] = sorted[1];
    for (i in 2 : n_row) {
      if (sorted[i] > sorted[i - 1]) {
        j += 1;
        distinct[j] = sorted[i];
      }
    }
    points = to_array_1d((distinct - mean(v)) / sd(v));
    for (i in 1 : n_row) {
      for (l in 1 : m) {
        if (v[i] == distinct[l]) {
          place[i] = l;
        }
      }
    }
  }
}
parameters {
  real mu_intercept;
  real<lower=0> mu_v_lengthscale;
  real<lower=0> mu_v_amplitude;
  vector[m] mu_v_weight;
  real<lower=0> y_sigma;
}
model {
  mu_intercept ~ normal(0, 1);
  mu_v_lengthscale ~ inv_gamma(5, 5);
  mu_v_amplitude ~ normal(0, 1);
  mu_v_weight ~ normal(0, 1);
  y_sigma ~ exponential(1);
  matrix[m, m] K = gp_matern52_cov(points, mu_v_amplitude, mu_v_lengthscale);
  K = add_diag(K, 1e-6 * square(mu_v_amplitude));
  vector[m] f = cholesky_decompose(K) * mu_v_weight;
  y ~ normal(mu_intercept + f[place], y_sigma);
}
