# not low_rank_forms: no products of columns are read
# compress_gaussian: rows of log_count enter by a mean for each year_slot and the R
#     factor of what differs from it; where these save less than half of the rows, each
#     row is by itself
# not marginalise_slopes: no slopes differ between levels
# not marginalise_effects: no effect of levels with a normal prior around 0 enters once,
#     by itself
# not collapse_linear: the rows of log_count differ by levels
# not whiten_coefficients: the rows of log_count differ by levels
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    year_slot: np.ndarray,  # (row,) int in [0, n_year_slot)
    log_count: np.ndarray,  # (row,)
    *,
    n_year_slot: int,
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    log_count_cells = Cells(log_count.shape[0], year_slot)
    (log_count_within,) = cells_within(log_count_cells, log_count)
    return {
        "year_slot": cell_values(log_count_cells, year_slot),
        "log_count_within": log_count_within,
        "log_count_mean": cell_means(log_count_cells, log_count),
        "log_count_count": cell_counts(log_count_cells),
        "log_count_freedom": cell_freedom(log_count_cells),
        "log_count_constant": cell_constant(log_count_cells),
        "n_year_slot": n_year_slot,
    }


def model_fast(
    year_slot: Array,  # (cell,) int in [0, n_year_slot)
    log_count_within: Array,  # (within,)
    log_count_mean: Array,  # (cell,)
    log_count_count: Array,  # (cell,) rows
    log_count_freedom: Array,  # () rows less cells
    log_count_constant: Array,  # () what these densities lack
    *,
    n_year_slot: int,
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept()
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(0.0, 1.0))
    mu = mu_intercept

    #    + ar1(year, horizon = 2)
    mu_year_rho = numpyro.sample("mu_year_rho", ScaledBeta(2.0, 2.0, -1.0, 1.0))
    mu_year_scale = numpyro.sample("mu_year_scale", dist.HalfNormal(1.0))
    mu_year_state = numpyro.sample(
        "mu_year_state",
        AR1(mu_year_rho, mu_year_scale, n_year_slot),
    )
    mu = mu + mu_year_state[year_slot]

    # log_count ~ gaussian(mu, sigma ~ HalfNormal(0.3))
    log_count_sigma = numpyro.sample("log_count_sigma", dist.HalfNormal(0.3))
    # the mean of each year_slot, then what its rows differ from it
    numpyro.factor(
        "log_count",
        means_log_density(log_count_mean, mu, log_count_sigma, log_count_count)
        + within_log_density(
            log_count_within, log_count_sigma, log_count_freedom, log_count_constant
        ),
    )
