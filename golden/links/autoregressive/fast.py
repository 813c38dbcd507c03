# not compress_gaussian: the rows are a series
# not marginalise_effects: the response is not the Gaussian means of cells
# not centre_by_information: no effect of levels around an unknown scale enters a
#     predictor by itself
# not aggregate_rows: the rows are a series
# not hoist_constants: no density has constants to take out
# lay_out_rows: mu_warmth held by column


def prepare(
    mu_warmth: np.ndarray,  # (row, 1) warmth
    level_order: np.ndarray,  # (row,) rows by year by lake
    level_place: np.ndarray,  # (row,) rows of the series before each of these
    level_before: np.ndarray,  # (row,) level as far as a prediction knows it, else NaN
    level: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""

    return {
        "mu_warmth": by_column(mu_warmth),
        "level_order": level_order,
        "level_place": level_place,
        "level_before": level_before,
        "level": level,
    }


def model_fast(
    mu_warmth: Array,  # (1, row) warmth
    level_order: Array,  # (row,) rows by year by lake
    level_place: Array,  # (row,) rows of the series before each of these
    level_before: Array,  # (row,) level as far as a prediction knows it, else NaN
    level: Array,  # (row,)
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    rows = mu_warmth.shape[1]

    # mu = intercept()
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(0.0, 1.0))
    mu = mu_intercept

    #    + linear(warmth)
    mu_warmth_coef = numpyro.sample(
        "mu_warmth_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    mu = mu + mu_warmth_coef @ mu_warmth

    # level ~ autoregressive(gaussian(mu), time = year, by = lake)
    level_sigma = numpyro.sample("level_sigma", dist.Exponential(1.0))
    level_ar = numpyro.sample(
        "level_ar",
        dist.Normal(0.0, 0.5).expand([1]).to_event(1),
    )
    with numpyro.plate("row", rows):
        numpyro.sample(
            "level",
            Autoregressive(
                dist.Normal(mu, level_sigma),
                order=level_order,
                place=level_place,
                before=level_before,
                ar=level_ar,
            ),
            obs=level,
        )
