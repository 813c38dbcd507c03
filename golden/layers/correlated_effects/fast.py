# not compress_gaussian: the predictor is not linear in its columns, given the levels of
#     a row
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# not centre_by_information: no effect of levels around an unknown scale enters a
#     predictor by itself
# not aggregate_rows: height is continuous: few rows are equal
# not hoist_constants: no density has constants to take out
# lay_out_rows: mu_age held by column


def prepare(
    mu_age: np.ndarray,  # (row, 1) age
    mu_age_columns: np.ndarray,  # (row, 2) 1, age
    child: np.ndarray,  # (row,) int in [0, n_child)
    height: np.ndarray,  # (row,)
    *,
    n_child: int,
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""

    return {
        "mu_age": by_column(mu_age),
        "mu_age_columns": mu_age_columns,
        "child": child,
        "height": height,
        "n_child": n_child,
    }


def model_fast(
    mu_age: Array,  # (1, row) age
    mu_age_columns: Array,  # (row, 2) 1, age
    child: Array,  # (row,) int in [0, n_child)
    height: Array,  # (row,)
    *,
    n_child: int,
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    rows = mu_age.shape[1]

    # mu = intercept(coef ~ Normal(78, 10))
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(78.0, 10.0))
    mu = mu_intercept

    #    + linear(age, coef ~ Normal(6, 2))
    mu_age_coef = numpyro.sample(
        "mu_age_coef",
        dist.Normal(6.0, 2.0).expand([1]).to_event(1),
    )
    mu = mu + mu_age_coef @ mu_age

    #    + correlated_effects(1, age, by = child, scale ~ HalfNormal(5), corr ~ LKJ(2))
    mu_age_scale = numpyro.sample(
        "mu_age_scale",
        dist.HalfNormal(5.0).expand([2]).to_event(1),
    )
    mu_age_corr_cholesky = numpyro.sample(
        "mu_age_corr_cholesky",
        dist.LKJCholesky(dimension=2, concentration=2.0),
    )
    mu_age_corr = correlation_of(mu_age_corr_cholesky)
    numpyro.deterministic("mu_age_corr", mu_age_corr)
    mu_age_effect = numpyro.sample(
        "mu_age_effect",
        dist.MultivariateNormal(
            scale_tril=scaled_factor(mu_age_scale, mu_age_corr_cholesky)
        )
        .expand([n_child])
        .to_event(1),
    )
    mu = mu + jnp.sum(mu_age_effect[child] * mu_age_columns, axis=-1)

    # height ~ gaussian(mu)
    height_sigma = numpyro.sample("height_sigma", dist.Exponential(1.0))
    with numpyro.plate("row", rows):
        numpyro.sample("height", dist.Normal(mu, height_sigma), obs=height)
