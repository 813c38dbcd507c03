# not low_rank_forms: no products of columns are read
# not compress_gaussian: art is not Gaussian
# not marginalise_slopes: the response is not the Gaussian means of cells
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# aggregate_rows: rows that are equal in all inputs and art enter once, times their
#     number
# not hoist_constants: no density has constants to take out
# lay_out_rows: eta_linear, gate_ment held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    eta_linear: np.ndarray,  # (row, column) fem, mar, kid5, phd, ment
    gate_ment: np.ndarray,  # (row, 1) ment
    art: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    art_cells = Cells(art.shape[0], eta_linear, gate_ment, art)
    return {
        "eta_linear": by_column(cell_values(art_cells, eta_linear)),
        "gate_ment": by_column(cell_values(art_cells, gate_ment)),
        "art": cell_values(art_cells, art),
        "art_number": cell_counts(art_cells),
    }


def model_fast(
    eta_linear: Array,  # (column, cell) fem, mar, kid5, phd, ment
    gate_ment: Array,  # (1, cell) ment
    art: Array,  # (cell,)
    art_number: Array,  # (cell,) rows
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # eta = intercept()
    eta_intercept = numpyro.sample("eta_intercept", dist.Normal(0.0, 1.0))
    eta = eta_intercept

    #    + linear(fem, mar, kid5, standardize(phd), standardize(ment))
    eta_linear_coef = numpyro.sample(
        "eta_linear_coef",
        dist.Normal(0.0, 1.0).expand([eta_linear.shape[0]]).to_event(1),
    )
    eta = eta + eta_linear_coef @ eta_linear

    # gate = intercept()
    gate_intercept = numpyro.sample("gate_intercept", dist.Normal(0.0, 1.0))
    gate = gate_intercept

    #    + linear(standardize(ment))
    gate_ment_coef = numpyro.sample(
        "gate_ment_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    gate = gate + gate_ment_coef @ gate_ment

    # art ~ zero_inflated(negative_binomial(eta, concentration ~ Exponential(1)), gate =
    #   sigmoid(gate))
    art_concentration = numpyro.sample("art_concentration", dist.Exponential(1.0))
    # rows that are equal in all that is read here, times their number
    numpyro.factor(
        "art",
        jnp.sum(
            art_number
            * ZeroInflated(
                NegativeBinomialByMean(eta, art_concentration), gate_logits=gate
            ).log_prob(art)
        ),
    )
