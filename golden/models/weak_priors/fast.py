# compress_gaussian: rows of price enter by their mean and the R factor of what differs
#     from it
# not marginalise_effects: no effect of levels with a normal prior enters once, by
#     itself
# not centre_by_information: no effect of levels around an unknown scale enters a
#     predictor by itself
# not aggregate_rows: the rows are gone already
# not hoist_constants: no density has constants to take out


def prepare(
    mean_price: np.ndarray,  # () mean(price)
    sd_price: np.ndarray,  # () sd(price)
    mu_mileage: np.ndarray,  # (row, 1) mileage
    sd_mileage: np.ndarray,  # () sd(mileage)
    mu_year: np.ndarray,  # (row, 1) year - min(year)
    price: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    price_cells = Cells(price)
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
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept(coef ~ Normal(mean(price), 2.5 * sd(price)))
    mu_intercept = numpyro.sample(
        "mu_intercept", dist.Normal(mean_price, 2.5 * sd_price)
    )
    mu = mu_intercept

    #    + linear(center(mileage), coef ~ Normal(0, 2.5 * sd(price) / sd(mileage)))
    mu_mileage_coef = numpyro.sample(
        "mu_mileage_coef",
        dist.Normal(0.0, 2.5 * sd_price / sd_mileage).expand([1]).to_event(1),
    )
    mu = mu + mu_mileage @ mu_mileage_coef

    #    + linear(year - min(year), coef ~ Normal(0, sd(price)))
    mu_year_coef = numpyro.sample(
        "mu_year_coef",
        dist.Normal(0.0, sd_price).expand([1]).to_event(1),
    )
    mu = mu + mu_year @ mu_year_coef

    # price ~ gaussian(mu, sigma ~ Exponential(1 / sd(price)))
    price_sigma = numpyro.sample("price_sigma", dist.Exponential(1.0 / sd_price))
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
