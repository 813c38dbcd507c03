// mu   = mu_intercept + [standardize(age), sex=female] * mu_linear_coef
//        + mu_patient_effect[patient]
// time ~ weibull of mean exp(mu), a survival probability where infected = 0
data {
  int<lower=1> n_row;
  int<lower=1> n_sex;
  int<lower=1> n_patient;
  vector<lower=0>[n_row] time;
  array[n_row] int<lower=0, upper=1> infected;
  vector[n_row] age;
  array[n_row] int<lower=1, upper=n_sex> sex; // sorted here: female, male
  array[n_row] int<lower=1, upper=n_patient> patient;
}
transformed data {
  vector[n_row] age_z = (age - mean(age)) / sd(age);
}
parameters {
  real mu_intercept;
  vector[2] mu_linear_coef;
  real<lower=0> mu_patient_scale;
  vector<multiplier=mu_patient_scale>[n_patient] mu_patient_effect;
  real<lower=0> time_shape;
}
model {
  mu_intercept ~ normal(4, 2);
  mu_linear_coef ~ normal(0, 1);
  mu_patient_scale ~ normal(0, 1);
  mu_patient_effect ~ normal(0, mu_patient_scale);
  time_shape ~ exponential(1);
  for (n in 1 : n_row) {
    real mu = mu_intercept + mu_linear_coef[1] * age_z[n]
              + mu_linear_coef[2] * (sex[n] == 1) + mu_patient_effect[patient[n]];
    real scale = exp(mu - lgamma(1 + inv(time_shape)));
    if (infected[n]) {
      time[n] ~ weibull(time_shape, scale);
    } else {
      target += weibull_lccdf(time[n] | time_shape, scale);
    }
  }
}
