# compress_gaussian: rows of response enter by their mean and the R factor of what
#     differs from it
# not marginalise_effects: no effect of levels with a normal prior enters once, by
#     itself
# whiten_coefficients: mu_intercept, mu_linear_coef, mu_genes_coef, mu_interaction_coef,
#     response_sigma in units of their posterior, by least squares
# not centre_by_information: no effect of levels around an unknown scale enters a
#     predictor by itself
# not aggregate_rows: the rows are gone already
# not hoist_constants: no density has constants to take out
# not lay_out_rows: the rows are gone already


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
    mu_intercept_at: Array,  # () by least squares
    mu_intercept_by: Array,  # (value,) for one unit of each z
    mu_linear_coef_at: Array,  # (3,) by least squares
    mu_linear_coef_by: Array,  # (3, value) for one unit of each z
    mu_genes_coef_at: Array,  # (column,) by least squares
    mu_genes_coef_by: Array,  # (column, value) for one unit of each z
    mu_interaction_coef_at: Array,  # (mu_interaction_x.shape[1] * 2,) by least squares
    mu_interaction_coef_by: Array,  # (mu_interaction_x.shape[1] * 2, value) for one...
    mu_standard_volume: Array,  # () log determinant of all of these
    response_sigma_at: Array,  # () by least squares
    response_sigma_width: Array,  # () of its logarithm
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # mu = intercept()
    mu_standard = numpyro.sample(
        "mu_standard",
        dist.ImproperUniform(dist.constraints.real, (), ())
        .expand([mu_intercept_by.shape[0]])
        .to_event(1),
    )
    # all coefficients together: standard normal, as far as the rows tell
    numpyro.factor("mu_standard_volume", mu_standard_volume)
    mu_intercept = mu_intercept_at + mu_intercept_by @ mu_standard
    numpyro.deterministic("mu_intercept", mu_intercept)
    numpyro.factor("mu_intercept_prior", dist.Normal(0.0, 1.0).log_prob(mu_intercept))
    mu = mu_intercept

    #    + linear(center(body), sex)
    mu_linear_coef = mu_linear_coef_at + mu_linear_coef_by @ mu_standard
    numpyro.deterministic("mu_linear_coef", mu_linear_coef)
    numpyro.factor(
        "mu_linear_coef_prior", dist.Normal(0.0, 1.0).log_prob(mu_linear_coef)
    )
    mu = mu + mu_linear @ mu_linear_coef

    #    + adaptive(standardize(genes))
    mu_genes_scale = numpyro.sample("mu_genes_scale", dist.HalfNormal(1.0))
    mu_genes_coef = mu_genes_coef_at + mu_genes_coef_by @ mu_standard
    numpyro.deterministic("mu_genes_coef", mu_genes_coef)
    numpyro.factor(
        "mu_genes_coef_prior", dist.Normal(0.0, mu_genes_scale).log_prob(mu_genes_coef)
    )
    mu = mu + mu_genes @ mu_genes_coef

    #    + interaction(genes, body)
    mu_interaction_scale = numpyro.sample("mu_interaction_scale", dist.HalfNormal(1.0))
    mu_interaction_coef = mu_interaction_coef_at + mu_interaction_coef_by @ mu_standard
    numpyro.deterministic("mu_interaction_coef", mu_interaction_coef)
    numpyro.factor(
        "mu_interaction_coef_prior",
        dist.Normal(0.0, mu_interaction_scale).log_prob(mu_interaction_coef),
    )
    mu = mu + mu_interaction_product @ mu_interaction_coef

    # response ~ gaussian(mu)
    response_sigma_standard = numpyro.sample(
        "response_sigma_standard", dist.ImproperUniform(dist.constraints.real, (), ())
    )
    response_sigma = response_sigma_at * jnp.exp(
        response_sigma_width * response_sigma_standard
    )
    numpyro.deterministic("response_sigma", response_sigma)
    numpyro.factor(
        "response_sigma_prior",
        dist.Exponential(1.0).log_prob(response_sigma)
        + jnp.log(response_sigma_width * response_sigma),
    )
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
