# compress_gaussian: rows of response enter by their mean and the R factor of what
#     differs from it
# not marginalise_effects: no effect of levels with a normal prior enters once, by
#     itself
# not centre_by_information: no effect of levels around an unknown scale enters a
#     predictor by itself
# not aggregate_rows: the rows are gone already
# not hoist_constants: no density has constants to take out


def prepare(
    mu_linear: np.ndarray,  # (row, 3) Body.Weight, age, sex
    mu_genes: np.ndarray,  # (row, column) gene_*
    mu_interaction_x: np.ndarray,  # (row, column) gene_*
    mu_interaction_z: np.ndarray,  # (row, 2) Body.Weight, age
    response: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    mu_interaction_product = (
        mu_interaction_x[:, :, None] * mu_interaction_z[:, None, :]
    ).reshape(len(mu_interaction_x), -1)
    response_cells = Cells(response)
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
        "mu_interaction_x": mu_interaction_x,
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
    mu_interaction_x: Array,  # (row, column) gene_*
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
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(0.0, 1.0))
    mu = mu_intercept

    #    + linear(center(body), sex)
    mu_linear_coef = numpyro.sample(
        "mu_linear_coef",
        dist.Normal(0.0, 1.0).expand([3]).to_event(1),
    )
    mu = mu + mu_linear @ mu_linear_coef

    #    + adaptive(standardize(genes))
    mu_genes_scale = numpyro.sample("mu_genes_scale", dist.HalfNormal(1.0))
    mu_genes_coef = numpyro.sample(
        "mu_genes_coef",
        dist.Normal(0.0, mu_genes_scale).expand([mu_genes.shape[1]]).to_event(1),
    )
    mu = mu + mu_genes @ mu_genes_coef

    #    + interaction(genes, body)
    mu_interaction_scale = numpyro.sample("mu_interaction_scale", dist.HalfNormal(1.0))
    mu_interaction_coef = numpyro.sample(
        "mu_interaction_coef",
        dist.Normal(0.0, mu_interaction_scale)
        .expand([mu_interaction_x.shape[1] * 2])
        .to_event(1),
    )
    mu = mu + mu_interaction_product @ mu_interaction_coef

    # response ~ gaussian(mu)
    response_sigma = numpyro.sample("response_sigma", dist.Exponential(1.0))
    # the mean of all rows, then what its rows differ from it
    numpyro.factor(
        "response",
        means_log_density(response_mean, mu, response_sigma, response_count)
        + within_log_density(
            response_within
            - mu_linear_within @ mu_linear_coef
            - mu_genes_within @ mu_genes_coef
            - mu_interaction_product_within @ mu_interaction_coef,
            response_sigma,
            response_freedom,
            response_constant,
        ),
    )
