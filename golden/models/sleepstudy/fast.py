# compress_gaussian: rows of reaction enter by a mean for each subject, a row for each
#     of its slopes and the R factor of what differs from it
# not marginalise_effects: no effect of levels with a normal prior enters once, by
#     itself
# not collapse_linear: the rows of reaction differ by levels
# not whiten_coefficients: the rows of reaction differ by levels
# not centre_by_information: no effect of levels around an unknown scale enters a
#     predictor by itself
# not aggregate_rows: the rows are gone already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: the rows are gone already


def prepare(
    mu_days: np.ndarray,  # (row, 1) days
    mu_days_columns: np.ndarray,  # (row, 2) 1, days
    subject: np.ndarray,  # (row,) int in [0, n_subject)
    reaction: np.ndarray,  # (row,)
    *,
    n_subject: int,
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    reaction_cells = Cells(reaction, subject)
    reaction_slopes = CellSlopes(reaction_cells, mu_days_columns)
    reaction_within, mu_days_within = cells_within(
        reaction_cells, reaction, mu_days, slopes=reaction_slopes
    )
    return {
        "mu_days": cell_means(reaction_cells, mu_days),
        "mu_days_columns": cell_means(reaction_cells, mu_days_columns),
        "subject": cell_values(reaction_cells, subject),
        "reaction_within": reaction_within,
        "mu_days_within": mu_days_within,
        "reaction_mean": cell_means(reaction_cells, reaction),
        "reaction_count": cell_counts(reaction_cells),
        "reaction_freedom": cell_freedom(reaction_cells),
        "reaction_constant": cell_constant(reaction_cells),
        "reaction_along": along_slopes(reaction_slopes, reaction),
        "mu_days_along": along_slopes(reaction_slopes, mu_days),
        "mu_days_columns_along": along_slopes(reaction_slopes, mu_days_columns),
        "subject_along": levels_along(reaction_slopes, subject),
        "n_subject": n_subject,
    }


def model_fast(
    mu_days: Array,  # (cell, 1) means
    mu_days_columns: Array,  # (cell, 2) means
    subject: Array,  # (cell,) int in [0, n_subject)
    reaction_within: Array,  # (within,)
    mu_days_within: Array,  # (within, 1)
    reaction_mean: Array,  # (cell,)
    reaction_count: Array,  # (cell,) rows
    reaction_freedom: Array,  # () rows less cells
    reaction_constant: Array,  # () what these densities lack
    reaction_along: Array,  # (along,) along slopes
    mu_days_along: Array,  # (along, 1) along slopes
    mu_days_columns_along: Array,  # (along, 2) along slopes
    subject_along: Array,  # (along,) int in [0, n_subject)
    *,
    n_subject: int,
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept(coef ~ Normal(250, 100))
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(250.0, 100.0))
    mu = mu_intercept

    #    + linear(days, coef ~ Normal(0, 20))
    mu_days_coef = numpyro.sample(
        "mu_days_coef",
        dist.Normal(0.0, 20.0).expand([1]).to_event(1),
    )
    mu = mu + mu_days @ mu_days_coef

    #    + correlated_effects(1, days, by = subject, scale ~ HalfNormal(50), corr ~
    #      LKJ(2))
    mu_days_scale = numpyro.sample(
        "mu_days_scale",
        dist.HalfNormal(50.0).expand([2]).to_event(1),
    )
    mu_days_corr_cholesky = numpyro.sample(
        "mu_days_corr_cholesky",
        dist.LKJCholesky(dimension=2, concentration=2.0),
    )
    mu_days_corr = correlation_of(mu_days_corr_cholesky)
    numpyro.deterministic("mu_days_corr", mu_days_corr)
    mu_days_effect = numpyro.sample(
        "mu_days_effect",
        dist.MultivariateNormal(
            scale_tril=scaled_factor(mu_days_scale, mu_days_corr_cholesky)
        )
        .expand([n_subject])
        .to_event(1),
    )
    mu = mu + jnp.sum(mu_days_effect[subject] * mu_days_columns, axis=-1)

    # reaction ~ gaussian(mu, sigma ~ HalfNormal(50))
    reaction_sigma = numpyro.sample("reaction_sigma", dist.HalfNormal(50.0))
    # the mean of each subject, then what its rows differ from it, apart from its slopes
    #   and along them
    numpyro.factor(
        "reaction",
        means_log_density(reaction_mean, mu, reaction_sigma, reaction_count)
        + within_log_density(
            reaction_within - mu_days_within @ mu_days_coef,
            reaction_sigma,
            reaction_freedom,
            reaction_constant,
        )
        + along_log_density(
            reaction_along
            - mu_days_along @ mu_days_coef
            - jnp.sum(mu_days_effect[subject_along] * mu_days_columns_along, axis=-1),
            reaction_sigma,
        ),
    )
