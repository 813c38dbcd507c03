# not low_rank_forms: no products of columns are read
# compress_gaussian: rows of log_radon enter by a mean for each county and the R factor
#     of what differs from it; where these save less than half of the rows, each row is
#     by itself
# not marginalise_slopes: no slopes differ between levels
# not marginalise_effects: no effect of levels with a normal prior around 0 enters once,
#     by itself
# not collapse_linear: the rows of log_radon differ by levels
# not whiten_coefficients: the rows of log_radon differ by levels
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    uranium: np.ndarray,  # (n_county,)
    county: np.ndarray,  # (row,) int in [0, n_county)
    log_radon_floor: np.ndarray,  # (row, 1) floor
    log_radon: np.ndarray,  # (row,)
    *,
    n_county: int,
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    log_radon_cells = Cells(log_radon.shape[0], county)
    log_radon_within, log_radon_floor_within = cells_within(
        log_radon_cells, log_radon, log_radon_floor
    )
    return {
        "uranium": uranium,
        "county": cell_values(log_radon_cells, county),
        "log_radon_floor": cell_means(log_radon_cells, log_radon_floor),
        "log_radon_within": log_radon_within,
        "log_radon_floor_within": log_radon_floor_within,
        "log_radon_mean": cell_means(log_radon_cells, log_radon),
        "log_radon_count": cell_counts(log_radon_cells),
        "log_radon_freedom": cell_freedom(log_radon_cells),
        "log_radon_constant": cell_constant(log_radon_cells),
    }


def model_fast(
    uranium: Array,  # (n_county,)
    county: Array,  # (cell,) int in [0, n_county)
    log_radon_floor: Array,  # (cell, 1) means
    log_radon_within: Array,  # (within,)
    log_radon_floor_within: Array,  # (within, 1)
    log_radon_mean: Array,  # (cell,)
    log_radon_count: Array,  # (cell,) rows
    log_radon_freedom: Array,  # () rows less cells
    log_radon_constant: Array,  # () what these densities lack
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # a ~ Normal(0, 1)
    a = numpyro.sample("a", dist.Normal(0.0, 1.0))

    # b ~ Normal(0, 1)
    b = numpyro.sample("b", dist.Normal(0.0, 1.0))

    # tau ~ HalfNormal(1)
    tau = numpyro.sample("tau", dist.HalfNormal(1.0))

    # alpha[county] ~ Normal(a + b * uranium, tau)
    alpha = numpyro.sample(
        "alpha",
        dist.Normal(a + b * uranium, tau).to_event(1),
    )

    # log_radon ~ gaussian(alpha[county] + linear(floor, coef ~ Normal(0, 1)))
    log_radon_floor_coef = numpyro.sample(
        "log_radon_floor_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    log_radon_sigma = numpyro.sample("log_radon_sigma", dist.Exponential(1.0))
    log_radon_location = alpha[county]
    log_radon_location = log_radon_location + log_radon_floor @ log_radon_floor_coef
    # the mean of each county, then what its rows differ from it
    numpyro.factor(
        "log_radon",
        means_log_density(
            log_radon_mean, log_radon_location, log_radon_sigma, log_radon_count
        )
        + within_log_density(
            log_radon_within - log_radon_floor_within @ log_radon_floor_coef,
            log_radon_sigma,
            log_radon_freedom,
            log_radon_constant,
        ),
    )
