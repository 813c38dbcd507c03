# not low_rank_forms: no products of columns are read
# not compress_gaussian: species is not Gaussian
# not marginalise_slopes: the response is not the Gaussian means of cells
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# aggregate_rows: rows that are equal in all inputs and species enter once, times their
#     number
# not hoist_constants: no density has constants to take out
# not lay_out_rows: no design is read by a product with coefficients alone
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    eta_x: np.ndarray,  # (row, 4) sepal_length, sepal_width, petal_length, petal_width
    species: np.ndarray,  # (row,)
    *,
    n_species: int,
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    species_cells = Cells(species.shape[0], eta_x, species)
    return {
        "eta_x": cell_values(species_cells, eta_x),
        "species": cell_values(species_cells, species),
        "species_number": cell_counts(species_cells),
        "n_species": n_species,
    }


def model_fast(
    eta_x: Array,  # (cell, 4) sepal_length, sepal_width, petal_length, petal_width
    species: Array,  # (cell,)
    species_number: Array,  # (cell,) rows
    *,
    n_species: int,
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # eta = intercept()
    eta_intercept = numpyro.sample(
        "eta_intercept",
        dist.Normal(0.0, 1.0).expand([n_species - 1]).to_event(1),
    )
    eta = eta_intercept

    #    + adaptive(standardize(x))
    eta_x_scale = numpyro.sample(
        "eta_x_scale",
        dist.HalfNormal(1.0).expand([n_species - 1]).to_event(1),
    )
    eta_x_coef = numpyro.sample(
        "eta_x_coef",
        dist.Normal(0.0, eta_x_scale).expand([4, n_species - 1]).to_event(2),
    )
    eta = eta + eta_x @ eta_x_coef

    # species ~ categorical(eta)
    # rows that are equal in all that is read here, times their number
    numpyro.factor(
        "species",
        jnp.sum(
            species_number
            * dist.CategoricalLogits(with_reference(eta)).log_prob(species)
        ),
    )
