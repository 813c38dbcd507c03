# not low_rank_forms: no products of columns are read
# compress_gaussian: rows of excess enter by their mean and the R factor of what differs
#     from it
# not marginalise_slopes: no slopes differ between levels
# not marginalise_effects: no effect of levels with a normal prior around 0 enters once,
#     by itself
# not collapse_linear: the location of the response is no predictor
# whiten_coefficients: mu, excess_sigma in units of their posterior, by least squares
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    row: np.ndarray,  # (row,) int, which rows of the full data these are
    excess: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    excess_cells = Cells(excess.shape[0])
    (excess_within,) = cells_within(excess_cells, excess)
    return {
        "excess_within": excess_within,
        "excess_mean": cell_means(excess_cells, excess),
        "excess_count": cell_counts(excess_cells),
        "excess_freedom": cell_freedom(excess_cells),
        "excess_constant": cell_constant(excess_cells),
    }


def model_fast(
    excess_within: Array,  # (within,)
    excess_mean: Array,  # (cell,)
    excess_count: Array,  # (cell,) rows
    excess_freedom: Array,  # () rows less cells
    excess_constant: Array,  # () what these densities lack
    mu_at: Array,  # () by least squares
    mu_by: Array,  # (value,) for one unit of each z
    excess_standard_volume: Array,  # () log determinant of all of these
    excess_sigma_at: Array,  # () by least squares
    excess_sigma_width: Array,  # () of its logarithm
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept(coef ~ Normal(400, 20))
    excess_standard = numpyro.sample(
        "excess_standard",
        dist.ImproperUniform(dist.constraints.real, (), ())
        .expand([mu_by.shape[0]])
        .to_event(1),
    )
    # all coefficients together: standard normal, as far as the rows tell
    numpyro.factor("excess_standard_volume", excess_standard_volume)
    mu = mu_at + mu_by @ excess_standard
    numpyro.deterministic("mu", mu)
    numpyro.factor("mu_prior", dist.Normal(400.0, 20.0).log_prob(mu))

    # excess ~ gaussian(mu, sigma ~ HalfNormal(10))
    excess_sigma_standard = numpyro.sample(
        "excess_sigma_standard", dist.ImproperUniform(dist.constraints.real, (), ())
    )
    excess_sigma = excess_sigma_at * jnp.exp(excess_sigma_width * excess_sigma_standard)
    numpyro.deterministic("excess_sigma", excess_sigma)
    numpyro.factor(
        "excess_sigma_prior",
        dist.HalfNormal(10.0).log_prob(excess_sigma)
        + jnp.log(excess_sigma_width * excess_sigma),
    )
    # the mean of all rows, then what its rows differ from it
    numpyro.factor(
        "excess",
        means_log_density(excess_mean, mu, excess_sigma, excess_count)
        + within_log_density(
            excess_within, excess_sigma, excess_freedom, excess_constant
        ),
    )
