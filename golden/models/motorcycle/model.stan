// mu    = mu_intercept + (B(times) - B(midpoint)) * coef
// coef  = D' (D D')^-1 mu_times_difference + (-1 ... 1) mu_times_trend
// accel ~ normal(mu, accel_sigma)
functions {
  // The i-th B-spline of the given order (degree + 1) at x, by the recursion of Cox and de Boor;
  // the last interval is closed.
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
  vector[n_row] times;
  vector[n_row] accel;
}
transformed data {
  int m = 10;
  int K = m + 4;
  matrix[n_row, K] basis;
  matrix[K, K - 2] spread;
  vector[K] line = linspaced_vector(K, -1, 1);
  {
    array[K + 4] real knots;
    matrix[K - 2, K] D = rep_matrix(0, K - 2, K);
    for (k in 1 : 4) {
      knots[k] = min(times);
      knots[K + k] = max(times);
    }
    for (k in 1 : m) {
      knots[4 + k] = quantile(times, k * 1.0 / (m + 1));
    }
    for (k in 1 : K) {
      real middle = b_spline((min(times) + max(times)) / 2, knots, k, 4);
      for (n in 1 : n_row) {
        basis[n, k] = b_spline(times[n], knots, k, 4) - middle;
      }
    }
    for (k in 1 : K - 2) {
      D[k, k] = 1;
      D[k, k + 1] = -2;
      D[k, k + 2] = 1;
    }
    spread = D' * inverse_spd(tcrossprod(D));
  }
}
parameters {
  real mu_intercept;
  real<lower=0> mu_times_scale;
  vector<multiplier=mu_times_scale>[K - 2] mu_times_difference;
  real mu_times_trend;
  real<lower=0> accel_sigma;
}
model {
  mu_intercept ~ normal(0, 50);
  mu_times_scale ~ normal(0, 20);
  mu_times_difference ~ normal(0, mu_times_scale);
  mu_times_trend ~ normal(0, 50);
  accel_sigma ~ normal(0, 50);
  accel ~ normal(mu_intercept + basis * (spread * mu_times_difference + line * mu_times_trend),
                 accel_sigma);
}
