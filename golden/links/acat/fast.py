# not low_rank_forms: no products of columns are read
# not compress_gaussian: answer is not Gaussian
# not marginalise_slopes: the response is not the Gaussian means of cells
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# aggregate_rows: rows that are equal in all inputs and answer enter once, times their
#     number
# not hoist_constants: no density has constants to take out
# lay_out_rows: eta_x held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    eta_x: np.ndarray,  # (row, 1) age
    answer: np.ndarray,  # (row,)
    *,
    n_answer: int,
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    answer_cells = Cells(answer.shape[0], eta_x, answer)
    return {
        "eta_x": by_column(cell_values(answer_cells, eta_x)),
        "answer": cell_values(answer_cells, answer),
        "answer_number": cell_counts(answer_cells),
        "n_answer": n_answer,
    }


def model_fast(
    eta_x: Array,  # (1, cell) age
    answer: Array,  # (cell,)
    answer_number: Array,  # (cell,) rows
    *,
    n_answer: int,
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # eta = linear(standardize(age))
    eta_coef = numpyro.sample(
        "eta_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    eta = eta_coef @ eta_x

    # answer ~ acat(eta)
    answer_cutpoints = numpyro.sample(
        "answer_cutpoints",
        dist.Normal(0.0, 2.0).expand([n_answer - 1]).to_event(1),
    )
    # rows that are equal in all that is read here, times their number
    numpyro.factor(
        "answer",
        jnp.sum(
            answer_number * Levels(acat_levels(eta, answer_cutpoints)).log_prob(answer)
        ),
    )
