"""Splines as columns, and true values behind what was measured."""

from __future__ import annotations

from types import ModuleType

import jax
import jax.numpy as jnp
import numpy as np
import numpyro.distributions as dist
import pytest
from numpyro.handlers import seed
from numpyro.infer.util import log_density
from scipy.interpolate import BSpline

from bgen.driver import compile_text
from tests.golden.cases import execute

SPLINE = """
data { y: real  x: real  z: real  g: category }
y ~ gaussian(intercept() + linear(g, bspline(x, knots = 2), bspline(x):g, z:bspline(x, knots = 2)))
"""
MEASURED = """
data { y: real  x: real  se: positive }
y ~ gaussian(intercept(coef ~ Normal(0, 5)) + linear(measured(x, se)), sigma ~ HalfNormal(1))
"""


def columns(rng: np.random.Generator, rows: int) -> dict[str, list[object]]:
    x, z, y = rng.normal(size=(3, rows))
    return {"x": list(x), "z": list(z), "y": list(y), "g": list("pqr" * (rows // 3))}


def test_the_columns_of_a_spline() -> None:
    module, data = execute(compile_text(SPLINE)), columns(np.random.default_rng(1), 60)
    arguments, encoding = module.encode(data)
    (design,) = (v for v in arguments.values() if np.ndim(v) == 2)
    labels = encoding["labels"]["y_linear"]
    assert len(labels) == design.shape[1] == 2 + 5 + 3 * 13 + 5
    assert labels[:4] == ["g=q", "g=r", "bspline(x)[1]", "bspline(x)[2]"]
    # The curve of 10 knots is in no term without g, so every level of g has one.
    assert labels[7:9] == ["bspline(x)[1]:g=p", "bspline(x)[1]:g=q"]
    assert labels[-1] == "z:bspline(x)[5]"

    x, z = np.array(data["x"], float), np.array(data["z"], float)
    for knots, name in ((2, "bspline(x, knots = 2)"), (10, "bspline(x, knots = 10)")):
        inside = np.quantile(x, np.linspace(0, 1, knots + 2)[1:-1])
        t = np.concatenate([[x.min()] * 4, inside, [x.max()] * 4])
        np.testing.assert_allclose(encoding["constants"][name], t)
        wanted = BSpline.design_matrix(x, t, 3).toarray()[:, 1:]
        at = {2: slice(2, 7), 10: slice(8, 46, 3)}[knots]
        indicator = 1.0 if knots == 2 else (np.array(data["g"]) == "q")[:, None]
        np.testing.assert_allclose(design[:, at], wanted * indicator, atol=1e-12)
        if knots == 2:
            np.testing.assert_allclose(design[:, -5:], wanted * z[:, None], atol=1e-12)

    # Knots are those of training, rows may come in any order, and values beyond are at the ends.
    some = np.random.default_rng(2).permutation(60)[:20]
    half = {k: [v[i] for i in some] for k, v in data.items()}
    again, _ = module.encode(half, encoding)
    np.testing.assert_array_equal(next(v for v in again.values() if np.ndim(v) == 2), design[some])
    far = {"x": [-99.0, 99.0], "z": [1.0, 1.0], "g": ["p", "q"]}
    ends, _ = module.encode(far, encoding)
    edge = next(v for v in ends.values() if np.ndim(v) == 2)
    np.testing.assert_allclose(edge[:, 2:7], [[0] * 5, [0, 0, 0, 0, 1]])


def test_a_spline_of_three_values() -> None:
    module = execute(compile_text(SPLINE))
    data = columns(np.random.default_rng(1), 6) | {"x": [1, 2, 3, 1, 2, 3]}
    with pytest.raises(module.DataError, match="a cubic spline of x needs 4 at least"):
        module.encode(data)


# --- measurement error ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def measured() -> ModuleType:
    return execute(compile_text(MEASURED))


def simulate(rows: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(7)
    true, se = rng.normal(2, 1, rows), np.full(rows, 0.8)
    return {"x": true + se * rng.normal(size=rows), "se": se, "y": 1 + 1.5 * true}


def test_a_true_value_is_drawn_given_what_was_read_off(measured: ModuleType) -> None:
    """Bayes' rule on a grid."""
    prior, x, error = dist.Normal(1.0, 2.0).expand([40_000]), 4.0, 1.5
    with seed(rng_seed=1):
        draws = np.asarray(measured.draw_true(prior, jnp.asarray(x), error))
    grid = np.linspace(-12, 16, 20_001)
    weight = np.exp(-((grid - 1) ** 2) / 8 - (grid - x) ** 2 / (2 * error**2))
    weight /= weight.sum()
    mean = weight @ grid
    assert draws.mean() == pytest.approx(mean, abs=0.03)
    assert draws.std() == pytest.approx(np.sqrt(weight @ (grid - mean) ** 2), rel=0.02)


def test_predictions_stand_on_the_true_values(measured: ModuleType) -> None:
    """E y = a + b E(true | x, se): pulled towards the mean, the more so the larger the error."""
    data = simulate(400)
    fit = measured.fit(data, chains=1, warmup=400, draws=400)
    site = {k: v.reshape(-1, *v.shape[2:]) for k, v in fit.posterior.items()}
    assert set(measured.SITES) == set(site) and site["x_true"].shape == (400, 400)
    assert site["y_x_coef"].mean() == pytest.approx(1.5, abs=0.2)  # not flattened to 0.9
    new = {"x": [5.0, 5.0, -1.0], "se": [0.01, 2.0, 0.8]}
    rows = measured.predict(fit, new)
    for row, x, se in zip(rows, new["x"], new["se"], strict=True):
        m, v = site["x_true_mean"], site["x_true_sd"] ** 2
        weight = v / (v + se**2)
        wanted = np.mean(site["y_intercept"] + site["y_x_coef"][:, 0] * (m + weight * (x - m)))
        assert row["mean"] == pytest.approx(wanted, abs=5 * row["sd"] / np.sqrt(400))
    assert rows[1]["sd"] > 3 * rows[0]["sd"]
    with pytest.raises(measured.DataError, match="'x' is missing"):
        measured.predict(fit, {"se": [1.0]})


def test_minibatches_hold_the_true_values_of_their_rows(measured: ModuleType) -> None:
    """With N = k B, the mean over an epoch of the batches' densities is that of all rows."""
    arguments, _ = measured.encode(simulate(12))
    rng = np.random.default_rng(3)
    point = {
        "y_intercept": 0.3,
        "x_true_mean": 1.0,
        "x_true_sd": 0.7,
        "y_x_coef": np.array([0.4]),
        "y_sigma": 0.9,
    }
    true = rng.normal(size=12)

    def density(rows: np.ndarray) -> float:
        cut = {k: v[rows] if np.ndim(v) else v for k, v in arguments.items()}
        found, _ = log_density(
            measured.model, (), cut | {"n_row": 12}, point | {"x_true": true[rows]}
        )
        return float(found)

    batches = rng.permutation(12).reshape(3, 4)
    whole = density(np.arange(12))
    assert np.mean([density(rows) for rows in batches]) == pytest.approx(whole, rel=1e-10)
    fit = measured.fit(simulate(60), method="svi", batch=20, steps=500, draws=50)
    assert fit.posterior["x_true"].shape == (1, 50, 60)
    assert np.all(np.isfinite(jax.tree.leaves(fit.posterior)[0]))


def test_data_that_tell_nothing_of_the_true_values(measured: ModuleType) -> None:
    for x in ([1.0], [2.0, 2.0]):
        data = {"x": x, "se": [1.0] * len(x), "y": [0.0] * len(x)}
        with pytest.raises(measured.DataError, match=r"sd\(x\) cannot be used"):
            measured.encode(data)
    with pytest.raises(measured.DataError, match="'se': expected a finite number above 0"):
        measured.encode({"x": [1.0, 2.0], "se": [0.0, 1.0], "y": [0.0, 1.0]})
