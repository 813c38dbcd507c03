"""Curves stay what they were at training, wherever they are asked for; bad data are told so."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from types import ModuleType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numpyro.handlers import seed, substitute, trace

from bgen.driver import compile_text
from tests.golden.cases import execute

KERNELS = ("squared_exponential", "matern32", "matern52")
CURVES = (
    "pspline(x, knots = 6)",
    "hsgp(x, m = 9)",
    "hsgp(x, m = 9, kernel = matern32, scale = raw)",
    "gp(x)",
    "gp(x, kernel = matern52, scale = raw)",
)
X = np.round(np.random.default_rng(3).normal(2, 3, 40), 1)  # some of them tied


@cache
def module(curve: str) -> ModuleType:
    return execute(
        compile_text(f"data {{ y: real  x: real }}\nmu = {curve}\nreport mu\ny ~ gaussian(mu)")
    )


def learn(curve: str, x: np.ndarray = X) -> dict[str, Any]:
    """The encoding of a fit to x, as a RUN folder would keep it."""
    _, encoding = module(curve).encode({"x": x, "y": np.zeros(len(x))})
    return dict(json.loads(json.dumps(encoding)))


def curve_at(
    curve: str, x: np.ndarray, encoding: dict[str, Any], point: Mapping[str, Any]
) -> np.ndarray:
    arguments, _ = module(curve).encode({"x": x}, encoding)
    run = substitute(seed(module(curve).model, 0), data=point)
    return np.asarray(trace(run).get_trace(**arguments)["mu"]["value"])


def draw(curve: str, encoding: dict[str, Any]) -> dict[str, np.ndarray]:
    arguments, _ = module(curve).encode({"x": X}, encoding)
    sites = trace(seed(module(curve).model, 1)).get_trace(**arguments)
    return {k: s["value"] for k, s in sites.items() if s["type"] == "sample" and k != "y"}


@pytest.mark.parametrize("curve", CURVES)
def test_half_of_the_rows_in_another_order_see_the_same_curve(curve: str) -> None:
    encoding = learn(curve)
    point = draw(curve, encoding)
    whole = curve_at(curve, X, encoding, point)
    assert np.std(whole) > 0
    some = np.random.default_rng(4).permutation(40)[:20]
    np.testing.assert_allclose(curve_at(curve, X[some], encoding, point), whole[some], rtol=1e-9)


def test_a_spline_is_constant_beyond_its_data() -> None:
    encoding = learn(CURVES[0])
    point = draw(CURVES[0], encoding)
    ends = np.array([X.min(), X.max()])
    inside = curve_at(CURVES[0], ends, encoding, point)
    np.testing.assert_array_equal(
        curve_at(CURVES[0], np.array([ends[0] - 5, 700.0]), encoding, point), inside
    )
    middle = curve_at(CURVES[0], np.array([ends.mean()]), encoding, point)
    assert middle[0] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("curve", CURVES[1:3])
def test_sines_end_where_their_interval_does(curve: str) -> None:
    encoding, program = learn(curve), module(curve)
    with pytest.raises(
        program.DataError, match=r"row 2 has 60, row 3 has -60, which is beyond 1.5"
    ):
        program.encode({"x": [1.0, 60.0, -60.0]}, encoding)
    program.encode({"x": [1.2 * X.max()]}, encoding)


@pytest.mark.parametrize("curve", CURVES[3:])
@pytest.mark.parametrize("unseen", ["error", "population"])
def test_new_points_of_a_process_are_its_exact_conditional(curve: str, unseen: str) -> None:
    program, encoding = module(curve), learn(curve)
    point, new = draw(curve, encoding), np.array([1.23, X[0], 9.87, 1.23])
    arguments, known = program.encode({"x": new}, encoding, unseen=unseen)
    assert known["points"] == {"mu_values": [1.23, 9.87]}
    number = 4000
    draws = {k: jnp.broadcast_to(v, (number, *np.shape(v))) for k, v in point.items()}
    draws.pop("mu", None)
    data = program.prepare_data(program.PROGRAM, arguments | {"y": None})
    grown = program.add_levels(program.PROGRAM, draws, jax.random.PRNGKey(0), data, known, unseen)
    weights = grown["mu_weight"]
    np.testing.assert_array_equal(weights[:, :-2], draws["mu_weight"])

    values = np.asarray(arguments["mu_values"])
    kernel = getattr(program, f"correlation_{'matern52' if 'matern' in curve else KERNELS[0]}")
    amplitude = float(point["mu_amplitude"])
    full = np.asarray(kernel(jnp.asarray(values), point["mu_lengthscale"]))
    full = amplitude**2 * (full + 1e-6 * np.eye(len(values)))
    old, cross, own = full[:-2, :-2], full[-2:, :-2], full[-2:, -2:]
    f = np.linalg.cholesky(old) @ point["mu_weight"]
    mean = cross @ np.linalg.solve(old, f)
    cov = own - cross @ np.linalg.solve(old, cross.T)
    found = np.asarray(jnp.einsum("ij,nj->ni", np.linalg.cholesky(full), weights))[:, -2:]
    np.testing.assert_allclose(
        found.mean(axis=0), mean, atol=5 * np.sqrt(np.diag(cov).max() / number)
    )
    np.testing.assert_allclose(np.cov(found.T), cov, atol=0.1 * np.diag(cov).max())


@pytest.mark.parametrize("unseen", ["error", "sample", "population"])
def test_a_new_point_asks_for_no_policy(unseen: str) -> None:
    program = module(CURVES[3])
    rng = np.random.default_rng(5)
    data = {"x": X, "y": np.sin(X) + 0.1 * rng.normal(size=40)}
    fit = program.fit(data, method="svi", steps=200, draws=100)
    rows = program.predict(fit, {"x": [0.123, 500.0, 500.0]}, unseen=unseen)
    assert all(np.isfinite(r["mean"]) and r["sd"] > 0 for r in rows)
    assert rows[1]["sd"] == pytest.approx(rows[2]["sd"], rel=0.5)


@pytest.mark.parametrize(
    ("curve", "x", "told"),
    [
        (CURVES[0], [1.0, 2.0, 3.0, 3.0, 1.0], "a cubic spline of x needs 4 at least"),
        (CURVES[1], [2.0], "a curve over x cannot be fitted: there is one row"),
        (CURVES[2], [2.0, 2.0], "all rows have the same value"),
        (CURVES[3], [2.0], "there is one row"),
        (CURVES[4], [2.0, 2.0, 2.0], "all rows have the same value"),
    ],
)
def test_too_little_to_learn_from(curve: str, x: list[float], told: str) -> None:
    with pytest.raises(module(curve).DataError, match=told):
        learn(curve, np.array(x))


def test_tied_knots_are_one() -> None:
    x = np.array([0.0] * 30 + [1.0] * 30 + [2.0, 3.0, 4.0])
    knots = learn("pspline(x)", x)["constants"]["mu_basis"]
    assert knots == [0.0] * 4 + [1.0] + [4.0] * 4


@pytest.mark.parametrize("kernel", KERNELS)
def test_roots_of_spectral_densities(runtime: ModuleType, kernel: str) -> None:
    """The root squared is the Fourier transform of the kernel; its slope is finite in float32."""
    root = getattr(runtime, f"root_density_{kernel}")
    correlation = getattr(runtime, f"correlation_{kernel}")
    r = jnp.linspace(0, 60, 200_001)
    for length in (0.3, 1.7):
        if kernel == KERNELS[0]:
            k = jnp.exp(-((r / length) ** 2) / 2)
        else:
            z = np.sqrt({"matern32": 3, "matern52": 5}[kernel]) * r / length
            k = (1 + z + (z**2 / 3 if kernel == "matern52" else 0)) * jnp.exp(-z)
        pair = correlation(jnp.array([0.0, r[500]]), length)
        assert float(pair[0, 1]) == pytest.approx(float(k[500]), rel=1e-9)
        for w in (0.1, 1.0, 4.0):
            wanted = 2 * jnp.trapezoid(k * jnp.cos(w * r), r)
            found = root(jnp.array([w]), length)[0] ** 2
            assert float(found) == pytest.approx(float(wanted), rel=1e-5, abs=1e-8)
    w, x = jnp.float32([0.01, 1.0, 1e3]), jnp.float32([0.0, 1e-3, 1.0, 5.0])
    for length in (1e-30, 1e-6, 1.0, 1e6, 1e18, 1e30):
        slope = jax.jacobian(lambda z: root(w, jnp.exp(z)))(jnp.float32(np.log(length)))
        assert np.all(np.isfinite(slope)), length
        slope = jax.jacobian(lambda z: correlation(x, jnp.exp(z)))(jnp.float32(np.log(length)))
        assert np.all(np.isfinite(slope)), length


@pytest.mark.parametrize("kernel", KERNELS)
def test_sines_add_up_to_the_kernel(runtime: ModuleType, kernel: str) -> None:
    """Many sines: the covariance is the kernel's."""
    encoding = {"training": True, "constants": {}}
    x = np.linspace(-1, 1, 7)
    given = {"m": 400, "c": 6.0, "of": "x", "scale": "raw"}
    sines = runtime.hsgp_sines(encoding, "s", x, **given)
    frequency = runtime.hsgp_frequencies(encoding, "s", m=400)
    root = sines * np.asarray(getattr(runtime, f"root_density_{kernel}")(frequency, 0.7))
    wanted = getattr(runtime, f"correlation_{kernel}")(jnp.asarray(x), 0.7)
    np.testing.assert_allclose(root @ root.T, wanted, atol=2e-5)


