# not low_rank_forms: no products of columns are read
# not compress_gaussian: claims is not Gaussian
# not marginalise_slopes: the response is not the Gaussian means of cells
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# not centre_by_information: it is not known what rows of claims say of a level
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# aggregate_rows: rows that are equal in all inputs and claims enter once, times their
#     number
# not hoist_constants: no density has constants to take out
# lay_out_rows: eta_age, gate_age held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    eta_age: np.ndarray,  # (row, 1) age
    region: np.ndarray,  # (row,) int in [0, n_region)
    exposure: np.ndarray,  # (row,)
    gate_age: np.ndarray,  # (row, 1) age
    claims: np.ndarray,  # (row,)
    *,
    n_region: int,
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""
    claims_cells = Cells(claims.shape[0], eta_age, region, exposure, gate_age, claims)
    return {
        "eta_age": by_column(cell_values(claims_cells, eta_age)),
        "region": cell_values(claims_cells, region),
        "exposure": cell_values(claims_cells, exposure),
        "gate_age": by_column(cell_values(claims_cells, gate_age)),
        "claims": cell_values(claims_cells, claims),
        "claims_number": cell_counts(claims_cells),
        "n_region": n_region,
    }


def model_fast(
    eta_age: Array,  # (1, cell) age
    region: Array,  # (cell,) int in [0, n_region)
    exposure: Array,  # (cell,)
    gate_age: Array,  # (1, cell) age
    claims: Array,  # (cell,)
    claims_number: Array,  # (cell,) rows
    *,
    n_region: int,
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    # eta = intercept()
    eta_intercept = numpyro.sample("eta_intercept", dist.Normal(0.0, 1.0))
    eta = eta_intercept

    #    + adaptive(standardize(age))
    eta_age_scale = numpyro.sample("eta_age_scale", dist.HalfNormal(1.0))
    eta_age_coef = numpyro.sample(
        "eta_age_coef",
        dist.Normal(0.0, eta_age_scale).expand([1]).to_event(1),
    )
    eta = eta + eta_age_coef @ eta_age

    #    + random_effects(region)
    eta_region_scale = numpyro.sample("eta_region_scale", dist.HalfNormal(1.0))
    eta_region_effect = numpyro.sample(
        "eta_region_effect",
        dist.Normal(0.0, eta_region_scale).expand([n_region]).to_event(1),
    )
    eta = eta + eta_region_effect[region]

    #    + offset(log(exposure))
    eta = eta + jnp.log(exposure)

    # gate = intercept()
    gate_intercept = numpyro.sample("gate_intercept", dist.Normal(0.0, 1.0))
    gate = gate_intercept

    #    + linear(standardize(age))
    gate_age_coef = numpyro.sample(
        "gate_age_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    gate = gate + gate_age_coef @ gate_age

    # claims ~ zero_inflated(negative_binomial(eta, concentration ~ Exponential(1)),
    #   gate = sigmoid(gate))
    claims_concentration = numpyro.sample("claims_concentration", dist.Exponential(1.0))
    # rows that are equal in all that is read here, times their number
    numpyro.factor(
        "claims",
        jnp.sum(
            claims_number
            * ZeroInflated(
                NegativeBinomialByMean(eta, claims_concentration), gate_logits=gate
            ).log_prob(claims)
        ),
    )
