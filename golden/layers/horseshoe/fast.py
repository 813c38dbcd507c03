# compress_gaussian: rows of response enter by their mean and the R factor of what
#     differs from it
# not marginalise_effects: no effect of levels with a normal prior enters once, by
#     itself
# not whiten_coefficients: mu_x_coef is sampled otherwise: each value has a scale of its
#     own
# not centre_by_information: no effect of levels around an unknown scale enters a
#     predictor by itself
# not aggregate_rows: the rows are gone already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: the rows are gone already


def prepare(
    mu_x: np.ndarray,  # (row, column) compound_*
    training_rows: np.ndarray,  # () rows of the fit
    response: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    response_cells = Cells(response)
    response_within, mu_x_within = cells_within(response_cells, response, mu_x)
    return {
        "mu_x": cell_means(response_cells, mu_x),
        "training_rows": training_rows,
        "response_within": response_within,
        "mu_x_within": mu_x_within,
        "response_mean": cell_means(response_cells, response),
        "response_count": cell_counts(response_cells),
        "response_freedom": cell_freedom(response_cells),
        "response_constant": cell_constant(response_cells),
    }


def model_fast(
    mu_x: Array,  # (cell, column) means
    training_rows: Array,  # () rows of the fit
    response_within: Array,  # (within,)
    mu_x_within: Array,  # (within, column)
    response_mean: Array,  # (cell,)
    response_count: Array,  # (cell,) rows
    response_freedom: Array,  # () rows less cells
    response_constant: Array,  # () what these densities lack
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept()
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(0.0, 1.0))
    mu = mu_intercept

    #    + horseshoe(standardize(x), relevant = 2)
    response_sigma = numpyro.sample("response_sigma", dist.Exponential(1.0))
    mu_x_tau = numpyro.sample(
        "mu_x_tau",
        dist.HalfCauchy(
            2.0 / (mu_x.shape[1] - 2.0) * (response_sigma / jnp.sqrt(training_rows))
        ),
    )
    mu_x_lambda = numpyro.sample(
        "mu_x_lambda",
        dist.HalfCauchy(1.0).expand([mu_x.shape[1]]).to_event(1),
    )
    mu_x_c2 = numpyro.sample("mu_x_c2", dist.InverseGamma(2.0, 8.0))
    mu_x_shrinkage = (
        mu_x_tau
        * mu_x_lambda
        * jnp.sqrt(mu_x_c2 / (mu_x_c2 + (mu_x_tau * mu_x_lambda) ** 2))
    )
    mu_x_coef = numpyro.sample(
        "mu_x_coef",
        dist.Normal(0.0, mu_x_shrinkage).to_event(1),
    )
    mu = mu + mu_x @ mu_x_coef

    # response ~ gaussian(mu)
    # the mean of all rows, then what its rows differ from it
    numpyro.factor(
        "response",
        means_log_density(response_mean, mu, response_sigma, response_count)
        + within_log_density(
            response_within - mu_x_within @ mu_x_coef,
            response_sigma,
            response_freedom,
            response_constant,
        ),
    )
