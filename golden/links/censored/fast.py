# not low_rank_forms: no products of columns are read
# not compress_gaussian: hours is not Gaussian
# not marginalise_slopes: the response is not the Gaussian means of cells
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: hours is continuous: few rows are equal
# not hoist_constants: no density has constants to take out
# lay_out_rows: mu_load held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_load: np.ndarray,  # (row, 1) load
    early: np.ndarray,  # (row,)
    running: np.ndarray,  # (row,)
    visit: np.ndarray,  # (row,)
    hours: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""

    return {
        "mu_load": by_column(mu_load),
        "early": early,
        "running": running,
        "visit": visit,
        "hours": hours,
    }


def model_fast(
    mu_load: Array,  # (1, row) load
    early: Array,  # (row,)
    running: Array,  # (row,)
    visit: Array,  # (row,)
    hours: Array,  # (row,)
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    rows = mu_load.shape[1]

    # mu = intercept()
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(0.0, 1.0))
    mu = mu_intercept

    #    + linear(load)
    mu_load_coef = numpyro.sample(
        "mu_load_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    mu = mu + mu_load_coef @ mu_load

    # hours ~ censored(lognormal(mu), left = early, right = running, interval = visit)
    hours_sigma = numpyro.sample("hours_sigma", dist.Exponential(1.0))
    with numpyro.plate("row", rows):
        numpyro.sample(
            "hours",
            IntervalCensored(
                LogNormalTails(dist.LogNormal(mu, hours_sigma)),
                left=early,
                right=running,
                interval=visit,
            ),
            obs=hours,
        )
