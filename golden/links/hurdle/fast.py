# not compress_gaussian: there are several responses
# not marginalise_effects: the response is not the Gaussian means of cells
# not centre_by_information: no effect of levels around an unknown scale enters a
#     predictor by itself
# not aggregate_rows: there are several responses
# not hoist_constants: no density has constants to take out
# lay_out_rows: mu_income and eta_income and idle_income held by column


def prepare(
    mu_income: np.ndarray,  # (row, 1) log(income)
    eta_income: np.ndarray,  # (row, 1) log(income)
    idle_income: np.ndarray,  # (row, 1) log(income)
    spend: np.ndarray,  # (row,)
    trips: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""

    return {
        "mu_income": by_column(mu_income),
        "spend": spend,
        "eta_income": by_column(eta_income),
        "idle_income": by_column(idle_income),
        "trips": trips,
    }


def model_fast(
    mu_income: Array,  # (1, row) log(income)
    spend: Array,  # (row,)
    eta_income: Array,  # (1, row) log(income)
    idle_income: Array,  # (1, row) log(income)
    trips: Array,  # (row,)
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    rows = mu_income.shape[1]

    # mu = intercept()
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(0.0, 1.0))
    mu = mu_intercept

    #    + linear(log(income))
    mu_income_coef = numpyro.sample(
        "mu_income_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    mu = mu + mu_income_coef @ mu_income

    # spend ~ hurdle(lognormal(mu))
    spend_sigma = numpyro.sample("spend_sigma", dist.Exponential(1.0))
    spend_gate = numpyro.sample("spend_gate", dist.Beta(1.0, 1.0))
    with numpyro.plate("row", rows):
        numpyro.sample(
            "spend", Hurdle(dist.LogNormal(mu, spend_sigma), gate=spend_gate), obs=spend
        )

    # eta = intercept()
    eta_intercept = numpyro.sample("eta_intercept", dist.Normal(0.0, 1.0))
    eta = eta_intercept

    #    + linear(log(income))
    eta_income_coef = numpyro.sample(
        "eta_income_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    eta = eta + eta_income_coef @ eta_income

    # idle = intercept()
    idle_intercept = numpyro.sample("idle_intercept", dist.Normal(0.0, 1.0))
    idle = idle_intercept

    #    + linear(log(income))
    idle_income_coef = numpyro.sample(
        "idle_income_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    idle = idle + idle_income_coef @ idle_income

    # trips ~ hurdle(poisson(eta), gate = sigmoid(idle))
    with numpyro.plate("row", rows):
        numpyro.sample(
            "trips",
            HurdleCounts(PoissonByMeanTails(PoissonByMean(eta)), gate_logits=idle),
            obs=trips,
        )
