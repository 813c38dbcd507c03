# not low_rank_forms: no products of columns are read
# not compress_gaussian: dead is not Gaussian
# not marginalise_slopes: the response is not the Gaussian means of cells
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# aggregate_rows: rows that are equal in all inputs and dead enter once, times their
#     number
# not hoist_constants: no density has constants to take out
# lay_out_rows: eta_dose held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    eta_dose: np.ndarray,  # (row, 1) dose
    litter: np.ndarray,  # (row,)
    dead: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    dead_cells = Cells(dead.shape[0], eta_dose, litter, dead)
    return {
        "eta_dose": by_column(cell_values(dead_cells, eta_dose)),
        "litter": cell_values(dead_cells, litter),
        "dead": cell_values(dead_cells, dead),
        "dead_number": cell_counts(dead_cells),
    }


def model_fast(
    eta_dose: Array,  # (1, cell) dose
    litter: Array,  # (cell,)
    dead: Array,  # (cell,)
    dead_number: Array,  # (cell,) rows
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # eta = intercept()
    eta_intercept = numpyro.sample("eta_intercept", dist.Normal(0.0, 1.0))
    eta = eta_intercept

    #    + linear(dose)
    eta_dose_coef = numpyro.sample(
        "eta_dose_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    eta = eta + eta_dose_coef @ eta_dose

    # dead ~ beta_binomial(eta, trials = litter)
    dead_concentration = numpyro.sample("dead_concentration", dist.Exponential(1.0))
    # rows that are equal in all that is read here, times their number
    numpyro.factor(
        "dead",
        jnp.sum(
            dead_number
            * BetaBinomialByLogits(eta, dead_concentration, litter).log_prob(dead)
        ),
    )
