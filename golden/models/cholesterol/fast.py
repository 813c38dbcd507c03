# not compress_gaussian: there are several responses
# not marginalise_effects: the response is not the Gaussian means of cells
# not centre_by_information: no effect of levels around an unknown scale enters a
#     predictor by itself
# not aggregate_rows: there are several responses
# not hoist_constants: no density has constants to take out
# lay_out_rows: size_age held by column


def prepare(
    size_age: np.ndarray,  # (row, 1) age
    mean_bmi: np.ndarray,  # () mean(bmi)
    sd_bmi: np.ndarray,  # () sd(bmi)
    bmi_slot: np.ndarray,  # (row,) int, which of the missing values of bmi, -1 where ther...
    bmi: np.ndarray,  # (row,)
    mean_log_waist: np.ndarray,  # () mean(log(waist))
    sd_log_waist: np.ndarray,  # () sd(log(waist))
    waist_slot: np.ndarray,  # (row,) int, which of the missing values of waist, -1 where...
    waist: np.ndarray,  # (row,)
    mu_linear_data: np.ndarray,  # (row, 1) age
    mu_linear_data_3: np.ndarray,  # (row, column) sex
    chol_observed: np.ndarray,  # (row,) whether chol is there
    chol: np.ndarray,  # (row,)
    *,
    n_bmi_missing: int,
    n_waist_missing: int,
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""

    return {
        "size_age": by_column(size_age),
        "mean_bmi": mean_bmi,
        "sd_bmi": sd_bmi,
        "bmi_slot": bmi_slot,
        "bmi": bmi,
        "mean_log_waist": mean_log_waist,
        "sd_log_waist": sd_log_waist,
        "waist_slot": waist_slot,
        "waist": waist,
        "mu_linear_data": mu_linear_data,
        "mu_linear_data_3": mu_linear_data_3,
        "chol_observed": chol_observed,
        "chol": chol,
        "n_bmi_missing": n_bmi_missing,
        "n_waist_missing": n_waist_missing,
    }


def model_fast(
    size_age: Array,  # (1, row) age
    mean_bmi: Array,  # () mean(bmi)
    sd_bmi: Array,  # () sd(bmi)
    bmi_slot: Array,  # (row,) int, which of the missing values of bmi, -1 where ther...
    bmi: Array,  # (row,)
    mean_log_waist: Array,  # () mean(log(waist))
    sd_log_waist: Array,  # () sd(log(waist))
    waist_slot: Array,  # (row,) int, which of the missing values of waist, -1 where...
    waist: Array,  # (row,)
    mu_linear_data: Array,  # (row, 1) age
    mu_linear_data_3: Array,  # (row, column) sex
    chol_observed: Array,  # (row,) whether chol is there
    chol: Array,  # (row,)
    *,
    n_bmi_missing: int,
    n_waist_missing: int,
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    rows = size_age.shape[1]

    # size = intercept(coef ~ Normal(26, 5))
    size_intercept = numpyro.sample("size_intercept", dist.Normal(26.0, 5.0))
    size = size_intercept

    #    + linear(standardize(age), coef ~ Normal(0, 3))
    size_age_coef = numpyro.sample(
        "size_age_coef",
        dist.Normal(0.0, 3.0).expand([1]).to_event(1),
    )
    size = size + size_age_coef @ size_age

    # bmi ~ gaussian(size, sigma ~ HalfNormal(5))
    bmi_sigma = numpyro.sample("bmi_sigma", dist.HalfNormal(5.0))
    bmi_imputed = numpyro.sample(
        "bmi_imputed",
        Imputed(mean_bmi, sd_bmi).expand([n_bmi_missing]).to_event(1),
    )
    with numpyro.plate("row", rows):
        bmi = numpyro.sample(
            "bmi", dist.Normal(size, bmi_sigma), obs=fill_in(bmi, bmi_slot, bmi_imputed)
        )

    # girth = intercept(coef ~ Normal(4.5, 1))
    girth_intercept = numpyro.sample("girth_intercept", dist.Normal(4.5, 1.0))
    girth = girth_intercept

    #    + linear(standardize(bmi))
    girth_bmi = jnp.column_stack([(bmi - mean_bmi) / sd_bmi])
    girth_bmi_coef = numpyro.sample(
        "girth_bmi_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    girth = girth + girth_bmi @ girth_bmi_coef

    # waist ~ lognormal(girth)
    waist_sigma = numpyro.sample("waist_sigma", dist.Exponential(1.0))
    waist_imputed = numpyro.sample(
        "waist_imputed",
        ImputedPositive(mean_log_waist, sd_log_waist)
        .expand([n_waist_missing])
        .to_event(1),
    )
    with numpyro.plate("row", rows):
        waist = numpyro.sample(
            "waist",
            dist.LogNormal(girth, waist_sigma),
            obs=fill_in(waist, waist_slot, waist_imputed),
        )

    # log_waist = log(waist) - mean(log(waist))
    log_waist = jnp.log(waist) - mean_log_waist

    # mu = intercept(coef ~ Normal(5, 2))
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(5.0, 2.0))
    mu = mu_intercept

    #    + linear(standardize(age), standardize(bmi), log_waist, sex)
    mu_linear = jnp.column_stack(
        [mu_linear_data, (bmi - mean_bmi) / sd_bmi, log_waist, mu_linear_data_3]
    )
    mu_linear_coef = numpyro.sample(
        "mu_linear_coef",
        dist.Normal(0.0, 1.0).expand([mu_linear_data_3.shape[1] + 3]).to_event(1),
    )
    mu = mu + mu_linear @ mu_linear_coef

    # chol ~ gaussian(mu)
    chol_sigma = numpyro.sample("chol_sigma", dist.Exponential(1.0))
    with numpyro.plate("row", rows):
        numpyro.sample(
            "chol", dist.Normal(mu, chol_sigma).mask(chol_observed), obs=chol
        )
