// mu     = mu_intercept + service * mu_service_coef + mu_student_effect[student]
//          + mu_lecturer_effect[lecturer]
// rating ~ normal(mu, rating_sigma)
data {
  int<lower=1> n_row;
  int<lower=1> n_student;
  int<lower=1> n_lecturer;
  vector[n_row] rating;
  vector[n_row] service;
  array[n_row] int<lower=1, upper=n_student> student;
  array[n_row] int<lower=1, upper=n_lecturer> lecturer;
}
parameters {
  real mu_intercept;
  vector[1] mu_service_coef;
  real<lower=0> mu_student_scale;
  vector<multiplier=mu_student_scale>[n_student] mu_student_effect;
  real<lower=0> mu_lecturer_scale;
  vector<multiplier=mu_lecturer_scale>[n_lecturer] mu_lecturer_effect;
  real<lower=0> rating_sigma;
}
model {
  mu_intercept ~ normal(3, 2);
  mu_service_coef ~ normal(0, 1);
  mu_student_scale ~ normal(0, 1);
  mu_student_effect ~ normal(0, mu_student_scale);
  mu_lecturer_scale ~ normal(0, 1);
  mu_lecturer_effect ~ normal(0, mu_lecturer_scale);
  rating_sigma ~ exponential(1);
  rating ~ normal(mu_intercept + mu_service_coef[1] * service + mu_student_effect[student]
                  + mu_lecturer_effect[lecturer], rating_sigma);
}
