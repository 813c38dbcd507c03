# not low_rank_forms: no products of columns are read
# compress_gaussian: rows of stars enter by a mean for each viewer and film and the R
#     factor of what differs from it; where these save less than half of the rows, each
#     row is by itself
# not marginalise_slopes: no slopes differ between levels
# not marginalise_effects: no effect of levels with a normal prior around 0 enters once,
#     by itself
# not collapse_linear: the rows of stars differ by levels
# not whiten_coefficients: the rows of stars differ by levels
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    viewer: np.ndarray,  # (row,) int in [0, n_viewer)
    film: np.ndarray,  # (row,) int in [0, n_film)
    stars: np.ndarray,  # (row,)
    *,
    n_viewer: int,
    n_film: int,
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    stars_cells = Cells(stars.shape[0], viewer, film)
    (stars_within,) = cells_within(stars_cells, stars)
    return {
        "viewer": cell_values(stars_cells, viewer),
        "film": cell_values(stars_cells, film),
        "stars_within": stars_within,
        "stars_mean": cell_means(stars_cells, stars),
        "stars_count": cell_counts(stars_cells),
        "stars_freedom": cell_freedom(stars_cells),
        "stars_constant": cell_constant(stars_cells),
        "n_viewer": n_viewer,
        "n_film": n_film,
    }


def model_fast(
    viewer: Array,  # (cell,) int in [0, n_viewer)
    film: Array,  # (cell,) int in [0, n_film)
    stars_within: Array,  # (within,)
    stars_mean: Array,  # (cell,)
    stars_count: Array,  # (cell,) rows
    stars_freedom: Array,  # () rows less cells
    stars_constant: Array,  # () what these densities lack
    *,
    n_viewer: int,
    n_film: int,
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept(coef ~ Normal(3, 1))
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(3.0, 1.0))
    mu = mu_intercept

    #    + dot(embedding(viewer, dim = 2), embedding(film, dim = 2))
    mu_viewer_scale = numpyro.sample("mu_viewer_scale", dist.HalfNormal(1.0))
    mu_viewer_vector = numpyro.sample(
        "mu_viewer_vector",
        dist.Normal(0.0, mu_viewer_scale).expand([n_viewer, 2]).to_event(2),
    )
    mu_film_scale = numpyro.sample("mu_film_scale", dist.HalfNormal(1.0))
    mu_film_vector = numpyro.sample(
        "mu_film_vector",
        dist.Normal(0.0, mu_film_scale).expand([n_film, 2]).to_event(2),
    )
    mu = mu + jnp.sum(mu_viewer_vector[viewer] * mu_film_vector[film], axis=-1)

    # stars ~ gaussian(mu)
    stars_sigma = numpyro.sample("stars_sigma", dist.Exponential(1.0))
    # the mean of each viewer and film, then what its rows differ from it
    numpyro.factor(
        "stars",
        means_log_density(stars_mean, mu, stars_sigma, stars_count)
        + within_log_density(stars_within, stars_sigma, stars_freedom, stars_constant),
    )
