# not low_rank_forms: no products of columns are read
# compress_gaussian: rows of strength enter by a mean for each batch and the R factor of
#     what differs from it
# not marginalise_slopes: no slopes differ between levels
# marginalise_effects: mu_batch_effect is integrated out, and drawn back by recover
# not collapse_linear: mu_batch_effect is integrated out of the means of cells
# not whiten_coefficients: mu_batch_effect is integrated out of the means of cells
# not centre_by_information: mu_batch_effect is integrated out
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    batch: np.ndarray,  # (row,) int in [0, n_batch)
    strength: np.ndarray,  # (row,)
    *,
    n_batch: int,
) -> dict[str, Any]:
    """What ``model_fast`` and ``recover`` take in place of the rows.

    It is computed once, on the host, in float64.
    """
    strength_cells = Cells(strength.shape[0], batch, merge=1)
    (strength_within,) = cells_within(strength_cells, strength)
    return {
        "batch": cell_values(strength_cells, batch),
        "strength_within": strength_within,
        "strength_mean": cell_means(strength_cells, strength),
        "strength_count": cell_counts(strength_cells),
        "strength_freedom": cell_freedom(strength_cells),
        "strength_constant": cell_constant(strength_cells),
        "batch_rows": rows_by_level(batch, n_batch),
    }


def model_fast(
    strength_within: Array,  # (within,)
    strength_mean: Array,  # (cell,)
    strength_count: Array,  # (cell,) rows
    strength_freedom: Array,  # () rows less cells
    strength_constant: Array,  # () what these densities lack
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept(coef ~ Normal(15, 5))
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(15.0, 5.0))
    mu = mu_intercept

    #    + random_effects(batch)
    mu_batch_scale = numpyro.sample("mu_batch_scale", dist.HalfNormal(1.0))

    # strength ~ gaussian(mu)
    strength_sigma = numpyro.sample("strength_sigma", dist.Exponential(1.0))
    # mu_batch_effect is integrated out of the means: see recover
    numpyro.factor(
        "strength",
        means_log_density_around(
            strength_mean, mu, strength_sigma, strength_count, mu_batch_scale
        )
        + within_log_density(
            strength_within, strength_sigma, strength_freedom, strength_constant
        ),
    )


def recover(
    batch: Array,  # (cell,) int in [0, n_batch)
    strength_mean: Array,  # (cell,)
    strength_count: Array,  # (cell,) rows
    batch_rows: Array,  # (n_batch,) rows of each level
    *,
    mu_intercept: Array,
    mu_batch_scale: Array,
    strength_sigma: Array,
) -> dict[str, dist.Distribution]:
    """What was integrated out, given the other sites."""
    mu = mu_intercept
    return {
        # normal prior times normal means
        "mu_batch_effect": effect_given(
            strength_mean,
            mu,
            strength_sigma,
            strength_count,
            batch,
            mu_batch_scale,
            batch_rows,
        ),
    }
