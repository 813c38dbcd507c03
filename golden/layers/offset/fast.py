# compress_gaussian: rows of after enter by their mean and the R factor of what differs
#     from it
# not marginalise_effects: no effect of levels with a normal prior enters once, by
#     itself
# not centre_by_information: no effect of levels around an unknown scale enters a
#     predictor by itself
# not aggregate_rows: the rows are gone already
# not hoist_constants: no density has constants to take out


def prepare(
    mu_dose: np.ndarray,  # (row, 1) dose
    before: np.ndarray,  # (row,)
    after: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    after_cells = Cells(after)
    after_within, mu_dose_within, before_within = cells_within(
        after_cells, after, mu_dose, before
    )
    return {
        "mu_dose": cell_means(after_cells, mu_dose),
        "before": cell_means(after_cells, before),
        "after_within": after_within,
        "mu_dose_within": mu_dose_within,
        "before_within": before_within,
        "after_mean": cell_means(after_cells, after),
        "after_count": cell_counts(after_cells),
        "after_freedom": cell_freedom(after_cells),
        "after_constant": cell_constant(after_cells),
    }


def model_fast(
    mu_dose: Array,  # (cell, 1) means
    before: Array,  # (cell,) means
    after_within: Array,  # (within,)
    mu_dose_within: Array,  # (within, 1)
    before_within: Array,  # (within,)
    after_mean: Array,  # (cell,)
    after_count: Array,  # (cell,) rows
    after_freedom: Array,  # () rows less cells
    after_constant: Array,  # () what these densities lack
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept()
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(0.0, 1.0))
    mu = mu_intercept

    #    + linear(dose)
    mu_dose_coef = numpyro.sample(
        "mu_dose_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    mu = mu + mu_dose @ mu_dose_coef

    #    + offset(before)
    mu = mu + before

    # after ~ gaussian(mu, sigma ~ HalfNormal(5))
    after_sigma = numpyro.sample("after_sigma", dist.HalfNormal(5.0))
    # the mean of all rows, then what its rows differ from it
    numpyro.factor(
        "after",
        means_log_density(after_mean, mu, after_sigma, after_count)
        + within_log_density(
            after_within - mu_dose_within @ mu_dose_coef - before_within,
            after_sigma,
            after_freedom,
            after_constant,
        ),
    )
