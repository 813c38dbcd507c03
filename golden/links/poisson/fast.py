# not low_rank_forms: no products of columns are read
# not compress_gaussian: goals is not Gaussian
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
# lay_out_rows: eta_home held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    eta_home: np.ndarray,  # (row, 1) home
    minutes: np.ndarray,  # (row,)
    goals: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    goals_cells = Cells(goals.shape[0], eta_home, minutes)
    goals_centre, goals_mass, goals_constant = counts_centred(
        goals, cell_sums(goals_cells, goals), cell_counts(goals_cells)
    )
    return {
        "eta_home": by_column(cell_values(goals_cells, eta_home)),
        "minutes": cell_values(goals_cells, minutes),
        "goals_total": cell_sums(goals_cells, goals),
        "goals_centre": goals_centre,
        "goals_mass": goals_mass,
        "goals_constant": goals_constant,
    }


def model_fast(
    eta_home: Array,  # (1, cell) home
    minutes: Array,  # (cell,)
    goals_total: Array,  # (cell,) sums
    goals_centre: Array,  # (cell,) logs of means
    goals_mass: Array,  # (cell,) expected totals there
    goals_constant: Array,  # () log factorials, and the density at the centres
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # eta = intercept()
    eta_intercept = numpyro.sample("eta_intercept", dist.Normal(0.0, 1.0))
    eta = eta_intercept

    #    + linear(home)
    eta_home_coef = numpyro.sample(
        "eta_home_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    eta = eta + eta_home_coef @ eta_home

    #    + offset(log(minutes / 90))
    eta = eta + jnp.log(minutes / 90.0)

    # goals ~ poisson(eta)
    # cells of equal rows: each enters by its total and number of rows
    numpyro.factor(
        "goals",
        counts_log_density(eta, goals_total, goals_centre, goals_mass) + goals_constant,
    )
