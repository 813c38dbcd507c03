# not low_rank_forms: no products of columns are read
# compress_gaussian: rows of flow enter by a mean for each year_slot and the R factor of
#     what differs from it; where these save less than half of the rows, each row is by
#     itself
# not marginalise_slopes: no slopes differ between levels
# not marginalise_effects: no effect of levels with a normal prior around 0 enters once,
#     by itself
# not collapse_linear: the rows of flow differ by levels
# not whiten_coefficients: the rows of flow differ by levels
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    year_slot: np.ndarray,  # (row,) int in [0, n_year_slot)
    flow: np.ndarray,  # (row,)
    *,
    n_year_slot: int,
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    flow_cells = Cells(flow.shape[0], year_slot)
    (flow_within,) = cells_within(flow_cells, flow)
    return {
        "year_slot": cell_values(flow_cells, year_slot),
        "flow_within": flow_within,
        "flow_mean": cell_means(flow_cells, flow),
        "flow_count": cell_counts(flow_cells),
        "flow_freedom": cell_freedom(flow_cells),
        "flow_constant": cell_constant(flow_cells),
        "n_year_slot": n_year_slot,
    }


def model_fast(
    year_slot: Array,  # (cell,) int in [0, n_year_slot)
    flow_within: Array,  # (within,)
    flow_mean: Array,  # (cell,)
    flow_count: Array,  # (cell,) rows
    flow_freedom: Array,  # () rows less cells
    flow_constant: Array,  # () what these densities lack
    *,
    n_year_slot: int,
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept(coef ~ Normal(900, 100))
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(900.0, 100.0))
    mu = mu_intercept

    #    + ar1(year, rho ~ ScaledBeta(6, 3), scale ~ LogNormal(4, 0.3))
    mu_year_rho = numpyro.sample("mu_year_rho", ScaledBeta(6.0, 3.0, -1.0, 1.0))
    mu_year_scale = numpyro.sample("mu_year_scale", dist.LogNormal(4.0, 0.3))
    mu_year_state = numpyro.sample(
        "mu_year_state",
        AR1(mu_year_rho, mu_year_scale, n_year_slot),
    )
    mu = mu + mu_year_state[year_slot]

    # flow ~ gaussian(mu, sigma ~ LogNormal(4.6, 0.2))
    flow_sigma = numpyro.sample("flow_sigma", dist.LogNormal(4.6, 0.2))
    # the mean of each year_slot, then what its rows differ from it
    numpyro.factor(
        "flow",
        means_log_density(flow_mean, mu, flow_sigma, flow_count)
        + within_log_density(flow_within, flow_sigma, flow_freedom, flow_constant),
    )
