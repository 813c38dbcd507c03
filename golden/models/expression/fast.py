# not low_rank_forms: rows compress, with the products of columns
# compress_gaussian: rows of response enter by their mean and the R factor of what
#     differs from it
# not marginalise_slopes: no slopes differ between levels
# not marginalise_effects: no effect of levels with a normal prior around 0 enters once,
#     by itself
# collapse_linear: mu_intercept, mu_linear_coef, mu_genes_coef, mu_interaction_coef are
#     integrated out, and drawn back by recover
# not whiten_coefficients: mu_intercept, mu_linear_coef, mu_genes_coef,
#     mu_interaction_coef are integrated out
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: the response has become a factor already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: cells are held by row, so that those of blocks of rows can be joined
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    mu_linear: np.ndarray,  # (row, 3) Body.Weight, age, sex
    mu_genes: np.ndarray,  # (row, column) gene_*
    mu_interaction_x: np.ndarray,  # (row, column) gene_*
    mu_interaction_z: np.ndarray,  # (row, 2) Body.Weight, age
    response: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` and ``recover`` take in place of the rows.

    It is computed once, on the host, in float64.
    """
    mu_interaction_product = (
        mu_interaction_x[:, :, None] * mu_interaction_z[:, None, :]
    ).reshape(mu_interaction_x.shape[0], -1)
    response_cells = Cells(response.shape[0])
    (
        response_within,
        mu_linear_within,
        mu_genes_within,
        mu_interaction_product_within,
    ) = cells_within(
        response_cells, response, mu_linear, mu_genes, mu_interaction_product
    )
    return {
        "mu_linear": cell_means(response_cells, mu_linear),
        "mu_genes": cell_means(response_cells, mu_genes),
        "response_within": response_within,
        "mu_linear_within": mu_linear_within,
        "mu_genes_within": mu_genes_within,
        "mu_interaction_product_within": mu_interaction_product_within,
        "mu_interaction_product": cell_means(response_cells, mu_interaction_product),
        "response_mean": cell_means(response_cells, response),
        "response_count": cell_counts(response_cells),
        "response_freedom": cell_freedom(response_cells),
        "response_constant": cell_constant(response_cells),
    }


def model_fast(
    mu_linear: Array,  # (cell, 3) means
    mu_genes: Array,  # (cell, column) means
    response_within: Array,  # (within,)
    mu_linear_within: Array,  # (within, 3)
    mu_genes_within: Array,  # (within, column)
    mu_interaction_product_within: Array,  # (within, mu_interaction_x.shape[1] * 2)
    mu_interaction_product: Array,  # (cell, mu_interaction_x.shape[1] * 2) means
    response_mean: Array,  # (cell,)
    response_count: Array,  # (cell,) rows
    response_freedom: Array,  # () rows less cells
    response_constant: Array,  # () what these densities lack
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept()

    #    + linear(center(body), sex)

    #    + adaptive(standardize(genes))
    mu_genes_scale = numpyro.sample("mu_genes_scale", dist.HalfNormal(1.0))

    #    + interaction(genes, body)
    mu_interaction_scale = numpyro.sample("mu_interaction_scale", dist.HalfNormal(1.0))

    # response ~ gaussian(mu)
    response_sigma = numpyro.sample("response_sigma", dist.Exponential(1.0))
    # mu_intercept, mu_linear_coef, mu_genes_coef, mu_interaction_coef are integrated
    #   out: see recover
    numpyro.factor(
        "response",
        collapsed_log_density(
            response_freedom,
            response_constant,
            response_mean,
            0.0,
            response_within,
            response_count,
            response_sigma,
            Block(1.0, 0.0, 0.0, 1.0),
            Block(mu_linear, mu_linear_within, 0.0, 1.0),
            Block(mu_genes, mu_genes_within, 0.0, mu_genes_scale),
            Block(
                mu_interaction_product,
                mu_interaction_product_within,
                0.0,
                mu_interaction_scale,
            ),
        ),
    )


def recover(
    mu_linear: Array,  # (cell, 3) means
    mu_genes: Array,  # (cell, column) means
    response_within: Array,  # (within,)
    mu_linear_within: Array,  # (within, 3)
    mu_genes_within: Array,  # (within, column)
    mu_interaction_product_within: Array,  # (within, mu_interaction_x.shape[1] * 2)
    mu_interaction_product: Array,  # (cell, mu_interaction_x.shape[1] * 2) means
    response_mean: Array,  # (cell,)
    response_count: Array,  # (cell,) rows
    *,
    mu_genes_scale: Array,
    mu_interaction_scale: Array,
    response_sigma: Array,
) -> dict[Any, dist.Distribution]:
    """What was integrated out, given the other sites."""

    return {
        # normal priors times a normal density around what is linear in them
        (
            "mu_intercept",
            "mu_linear_coef",
            "mu_genes_coef",
            "mu_interaction_coef",
        ): coefficients_given(
            response_mean,
            0.0,
            response_within,
            response_count,
            response_sigma,
            Block(1.0, 0.0, 0.0, 1.0),
            Block(mu_linear, mu_linear_within, 0.0, 1.0),
            Block(mu_genes, mu_genes_within, 0.0, mu_genes_scale),
            Block(
                mu_interaction_product,
                mu_interaction_product_within,
                0.0,
                mu_interaction_scale,
            ),
        ),
    }
