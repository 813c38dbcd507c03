# not compress_gaussian: there are several responses
# not marginalise_effects: the response is not the Gaussian means of cells
# not centre_by_information: no effect of levels around an unknown scale enters a
#     predictor by itself
# not aggregate_rows: there are several responses
# not hoist_constants: no density has constants to take out
# lay_out_rows: mu_age and eta_age held by column


def prepare(
    mu_age: np.ndarray,  # (row, 1) age
    deductible: np.ndarray,  # (row,)
    eta_age: np.ndarray,  # (row, 1) age
    loss: np.ndarray,  # (row,)
    visits: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""

    return {
        "mu_age": by_column(mu_age),
        "deductible": deductible,
        "loss": loss,
        "eta_age": by_column(eta_age),
        "visits": visits,
    }


def model_fast(
    mu_age: Array,  # (1, row) age
    deductible: Array,  # (row,)
    loss: Array,  # (row,)
    eta_age: Array,  # (1, row) age
    visits: Array,  # (row,)
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    rows = mu_age.shape[1]

    # mu = intercept()
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(0.0, 1.0))
    mu = mu_intercept

    #    + linear(standardize(age))
    mu_age_coef = numpyro.sample(
        "mu_age_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    mu = mu + mu_age_coef @ mu_age

    # loss ~ truncated(lognormal(mu), low = deductible)
    loss_sigma = numpyro.sample("loss_sigma", dist.Exponential(1.0))
    with numpyro.plate("row", rows):
        numpyro.sample(
            "loss",
            TruncatedTo(LogNormalTails(dist.LogNormal(mu, loss_sigma)), low=deductible),
            obs=loss,
        )

    # eta = intercept()
    eta_intercept = numpyro.sample("eta_intercept", dist.Normal(0.0, 1.0))
    eta = eta_intercept

    #    + linear(standardize(age))
    eta_age_coef = numpyro.sample(
        "eta_age_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    eta = eta + eta_age_coef @ eta_age

    # visits ~ truncated(poisson(eta), low = 1, high = 12)
    with numpyro.plate("row", rows):
        numpyro.sample(
            "visits",
            TruncatedTo(PoissonByMeanTails(PoissonByMean(eta)), low=1.0, high=12.0),
            obs=visits,
        )
