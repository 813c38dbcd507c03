// Ordered cutpoints, the normal distribution
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
  eta_coef ~ normal(0, 1);
  rating_cutpoints ~ normal(0, 5);
  for (i in 1 : n_row) {
    rating[i] ~ ordered_probit(eta_coef[1] * x[i], rating_cutpoints);
  }
}
