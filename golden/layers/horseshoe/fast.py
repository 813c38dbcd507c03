# not low_rank_forms: no products of columns are read
# compress_gaussian: rows of response enter by their mean and the R factor of what
#     differs from it
# not marginalise_slopes: no slopes differ between levels
# not marginalise_effects: no effect of levels with a normal prior around 0 enters once,
#     by itself
# collapse_linear: mu_intercept, mu_x_coef are integrated out, and drawn back by recover
# not whiten_coefficients: mu_intercept, mu_x_coef are integrated out
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_x: np.ndarray,  # (row, column) compound_*
    training_rows: np.ndarray,  # () rows of the fit
    response: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` and ``recover`` take in place of the rows.

    It is computed once, on the host, in float64.
    """
    response_cells = Cells(response.shape[0])
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

    # response ~ gaussian(mu)
    # mu_intercept, mu_x_coef are integrated out: see recover
    numpyro.factor(
        "response",
        collapsed_log_density(
            response_freedom,
            response_constant,
            response_mean,
            0.0,
            response_within,
            response_count,
            response_sigma,
            Block(1.0, 0.0, 0.0, 1.0),
            Block(mu_x, mu_x_within, 0.0, mu_x_shrinkage),
        ),
    )


def recover(
    mu_x: Array,  # (cell, column) means
    response_within: Array,  # (within,)
    mu_x_within: Array,  # (within, column)
    response_mean: Array,  # (cell,)
    response_count: Array,  # (cell,) rows
    *,
    response_sigma: Array,
    mu_x_tau: Array,
    mu_x_lambda: Array,
    mu_x_c2: Array,
) -> dict[Any, dist.Distribution]:
    """What was integrated out, given the other sites."""
    mu_x_shrinkage = (
        mu_x_tau
        * mu_x_lambda
        * jnp.sqrt(mu_x_c2 / (mu_x_c2 + (mu_x_tau * mu_x_lambda) ** 2))
    )
    return {
        # normal priors times a normal density around what is linear in them
        ("mu_intercept", "mu_x_coef"): coefficients_given(
            response_mean,
            0.0,
            response_within,
            response_count,
            response_sigma,
            Block(1.0, 0.0, 0.0, 1.0),
            Block(mu_x, mu_x_within, 0.0, mu_x_shrinkage),
        ),
    }
