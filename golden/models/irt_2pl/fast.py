# not low_rank_forms: no products of columns are read
# not compress_gaussian: correct is not Gaussian
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
# not lay_out_rows: no design is read by a product with coefficients alone
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    item: np.ndarray,  # (row,) int in [0, n_item)
    person: np.ndarray,  # (row,) int in [0, n_person)
    correct: np.ndarray,  # (row,)
    *,
    n_item: int,
    n_person: int,
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    correct_cells = Cells(correct.shape[0], item, person)
    return {
        "item": cell_values(correct_cells, item),
        "person": cell_values(correct_cells, person),
        "correct_successes": cell_sums(correct_cells, correct),
        "correct_trials": cell_counts(correct_cells),
        "n_item": n_item,
        "n_person": n_person,
    }


def model_fast(
    item: Array,  # (cell,) int in [0, n_item)
    person: Array,  # (cell,) int in [0, n_person)
    correct_successes: Array,  # (cell,) rows of 1
    correct_trials: Array,  # (cell,) rows
    *,
    n_item: int,
    n_person: int,
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # sigma_a ~ HalfCauchy(2)
    sigma_a = numpyro.sample("sigma_a", dist.HalfCauchy(2.0))

    # sigma_b ~ HalfCauchy(2)
    sigma_b = numpyro.sample("sigma_b", dist.HalfCauchy(2.0))

    # mu_b ~ Normal(0, 5)
    mu_b = numpyro.sample("mu_b", dist.Normal(0.0, 5.0))

    # ability[person] ~ Normal(0, 1)
    ability = numpyro.sample(
        "ability",
        dist.Normal(0.0, 1.0).expand([n_person]).to_event(1),
    )

    # discrimination[item] ~ LogNormal(0, sigma_a)
    discrimination = numpyro.sample(
        "discrimination",
        dist.LogNormal(0.0, sigma_a).expand([n_item]).to_event(1),
    )

    # difficulty[item] ~ Normal(mu_b, sigma_b)
    difficulty = numpyro.sample(
        "difficulty",
        dist.Normal(mu_b, sigma_b).expand([n_item]).to_event(1),
    )

    # eta = discrimination[item] * (ability[person] - difficulty[item])
    eta = discrimination[item] * (ability[person] - difficulty[item])

    # correct ~ bernoulli(eta)
    # cells of equal rows: each enters by its successes and trials
    numpyro.factor(
        "correct", successes_log_density(eta, correct_successes, correct_trials)
    )
