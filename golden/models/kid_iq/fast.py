# not low_rank_forms: no products of columns are read
# compress_gaussian: rows of kid_score enter by their mean and the R factor of what
#     differs from it
# not marginalise_slopes: no slopes differ between levels
# not marginalise_effects: no effect of levels with a normal prior around 0 enters once,
#     by itself
# not collapse_linear: no normal coefficients have a scale that is unknown
# whiten_coefficients: mu_intercept, mu_linear_coef, kid_score_sigma in units of their
#     posterior, by least squares
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_linear: np.ndarray,  # (row, 3) z_hs, z_iq, z_hs:z_iq
    kid_score: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    kid_score_cells = Cells(kid_score.shape[0])
    kid_score_within, mu_linear_within = cells_within(
        kid_score_cells, kid_score, mu_linear
    )
    return {
        "mu_linear": cell_means(kid_score_cells, mu_linear),
        "kid_score_within": kid_score_within,
        "mu_linear_within": mu_linear_within,
        "kid_score_mean": cell_means(kid_score_cells, kid_score),
        "kid_score_count": cell_counts(kid_score_cells),
        "kid_score_freedom": cell_freedom(kid_score_cells),
        "kid_score_constant": cell_constant(kid_score_cells),
    }


def model_fast(
    mu_linear: Array,  # (cell, 3) means
    kid_score_within: Array,  # (within,)
    mu_linear_within: Array,  # (within, 3)
    kid_score_mean: Array,  # (cell,)
    kid_score_count: Array,  # (cell,) rows
    kid_score_freedom: Array,  # () rows less cells
    kid_score_constant: Array,  # () what these densities lack
    mu_intercept_at: Array,  # () by least squares
    mu_intercept_by: Array,  # (value,) for one unit of each z
    mu_linear_coef_at: Array,  # (3,) by least squares
    mu_linear_coef_by: Array,  # (3, value) for one unit of each z
    mu_standard_volume: Array,  # () log determinant of all of these
    kid_score_sigma_at: Array,  # () by least squares
    kid_score_sigma_width: Array,  # () of its logarithm
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept(coef ~ Flat())
    mu_standard = numpyro.sample(
        "mu_standard",
        dist.ImproperUniform(dist.constraints.real, (), ())
        .expand([mu_intercept_by.shape[0]])
        .to_event(1),
    )
    # all coefficients together: standard normal, as far as the rows tell
    numpyro.factor("mu_standard_volume", mu_standard_volume)
    mu_intercept = mu_intercept_at + mu_intercept_by @ mu_standard
    numpyro.deterministic("mu_intercept", mu_intercept)
    mu = mu_intercept

    #    + linear(z_hs, z_iq, z_hs:z_iq, coef ~ Flat())
    mu_linear_coef = mu_linear_coef_at + mu_linear_coef_by @ mu_standard
    numpyro.deterministic("mu_linear_coef", mu_linear_coef)
    mu = mu + mu_linear @ mu_linear_coef

    # kid_score ~ gaussian(mu, sigma ~ Flat(low = 0))
    kid_score_sigma_standard = numpyro.sample(
        "kid_score_sigma_standard", dist.ImproperUniform(dist.constraints.real, (), ())
    )
    kid_score_sigma = kid_score_sigma_at * jnp.exp(
        kid_score_sigma_width * kid_score_sigma_standard
    )
    numpyro.deterministic("kid_score_sigma", kid_score_sigma)
    numpyro.factor(
        "kid_score_sigma_prior", jnp.log(kid_score_sigma_width * kid_score_sigma)
    )
    # the mean of all rows, then what its rows differ from it
    numpyro.factor(
        "kid_score",
        means_log_density(kid_score_mean, mu, kid_score_sigma, kid_score_count)
        + within_log_density(
            kid_score_within - mu_linear_within @ mu_linear_coef,
            kid_score_sigma,
            kid_score_freedom,
            kid_score_constant,
        ),
    )
