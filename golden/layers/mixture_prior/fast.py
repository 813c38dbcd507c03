# not low_rank_forms: no products of columns are read
# compress_gaussian: rows of drift enter by their mean and the R factor of what differs
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
    mu_x: np.ndarray,  # (row, 6) heat, load, dust, shock, age, salt
    drift: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    drift_cells = Cells(drift.shape[0])
    drift_within, mu_x_within = cells_within(drift_cells, drift, mu_x)
    return {
        "mu_x": cell_means(drift_cells, mu_x),
        "drift_within": drift_within,
        "mu_x_within": mu_x_within,
        "drift_mean": cell_means(drift_cells, drift),
        "drift_count": cell_counts(drift_cells),
        "drift_freedom": cell_freedom(drift_cells),
        "drift_constant": cell_constant(drift_cells),
    }


def model_fast(
    mu_x: Array,  # (cell, 6) means
    drift_within: Array,  # (within,)
    mu_x_within: Array,  # (within, 6)
    drift_mean: Array,  # (cell,)
    drift_count: Array,  # (cell,) rows
    drift_freedom: Array,  # () rows less cells
    drift_constant: Array,  # () what these densities lack
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept()
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(0.0, 1.0))
    mu = mu_intercept

    #    + mixture_prior(x, first ~ Normal(0, 0.1), second ~ Laplace(0, 1))
    mu_x_logit = numpyro.sample(
        "mu_x_logit",
        dist.Normal(0.0, 1.0).expand([2]).to_event(1),
    )
    mu_x_coef = numpyro.sample(
        "mu_x_coef",
        dist.MixtureGeneral(
            dist.Categorical(logits=mu_x_logit),
            [dist.Normal(0.0, 0.1), dist.Laplace(0.0, 1.0)],
        )
        .expand([6])
        .to_event(1),
    )
    mu = mu + mu_x @ mu_x_coef

    # drift ~ gaussian(mu)
    drift_sigma = numpyro.sample("drift_sigma", dist.Exponential(1.0))
    # the mean of all rows, then what its rows differ from it
    numpyro.factor(
        "drift",
        means_log_density(drift_mean, mu, drift_sigma, drift_count)
        + within_log_density(
            drift_within - mu_x_within @ mu_x_coef,
            drift_sigma,
            drift_freedom,
            drift_constant,
        ),
    )
