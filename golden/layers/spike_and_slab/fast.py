# not low_rank_forms: no products of columns are read
# compress_gaussian: rows of cycles enter by their mean and the R factor of what differs
#     from it
# not marginalise_slopes: no slopes differ between levels
# not marginalise_effects: no effect of levels with a normal prior around 0 enters once,
#     by itself
# not collapse_linear: no normal coefficients have a scale that is unknown
# not whiten_coefficients: a coefficient is not sampled by itself, on the whole line
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_alloy: np.ndarray,  # (row, 5) carbon, nickel, sulphur, copper, tin
    cycles: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    cycles_cells = Cells(cycles.shape[0])
    cycles_within, mu_alloy_within = cells_within(cycles_cells, cycles, mu_alloy)
    return {
        "mu_alloy": cell_means(cycles_cells, mu_alloy),
        "cycles_within": cycles_within,
        "mu_alloy_within": mu_alloy_within,
        "cycles_mean": cell_means(cycles_cells, cycles),
        "cycles_count": cell_counts(cycles_cells),
        "cycles_freedom": cell_freedom(cycles_cells),
        "cycles_constant": cell_constant(cycles_cells),
    }


def model_fast(
    mu_alloy: Array,  # (cell, 5) means
    cycles_within: Array,  # (within,)
    mu_alloy_within: Array,  # (within, 5)
    cycles_mean: Array,  # (cell,)
    cycles_count: Array,  # (cell,) rows
    cycles_freedom: Array,  # () rows less cells
    cycles_constant: Array,  # () what these densities lack
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept()
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(0.0, 1.0))
    mu = mu_intercept

    #    + spike_and_slab(alloy, gate ~ Beta(0.3, 0.3))
    mu_alloy_gate = numpyro.sample(
        "mu_alloy_gate",
        dist.Beta(0.3, 0.3).expand([5]).to_event(1),
    )
    mu_alloy_slab = numpyro.sample(
        "mu_alloy_slab",
        dist.Normal(0.0, 1.0).expand([5]).to_event(1),
    )
    mu_alloy_coef = mu_alloy_gate * mu_alloy_slab
    numpyro.deterministic("mu_alloy_coef", mu_alloy_coef)
    mu = mu + mu_alloy @ mu_alloy_coef

    # cycles ~ gaussian(mu)
    cycles_sigma = numpyro.sample("cycles_sigma", dist.Exponential(1.0))
    # the mean of all rows, then what its rows differ from it
    numpyro.factor(
        "cycles",
        means_log_density(cycles_mean, mu, cycles_sigma, cycles_count)
        + within_log_density(
            cycles_within - mu_alloy_within @ mu_alloy_coef,
            cycles_sigma,
            cycles_freedom,
            cycles_constant,
        ),
    )
