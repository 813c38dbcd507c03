// eta    = [temp=warm, contact=yes] * eta_linear_coef + eta_judge_effect[judge]
// rating ~ ordered_logistic(eta, rating_cutpoints)
// Stan normalises nothing of the order: the language's (K-1)! is a constant.
data {
  int<lower=1> n_row;
  int<lower=2> n_rating;
  int<lower=1> n_temp;
  int<lower=1> n_contact;
  int<lower=1> n_judge;
  array[n_row] int<lower=1, upper=n_rating> rating;
  array[n_row] int<lower=1, upper=n_temp> temp; // cold, warm
  array[n_row] int<lower=1, upper=n_contact> contact; // no, yes
  array[n_row] int<lower=1, upper=n_judge> judge;
}
parameters {
  vector[2] eta_linear_coef;
  real<lower=0> eta_judge_scale;
  vector<multiplier=eta_judge_scale>[n_judge] eta_judge_effect;
  ordered[n_rating - 1] rating_cutpoints;
}
model {
  eta_linear_coef ~ normal(0, 1);
  eta_judge_scale ~ normal(0, 1);
  eta_judge_effect ~ normal(0, eta_judge_scale);
  rating_cutpoints ~ normal(0, 5);
  for (n in 1 : n_row) {
    rating[n] ~ ordered_logistic(eta_linear_coef[1] * (temp[n] - 1)
                                 + eta_linear_coef[2] * (contact[n] - 1)
                                 + eta_judge_effect[judge[n]], rating_cutpoints);
  }
}
