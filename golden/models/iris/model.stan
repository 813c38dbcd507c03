// eta     = [0, eta_intercept + standardize(x) * eta_x_coef]
// species ~ categorical_logit(eta), setosa the reference
data {
  int<lower=1> n_row;
  int<lower=2> n_species;
  array[n_row] int<lower=1, upper=n_species> species;
  vector[n_row] sepal_length;
  vector[n_row] sepal_width;
  vector[n_row] petal_length;
  vector[n_row] petal_width;
}
transformed data {
  matrix[n_row, 4] x;
  x[ : , 1] = (sepal_length - mean(sepal_length)) / sd(sepal_length);
  x[ : , 2] = (sepal_width - mean(sepal_width)) / sd(sepal_width);
  x[ : , 3] = (petal_length - mean(petal_length)) / sd(petal_length);
  x[ : , 4] = (petal_width - mean(petal_width)) / sd(petal_width);
}
parameters {
  vector[n_species - 1] eta_intercept;
  vector<lower=0>[n_species - 1] eta_x_scale;
  matrix[4, n_species - 1] standard_x;
}
transformed parameters {
  matrix[4, n_species - 1] eta_x_coef = diag_post_multiply(standard_x, eta_x_scale);
}
model {
  eta_intercept ~ normal(0, 1);
  eta_x_scale ~ normal(0, 1);
  to_vector(standard_x) ~ normal(0, 1);
  matrix[n_row, n_species - 1] eta = x * eta_x_coef;
  for (n in 1 : n_row) {
    species[n] ~ categorical_logit(append_row(0, eta_intercept + eta[n]'));
  }
}
