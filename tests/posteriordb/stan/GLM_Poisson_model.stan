data {
  int<lower=1> n;
  array[n] int<lower=0> C;
  vector[n] year;
}
parameters {
  real<lower=-20, upper=20> alpha;
  real<lower=-10, upper=10> beta1;
  real<lower=-10, upper=10> beta2;
  real<lower=-10, upper=10> beta3;
}
model {
  target += poisson_log_lpmf(C | alpha + beta1 * year + beta2 * square(year) + beta3 * year .^ 3);
}
