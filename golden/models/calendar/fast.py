# not low_rank_forms: no products of columns are read
# not compress_gaussian: visitors is not Gaussian
# not marginalise_slopes: the response is not the Gaussian means of cells
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# aggregate_rows: a cell of rows that are equal in all inputs enters by its total and
#     number of rows
# hoist_constants: the log factorials are a constant
# lay_out_rows: eta_warm held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    day_slot: np.ndarray,  # (row,) int in [0, n_day_slot)
    eta_warm: np.ndarray,  # (row, 1) warm
    visitors: np.ndarray,  # (row,)
    *,
    n_day_slot: int,
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    visitors_cells = Cells(visitors.shape[0], day_slot, eta_warm)
    visitors_centre, visitors_mass, visitors_constant = counts_centred(
        visitors, cell_sums(visitors_cells, visitors), cell_counts(visitors_cells)
    )
    return {
        "day_slot": cell_values(visitors_cells, day_slot),
        "eta_warm": by_column(cell_values(visitors_cells, eta_warm)),
        "visitors_total": cell_sums(visitors_cells, visitors),
        "visitors_centre": visitors_centre,
        "visitors_mass": visitors_mass,
        "visitors_constant": visitors_constant,
        "n_day_slot": n_day_slot,
    }


def model_fast(
    day_slot: Array,  # (cell,) int in [0, n_day_slot)
    eta_warm: Array,  # (1, cell) warm
    visitors_total: Array,  # (cell,) sums
    visitors_centre: Array,  # (cell,) logs of means
    visitors_mass: Array,  # (cell,) expected totals there
    visitors_constant: Array,  # () log factorials, and the density at the centres
    *,
    n_day_slot: int,
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # log_level = random_walk(day, horizon = 3)
    log_level_scale = numpyro.sample("log_level_scale", dist.HalfNormal(1.0))
    log_level_step = numpyro.sample(
        "log_level_step",
        dist.Normal(0.0, log_level_scale).expand([n_day_slot]).to_event(1),
    )
    log_level = jnp.cumsum(log_level_step, axis=0)[day_slot]

    # eta = intercept(coef ~ Normal(4, 1))
    eta_intercept = numpyro.sample("eta_intercept", dist.Normal(4.0, 1.0))
    eta = eta_intercept

    #    + log_level
    eta = eta + log_level

    #    + linear(warm)
    eta_warm_coef = numpyro.sample(
        "eta_warm_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    eta = eta + eta_warm_coef @ eta_warm

    # visitors ~ poisson(eta)
    # cells of equal rows: each enters by its total and number of rows
    numpyro.factor(
        "visitors",
        counts_log_density(eta, visitors_total, visitors_centre, visitors_mass)
        + visitors_constant,
    )
