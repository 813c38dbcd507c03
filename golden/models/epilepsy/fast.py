# not low_rank_forms: no products of columns are read
# not compress_gaussian: seizures is not Gaussian
# not marginalise_slopes: the response is not the Gaussian means of cells
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# centre_by_information: eta_subject_effect by what the rows of a level say of it, and
#     carries eta_intercept
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# aggregate_rows: a cell of rows that are equal in all inputs enters by its total and
#     number of rows, beside the number of rows with each count
# hoist_constants: log gammas are computed for the counts that occur, not for each row
# lay_out_rows: eta_linear held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    eta_linear: np.ndarray,  # (row, column) lbase, treatment, lage, period4
    subject: np.ndarray,  # (row,) int in [0, n_subject)
    seizures: np.ndarray,  # (row,)
    *,
    n_subject: int,
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    eta_subject_effect_by_level = beside_columns(
        log_means_by_level(seizures, subject, n_subject, dispersed=1),
        subject,
        eta_linear,
    )
    eta_subject_effect_pilot = pilot_scale(eta_subject_effect_by_level)
    seizures_cells = Cells(seizures.shape[0], eta_linear, subject)
    seizures_distinct, seizures_times, seizures_constant = distinct_counts(seizures)
    return {
        "eta_linear": by_column(cell_values(seizures_cells, eta_linear)),
        "subject": cell_values(seizures_cells, subject),
        "eta_subject_effect_pilot": eta_subject_effect_pilot,
        "eta_subject_effect_share": centring(
            eta_subject_effect_by_level, eta_subject_effect_pilot
        ),
        "eta_subject_effect_middle": pilot_middle(
            eta_subject_effect_by_level, eta_subject_effect_pilot
        ),
        "seizures_total": cell_sums(seizures_cells, seizures),
        "seizures_number": cell_counts(seizures_cells),
        "seizures_distinct": seizures_distinct,
        "seizures_times": seizures_times,
        "seizures_constant": seizures_constant,
        "n_subject": n_subject,
    }


def model_fast(
    eta_linear: Array,  # (column, cell) lbase, treatment, lage, period4
    subject: Array,  # (cell,) int in [0, n_subject)
    eta_subject_effect_pilot: Array,  # () about the scale
    eta_subject_effect_share: Array,  # (n_subject,) of each level, 0 to 1
    eta_subject_effect_middle: Array,  # () about the mean of the levels
    seizures_total: Array,  # (cell,) sums
    seizures_number: Array,  # (cell,) rows
    seizures_distinct: Array,  # (count,) counts that occur
    seizures_times: Array,  # (count,) rows that have them
    seizures_constant: Array,  # () log factorials
    *,
    n_subject: int,
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # eta = intercept(coef ~ Normal(0, 3))
    eta_intercept = numpyro.sample("eta_intercept", dist.Normal(0.0, 3.0))
    eta = eta_intercept

    #    + linear(lbase, treatment, lage, period4)
    eta_linear_coef = numpyro.sample(
        "eta_linear_coef",
        dist.Normal(0.0, 1.0).expand([eta_linear.shape[0]]).to_event(1),
    )
    eta = eta + eta_linear_coef @ eta_linear

    #    + random_effects(subject)
    eta_subject_scale = numpyro.sample("eta_subject_scale", dist.HalfNormal(1.0))
    # eta_subject_effect is centred in levels of share 1, non-centred in those of share
    #   0
    eta_subject_effect_stretch = eta_subject_effect_pilot * jnp.exp(
        (1.0 - eta_subject_effect_share)
        * jnp.log(eta_subject_scale / eta_subject_effect_pilot)
    )
    eta_subject_effect_z = numpyro.sample(
        "eta_subject_effect_z",
        dist.ImproperUniform(dist.constraints.real, (), ())
        .expand([n_subject])
        .to_event(1),
    )
    eta_subject_effect = (
        eta_subject_effect_stretch * eta_subject_effect_z
        - eta_subject_effect_share * (eta_intercept - eta_subject_effect_middle)
    )
    numpyro.deterministic("eta_subject_effect", eta_subject_effect)
    numpyro.factor(
        "eta_subject_effect_prior",
        dist.Normal(0.0, eta_subject_scale).log_prob(eta_subject_effect)
        + jnp.log(eta_subject_effect_stretch),
    )
    eta = eta + eta_subject_effect[subject]

    # seizures ~ negative_binomial(eta, concentration ~ Exponential(0.1))
    seizures_concentration = numpyro.sample(
        "seizures_concentration", dist.Exponential(0.1)
    )
    # cells of equal rows: each enters by its total and number of rows, beside the
    #   number of rows with each count
    numpyro.factor(
        "seizures",
        totals_log_density(eta, seizures_concentration, seizures_total, seizures_number)
        + log_gammas(seizures_distinct, seizures_times, seizures_concentration)
        + seizures_constant,
    )
