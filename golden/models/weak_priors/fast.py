# not low_rank_forms: no products of columns are read
# compress_gaussian: rows of price enter by their mean and the R factor of what differs
#     from it
# not marginalise_slopes: no slopes differ between levels
# not marginalise_effects: no effect of levels with a normal prior around 0 enters once,
#     by itself
# not collapse_linear: no normal coefficients have a scale that is unknown
# whiten_coefficients: mu_intercept, mu_mileage_coef, mu_year_coef, price_sigma in units
#     of their posterior, by least squares
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mean_price: np.ndarray,  # () mean(price)
    sd_price: np.ndarray,  # () sd(price)
    mu_mileage: np.ndarray,  # (row, 1) mileage
    sd_mileage: np.ndarray,  # () sd(mileage)
    mu_year: np.ndarray,  # (row, 1) year - min(year)
    price: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    price_cells = Cells(price.shape[0])
    price_within, mu_mileage_within, mu_year_within = cells_within(
        price_cells, price, mu_mileage, mu_year
    )
    return {
        "mean_price": mean_price,
        "sd_price": sd_price,
        "mu_mileage": cell_means(price_cells, mu_mileage),
        "sd_mileage": sd_mileage,
        "mu_year": cell_means(price_cells, mu_year),
        "price_within": price_within,
        "mu_mileage_within": mu_mileage_within,
        "mu_year_within": mu_year_within,
        "price_mean": cell_means(price_cells, price),
        "price_count": cell_counts(price_cells),
        "price_freedom": cell_freedom(price_cells),
        "price_constant": cell_constant(price_cells),
    }


def model_fast(
    mean_price: Array,  # () mean(price)
    sd_price: Array,  # () sd(price)
    mu_mileage: Array,  # (cell, 1) means
    sd_mileage: Array,  # () sd(mileage)
    mu_year: Array,  # (cell, 1) means
    price_within: Array,  # (within,)
    mu_mileage_within: Array,  # (within, 1)
    mu_year_within: Array,  # (within, 1)
    price_mean: Array,  # (cell,)
    price_count: Array,  # (cell,) rows
    price_freedom: Array,  # () rows less cells
    price_constant: Array,  # () what these densities lack
    mu_intercept_at: Array,  # () by least squares
    mu_intercept_by: Array,  # (value,) for one unit of each z
    mu_mileage_coef_at: Array,  # (1,) by least squares
    mu_mileage_coef_by: Array,  # (1, value) for one unit of each z
    mu_year_coef_at: Array,  # (1,) by least squares
    mu_year_coef_by: Array,  # (1, value) for one unit of each z
    mu_standard_volume: Array,  # () log determinant of all of these
    price_sigma_at: Array,  # () by least squares
    price_sigma_width: Array,  # () of its logarithm
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept(coef ~ Normal(mean(price), 2.5 * sd(price)))
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
    numpyro.factor(
        "mu_intercept_prior",
        dist.Normal(mean_price, 2.5 * sd_price).log_prob(mu_intercept),
    )
    mu = mu_intercept

    #    + linear(center(mileage), coef ~ Normal(0, 2.5 * sd(price) / sd(mileage)))
    mu_mileage_coef = mu_mileage_coef_at + mu_mileage_coef_by @ mu_standard
    numpyro.deterministic("mu_mileage_coef", mu_mileage_coef)
    numpyro.factor(
        "mu_mileage_coef_prior",
        dist.Normal(0.0, 2.5 * sd_price / sd_mileage).log_prob(mu_mileage_coef),
    )
    mu = mu + mu_mileage @ mu_mileage_coef

    #    + linear(year - min(year), coef ~ Normal(0, sd(price)))
    mu_year_coef = mu_year_coef_at + mu_year_coef_by @ mu_standard
    numpyro.deterministic("mu_year_coef", mu_year_coef)
    numpyro.factor(
        "mu_year_coef_prior", dist.Normal(0.0, sd_price).log_prob(mu_year_coef)
    )
    mu = mu + mu_year @ mu_year_coef

    # price ~ gaussian(mu, sigma ~ Exponential(1 / sd(price)))
    price_sigma_standard = numpyro.sample(
        "price_sigma_standard", dist.ImproperUniform(dist.constraints.real, (), ())
    )
    price_sigma = price_sigma_at * jnp.exp(price_sigma_width * price_sigma_standard)
    numpyro.deterministic("price_sigma", price_sigma)
    numpyro.factor(
        "price_sigma_prior",
        dist.Exponential(1.0 / sd_price).log_prob(price_sigma)
        + jnp.log(price_sigma_width * price_sigma),
    )
    # the mean of all rows, then what its rows differ from it
    numpyro.factor(
        "price",
        means_log_density(price_mean, mu, price_sigma, price_count)
        + within_log_density(
            price_within
            - mu_mileage_within @ mu_mileage_coef
            - mu_year_within @ mu_year_coef,
            price_sigma,
            price_freedom,
            price_constant,
        ),
    )
