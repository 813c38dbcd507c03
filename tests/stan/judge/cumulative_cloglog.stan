// Ordered cutpoints, the Gumbel distribution of minima
data {
  int<lower=1> n_row;
  int<lower=1> n_rating;
  array[n_row] int<lower=1, upper=n_rating> rating;
  vector[n_row] x;
}
parameters {
  vector[1] eta_coef;
  ordered[n_rating - 1] rating_cutpoints;
}
model {
  int K = n_rating;
  eta_coef ~ normal(0, 1);
  rating_cutpoints ~ normal(0, 5);
  for (i in 1 : n_row) {
    // P(Y > k) = exp(-exp(c_k - eta))
    vector[K - 1] above = -exp(rating_cutpoints - eta_coef[1] * x[i]);
    int k = rating[i];
    if (k == 1) {
      target += log1m_exp(above[1]);
    } else if (k == K) {
      target += above[K - 1];
    } else {
      target += log_diff_exp(above[k - 1], above[k]);
    }
  }
}
