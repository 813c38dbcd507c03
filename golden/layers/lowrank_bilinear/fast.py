# low_rank_forms: one form is linear in products of columns, by which rows compress
# compress_gaussian: rows of energy enter by their mean and the R factor of what differs
#     from it
# not marginalise_slopes: no slopes differ between levels
# not marginalise_effects: no effect of levels with a normal prior around 0 enters once,
#     by itself
# not collapse_linear: no normal coefficients have a scale that is unknown
# not whiten_coefficients: a coefficient is not sampled by itself, on the whole line
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_lowrank_bilinear_x: np.ndarray,  # (row, 3) charge, size, polarity
    mu_lowrank_bilinear_z: np.ndarray,  # (row, 3) pull, radius, softness
    energy: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    mu_lowrank_bilinear_x_mu_lowrank_bilinear_z_products = (
        mu_lowrank_bilinear_x[:, :, None] * mu_lowrank_bilinear_z[:, None, :]
    ).reshape(mu_lowrank_bilinear_x.shape[0], -1)
    energy_cells = Cells(energy.shape[0])
    energy_within, mu_lowrank_bilinear_x_mu_lowrank_bilinear_z_products_within = (
        cells_within(
            energy_cells, energy, mu_lowrank_bilinear_x_mu_lowrank_bilinear_z_products
        )
    )
    return {
        "energy_within": energy_within,
        "mu_lowrank_bilinear_x_mu_lowrank_bilinear_z_products_within": mu_lowrank_bilinear_x_mu_lowrank_bilinear_z_products_within,
        "mu_lowrank_bilinear_x_mu_lowrank_bilinear_z_products": cell_means(
            energy_cells, mu_lowrank_bilinear_x_mu_lowrank_bilinear_z_products
        ),
        "energy_mean": cell_means(energy_cells, energy),
        "energy_count": cell_counts(energy_cells),
        "energy_freedom": cell_freedom(energy_cells),
        "energy_constant": cell_constant(energy_cells),
    }


def model_fast(
    energy_within: Array,  # (within,)
    mu_lowrank_bilinear_x_mu_lowrank_bilinear_z_products_within: Array,  # (within, 9)
    mu_lowrank_bilinear_x_mu_lowrank_bilinear_z_products: Array,  # (cell, 9) means
    energy_mean: Array,  # (cell,)
    energy_count: Array,  # (cell,) rows
    energy_freedom: Array,  # () rows less cells
    energy_constant: Array,  # () what these densities lack
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept()
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(0.0, 1.0))
    mu = mu_intercept

    #    + lowrank_bilinear(donor, acceptor, rank = 1)
    mu_lowrank_bilinear_scale = numpyro.sample(
        "mu_lowrank_bilinear_scale", dist.HalfNormal(1.0)
    )
    mu_lowrank_bilinear_left = numpyro.sample(
        "mu_lowrank_bilinear_left",
        dist.Normal(0.0, mu_lowrank_bilinear_scale).expand([3, 1]).to_event(2),
    )
    mu_lowrank_bilinear_right = numpyro.sample(
        "mu_lowrank_bilinear_right",
        dist.Normal(0.0, mu_lowrank_bilinear_scale).expand([3, 1]).to_event(2),
    )
    mu = mu + mu_lowrank_bilinear_x_mu_lowrank_bilinear_z_products @ weights_of_pairs(
        mu_lowrank_bilinear_left, mu_lowrank_bilinear_right
    )

    # energy ~ gaussian(mu)
    energy_sigma = numpyro.sample("energy_sigma", dist.Exponential(1.0))
    # the mean of all rows, then what its rows differ from it
    numpyro.factor(
        "energy",
        means_log_density(energy_mean, mu, energy_sigma, energy_count)
        + within_log_density(
            energy_within
            - mu_lowrank_bilinear_x_mu_lowrank_bilinear_z_products_within
            @ weights_of_pairs(mu_lowrank_bilinear_left, mu_lowrank_bilinear_right),
            energy_sigma,
            energy_freedom,
            energy_constant,
        ),
    )
