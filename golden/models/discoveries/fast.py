# not low_rank_forms: no products of columns are read
# not compress_gaussian: discoveries is not Gaussian
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
# lay_out_rows: eta_year_sines held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    eta_year_sines: np.ndarray,  # (row, 20) sines of year
    eta_year_frequency: np.ndarray,  # (20,) their frequencies
    discoveries: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    discoveries_cells = Cells(discoveries.shape[0], eta_year_sines)
    discoveries_centre, discoveries_mass, discoveries_constant = counts_centred(
        discoveries,
        cell_sums(discoveries_cells, discoveries),
        cell_counts(discoveries_cells),
    )
    return {
        "eta_year_sines": by_column(cell_values(discoveries_cells, eta_year_sines)),
        "eta_year_frequency": eta_year_frequency,
        "discoveries_total": cell_sums(discoveries_cells, discoveries),
        "discoveries_centre": discoveries_centre,
        "discoveries_mass": discoveries_mass,
        "discoveries_constant": discoveries_constant,
    }


def model_fast(
    eta_year_sines: Array,  # (20, cell) sines of year
    eta_year_frequency: Array,  # (20,) their frequencies
    discoveries_total: Array,  # (cell,) sums
    discoveries_centre: Array,  # (cell,) logs of means
    discoveries_mass: Array,  # (cell,) expected totals there
    discoveries_constant: Array,  # () log factorials, and the density at the centres
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # eta = intercept()
    eta_intercept = numpyro.sample("eta_intercept", dist.Normal(0.0, 1.0))
    eta = eta_intercept

    #    + hsgp(year, m = 20, kernel = matern52)
    eta_year_lengthscale = numpyro.sample(
        "eta_year_lengthscale", dist.InverseGamma(5.0, 5.0)
    )
    eta_year_amplitude = numpyro.sample("eta_year_amplitude", dist.HalfNormal(1.0))
    eta_year_size = eta_year_amplitude * root_density_matern52(
        eta_year_frequency, eta_year_lengthscale
    )
    eta_year_weight = numpyro.sample(
        "eta_year_weight",
        dist.Normal(0.0, 1.0).expand([20]).to_event(1),
    )
    eta = eta + (eta_year_size * eta_year_weight) @ eta_year_sines

    # discoveries ~ poisson(eta)
    # cells of equal rows: each enters by its total and number of rows
    numpyro.factor(
        "discoveries",
        counts_log_density(eta, discoveries_total, discoveries_centre, discoveries_mass)
        + discoveries_constant,
    )
