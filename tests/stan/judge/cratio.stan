// P(Y > k given Y >= k) = F(eta - c_k)
data {
  int<lower=1> n_row;
  int<lower=1> n_rating;
  array[n_row] int<lower=1, upper=n_rating> rating;
  vector[n_row] x;
}
parameters {
  vector[1] eta_coef;
  vector[n_rating - 1] rating_cutpoints;
}
model {
  eta_coef ~ normal(0, 1);
  rating_cutpoints ~ normal(0, 2);
  for (i in 1 : n_row) {
    for (j in 1 : min(rating[i], n_rating - 1)) {
      target += bernoulli_logit_lpmf(rating[i] > j | eta_coef[1] * x[i] - rating_cutpoints[j]);
    }
  }
}