def test_too_few_sines_are_told(runtime: ModuleType) -> None:
    frequency = np.pi * np.arange(1, 11) / (2 * 3.0)  # m = 10, L = 3
    review = runtime.enough_sines("length", "w", factor=1.75)
    assert review({"length": np.array([[0.6, 0.6]])}, {"w": frequency}) == []
    (told,) = review({"length": np.array([[0.25, 0.25]])}, {"w": frequency})
    assert told.startswith("warning: m = 10") and "m = 21 at least" in told


def test_too_few_sines_are_told_after_a_fit() -> None:
    program = execute(
        compile_text(
            "data { y: real  x: real }\n"
            "mu = hsgp(x, m = 3, lengthscale ~ LogNormal(-3, 0.1))\n"
            "y ~ gaussian(mu)"
        )
    )
    fit = program.fit({"x": X, "y": np.sin(9 * X)}, method="svi", steps=300, draws=100)
    assert any("m = 3 is too small where mu_lengthscale" in note for note in fit.report["notes"])


def test_a_process_in_single_precision(runtime: ModuleType) -> None:
    x = jnp.linspace(-2, 2, 300, dtype=jnp.float32)
    for length in (0.1, 1.0, 20.0):
        near = runtime.correlation_squared_exponential(x, jnp.float32(length))
        curve = runtime.exact_gp(near, jnp.float32(1.0), jnp.ones(300, jnp.float32))
        assert np.all(np.isfinite(curve)), length
