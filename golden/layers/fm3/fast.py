# not low_rank_forms: rows do not compress by the products of columns
# not compress_gaussian: triples_p1 enters by more than a sum
# not marginalise_slopes: the response is not the Gaussian means of cells
# not marginalise_effects: the response is not the Gaussian means of cells
# not collapse_linear: the response is not the Gaussian means of cells
# not whiten_coefficients: the response is not the Gaussian means of cells
# not centre_by_information: no effects of levels around one location, of unknown scale,
#     enter by themselves
# not centre_slopes: no slopes around 0, of unknown scales, enter by themselves
# not aggregate_rows: hardness is continuous: few rows are equal
# not hoist_constants: no density has constants to take out
# lay_out_rows: mu_x held by column
# not sum_to_zero: no intercept has moved effects of several groupings beside it


def prepare(
    pairs_x: np.ndarray,  # (row, 4) chromium, nickel, carbon, copper
    triples_x: np.ndarray,  # (row, 4) chromium, nickel, carbon, copper
    mu_x: np.ndarray,  # (row, 4) chromium, nickel, carbon, copper
    hardness: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""

    return {
        "pairs_x": pairs_x,
        "triples_x": triples_x,
        "mu_x": by_column(mu_x),
        "hardness": hardness,
    }


def model_fast(
    pairs_x: Array,  # (row, 4) chromium, nickel, carbon, copper
    triples_x: Array,  # (row, 4) chromium, nickel, carbon, copper
    mu_x: Array,  # (4, row) chromium, nickel, carbon, copper
    hardness: Array,  # (row,)
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    rows = pairs_x.shape[0]

    # pairs = fm(x, rank = 2)
    pairs_factor_scale = numpyro.sample("pairs_factor_scale", dist.HalfNormal(1.0))
    pairs_factor = numpyro.sample(
        "pairs_factor",
        dist.Normal(0.0, pairs_factor_scale).expand([4, 2]).to_event(2),
    )
    pairs = 0.5 * jnp.sum(
        (pairs_x @ pairs_factor) ** 2 - pairs_x**2 @ pairs_factor**2, axis=-1
    )

    # triples = fm3(x, rank = 1)
    triples_factor_scale = numpyro.sample("triples_factor_scale", dist.HalfNormal(1.0))
    triples_factor = numpyro.sample(
        "triples_factor",
        dist.Normal(0.0, triples_factor_scale).expand([4, 1]).to_event(2),
    )
    triples_p1 = triples_x @ triples_factor
    triples_p2 = triples_x**2 @ triples_factor**2
    triples_p3 = triples_x**3 @ triples_factor**3
    triples = (
        jnp.sum(
            triples_p1**3 - 3.0 * triples_p1 * triples_p2 + 2.0 * triples_p3, axis=-1
        )
        / 6.0
    )

    # mu = intercept()
    mu_intercept = numpyro.sample("mu_intercept", dist.Normal(0.0, 1.0))
    mu = mu_intercept

    #    + linear(x)
    mu_x_coef = numpyro.sample(
        "mu_x_coef",
        dist.Normal(0.0, 1.0).expand([4]).to_event(1),
    )
    mu = mu + mu_x_coef @ mu_x

    #    + pairs
    mu = mu + pairs

    #    + triples
    mu = mu + triples

    # hardness ~ gaussian(mu)
    hardness_sigma = numpyro.sample("hardness_sigma", dist.Exponential(1.0))
    with numpyro.plate("row", rows):
        numpyro.sample("hardness", dist.Normal(mu, hardness_sigma), obs=hardness)
