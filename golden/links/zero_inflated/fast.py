# not low_rank_forms: no products of columns are read
# not compress_gaussian: fish is not Gaussian
# not marginalise_slopes: the response is not the Gaussian means of cells
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# aggregate_rows: rows that are equal in all inputs and fish enter once, times their
#     number
# not hoist_constants: no density has constants to take out
# lay_out_rows: eta_linear, idle_children held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    eta_linear: np.ndarray,  # (row, 2) log(persons), camper
    idle_children: np.ndarray,  # (row, 1) children
    fish: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    fish_cells = Cells(fish.shape[0], eta_linear, idle_children, fish)
    return {
        "eta_linear": by_column(cell_values(fish_cells, eta_linear)),
        "idle_children": by_column(cell_values(fish_cells, idle_children)),
        "fish": cell_values(fish_cells, fish),
        "fish_number": cell_counts(fish_cells),
    }


def model_fast(
    eta_linear: Array,  # (2, cell) log(persons), camper
    idle_children: Array,  # (1, cell) children
    fish: Array,  # (cell,)
    fish_number: Array,  # (cell,) rows
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # eta = intercept()
    eta_intercept = numpyro.sample("eta_intercept", dist.Normal(0.0, 1.0))
    eta = eta_intercept

    #    + linear(log(persons), camper)
    eta_linear_coef = numpyro.sample(
        "eta_linear_coef",
        dist.Normal(0.0, 1.0).expand([2]).to_event(1),
    )
    eta = eta + eta_linear_coef @ eta_linear

    # idle = intercept()
    idle_intercept = numpyro.sample("idle_intercept", dist.Normal(0.0, 1.0))
    idle = idle_intercept

    #    + linear(children)
    idle_children_coef = numpyro.sample(
        "idle_children_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    idle = idle + idle_children_coef @ idle_children

    # fish ~ zero_inflated(negative_binomial(eta), gate = sigmoid(idle))
    fish_concentration = numpyro.sample("fish_concentration", dist.Exponential(1.0))
    # rows that are equal in all that is read here, times their number
    numpyro.factor(
        "fish",
        jnp.sum(
            fish_number
            * ZeroInflated(
                NegativeBinomialByMean(eta, fish_concentration), gate_logits=idle
            ).log_prob(fish)
        ),
    )
