# low_rank_forms: one form is linear in products of columns, by which rows compress
# compress_gaussian: rows of liking enter by their mean and the R factor of what differs
#     from it
# not marginalise_slopes: no slopes differ between levels
# not marginalise_effects: no effect of levels with a normal prior around 0 enters once,
#     by itself
# not collapse_linear: no normal coefficients have a scale that is unknown
# not whiten_coefficients: a coefficient is not sampled by itself, on the whole line
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_x: np.ndarray,  # (row, 4) salt, sugar, acid, fat
    liking: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    mu_x_products = (
        mu_x[:, np.triu_indices(4, 1)[0]] * mu_x[:, np.triu_indices(4, 1)[1]]
    )
    liking_cells = Cells(liking.shape[0])
    liking_within, mu_x_within, mu_x_products_within = cells_within(
        liking_cells, liking, mu_x, mu_x_products
    )
    return {
        "mu_x": cell_means(liking_cells, mu_x),
        "liking_within": liking_within,
        "mu_x_within": mu_x_within,
        "mu_x_products_within": mu_x_products_within,
        "mu_x_products": cell_means(liking_cells, mu_x_products),
        "liking_mean": cell_means(liking_cells, liking),
        "liking_count": cell_counts(liking_cells),
        "liking_freedom": cell_freedom(liking_cells),
        "liking_constant": cell_constant(liking_cells),
    }


def model_fast(
    mu_x: Array,  # (cell, 4) means
    liking_within: Array,  # (within,)
    mu_x_within: Array,  # (within, 4)
    mu_x_products_within: Array,  # (within, 6)
    mu_x_products: Array,  # (cell, 6) means
    liking_mean: Array,  # (cell,)
    liking_count: Array,  # (cell,) rows
    liking_freedom: Array,  # () rows less cells
    liking_constant: Array,  # () what these densities lack
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept()
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(0.0, 1.0))
    mu = mu_intercept

    #    + linear(x)
    mu_x_coef = numpyro.sample(
        "mu_x_coef",
        dist.Normal(0.0, 1.0).expand([4]).to_event(1),
    )
    mu = mu + mu_x @ mu_x_coef

    #    + fm(x, rank = 2)
    mu_x_factor_scale = numpyro.sample("mu_x_factor_scale", dist.HalfNormal(1.0))
    mu_x_factor = numpyro.sample(
        "mu_x_factor",
        dist.Normal(0.0, mu_x_factor_scale).expand([4, 2]).to_event(2),
    )
    mu = mu + mu_x_products @ weights_of_factor(mu_x_factor)

    # liking ~ gaussian(mu)
    liking_sigma = numpyro.sample("liking_sigma", dist.Exponential(1.0))
    # the mean of all rows, then what its rows differ from it
    numpyro.factor(
        "liking",
        means_log_density(liking_mean, mu, liking_sigma, liking_count)
        + within_log_density(
            liking_within
            - mu_x_within @ mu_x_coef
            - mu_x_products_within @ weights_of_factor(mu_x_factor),
            liking_sigma,
            liking_freedom,
            liking_constant,
        ),
    )
