# compress_gaussian: rows of log_wage enter by their mean and the R factor of what
#     differs from it
# not marginalise_effects: no effect of levels with a normal prior enters once, by
#     itself
# not centre_by_information: no effect of levels around an unknown scale enters a
#     predictor by itself
# not aggregate_rows: the rows are gone already
# not hoist_constants: no density has constants to take out


def prepare(
    mu_linear: np.ndarray,  # (row, column) sex, region, z, sex:z
    log_wage: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    log_wage_cells = Cells(log_wage)
    log_wage_within, mu_linear_within = cells_within(
        log_wage_cells, log_wage, mu_linear
    )
    return {
        "mu_linear": cell_means(log_wage_cells, mu_linear),
        "log_wage_within": log_wage_within,
        "mu_linear_within": mu_linear_within,
        "log_wage_mean": cell_means(log_wage_cells, log_wage),
        "log_wage_count": cell_counts(log_wage_cells),
        "log_wage_freedom": cell_freedom(log_wage_cells),
        "log_wage_constant": cell_constant(log_wage_cells),
    }


def model_fast(
    mu_linear: Array,  # (cell, column) means
    log_wage_within: Array,  # (within,)
    mu_linear_within: Array,  # (within, column)
    log_wage_mean: Array,  # (cell,)
    log_wage_count: Array,  # (cell,) rows
    log_wage_freedom: Array,  # () rows less cells
    log_wage_constant: Array,  # () what these densities lack
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept()
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(0.0, 1.0))
    mu = mu_intercept

    #    + linear(sex, region, z, sex:z)
    mu_linear_coef = numpyro.sample(
        "mu_linear_coef",
        dist.Normal(0.0, 1.0).expand([mu_linear.shape[1]]).to_event(1),
    )
    mu = mu + mu_linear @ mu_linear_coef

    # log_wage ~ gaussian(mu)
    log_wage_sigma = numpyro.sample("log_wage_sigma", dist.Exponential(1.0))
    # the mean of all rows, then what its rows differ from it
    numpyro.factor(
        "log_wage",
        means_log_density(log_wage_mean, mu, log_wage_sigma, log_wage_count)
        + within_log_density(
            log_wage_within - mu_linear_within @ mu_linear_coef,
            log_wage_sigma,
            log_wage_freedom,
            log_wage_constant,
        ),
    )
