# low_rank_forms: pairs_product: by a table of their weights, without as many columns
# not compress_gaussian: infected is not Gaussian
# not marginalise_slopes: the response is not the Gaussian means of cells
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# aggregate_rows: a cell of rows that are equal in all inputs enters by its successes
#     and trials
# hoist_constants: a logarithm and its slope are made of one exponential
# lay_out_rows: eta_locus held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    pairs_x: np.ndarray,  # (row, 5) a, b, c, d, e
    eta_locus: np.ndarray,  # (row, 5) a, b, c, d, e
    infected: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    infected_cells = Cells(infected.shape[0], pairs_x, eta_locus)
    return {
        "pairs_x": cell_values(infected_cells, pairs_x),
        "eta_locus": by_column(cell_values(infected_cells, eta_locus)),
        "infected_successes": cell_sums(infected_cells, infected),
        "infected_trials": cell_counts(infected_cells),
    }


def model_fast(
    pairs_x: Array,  # (cell, 5) a, b, c, d, e
    eta_locus: Array,  # (5, cell) a, b, c, d, e
    infected_successes: Array,  # (cell,) rows of 1
    infected_trials: Array,  # (cell,) rows
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # pairs = horseshoe_interaction(locus, slab = 1, df = 6)
    pairs_tau = numpyro.sample("pairs_tau", dist.HalfCauchy(1.0))
    pairs_lambda = numpyro.sample(
        "pairs_lambda",
        dist.HalfCauchy(1.0).expand([10]).to_event(1),
    )
    pairs_c2 = numpyro.sample("pairs_c2", dist.InverseGamma(3.0, 3.0))
    pairs_shrinkage = (
        pairs_tau
        * pairs_lambda
        * jnp.sqrt(pairs_c2 / (pairs_c2 + (pairs_tau * pairs_lambda) ** 2))
    )
    pairs_coef = numpyro.sample(
        "pairs_coef",
        dist.Normal(0.0, pairs_shrinkage).to_event(1),
    )
    pairs = jnp.sum((pairs_x @ table_of_pairs(pairs_coef, 5)) * pairs_x, axis=-1)

    # eta = intercept()
    eta_intercept = numpyro.sample("eta_intercept", dist.Normal(0.0, 1.0))
    eta = eta_intercept

    #    + linear(locus)
    eta_locus_coef = numpyro.sample(
        "eta_locus_coef",
        dist.Normal(0.0, 1.0).expand([5]).to_event(1),
    )
    eta = eta + eta_locus_coef @ eta_locus

    #    + pairs
    eta = eta + pairs

    # infected ~ bernoulli(eta)
    # cells of equal rows: each enters by its successes and trials
    numpyro.factor(
        "infected", successes_log_density(eta, infected_successes, infected_trials)
    )
