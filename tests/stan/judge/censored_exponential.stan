// Right-censored times, mean exp(mu)
data {
  int<lower=1> n_row;
  vector<lower=0>[n_row] time;
  vector[n_row] x;
  array[n_row] int<lower=0> is_right;
}
parameters {
  real mu_intercept;
  vector[1] mu_x_coef;
}
model {
  vector[n_row] mu = mu_intercept + x * mu_x_coef[1];
  mu_intercept ~ normal(0, 1);
  mu_x_coef ~ normal(0, 1);
  for (i in 1 : n_row) {
    if (is_right[i]) {
      target += exponential_lccdf(time[i] | exp(-mu[i]));
    } else {
      time[i] ~ exponential(exp(-mu[i]));
    }
  }
}
