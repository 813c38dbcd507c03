# low_rank_forms: one form is linear in products of columns, by which rows compress
# compress_gaussian: rows of rating enter by their mean and the R factor of what differs
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
    mu_linear: np.ndarray,  # (row, 5) wit, pace, age, mood, haste
    mu_bilinear_x: np.ndarray,  # (row, 2) wit, pace
    mu_bilinear_z: np.ndarray,  # (row, 3) age, mood, haste
    rating: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    mu_bilinear_x_mu_bilinear_z_products = (
        mu_bilinear_x[:, :, None] * mu_bilinear_z[:, None, :]
    ).reshape(mu_bilinear_x.shape[0], -1)
    rating_cells = Cells(rating.shape[0])
    rating_within, mu_linear_within, mu_bilinear_x_mu_bilinear_z_products_within = (
        cells_within(
            rating_cells, rating, mu_linear, mu_bilinear_x_mu_bilinear_z_products
        )
    )
    return {
        "mu_linear": cell_means(rating_cells, mu_linear),
        "rating_within": rating_within,
        "mu_linear_within": mu_linear_within,
        "mu_bilinear_x_mu_bilinear_z_products_within": mu_bilinear_x_mu_bilinear_z_products_within,
        "mu_bilinear_x_mu_bilinear_z_products": cell_means(
            rating_cells, mu_bilinear_x_mu_bilinear_z_products
        ),
        "rating_mean": cell_means(rating_cells, rating),
        "rating_count": cell_counts(rating_cells),
        "rating_freedom": cell_freedom(rating_cells),
        "rating_constant": cell_constant(rating_cells),
    }


def model_fast(
    mu_linear: Array,  # (cell, 5) means
    rating_within: Array,  # (within,)
    mu_linear_within: Array,  # (within, 5)
    mu_bilinear_x_mu_bilinear_z_products_within: Array,  # (within, 6)
    mu_bilinear_x_mu_bilinear_z_products: Array,  # (cell, 6) means
    rating_mean: Array,  # (cell,)
    rating_count: Array,  # (cell,) rows
    rating_freedom: Array,  # () rows less cells
    rating_constant: Array,  # () what these densities lack
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept()
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(0.0, 1.0))
    mu = mu_intercept

    #    + linear(writer, reader)
    mu_linear_coef = numpyro.sample(
        "mu_linear_coef",
        dist.Normal(0.0, 1.0).expand([5]).to_event(1),
    )
    mu = mu + mu_linear @ mu_linear_coef

    #    + bilinear(writer, reader)
    mu_bilinear_scale = numpyro.sample("mu_bilinear_scale", dist.HalfNormal(1.0))
    mu_bilinear_weight = numpyro.sample(
        "mu_bilinear_weight",
        dist.Normal(0.0, mu_bilinear_scale).expand([2, 3]).to_event(2),
    )
    mu = mu + mu_bilinear_x_mu_bilinear_z_products @ weights_of_table(
        mu_bilinear_weight
    )

    # rating ~ gaussian(mu)
    rating_sigma = numpyro.sample("rating_sigma", dist.Exponential(1.0))
    # the mean of all rows, then what its rows differ from it
    numpyro.factor(
        "rating",
        means_log_density(rating_mean, mu, rating_sigma, rating_count)
        + within_log_density(
            rating_within
            - mu_linear_within @ mu_linear_coef
            - mu_bilinear_x_mu_bilinear_z_products_within
            @ weights_of_table(mu_bilinear_weight),
            rating_sigma,
            rating_freedom,
            rating_constant,
        ),
    )
