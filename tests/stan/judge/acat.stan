// log P(k + 1) / P(k) = eta - c_k
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
    vector[n_rating - 1] steps = eta_coef[1] * x[i] - rating_cutpoints;
    rating[i] ~ categorical_logit(append_row(0, cumulative_sum(steps)));
  }
}
