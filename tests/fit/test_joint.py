"""Joint responses: one site, several columns of the data and rows of a prediction."""

from __future__ import annotations

from types import ModuleType

import jax.numpy as jnp
import numpy as np
import pytest
from jax import random

from bgen.driver import compile_text
from tests.golden.cases import execute, runtime

VOTES = """
model votes
data { red: count  green: count  blue: count  cast: count  age: real }
eta = intercept() + linear(age)
red, green, blue ~ multinomial(eta, trials = cast)
"""
PAIR = """
model pair
data { y: real  z: real  x: real }
mu = intercept() + linear(x)
y, z ~ multivariate_gaussian(mu, intercept())
"""


@pytest.fixture(scope="module")
def votes() -> ModuleType:
    return execute(compile_text(VOTES), "votes")


def table(rows: int = 40) -> dict[str, list[float]]:
    rng = np.random.default_rng(0)
    age = rng.normal(size=rows)
    odds = np.exp(np.column_stack([np.zeros(rows), 0.5 + age, -0.5 * age]))
    cast = rng.integers(5, 30, rows)
    shares = odds / odds.sum(axis=1, keepdims=True)
    counts = np.array([rng.multinomial(n, p) for n, p in zip(cast, shares, strict=True)])
    columns = np.column_stack([counts, cast]).T.tolist()
    return {"age": age.tolist()} | dict(zip(("red", "green", "blue", "cast"), columns, strict=True))


def test_counts_sum_to_the_trials(votes: ModuleType) -> None:
    data = table()
    data["cast"][4] += 1
    data["red"][17] += 2
    with pytest.raises(votes.DataError) as error:
        votes.encode(data)
    told = str(error.value)
    assert "red + green + blue = cast" in told
    for row in (5, 18):
        total = sum(data[k][row - 1] for k in ("red", "green", "blue"))
        assert f"row {row} has {total} and {data['cast'][row - 1]}" in told
    assert "row 6 " not in told


def test_each_response_is_predicted_and_draws_sum_to_the_trials(votes: ModuleType) -> None:
    data = table(400)
    fit = votes.fit(data, method="svi", steps=2000, batch=100, draws=200)
    mean = {row["parameter"]: row["mean"] for row in fit.summary}
    assert mean["eta_intercept[green]"] == pytest.approx(0.5, abs=0.1)
    assert mean["eta_age_coef[age,green]"] == pytest.approx(1.0, abs=0.1)
    assert mean["eta_age_coef[age,blue]"] == pytest.approx(-0.5, abs=0.1)
    new = {"age": [-1.0, 1.0], "cast": [1000, 10]}
    rows = votes.predict(fit, new)
    assert [(r["response"], r["row"]) for r in rows] == [
        (name, row) for name in ("red", "green", "blue") for row in (1, 2)
    ]
    for row, cast in ((1, 1000), (2, 10)):
        assert sum(r["mean"] for r in rows if r["row"] == row) == pytest.approx(cast, rel=1e-6)
    odds = np.exp([0.0, -0.5, 0.5])
    shares = [r["mean"] / 1000 for r in rows if r["row"] == 1]
    np.testing.assert_allclose(shares, odds / odds.sum(), atol=0.04)


def test_correlation_is_recovered_and_predicted() -> None:
    pair = execute(compile_text(PAIR), "pair")
    rng = np.random.default_rng(1)
    x, e, f = rng.normal(size=(3, 400))
    data = {"y": 0.5 + x + e, "z": -0.3 + 2 * (0.8 * e + 0.6 * f), "x": x}
    fit = pair.fit(data, chains=2, warmup=500, draws=800)
    mean = {row["parameter"]: row["mean"] for row in fit.summary}
    assert mean["y_z_corr[y,z]"] == pytest.approx(0.8, abs=0.06)
    assert mean["y_z_scale[z]"] == pytest.approx(2.0, abs=0.2)
    assert mean["z_intercept"] == pytest.approx(-0.3, abs=0.3)
    assert not fit.report["warnings"]
    rows = pair.predict(fit, {"x": [0.0, 3.0]})
    assert [r["response"] for r in rows] == ["y", "y", "z", "z"]
    assert rows[1]["mean"] - rows[0]["mean"] == pytest.approx(3.0, abs=0.4)
    assert rows[2]["sd"] == pytest.approx(2.0, abs=0.3)


def test_draws_of_any_shape_are_of_all_rows() -> None:
    """JAX has not always meant the same by the shape of multinomial draws."""
    shares = np.array([0.2, 0.3, 0.5])
    made = runtime().Multinomial(jnp.log(shares), jnp.array([10, 40, 0]))
    draws = made.sample(random.PRNGKey(0), (4000,))
    assert draws.shape == (4000, 3, 3) and made.sample(random.PRNGKey(1)).shape == (3, 3)
    assert (draws.sum(axis=-1) == jnp.array([10, 40, 0])).all()
    np.testing.assert_allclose(draws.mean(axis=0)[1], 40 * shares, atol=0.3)
