// A cubic spline basis without its first column
functions {
  real b_spline(real x, array[] real knots, int i, int order);
  real b_spline(real x, array[] real knots, int i, int order) {
    if (order == 1) {
      return (knots[i] <= x && x < knots[i + 1])
             || (x == max(knots) && x == knots[i + 1] && knots[i] < knots[i + 1]);
    }
    real left = knots[i + order - 1] - knots[i];
    real right = knots[i + order] - knots[i + 1];
    real value = 0;
    if (left > 0) {
      value += (x - knots[i]) / left * b_spline(x, knots, i, order - 1);
    }
    if (right > 0) {
      value += (knots[i + order] - x) / right * b_spline(x, knots, i + 1, order - 1);
    }
    return value;
  }
}
data {
  int<lower=1> n_row;
  vector[n_row] y;
  vector[n_row] v;
}
transformed data {
  int m = 3;
  int K = m + 4;
  matrix[n_row, K] basis;
  {
    array[K + 4] real knots;
    for (k in 1 : 4) {
      knots[k] = min(v);
      knots[K + k] = max(v);
    }
    for (k in 1 : m) {
      knots[4 + k] = quantile(v, k * 1.0 / (m + 1));
    }
    for (i in 1 : n_row) {
      for (k in 1 : K) {
        basis[i, k] = b_spline(v[i], knots, k, 4);
      }
    }
  }
}
parameters {
  real mu_intercept;
  vector[K - 1] mu_v_coef;
  real<lower=0> y_sigma;
}
model {
  mu_intercept ~ normal(0, 1);
  mu_v_coef ~ normal(0, 1);
  y_sigma ~ exponential(1);
  y ~ normal(mu_intercept + basis[ : , 2 : K] * mu_v_coef, y_sigma);
}
