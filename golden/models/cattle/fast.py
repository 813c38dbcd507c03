# not low_rank_forms: no products of columns are read
# not compress_gaussian: incidence is not Gaussian
# not marginalise_slopes: the response is not the Gaussian means of cells
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# centre_by_information: eta_herd_effect by what the rows of a level say of it, and
#     carries eta_intercept
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# aggregate_rows: a cell of rows that are equal in all inputs enters by its successes
#     and trials
# hoist_constants: the binomial coefficients are constants
# lay_out_rows: eta_period held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    eta_period: np.ndarray,  # (row, column) period
    herd: np.ndarray,  # (row,) int in [0, n_herd)
    size: np.ndarray,  # (row,)
    incidence: np.ndarray,  # (row,)
    *,
    n_herd: int,
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    eta_herd_effect_by_level = beside_columns(
        log_odds_by_level(incidence, herd, n_herd, size), herd, eta_period
    )
    eta_herd_effect_pilot = pilot_scale(eta_herd_effect_by_level)
    incidence_cells = Cells(incidence.shape[0], eta_period, herd)
    return {
        "eta_period": by_column(cell_values(incidence_cells, eta_period)),
        "herd": cell_values(incidence_cells, herd),
        "eta_herd_effect_pilot": eta_herd_effect_pilot,
        "eta_herd_effect_share": centring(
            eta_herd_effect_by_level, eta_herd_effect_pilot
        ),
        "eta_herd_effect_middle": pilot_middle(
            eta_herd_effect_by_level, eta_herd_effect_pilot
        ),
        "incidence_successes": cell_sums(incidence_cells, incidence),
        "incidence_trials": cell_sums(incidence_cells, size),
        "incidence_constant": log_coefficients(size, incidence),
        "n_herd": n_herd,
    }


def model_fast(
    eta_period: Array,  # (column, cell) period
    herd: Array,  # (cell,) int in [0, n_herd)
    eta_herd_effect_pilot: Array,  # () about the scale
    eta_herd_effect_share: Array,  # (n_herd,) of each level, 0 to 1
    eta_herd_effect_middle: Array,  # () about the mean of the levels
    incidence_successes: Array,  # (cell,)
    incidence_trials: Array,  # (cell,)
    incidence_constant: Array,  # () log binomial coefficients
    *,
    n_herd: int,
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # eta = intercept()
    eta_intercept = numpyro.sample("eta_intercept", dist.Normal(0.0, 1.0))
    eta = eta_intercept

    #    + linear(period)
    eta_period_coef = numpyro.sample(
        "eta_period_coef",
        dist.Normal(0.0, 1.0).expand([eta_period.shape[0]]).to_event(1),
    )
    eta = eta + eta_period_coef @ eta_period

    #    + random_effects(herd)
    eta_herd_scale = numpyro.sample("eta_herd_scale", dist.HalfNormal(1.0))
    # eta_herd_effect is centred in levels of share 1, non-centred in those of share 0
    eta_herd_effect_stretch = eta_herd_effect_pilot * jnp.exp(
        (1.0 - eta_herd_effect_share) * jnp.log(eta_herd_scale / eta_herd_effect_pilot)
    )
    eta_herd_effect_z = numpyro.sample(
        "eta_herd_effect_z",
        dist.ImproperUniform(dist.constraints.real, (), ())
        .expand([n_herd])
        .to_event(1),
    )
    eta_herd_effect = (
        eta_herd_effect_stretch * eta_herd_effect_z
        - eta_herd_effect_share * (eta_intercept - eta_herd_effect_middle)
    )
    numpyro.deterministic("eta_herd_effect", eta_herd_effect)
    numpyro.factor(
        "eta_herd_effect_prior",
        dist.Normal(0.0, eta_herd_scale).log_prob(eta_herd_effect)
        + jnp.log(eta_herd_effect_stretch),
    )
    eta = eta + eta_herd_effect[herd]

    # incidence ~ binomial(eta, trials = size)
    # cells of equal rows: each enters by its successes and trials
    numpyro.factor(
        "incidence",
        successes_log_density(eta, incidence_successes, incidence_trials)
        + incidence_constant,
    )
