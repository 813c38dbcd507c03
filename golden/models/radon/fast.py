# not low_rank_forms: no products of columns are read
# compress_gaussian: rows of log_radon enter by a mean for each county and the R factor
#     of what differs from it
# not marginalise_slopes: no slopes differ between levels
# marginalise_effects: mu_county_effect is integrated out, and drawn back by recover
# not collapse_linear: mu_county_effect is integrated out of the means of cells
# not whiten_coefficients: mu_county_effect is integrated out of the means of cells
# not centre_by_information: mu_county_effect is integrated out
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_adaptive: np.ndarray,  # (row, 2) floor, uranium
    county: np.ndarray,  # (row,) int in [0, n_county)
    log_radon: np.ndarray,  # (row,)
    *,
    n_county: int,
) -> dict[str, Any]:
    """What ``model_fast`` and ``recover`` take in place of the rows.

    It is computed once, on the host, in float64.
    """
    log_radon_cells = Cells(log_radon.shape[0], county, merge=1)
    log_radon_within, mu_adaptive_within = cells_within(
        log_radon_cells, log_radon, mu_adaptive
    )
    return {
        "mu_adaptive": cell_means(log_radon_cells, mu_adaptive),
        "county": cell_values(log_radon_cells, county),
        "log_radon_within": log_radon_within,
        "mu_adaptive_within": mu_adaptive_within,
        "log_radon_mean": cell_means(log_radon_cells, log_radon),
        "log_radon_count": cell_counts(log_radon_cells),
        "log_radon_freedom": cell_freedom(log_radon_cells),
        "log_radon_constant": cell_constant(log_radon_cells),
        "county_rows": rows_by_level(county, n_county),
    }


def model_fast(
    mu_adaptive: Array,  # (cell, 2) means
    log_radon_within: Array,  # (within,)
    mu_adaptive_within: Array,  # (within, 2)
    log_radon_mean: Array,  # (cell,)
    log_radon_count: Array,  # (cell,) rows
    log_radon_freedom: Array,  # () rows less cells
    log_radon_constant: Array,  # () what these densities lack
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept()
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(0.0, 1.0))
    mu = mu_intercept

    #    + adaptive(floor, uranium)
    mu_adaptive_scale = numpyro.sample("mu_adaptive_scale", dist.HalfNormal(1.0))
    mu_adaptive_coef = numpyro.sample(
        "mu_adaptive_coef",
        dist.Normal(0.0, mu_adaptive_scale).expand([2]).to_event(1),
    )
    mu = mu + mu_adaptive @ mu_adaptive_coef

    #    + random_effects(county)
    mu_county_scale = numpyro.sample("mu_county_scale", dist.HalfNormal(1.0))

    # log_radon ~ gaussian(mu)
    log_radon_sigma = numpyro.sample("log_radon_sigma", dist.Exponential(1.0))
    # mu_county_effect is integrated out of the means: see recover
    numpyro.factor(
        "log_radon",
        means_log_density_around(
            log_radon_mean, mu, log_radon_sigma, log_radon_count, mu_county_scale
        )
        + within_log_density(
            log_radon_within - mu_adaptive_within @ mu_adaptive_coef,
            log_radon_sigma,
            log_radon_freedom,
            log_radon_constant,
        ),
    )


def recover(
    mu_adaptive: Array,  # (cell, 2) means
    county: Array,  # (cell,) int in [0, n_county)
    log_radon_mean: Array,  # (cell,)
    log_radon_count: Array,  # (cell,) rows
    county_rows: Array,  # (n_county,) rows of each level
    *,
    mu_intercept: Array,
    mu_adaptive_coef: Array,
    mu_county_scale: Array,
    log_radon_sigma: Array,
) -> dict[str, dist.Distribution]:
    """What was integrated out, given the other sites."""
    mu = mu_intercept
    mu = mu + mu_adaptive @ mu_adaptive_coef
    return {
        # normal prior times normal means
        "mu_county_effect": effect_given(
            log_radon_mean,
            mu,
            log_radon_sigma,
            log_radon_count,
            county,
            mu_county_scale,
            county_rows,
        ),
    }
