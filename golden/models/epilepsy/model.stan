// eta      = eta_intercept + [lbase, treatment=progabide, lage, period4] * eta_linear_coef
//            + eta_subject_effect[subject]
// seizures ~ neg_binomial_2_log(eta, seizures_concentration)
data {
  int<lower=1> n_row;
  int<lower=1> n_treatment;
  int<lower=1> n_subject;
  array[n_row] int<lower=0> seizures;
  array[n_row] int<lower=1, upper=n_treatment> treatment; // placebo, progabide
  vector[n_row] lbase;
  vector[n_row] lage;
  vector[n_row] period4;
  array[n_row] int<lower=1, upper=n_subject> subject;
}
parameters {
  real eta_intercept;
  vector[4] eta_linear_coef;
  real<lower=0> eta_subject_scale;
  vector<multiplier=eta_subject_scale>[n_subject] eta_subject_effect;
  real<lower=0> seizures_concentration;
}
model {
  eta_intercept ~ normal(0, 3);
  eta_linear_coef ~ normal(0, 1);
  eta_subject_scale ~ normal(0, 1);
  eta_subject_effect ~ normal(0, eta_subject_scale);
  seizures_concentration ~ exponential(0.1);
  seizures ~ neg_binomial_2_log(eta_intercept + eta_linear_coef[1] * lbase
                                + eta_linear_coef[2] * (to_vector(treatment) - 1)
                                + eta_linear_coef[3] * lage
                                + eta_linear_coef[4] * period4
                                + eta_subject_effect[subject],
                                seizures_concentration);
}
