# not low_rank_forms: no products of columns are read
# compress_gaussian: rows of reaction enter by a mean for each subject, a row for each
#     of its slopes and the R factor of what differs from it; where these save less than
#     half of the rows, each row is by itself
# marginalise_slopes: mu_days_effect is integrated out, and drawn back by recover
# not marginalise_effects: mu_days_effect is integrated out
# not collapse_linear: mu_days_effect is integrated out
# not whiten_coefficients: mu_days_effect is integrated out
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: mu_days_effect is integrated out
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# lay_out_rows: mu_days, mu_days_along, mu_days_within held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_days: np.ndarray,  # (row, 1) days
    mu_days_columns: np.ndarray,  # (row, 2) 1, days
    subject: np.ndarray,  # (row,) int in [0, n_subject)
    reaction: np.ndarray,  # (row,)
    *,
    n_subject: int,
) -> dict[str, Any]:
    """What ``model_fast`` and ``recover`` take in place of the rows.

    It is computed once, on the host, in float64.
    """
    reaction_cells = Cells(reaction.shape[0], subject)
    reaction_slopes = CellSlopes(reaction_cells, mu_days_columns)
    reaction_within, mu_days_within = cells_within(
        reaction_cells, reaction, mu_days, slopes=reaction_slopes
    )
    subject_loads = loads_of_cells(reaction_cells, mu_days_columns)
    subject_loads_along = loads_along(reaction_slopes, mu_days_columns)
    subject_products = products_by_level(
        reaction_cells,
        reaction_slopes,
        subject,
        n_subject,
        subject_loads,
        subject_loads_along,
    )
    return {
        "mu_days": by_column(cell_means(reaction_cells, mu_days)),
        "subject": cell_values(reaction_cells, subject),
        "reaction_within": reaction_within,
        "mu_days_within": by_column(mu_days_within),
        "reaction_mean": cell_means(reaction_cells, reaction),
        "reaction_count": cell_counts(reaction_cells),
        "reaction_freedom": cell_freedom(reaction_cells),
        "reaction_constant": cell_constant(reaction_cells),
        "reaction_along": along_slopes(reaction_slopes, reaction),
        "mu_days_along": by_column(along_slopes(reaction_slopes, mu_days)),
        "subject_along": levels_along(reaction_slopes, subject),
        "subject_loads": subject_loads,
        "subject_loads_along": subject_loads_along,
        "subject_products": subject_products,
    }


def model_fast(
    mu_days: Array,  # (1, cell) means
    subject: Array,  # (cell,) int in [0, n_subject)
    reaction_within: Array,  # (within,)
    mu_days_within: Array,  # (1, within)
    reaction_mean: Array,  # (cell,)
    reaction_count: Array,  # (cell,) rows
    reaction_freedom: Array,  # () rows less cells
    reaction_constant: Array,  # () what these densities lack
    reaction_along: Array,  # (along,) along slopes
    mu_days_along: Array,  # (1, along) along slopes
    subject_along: Array,  # (along,) int in [0, n_subject)
    subject_loads: Array,  # (2, cell) of a level's effect and slopes
    subject_loads_along: Array,  # (2, along) along slopes
    subject_products: Array,  # (2, 2, n_subject) of these, by level
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
    mu = mu + mu_days_coef @ mu_days

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

    # reaction ~ gaussian(mu, sigma ~ HalfNormal(50))
    reaction_sigma = numpyro.sample("reaction_sigma", dist.HalfNormal(50.0))
    # along slopes, less what is not theirs
    reaction_turned = reaction_along - mu_days_coef @ mu_days_along
    # the mean of each subject, then what its rows differ from it, apart from its slopes
    #   and along them; mu_days_effect is integrated out: see recover
    numpyro.factor(
        "reaction",
        slopes_log_density(
            reaction_mean,
            mu,
            reaction_count,
            subject,
            subject_loads,
            reaction_turned,
            subject_along,
            subject_loads_along,
            subject_products,
            reaction_sigma,
            scaled_factor(mu_days_scale, mu_days_corr_cholesky),
        )
        + within_log_density(
            reaction_within - mu_days_coef @ mu_days_within,
            reaction_sigma,
            reaction_freedom,
            reaction_constant,
        ),
    )


def recover(
    mu_days: Array,  # (1, cell) means
    subject: Array,  # (cell,) int in [0, n_subject)
    reaction_mean: Array,  # (cell,)
    reaction_count: Array,  # (cell,) rows
    reaction_along: Array,  # (along,) along slopes
    mu_days_along: Array,  # (1, along) along slopes
    subject_along: Array,  # (along,) int in [0, n_subject)
    subject_loads: Array,  # (2, cell) of a level's effect and slopes
    subject_loads_along: Array,  # (2, along) along slopes
    subject_products: Array,  # (2, 2, n_subject) of these, by level
    *,
    mu_intercept: Array,
    mu_days_coef: Array,
    mu_days_scale: Array,
    mu_days_corr_cholesky: Array,
    reaction_sigma: Array,
) -> dict[str, dist.Distribution]:
    """What was integrated out, given the other sites."""
    mu = mu_intercept
    mu = mu + mu_days_coef @ mu_days
    # along slopes, less what is not theirs
    reaction_turned = reaction_along - mu_days_coef @ mu_days_along
    return {
        # normal priors times normal rows that are linear in them
        "mu_days_effect": LevelSlopes(
            slopes_of_levels(
                reaction_mean,
                mu,
                reaction_count,
                subject,
                subject_loads,
                reaction_turned,
                subject_along,
                subject_loads_along,
                subject_products,
                reaction_sigma,
                scaled_factor(mu_days_scale, mu_days_corr_cholesky),
            )
        ),
    }
