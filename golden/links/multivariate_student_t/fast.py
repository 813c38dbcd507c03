# not compress_gaussian: the response is joint
# not marginalise_effects: the response is not the Gaussian means of cells
# not centre_by_information: no effect of levels around an unknown scale enters a
#     predictor by itself
# not aggregate_rows: the response is joint
# not hoist_constants: no density has constants to take out
# lay_out_rows: a_market and b_market and zinc_market held by column


def prepare(
    a_market: np.ndarray,  # (row, 1) market
    b_market: np.ndarray,  # (row, 1) market
    zinc_market: np.ndarray,  # (row, 1) market
    steel: np.ndarray,  # (row,)
    copper: np.ndarray,  # (row,)
    zinc: np.ndarray,  # (row,)
) -> dict[str, Any]:
    """What ``model_fast`` takes in place of the rows: once, on the host, in float64."""

    return {
        "a_market": by_column(a_market),
        "b_market": by_column(b_market),
        "zinc_market": by_column(zinc_market),
        "steel": steel,
        "copper": copper,
        "zinc": zinc,
    }


def model_fast(
    a_market: Array,  # (1, row) market
    b_market: Array,  # (1, row) market
    zinc_market: Array,  # (1, row) market
    steel: Array,  # (row,)
    copper: Array,  # (row,)
    zinc: Array,  # (row,)
) -> None:
    """The same posterior as that of ``model``, from what ``prepare`` makes."""
    rows = a_market.shape[1]

    # a = intercept()
    a_intercept = numpyro.sample("a_intercept", dist.Normal(0.0, 1.0))
    a = a_intercept

    #    + linear(market)
    a_market_coef = numpyro.sample(
        "a_market_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    a = a + a_market_coef @ a_market

    # b = intercept()
    b_intercept = numpyro.sample("b_intercept", dist.Normal(0.0, 1.0))
    b = b_intercept

    #    + linear(market)
    b_market_coef = numpyro.sample(
        "b_market_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    b = b + b_market_coef @ b_market

    # steel, copper, zinc ~ multivariate_student_t(
    #    a,
    #    b,
    #    linear(market),
    #    df = 5,
    #    scale ~ HalfNormal(2),
    #    corr ~ LKJ(1.5)
    # )
    zinc_market_coef = numpyro.sample(
        "zinc_market_coef",
        dist.Normal(0.0, 1.0).expand([1]).to_event(1),
    )
    steel_copper_zinc_scale = numpyro.sample(
        "steel_copper_zinc_scale",
        dist.HalfNormal(2.0).expand([3]).to_event(1),
    )
    steel_copper_zinc_corr_cholesky = numpyro.sample(
        "steel_copper_zinc_corr_cholesky",
        dist.LKJCholesky(dimension=3, concentration=1.5),
    )
    steel_copper_zinc_corr = correlation_of(steel_copper_zinc_corr_cholesky)
    numpyro.deterministic("steel_copper_zinc_corr", steel_copper_zinc_corr)
    with numpyro.plate("row", rows):
        numpyro.sample(
            "steel_copper_zinc",
            JointStudentT(
                5.0,
                jnp.stack([a, b, zinc_market @ zinc_market_coef], axis=-1),
                steel_copper_zinc_scale[:, None] * steel_copper_zinc_corr_cholesky,
            ),
            obs=side_by_side(steel, copper, zinc),
        )
