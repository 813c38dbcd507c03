# not low_rank_forms: no products of columns are read
# not compress_gaussian: eps has a value for each row
# not marginalise_slopes: the response is not the Gaussian means of cells
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: eps has a value for each row
# hoist_constants: the log factorials are a constant
# lay_out_rows: eta_linear held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    row: np.ndarray,  # (row,) int, which rows of the full data these are
    eta_linear: np.ndarray,  # (row, 2) before, treated
    days: np.ndarray,  # (row,)
    roaches: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    roaches_centre, roaches_mass, roaches_constant = counts_centred(
        roaches, roaches, 1.0
    )
    return {
        "eta_linear": by_column(eta_linear),
        "days": days,
        "roaches": roaches,
        "roaches_centre": roaches_centre,
        "roaches_mass": roaches_mass,
        "roaches_constant": roaches_constant,
    }


def model_fast(
    eta_linear: Array,  # (2, row) before, treated
    days: Array,  # (row,)
    roaches: Array,  # (row,)
    roaches_centre: Array,  # (row,) logs of means
    roaches_mass: Array,  # (row,) expected totals there
    roaches_constant: Array,  # () log factorials, and the density at the centres
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    rows = eta_linear.shape[1]

    # tau ~ HalfNormal(1)
    tau = numpyro.sample("tau", dist.HalfNormal(1.0))

    # eps[row] ~ Normal(0, tau)
    with numpyro.plate("row", rows):
        eps = numpyro.sample("eps", dist.Normal(0.0, tau))

    # eta = intercept(coef ~ Normal(0, 3))
    eta_intercept = numpyro.sample("eta_intercept", dist.Normal(0.0, 3.0))
    eta = eta_intercept

    #    + linear(standardize(before), treated)
    eta_linear_coef = numpyro.sample(
        "eta_linear_coef",
        dist.Normal(0.0, 1.0).expand([2]).to_event(1),
    )
    eta = eta + eta_linear_coef @ eta_linear

    #    + eps[row]
    eta = eta + eps

    #    + offset(log(days))
    eta = eta + jnp.log(days)

    # roaches ~ poisson(eta)
    # the log factorials are a constant
    numpyro.factor(
        "roaches",
        counts_log_density(eta, roaches, roaches_centre, roaches_mass)
        + roaches_constant,
    )
