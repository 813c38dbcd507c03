# compress_gaussian: rows of hours enter by their mean and the R factor of what differs
#     from it
# not marginalise_effects: no effect of levels with a normal prior enters once, by
#     itself
# not centre_by_information: no effect of levels around an unknown scale enters a
#     predictor by itself
# not aggregate_rows: the rows are gone already
# not hoist_constants: no density has constants to take out


def prepare(
    mu_age: np.ndarray,  # (row, 1) age
    hours: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    log_hours = np.log(hours)
    hours_cells = Cells(log_hours)
    log_hours_within, mu_age_within = cells_within(hours_cells, log_hours, mu_age)
    return {
        "mu_age": cell_means(hours_cells, mu_age),
        "log_hours_within": log_hours_within,
        "mu_age_within": mu_age_within,
        "hours_mean": cell_means(hours_cells, log_hours),
        "hours_count": cell_counts(hours_cells),
        "hours_freedom": cell_freedom(hours_cells),
        "hours_constant": cell_constant(hours_cells, log_hours),
    }


def model_fast(
    mu_age: Array,  # (cell, 1) means
    log_hours_within: Array,  # (within,)
    mu_age_within: Array,  # (within, 1)
    hours_mean: Array,  # (cell,)
    hours_count: Array,  # (cell,) rows
    hours_freedom: Array,  # () rows less cells
    hours_constant: Array,  # () what these densities lack
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept()
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(0.0, 1.0))
    mu = mu_intercept

    #    + linear(standardize(age))
    mu_age_coef = numpyro.sample(
        "mu_age_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    mu = mu + mu_age @ mu_age_coef

    # hours ~ lognormal(mu)
    hours_sigma = numpyro.sample("hours_sigma", dist.Exponential(1.0))
    # the mean of all rows, then what its rows differ from it
    numpyro.factor(
        "hours",
        means_log_density(hours_mean, mu, hours_sigma, hours_count)
        + within_log_density(
            log_hours_within - mu_age_within @ mu_age_coef,
            hours_sigma,
            hours_freedom,
            hours_constant,
        ),
    )
