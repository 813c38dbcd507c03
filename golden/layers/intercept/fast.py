# compress_gaussian: rows of excess enter by their mean and the R factor of what differs
#     from it
# not marginalise_effects: no effect of levels with a normal prior enters once, by
#     itself
# not centre_by_information: no effect of levels around an unknown scale enters a
#     predictor by itself
# not aggregate_rows: the rows are gone already
# not hoist_constants: no density has constants to take out


def prepare(
    row: np.ndarray,  # (row,) int, which rows of the full data these are
    excess: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    excess_cells = Cells(excess)
    (excess_within,) = cells_within(excess_cells, excess)
    return {
        "excess_within": excess_within,
        "excess_mean": cell_means(excess_cells, excess),
        "excess_count": cell_counts(excess_cells),
        "excess_freedom": cell_freedom(excess_cells),
        "excess_constant": cell_constant(excess_cells),
    }


def model_fast(
    excess_within: Array,  # (within,)
    excess_mean: Array,  # (cell,)
    excess_count: Array,  # (cell,) rows
    excess_freedom: Array,  # () rows less cells
    excess_constant: Array,  # () what these densities lack
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept(coef ~ Normal(400, 20))
    mu = numpyro.sample("mu", dist.Normal(400.0, 20.0))

    # excess ~ gaussian(mu, sigma ~ HalfNormal(10))
    excess_sigma = numpyro.sample("excess_sigma", dist.HalfNormal(10.0))
    # the mean of all rows, then what its rows differ from it
    numpyro.factor(
        "excess",
        means_log_density(excess_mean, mu, excess_sigma, excess_count)
        + within_log_density(
            excess_within, excess_sigma, excess_freedom, excess_constant
        ),
    )
