// y ~ normal([a, b, c] * linear_part_coef + [a^2, b^2, c^2] * square_part_coef,
//            y_sigma)
data {
  int<lower=1> n_row;
  vector[n_row] a;
  vector[n_row] b;
  vector[n_row] c;
  vector[n_row] y;
}
transformed data {
  matrix[n_row, 3] x = append_col(append_col(a, b), c);
}
parameters {
  real<lower=0> linear_part_scale;
  vector<lower=0>[3] linear_part_coef;
  real<lower=0> square_part_scale;
  vector<lower=0>[3] square_part_coef;
  real<lower=0> y_sigma;
}
model {
  linear_part_scale ~ exponential(1);
  linear_part_coef ~ lognormal(0, linear_part_scale);
  square_part_scale ~ exponential(1);
  square_part_coef ~ lognormal(0, square_part_scale);
  y_sigma ~ normal(0, 1);
  y ~ normal(x * linear_part_coef + (x .* x) * square_part_coef, y_sigma);
}
