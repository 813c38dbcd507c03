# not low_rank_forms: no products of columns are read
# not compress_gaussian: time is not Gaussian
# not marginalise_slopes: the response is not the Gaussian means of cells
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# not centre_by_information: it is not known what rows of time say of a level
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: time is continuous: few rows are equal
# not hoist_constants: no density has constants to take out
# lay_out_rows: mu_linear held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_linear: np.ndarray,  # (row, 2) age, sex
    patient: np.ndarray,  # (row,) int in [0, n_patient)
    infected: np.ndarray,  # (row,)
    time: np.ndarray,  # (row,)
    *,
    n_patient: int,
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""

    return {
        "mu_linear": by_column(mu_linear),
        "patient": patient,
        "infected": infected,
        "time": time,
        "n_patient": n_patient,
    }


def model_fast(
    mu_linear: Array,  # (2, row) age, sex
    patient: Array,  # (row,) int in [0, n_patient)
    infected: Array,  # (row,)
    time: Array,  # (row,)
    *,
    n_patient: int,
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    rows = mu_linear.shape[1]

    # mu = intercept(coef ~ Normal(4, 2))
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(4.0, 2.0))
    mu = mu_intercept

    #    + linear(standardize(age), sex)
    mu_linear_coef = numpyro.sample(
        "mu_linear_coef",
        dist.Normal(0.0, 1.0).expand([2]).to_event(1),
    )
    mu = mu + mu_linear_coef @ mu_linear

    #    + random_effects(patient)
    mu_patient_scale = numpyro.sample("mu_patient_scale", dist.HalfNormal(1.0))
    mu_patient_effect = numpyro.sample(
        "mu_patient_effect",
        dist.Normal(0.0, mu_patient_scale).expand([n_patient]).to_event(1),
    )
    mu = mu + mu_patient_effect[patient]

    # time ~ censored(weibull(mu), right = 1 - infected)
    time_shape = numpyro.sample("time_shape", dist.Exponential(1.0))
    with numpyro.plate("row", rows):
        numpyro.sample(
            "time",
            Censored(
                WeibullByMeanTails(WeibullByMean(mu, time_shape)), right=1.0 - infected
            ),
            obs=time,
        )
