# not low_rank_forms: no products of columns are read
# compress_gaussian: weighted rows of child enter by a mean for each child_sex and
#     parent_sex and the R factor of what differs from it; where these save less than
#     half of the rows, each row is by itself
# not marginalise_slopes: no slopes differ between levels
# marginalise_effects: mu_child_sex_effect is integrated out, and drawn back by recover:
#     the first in the source, before mu_parent_sex_effect, which should have fewer
#     levels
# not collapse_linear: mu_child_sex_effect is integrated out of the means of cells
# not whiten_coefficients: mu_child_sex_effect is integrated out of the means of cells
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_parent: np.ndarray,  # (row, 1) parent - 66
    child_sex: np.ndarray,  # (row,) int in [0, n_child_sex)
    parent_sex: np.ndarray,  # (row,) int in [0, n_parent_sex)
    frequency: np.ndarray,  # (row,)
    child: np.ndarray,  # (row,)
    *,
    n_child_sex: int,
    n_parent_sex: int,
) -> dict[str, Any]:
    """What ``model_fast`` and ``recover`` take in place of the rows.

    It is computed once, on the host, in float64.
    """
    child_cells = Cells(child.shape[0], child_sex, parent_sex, weights=frequency)
    child_within, mu_parent_within = cells_within(child_cells, child, mu_parent)
    return {
        "mu_parent": cell_means(child_cells, mu_parent),
        "child_sex": cell_values(child_cells, child_sex),
        "parent_sex": cell_values(child_cells, parent_sex),
        "child_within": child_within,
        "mu_parent_within": mu_parent_within,
        "child_mean": cell_means(child_cells, child),
        "child_count": cell_counts(child_cells),
        "child_freedom": cell_freedom(child_cells),
        "child_constant": cell_constant(child_cells),
        "child_sex_rows": rows_by_level(child_sex, n_child_sex, frequency),
        "n_parent_sex": n_parent_sex,
    }


def model_fast(
    mu_parent: Array,  # (cell, 1) means
    child_sex: Array,  # (cell,) int in [0, n_child_sex)
    parent_sex: Array,  # (cell,) int in [0, n_parent_sex)
    child_within: Array,  # (within,)
    mu_parent_within: Array,  # (within, 1)
    child_mean: Array,  # (cell,)
    child_count: Array,  # (cell,) rows
    child_freedom: Array,  # () rows less cells
    child_constant: Array,  # () what these densities lack
    child_sex_rows: Array,  # (n_child_sex,) rows of each level
    *,
    n_parent_sex: int,
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept(coef ~ Normal(66, 5))
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(66.0, 5.0))
    mu = mu_intercept

    #    + linear(parent - 66)
    mu_parent_coef = numpyro.sample(
        "mu_parent_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    mu = mu + mu_parent @ mu_parent_coef

    #    + fixed_effects(child_sex)

    #    + fixed_effects(parent_sex)
    mu_parent_sex_effect = numpyro.sample(
        "mu_parent_sex_effect",
        dist.Normal(0.0, 1.0).expand([n_parent_sex]).to_event(1),
    )
    mu = mu + mu_parent_sex_effect[parent_sex]

    # child ~ weighted(gaussian(mu), frequency)
    child_sigma = numpyro.sample("child_sigma", dist.Exponential(1.0))
    # mu_child_sex_effect is integrated out of the means: see recover
    numpyro.factor(
        "child",
        means_log_density_over(
            child_mean, mu, child_sigma, child_count, child_sex, 1.0, child_sex_rows
        )
        + within_log_density(
            child_within - mu_parent_within @ mu_parent_coef,
            child_sigma,
            child_freedom,
            child_constant,
        ),
    )


def recover(
    mu_parent: Array,  # (cell, 1) means
    child_sex: Array,  # (cell,) int in [0, n_child_sex)
    parent_sex: Array,  # (cell,) int in [0, n_parent_sex)
    child_mean: Array,  # (cell,)
    child_count: Array,  # (cell,) rows
    child_sex_rows: Array,  # (n_child_sex,) rows of each level
    *,
    mu_intercept: Array,
    mu_parent_coef: Array,
    mu_parent_sex_effect: Array,
    child_sigma: Array,
) -> dict[str, dist.Distribution]:
    """What was integrated out, given the other sites."""
    mu = mu_intercept
    mu = mu + mu_parent @ mu_parent_coef
    mu = mu + mu_parent_sex_effect[parent_sex]
    return {
        # normal prior times normal means
        "mu_child_sex_effect": effect_given(
            child_mean, mu, child_sigma, child_count, child_sex, 1.0, child_sex_rows
        ),
    }
