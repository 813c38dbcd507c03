// mu        = mu_intercept + [years, male, years * male] * mu_linear_coef + mu_subject_effect[subject]
// log_sigma = log_sigma_intercept + log_sigma_sex_coef * male
// distance  ~ normal(mu, exp(log_sigma))
data {
  int<lower=1> n_row;
  int<lower=1> n_sex;
  int<lower=1> n_subject;
  vector[n_row] distance;
  vector[n_row] age;
  array[n_row] int<lower=1, upper=n_sex> sex;
  array[n_row] int<lower=1, upper=n_subject> subject;
}
transformed data {
  vector[n_row] years = age - 11;
  vector[n_row] male = to_vector(sex) - 1;
}
parameters {
  real mu_intercept;
  vector[3] mu_linear_coef;
  real<lower=0> mu_subject_scale;
  vector[n_subject] mu_subject_effect;
  real log_sigma_intercept;
  vector[1] log_sigma_sex_coef;
}
model {
  mu_intercept ~ normal(25, 5);
  mu_linear_coef ~ normal(0, 1);
  mu_subject_scale ~ normal(0, 3);
  mu_subject_effect ~ normal(0, mu_subject_scale);
  log_sigma_intercept ~ normal(0, 1);
  log_sigma_sex_coef ~ normal(0, 1);
  distance ~ normal(mu_intercept + years * mu_linear_coef[1] + male * mu_linear_coef[2]
                    + years .* male * mu_linear_coef[3] + mu_subject_effect[subject],
                    exp(log_sigma_intercept + log_sigma_sex_coef[1] * male));
}
