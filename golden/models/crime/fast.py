# not low_rank_forms: no products of columns are read
# compress_gaussian: rows of crime_z enter by their mean and the R factor of what
#     differs from it
# not marginalise_slopes: no slopes differ between levels
# not marginalise_effects: no effect of levels with a normal prior around 0 enters once,
#     by itself
# not collapse_linear: the source says how mu_x_coef is sampled
# not whiten_coefficients: mu_x_coef is sampled otherwise: the source says so
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_x: np.ndarray,  # (row, 15) young, south, schooling, police60, police59, labour, ...
    training_rows: np.ndarray,  # () rows of the fit
    crime_z: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    crime_z_cells = Cells(crime_z.shape[0])
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
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(0.0, 1.0))
    mu = mu_intercept

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
    mu_x_coef = numpyro.sample(
        "mu_x_coef",
        dist.Normal(0.0, mu_x_shrinkage).to_event(1),
    )
    mu = mu + mu_x @ mu_x_coef

    # crime_z ~ gaussian(mu)
    # the mean of all rows, then what its rows differ from it
    numpyro.factor(
        "crime_z",
        means_log_density(crime_z_mean, mu, crime_z_sigma, crime_z_count)
        + within_log_density(
            crime_z_within - mu_x_within @ mu_x_coef,
            crime_z_sigma,
            crime_z_freedom,
            crime_z_constant,
        ),
    )
