# not low_rank_forms: no products of columns are read
# not compress_gaussian: germinated is not Gaussian
# not marginalise_slopes: the response is not the Gaussian means of cells
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# centre_by_information: eta_tray_effect by what the rows of a level say of it, and
#     carries eta_intercept
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# aggregate_rows: a cell of rows that are equal in all inputs enters by its successes
#     and trials
# hoist_constants: the binomial coefficients are constants
# lay_out_rows: eta_warmth held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    eta_warmth: np.ndarray,  # (row, 1) warmth
    tray: np.ndarray,  # (row,) int in [0, n_tray)
    sown: np.ndarray,  # (row,)
    germinated: np.ndarray,  # (row,)
    *,
    n_tray: int,
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    eta_tray_effect_by_level = beside_columns(
        log_odds_by_level(germinated, tray, n_tray, sown), tray, eta_warmth
    )
    eta_tray_effect_pilot = pilot_scale(eta_tray_effect_by_level)
    germinated_cells = Cells(germinated.shape[0], eta_warmth, tray)
    return {
        "eta_warmth": by_column(cell_values(germinated_cells, eta_warmth)),
        "tray": cell_values(germinated_cells, tray),
        "eta_tray_effect_pilot": eta_tray_effect_pilot,
        "eta_tray_effect_share": centring(
            eta_tray_effect_by_level, eta_tray_effect_pilot
        ),
        "eta_tray_effect_middle": pilot_middle(
            eta_tray_effect_by_level, eta_tray_effect_pilot
        ),
        "germinated_successes": cell_sums(germinated_cells, germinated),
        "germinated_trials": cell_sums(germinated_cells, sown),
        "germinated_constant": log_coefficients(sown, germinated),
        "n_tray": n_tray,
    }


def model_fast(
    eta_warmth: Array,  # (1, cell) warmth
    tray: Array,  # (cell,) int in [0, n_tray)
    eta_tray_effect_pilot: Array,  # () about the scale
    eta_tray_effect_share: Array,  # (n_tray,) of each level, 0 to 1
    eta_tray_effect_middle: Array,  # () about the mean of the levels
    germinated_successes: Array,  # (cell,)
    germinated_trials: Array,  # (cell,)
    germinated_constant: Array,  # () log binomial coefficients
    *,
    n_tray: int,
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # eta = intercept()
    eta_intercept = numpyro.sample("eta_intercept", dist.Normal(0.0, 1.0))
    eta = eta_intercept

    #    + linear(standardize(warmth))
    eta_warmth_coef = numpyro.sample(
        "eta_warmth_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    eta = eta + eta_warmth_coef @ eta_warmth

    #    + random_effects(tray)
    eta_tray_scale = numpyro.sample("eta_tray_scale", dist.HalfNormal(1.0))
    # eta_tray_effect is centred in levels of share 1, non-centred in those of share 0
    eta_tray_effect_stretch = eta_tray_effect_pilot * jnp.exp(
        (1.0 - eta_tray_effect_share) * jnp.log(eta_tray_scale / eta_tray_effect_pilot)
    )
    eta_tray_effect_z = numpyro.sample(
        "eta_tray_effect_z",
        dist.ImproperUniform(dist.constraints.real, (), ())
        .expand([n_tray])
        .to_event(1),
    )
    eta_tray_effect = (
        eta_tray_effect_stretch * eta_tray_effect_z
        - eta_tray_effect_share * (eta_intercept - eta_tray_effect_middle)
    )
    numpyro.deterministic("eta_tray_effect", eta_tray_effect)
    numpyro.factor(
        "eta_tray_effect_prior",
        dist.Normal(0.0, eta_tray_scale).log_prob(eta_tray_effect)
        + jnp.log(eta_tray_effect_stretch),
    )
    eta = eta + eta_tray_effect[tray]

    # germinated ~ binomial(eta, trials = sown)
    # cells of equal rows: each enters by its successes and trials
    numpyro.factor(
        "germinated",
        successes_log_density(eta, germinated_successes, germinated_trials)
        + germinated_constant,
    )
