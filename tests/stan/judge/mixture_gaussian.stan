// Two normals in the order of their means
data {
  int<lower=1> n_row;
  vector[n_row] waves;
}
parameters {
  real m1;
  real<lower=m1> m2;
  real<lower=0> waves_m1_sigma;
  real<lower=0> waves_m2_sigma;
  simplex[2] waves_weights;
}
model {
  m1 ~ normal(-1, 2);
  m2 ~ normal(1, 2);
  waves_m1_sigma ~ exponential(1);
  waves_m2_sigma ~ exponential(1);
  waves_weights ~ dirichlet(rep_vector(1, 2));
  for (i in 1 : n_row) {
    target += log_mix(waves_weights[1], normal_lpdf(waves[i] | m1, waves_m1_sigma),
                      normal_lpdf(waves[i] | m2, waves_m2_sigma));
  }
}
