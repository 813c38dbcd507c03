"""Prediction runs the model; new levels are drawn by it, or stand at its location."""

import jax.numpy as jnp
import numpy as np
import numpyro.distributions as dist
import pytest


@pytest.fixture(scope="module")
def fitted(radon_uranium, tmp_path_factory):
    rng = np.random.default_rng(1)
    county = rng.integers(0, 8, 200)
    uranium = rng.normal(size=8)
    y = 1 + uranium[county] + 0.3 * rng.normal(size=8)[county]
    data = {
        "log.radon": y + 0.1 * rng.normal(size=200),
        "floor": rng.integers(0, 2, 200),
        "uranium": uranium[county],
        "county": county,
    }
    return radon_uranium.fit(data, chains=2, warmup=300, draws=300), data


NEW = {
    "floor": [0, 0, 0, 1],
    "uranium": [2.0, 2.0, -1.0, 0.0],
    "county": ["X", "X", "Y", "3"],
}


def new_rows(fitted):
    old = dict(zip(fitted[1]["county"], fitted[1]["uranium"], strict=True))
    return NEW | {"uranium": [2.0, 2.0, -1.0, old[3]]}


def test_new_levels_are_errors_by_default(radon_uranium, fitted):
    with pytest.raises(radon_uranium.DataError, match="'X'"):
        radon_uranium.predict(fitted[0], new_rows(fitted))


def test_sample_draws_from_the_conditional_prior(radon_uranium, fitted):
    program, fit = radon_uranium.PROGRAM, fitted[0]
    arguments, encoding = program.encode(new_rows(fitted), fit.encoding, unseen="sample")
    data = radon_uranium.prepare_data(program, arguments)
    draws = {k: v.reshape(-1, *v.shape[2:]) for k, v in fit.posterior.items()}
    import jax

    got = radon_uranium.add_levels(program, draws, jax.random.PRNGKey(0), data, encoding, "sample")[
        "alpha"
    ]
    np.testing.assert_array_equal(got[:, :8], draws["alpha"])
    for level, uranium in ((8, 2.0), (9, -1.0)):
        z = (got[:, level] - draws["a"] - draws["b"] * uranium) / draws["tau"]
        assert abs(np.mean(z)) < 0.2 and abs(np.std(z) - 1) < 0.15
    centre = radon_uranium.add_levels(
        program, draws, jax.random.PRNGKey(0), data, encoding, "population"
    )["alpha"]
    want = draws["a"] + 2.0 * draws["b"]
    np.testing.assert_allclose(centre[:, 8], want, rtol=1e-5)
    np.testing.assert_array_equal(centre[:, :8], draws["alpha"])


def test_policies_through_the_front_door(radon_uranium, fitted, tmp_path):
    rows = new_rows(fitted)
    sample = radon_uranium.predict(fitted[0], rows, unseen="sample", out=tmp_path / "p.csv")
    again = radon_uranium.predict(fitted[0], rows, unseen="sample")
    centre = radon_uranium.predict(fitted[0], rows, unseen="population")
    assert sample == again and [r["row"] for r in sample] == [1, 2, 3, 4]
    header = (tmp_path / "p.csv").read_text().splitlines()[0]
    assert header == "row,response,mean,sd,q05,q50,q95"
    assert sample[0]["sd"] > centre[0]["sd"]
    assert sample[3]["sd"] == pytest.approx(centre[3]["sd"], rel=0.1)


def test_chunks_do_not_show(radon_uranium, fitted):
    """5,000 rows need several chunks; equal rows get (nearly) equal predictions."""
    one = new_rows(fitted)
    many = {k: [v[3]] * 9000 for k, v in one.items()}
    rows = radon_uranium.predict(fitted[0], many)
    assert [r["row"] for r in rows] == list(range(1, 9001))
    means = np.array([r["mean"] for r in rows])
    assert means.std() < 3 * rows[0]["sd"] / np.sqrt(600)


def test_row_latents_are_drawn_anew(overdispersed, claims):
    fit = overdispersed.fit(claims, method="svi", steps=600, draws=300)
    few = {k: v[:7] for k, v in overdispersed.load(claims).columns.items()}
    del few["claims"]
    rows = overdispersed.predict(fit, few)
    assert len(rows) == 7 and all(np.isfinite(r["mean"]) for r in rows)


def test_locations(radon):
    inside = dist.LogNormal(jnp.array([0.5, 1.0]), 2.0)
    for fn, want in (
        (dist.Normal(1.0, 2.0).expand([3]).to_event(1), [1.0] * 3),
        (inside.to_event(1), np.exp([0.5, 1.0])),
        (inside.expand([4, 2]).to_event(2), np.exp([[0.5, 1.0]] * 4)),
        (dist.HalfNormal(2.0), 2 * 0.67448975),
        (dist.MultivariateNormal(jnp.ones(2), jnp.eye(2)).expand([3]), np.ones((3, 2))),
    ):
        np.testing.assert_allclose(radon.prior_location(fn), want, rtol=1e-6)


def test_categories_are_predicted_by_level(radon):
    draws = np.array([[0, 1], [0, 1], [1, 1], [0, 2]])
    rows = radon.describe_draws("y", 0, draws, ["a", "b", "c"])
    assert [(r["row"], r["level"], r["mean"]) for r in rows] == [
        (1, "a", 0.75),
        (1, "b", 0.25),
        (1, "c", 0.0),
        (2, "a", 0.0),
        (2, "b", 0.75),
        (2, "c", 0.25),
    ]
