# not low_rank_forms: no products of columns are read, or they are too many to compress
# compress_gaussian: rows of crime_z enter by their mean and the R factor of what
#     differs from it
# not marginalise_slopes: no slopes differ between levels
# not marginalise_effects: no effect of levels with a normal prior enters once, by
#     itself
# collapse_linear: mu_intercept, mu_x_coef are integrated out, and drawn back by recover
# not whiten_coefficients: the response is not the Gaussian means of cells
# not centre_by_information: no effect of levels around an unknown scale enters a
#     predictor by itself
# not centre_slopes: no slopes with an unknown scale each enter a predictor by
#     themselves
# not aggregate_rows: the rows are gone already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: the rows are gone already
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_x: np.ndarray,  # (row, 15) young, south, schooling, police60, police59, labour, ma...
    training_rows: np.ndarray,  # () rows of the fit
    crime_z: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    crime_z_cells = Cells(crime_z)
    crime_z_within, mu_x_within = cells_within(crime_z_cells, crime_z, mu_x)
    return {
        "mu_x": cell_means(crime_z_cells, mu_x),
        "training_rows": training_rows,
        "crime_z_within": crime_z_within,
        "mu_x_within": mu_x_within,
        "crime_z_mean": cell_means(crime_z_cells, crime_z),
        "crime_z_count": cell_counts(crime_z_cells),
        "crime_z_freedom": cell_freedom(crime_z_cells),
        "crime_z_constant": cell_constant(crime_z_cells),
    }


def model_fast(
    mu_x: Array,  # (cell, 15) means
    training_rows: Array,  # () rows of the fit
    crime_z_within: Array,  # (within,)
    mu_x_within: Array,  # (within, 15)
    crime_z_mean: Array,  # (cell,)
    crime_z_count: Array,  # (cell,) rows
    crime_z_freedom: Array,  # () rows less cells
    crime_z_constant: Array,  # () what these densities lack
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept()

    #    + horseshoe(standardize(x), relevant = 4, slab = 0.5, lambda ~ HalfStudentT(3,
    #      1))
    crime_z_sigma = numpyro.sample("crime_z_sigma", dist.Exponential(1.0))
    mu_x_tau = numpyro.sample(
        "mu_x_tau",
        dist.HalfCauchy(4.0 / (15 - 4.0) * (crime_z_sigma / jnp.sqrt(training_rows))),
    )
    mu_x_lambda = numpyro.sample(
        "mu_x_lambda",
        dist.FoldedDistribution(dist.StudentT(3.0, 0.0, 1.0)).expand([15]).to_event(1),
    )
    mu_x_c2 = numpyro.sample("mu_x_c2", dist.InverseGamma(2.0, 0.5))
    mu_x_shrinkage = (
        mu_x_tau
        * mu_x_lambda
        * jnp.sqrt(mu_x_c2 / (mu_x_c2 + (mu_x_tau * mu_x_lambda) ** 2))
    )

    # crime_z ~ gaussian(mu)
    # mu_intercept, mu_x_coef are integrated out: see recover
    numpyro.factor(
        "crime_z",
        collapsed_log_density(
            crime_z_freedom,
            crime_z_constant,
            crime_z_mean,
            0.0,
            crime_z_within,
            crime_z_count,
            crime_z_sigma,
            Block(1.0, 0.0, 0.0, 1.0),
            Block(mu_x, mu_x_within, 0.0, mu_x_shrinkage),
        ),
    )


def recover(
    mu_x: Array,  # (cell, 15) means
    crime_z_within: Array,  # (within,)
    mu_x_within: Array,  # (within, 15)
    crime_z_mean: Array,  # (cell,)
    crime_z_count: Array,  # (cell,) rows
    *,
    crime_z_sigma: Array,
    mu_x_tau: Array,
    mu_x_lambda: Array,
    mu_x_c2: Array,
) -> dict[Any, dist.Distribution]:
    """What was integrated out, given the other sites."""
    mu_x_shrinkage = (
        mu_x_tau
        * mu_x_lambda
        * jnp.sqrt(mu_x_c2 / (mu_x_c2 + (mu_x_tau * mu_x_lambda) ** 2))
    )
    return {
        # normal priors times a normal density around what is linear in them
        ("mu_intercept", "mu_x_coef"): coefficients_given(
            crime_z_mean,
            0.0,
            crime_z_within,
            crime_z_count,
            crime_z_sigma,
            Block(1.0, 0.0, 0.0, 1.0),
            Block(mu_x, mu_x_within, 0.0, mu_x_shrinkage),
        ),
    }
