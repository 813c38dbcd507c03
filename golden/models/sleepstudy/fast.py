# not compress_gaussian: the predictor is not linear in its columns, given the levels of
#     a row
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# not centre_by_information: no effect of levels around an unknown scale enters a
#     predictor by itself
# not aggregate_rows: reaction is continuous: few rows are equal
# not hoist_constants: no density has constants to take out
# lay_out_rows: mu_days held by column


def prepare(
    mu_days: np.ndarray,  # (row, 1) days
    mu_days_columns: np.ndarray,  # (row, 2) 1, days
    subject: np.ndarray,  # (row,) int in [0, n_subject)
    reaction: np.ndarray,  # (row,)
    *,
    n_subject: int,
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""

    return {
        "mu_days": by_column(mu_days),
        "mu_days_columns": mu_days_columns,
        "subject": subject,
        "reaction": reaction,
        "n_subject": n_subject,
    }


def model_fast(
    mu_days: Array,  # (1, row) days
    mu_days_columns: Array,  # (row, 2) 1, days
    subject: Array,  # (row,) int in [0, n_subject)
    reaction: Array,  # (row,)
    *,
    n_subject: int,
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    rows = mu_days.shape[1]

    # mu = intercept(coef ~ Normal(250, 100))
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(250.0, 100.0))
    mu = mu_intercept

    #    + linear(days, coef ~ Normal(0, 20))
    mu_days_coef = numpyro.sample(
        "mu_days_coef",
        dist.Normal(0.0, 20.0).expand([1]).to_event(1),
    )
    mu = mu + mu_days_coef @ mu_days

    #    + correlated_effects(1, days, by = subject, scale ~ HalfNormal(50), corr ~
    #      LKJ(2))
    mu_days_scale = numpyro.sample(
        "mu_days_scale",
        dist.HalfNormal(50.0).expand([2]).to_event(1),
    )
    mu_days_corr_cholesky = numpyro.sample(
        "mu_days_corr_cholesky",
        dist.LKJCholesky(dimension=2, concentration=2.0),
    )
    mu_days_corr = correlation_of(mu_days_corr_cholesky)
    numpyro.deterministic("mu_days_corr", mu_days_corr)
    mu_days_effect = numpyro.sample(
        "mu_days_effect",
        dist.MultivariateNormal(
            scale_tril=scaled_factor(mu_days_scale, mu_days_corr_cholesky)
        )
        .expand([n_subject])
        .to_event(1),
    )
    mu = mu + jnp.sum(mu_days_effect[subject] * mu_days_columns, axis=-1)

    # reaction ~ gaussian(mu, sigma ~ HalfNormal(50))
    reaction_sigma = numpyro.sample("reaction_sigma", dist.HalfNormal(50.0))
    with numpyro.plate("row", rows):
        numpyro.sample("reaction", dist.Normal(mu, reaction_sigma), obs=reaction)
