"""Errors that follow one another: the order of rows, the density, and what predictions know."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import jax.numpy as jnp
import numpy as np
import numpyro.distributions as dist
import pytest
from jax import random

from bgen.driver import compile_text
from tests.golden.cases import execute, runtime

SOURCE = """
model series
data { y: real  x: real  day: date  g: category }
mu = intercept() + linear(x)
y ~ autoregressive(gaussian(mu), time = day, by = g)
"""


@pytest.fixture(scope="module")
def series() -> ModuleType:
    return execute(compile_text(SOURCE), "series")


def days(numbers: Any) -> list[str]:
    return [str(np.datetime64("2024-01-01") + int(n)) for n in numbers]


def table(rows: int = 200) -> dict[str, list[Any]]:
    """Two groups in turn, the file in no order; ar is 0.8, sigma 0.5."""
    rng = np.random.default_rng(3)
    x, error = rng.normal(size=(2, rows))
    for k in range(2, rows):
        error[k] = 0.8 * error[k - 2] + 0.5 * rng.normal()
    shuffled = rng.permutation(rows)
    y, day = 1 + 0.5 * x + error, np.arange(rows) // 2
    columns = {"y": y[shuffled].tolist(), "x": x[shuffled].tolist()}
    g = [("a", "b")[k % 2] for k in shuffled]
    return {**columns, "day": days(day[shuffled]), "g": g}


@pytest.fixture(scope="module")
def fit(series: ModuleType) -> Any:
    return series.fit(table(), method="svi", steps=4000, draws=2000)


def mean(fit: Any, name: str) -> float:
    return float(next(row["mean"] for row in fit.summary if row["parameter"] == name))


def test_two_rows_at_one_time_are_an_error(series: ModuleType) -> None:
    data = {"y": [1.0, 2, 3, 4], "x": [0.0] * 4, "day": days([5, 6, 5, 5]), "g": list("abba")}
    with pytest.raises(series.DataError, match="one row at each day by g; rows 1 and 4 share one"):
        series.encode(data)
    data["g"][3] = "b"
    with pytest.raises(series.DataError, match="rows 3 and 4 share one"):
        series.encode(data)


def test_minibatches_are_refused(
    series: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    columns = table(20)
    lines = [",".join(columns)]
    lines += [",".join(map(str, row)) for row in zip(*columns.values(), strict=True)]
    (tmp_path / "t.csv").write_text("\n".join(lines))
    options = ["-o", str(tmp_path / "run"), "--method", "svi", "--batch", "5"]
    status = series.main(series.PROGRAM, ["fit", str(tmp_path / "t.csv"), *options])
    assert status == 2
    assert "depend on each other" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(("p", "q"), [(1, 0), (3, 0), (0, 1), (2, 3)])
def test_the_density_takes_draws_apart(p: int, q: int) -> None:
    """A draw is made of innovations, and the density is that of the same innovations."""
    rng = np.random.default_rng(p + 10 * q)
    rows, group, time = 23, rng.integers(0, 4, 23), rng.permutation(23)
    encoding = {"rows": rows, "training": True}
    order = jnp.asarray(runtime().series_order(encoding, "t", time, group))
    place = jnp.asarray(runtime().series_place(encoding, "t", time, group))
    ar, ma = jnp.asarray(rng.normal(0, 0.4, p)), jnp.asarray(rng.normal(0, 0.4, q))
    loc = jnp.asarray(rng.normal(size=rows))
    nothing = jnp.full(rows, jnp.nan)
    made = runtime().Autoregressive(dist.Normal(loc, 0.7), order, place, nothing, ar, ma)
    y = made.sample(random.PRNGKey(1))
    u = dist.Normal(loc, 0.7).expand((rows,)).sample(random.PRNGKey(1)) - loc
    # By hand, group by group.
    for level in range(4):
        here = [k for k in np.argsort(time) if group[k] == level]
        n = np.zeros(len(here))
        for i, row in enumerate(here):
            n[i] = u[row] + sum(ar[k] * n[i - k - 1] for k in range(min(p, i)))
            n[i] += sum(ma[k] * u[here[i - k - 1]] for k in range(min(q, i)))
            assert y[row] == pytest.approx(float(loc[row] + n[i]))
    np.testing.assert_allclose(made.log_prob(y), dist.Normal(0, 0.7).log_prob(u), rtol=1e-9)
    assert made.sample(random.PRNGKey(1), (3, 2)).shape == (3, 2, rows)


def test_recovery(fit: Any) -> None:
    assert mean(fit, "y_ar[1]") == pytest.approx(0.8, abs=0.12)
    assert mean(fit, "y_sigma") == pytest.approx(0.5, abs=0.08)
    assert mean(fit, "mu_x_coef[x]") == pytest.approx(0.5, abs=0.12)


def test_predictions_carry_on_from_what_is_given(series: ModuleType, fit: Any) -> None:
    """y of group a is known until its second day; that of b is not known at all."""
    ar, sigma, mu = (mean(fit, k) for k in ("y_ar[1]", "y_sigma", "mu_intercept"))
    new = {
        "y": [None, 3.0, None, None, 2.0, None],
        "x": [0.0] * 6,
        "day": days([2, 1, 0, 3, 0, 1]),
        "g": list("aabaab"),
    }
    found = series.predict(fit, new)
    means = [mu + ar * (3 - mu), mu + ar * (2 - mu), mu, mu + ar**2 * (3 - mu), mu, mu]
    sds = [sigma, sigma, sigma, sigma * np.hypot(1, ar), sigma, sigma * np.hypot(1, ar)]
    np.testing.assert_allclose([r["mean"] for r in found], means, atol=0.12)
    np.testing.assert_allclose([r["sd"] for r in found], sds, rtol=0.2)
    del new["y"]
    free = series.predict(fit, new)
    assert [r["mean"] for r in free] == pytest.approx([mu] * 6, abs=0.12)
    np.testing.assert_allclose(free[3]["sd"], sigma * np.sqrt(1 + ar**2 + ar**4 + ar**6), rtol=0.2)


def test_a_value_that_is_no_number_is_an_error_still(series: ModuleType, fit: Any) -> None:
    new = {"y": ["high", ""], "x": [0.0] * 2, "day": days([1, 2]), "g": ["a", "a"]}
    with pytest.raises(series.DataError, match="row 1 has 'high'"):
        series.predict(fit, new)
    gone = table(10) | {"y": [None, *table(10)["y"][1:]]}
    with pytest.raises(series.DataError, match="column 'y': missing value"):
        series.encode(gone)


def test_the_prior_begins_anew(series: ModuleType) -> None:
    """Simulations do not carry on from the data that are to be fitted."""
    data = table(20) | {"y": [1e6] * 20}
    rows = series.run_prior(series.PROGRAM, data, draws=200)
    assert all(abs(row["mean"]) < 100 for row in rows)
