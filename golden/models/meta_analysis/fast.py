# not low_rank_forms: no products of columns are read, or they are too many to compress
# not compress_gaussian: the scale of effect differs between rows
# not marginalise_slopes: the response is not the Gaussian means of cells
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# centre_by_information: theta by what the rows of a level say of it
# not aggregate_rows: effect is continuous: few rows are equal
# not hoist_constants: no density has constants to take out
# not lay_out_rows: no design is read by a product with coefficients alone
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    study: np.ndarray,  # (row,) int in [0, n_study)
    se: np.ndarray,  # (row,)
    effect: np.ndarray,  # (row,)
    *,
    n_study: int,
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    theta_by_level = means_by_level(effect, study, n_study)
    theta_pilot = pilot_scale(theta_by_level)
    return {
        "study": study,
        "se": se,
        "effect": effect,
        "theta_pilot": theta_pilot,
        "theta_share": centring(theta_by_level, theta_pilot),
        "n_study": n_study,
    }


def model_fast(
    study: Array,  # (row,) int in [0, n_study)
    se: Array,  # (row,)
    effect: Array,  # (row,)
    theta_pilot: Array,  # () about the scale
    theta_share: Array,  # (n_study,) of each level, 0 to 1
    *,
    n_study: int,
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    rows = study.shape[0]

    # mu ~ Truncated(Cauchy(0, 0.5), low = -0.5, high = 2)
    mu = numpyro.sample(
        "mu", dist.TruncatedDistribution(dist.Cauchy(0.0, 0.5), low=-0.5, high=2.0)
    )

    # tau ~ HalfStudentT(3, 0.5)
    tau = numpyro.sample("tau", dist.FoldedDistribution(dist.StudentT(3.0, 0.0, 0.5)))

    # theta[study] ~ Normal(mu, tau)
    # theta is centred in levels of share 1, non-centred in those of share 0
    theta_stretch = theta_pilot * jnp.exp(
        (1.0 - theta_share) * jnp.log(tau / theta_pilot)
    )
    theta_z = numpyro.sample(
        "theta_z",
        dist.ImproperUniform(dist.constraints.real, (), ())
        .expand([n_study])
        .to_event(1),
    )
    theta = theta_stretch * theta_z + (1.0 - theta_share) * mu
    numpyro.deterministic("theta", theta)
    numpyro.factor(
        "theta_prior", dist.Normal(mu, tau).log_prob(theta) + jnp.log(theta_stretch)
    )

    # inflation ~ Truncated(Normal(1, 0.5), low = 1)
    inflation = numpyro.sample(
        "inflation", dist.TruncatedDistribution(dist.Normal(1.0, 0.5), low=1.0)
    )

    # effect ~ gaussian(theta[study], sigma = se * inflation)
    with numpyro.plate("row", rows):
        numpyro.sample("effect", dist.Normal(theta[study], se * inflation), obs=effect)
