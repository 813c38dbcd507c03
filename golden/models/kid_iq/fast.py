# compress_gaussian: rows of kid_score enter by their mean and the R factor of what
#     differs from it
# not marginalise_effects: no effect of levels with a normal prior enters once, by
#     itself
# not centre_by_information: no effect of levels around an unknown scale enters a
#     predictor by itself
# not aggregate_rows: the rows are gone already
# not hoist_constants: no density has constants to take out


def prepare(
    mu_linear: np.ndarray,  # (row, 3) z_hs, z_iq, z_hs:z_iq
    kid_score: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    kid_score_cells = Cells(kid_score)
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
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept(coef ~ Flat())
    mu_intercept = numpyro.sample(
        "mu_intercept", dist.ImproperUniform(dist.constraints.real, (), ())
    )
    mu = mu_intercept

    #    + linear(z_hs, z_iq, z_hs:z_iq, coef ~ Flat())
    mu_linear_coef = numpyro.sample(
        "mu_linear_coef",
        dist.ImproperUniform(dist.constraints.real, (), ()).expand([3]).to_event(1),
    )
    mu = mu + mu_linear @ mu_linear_coef

    # kid_score ~ gaussian(mu, sigma ~ Flat(low = 0))
    kid_score_sigma = numpyro.sample(
        "kid_score_sigma", dist.ImproperUniform(dist.constraints.positive, (), ())
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
