// eta  = eta_intercept + [fem=Women, mar=Single, kid5, phd, ment] * eta_linear_coef
// gate = gate_intercept + ment * gate_ment_coef, the logit of a structural zero
data {
  int<lower=1> n_row;
  int<lower=1> n_fem;
  int<lower=1> n_mar;
  array[n_row] int<lower=0> art;
  array[n_row] int<lower=1, upper=n_fem> fem; // Men, Women
  array[n_row] int<lower=1, upper=n_mar> mar; // Married, Single
  vector[n_row] kid5;
  vector[n_row] phd;
  vector[n_row] ment;
}
transformed data {
  matrix[n_row, 5] x;
  x[ : , 1] = to_vector(fem) - 1;
  x[ : , 2] = to_vector(mar) - 1;
  x[ : , 3] = kid5;
  x[ : , 4] = (phd - mean(phd)) / sd(phd);
  x[ : , 5] = (ment - mean(ment)) / sd(ment);
}
parameters {
  real eta_intercept;
  vector[5] eta_linear_coef;
  real gate_intercept;
  vector[1] gate_ment_coef;
  real<lower=0> art_concentration;
}
model {
  vector[n_row] eta = eta_intercept + x * eta_linear_coef;
  vector[n_row] gate = gate_intercept + gate_ment_coef[1] * x[ : , 5];
  eta_intercept ~ normal(0, 1);
  eta_linear_coef ~ normal(0, 1);
  gate_intercept ~ normal(0, 1);
  gate_ment_coef ~ normal(0, 1);
  art_concentration ~ exponential(1);
  for (n in 1 : n_row) {
    real counted = neg_binomial_2_log_lpmf(art[n] | eta[n], art_concentration);
    if (art[n] == 0) {
      target += log_sum_exp(bernoulli_logit_lpmf(1 | gate[n]),
                            bernoulli_logit_lpmf(0 | gate[n]) + counted);
    } else {
      target += bernoulli_logit_lpmf(0 | gate[n]) + counted;
    }
  }
}
