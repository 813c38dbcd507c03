# not low_rank_forms: no products of columns are read
# not compress_gaussian: rating is not Gaussian
# not marginalise_slopes: the response is not the Gaussian means of cells
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# aggregate_rows: a cell of rows that are equal in all inputs enters by its level and
#     number of rows
# hoist_constants: a level looks at its own two cutpoints, and the gaps between them are
#     summed by level
# lay_out_rows: eta_new held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    eta_new: np.ndarray,  # (row, 1) new
    judge: np.ndarray,  # (row,) int in [0, n_judge)
    rating: np.ndarray,  # (row,)
    *,
    n_judge: int,
    n_rating: int,
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    rating_cells = Cells(rating.shape[0], eta_new, judge, rating)
    return {
        "eta_new": by_column(cell_values(rating_cells, eta_new)),
        "judge": cell_values(rating_cells, judge),
        "rating_level": cell_values(rating_cells, rating),
        "rating_number": cell_counts(rating_cells),
        "rating_times": inner_levels(rating, n_rating),
        "n_judge": n_judge,
        "n_rating": n_rating,
    }


def model_fast(
    eta_new: Array,  # (1, cell) new
    judge: Array,  # (cell,) int in [0, n_judge)
    rating_level: Array,  # (cell,)
    rating_number: Array,  # (cell,) rows
    rating_times: Array,  # (level,) rows at each inner level
    *,
    n_judge: int,
    n_rating: int,
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # eta = linear(new)
    eta_new_coef = numpyro.sample(
        "eta_new_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    eta = eta_new_coef @ eta_new

    #    + random_effects(judge)
    eta_judge_scale = numpyro.sample("eta_judge_scale", dist.HalfNormal(1.0))
    eta_judge_effect = numpyro.sample(
        "eta_judge_effect",
        dist.Normal(0.0, eta_judge_scale).expand([n_judge]).to_event(1),
    )
    eta = eta + eta_judge_effect[judge]

    # rating ~ cumulative(eta)
    rating_cutpoint_first = numpyro.sample(
        "rating_cutpoint_first", dist.Normal(0.0, 2.0)
    )
    rating_cutpoint_gaps = numpyro.sample(
        "rating_cutpoint_gaps",
        dist.Exponential(1.0).expand([n_rating - 2]).to_event(1),
    )
    rating_cutpoints = ordered_cutpoints(rating_cutpoint_first, rating_cutpoint_gaps)
    numpyro.deterministic("rating_cutpoints", rating_cutpoints)
    # cells of equal rows: each enters by its level and number of rows
    numpyro.factor(
        "rating",
        level_log_density(eta, rating_cutpoints, rating_level, rating_number)
        + log_gaps(rating_cutpoints, rating_times),
    )
