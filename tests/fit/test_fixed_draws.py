"""SVI without noise: what it finds where that is known, for every kind of site."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest

from tests.fit.test_structured import KINDS, emitted, table

LINE = """data { y: real  x: real }
y ~ gaussian(intercept(coef ~ Normal(1, 2)) + linear(x, coef ~ Normal(0, 2)), sigma = 0.5)
"""
ROWS = 40


def fit_block(guide: str, steps: int = 400) -> str:
    return f"fit {{ method = svi  guide = {guide}  optimizer = lbfgs  steps = {steps} }}\n"


def line() -> dict[str, Any]:
    rng = np.random.default_rng(0)
    x = 3 + rng.normal(size=ROWS)  # far from 0: the coefficients are correlated
    return {"x": x, "y": 1 + 2 * x + 0.5 * rng.normal(size=ROWS)}


def closed_form(data: dict[str, Any]) -> tuple[Any, Any]:
    """Mean and precision of intercept and slope."""
    x = np.column_stack([np.ones(ROWS), data["x"]])
    precision = x.T @ x / 0.25 + np.eye(2) / 4
    return np.linalg.solve(precision, x.T @ data["y"] / 0.25 + np.array([0.25, 0.0])), precision


def fitted(text: str, data: dict[str, Any], run: Path | None = None, **options: Any) -> Any:
    with jax.enable_x64(True):
        return emitted(text).fit(data, run, draws=4000, **options)


@pytest.mark.parametrize("guide", ["structured", "mean_field"])
def test_a_normal_posterior_is_found_to_many_digits(guide: str) -> None:
    data = line()
    mean, precision = closed_form(data)
    variance = (
        np.diag(np.linalg.inv(precision)) if guide == "structured" else 1 / np.diag(precision)
    )
    found = fitted(LINE + fit_block(guide), data)
    draws = np.column_stack([found.posterior[k].reshape(-1) for k in ("y_intercept", "y_x_coef")])
    sd = np.sqrt(variance)
    assert (abs(draws.mean(axis=0) - mean) < 5 * sd / np.sqrt(len(draws))).all()
    np.testing.assert_allclose(draws.std(axis=0), sd, rtol=0.05)
    assert not found.report["warnings"]
    if guide == "structured":  # the guide is the posterior: its ELBO is the evidence
        x = np.column_stack([np.ones(ROWS), data["x"]])
        covariance = 0.25 * np.eye(ROWS) + 4 * x @ x.T
        away = data["y"] - x @ np.array([1.0, 0.0])
        squares = away @ np.linalg.solve(covariance, away)
        evidence = -0.5 * (squares + np.linalg.slogdet(2 * np.pi * covariance)[1])
        assert found.report["diagnostics"]["elbo"] == pytest.approx(evidence, abs=1e-4)


def test_what_depends_on_nothing_is_not_given_the_block() -> None:
    """Ten coefficients and 600 levels, more than there are draws: chance is no dependence."""
    rng = np.random.default_rng(0)
    data: dict[str, Any] = {f"x_{k}": rng.normal(size=1200) for k in range(10)}
    data |= {"y": rng.normal(size=1200), "g": np.array([f"g{k % 600:03d}" for k in range(1200)])}
    text = """data { y: real  x: real["x_*"]  g: category }
y ~ gaussian(linear(x) + random_effects(g, scale = 1.0), sigma = 1)
"""
    found = fitted(text + fit_block("structured", 150), data)
    effects = found.posterior["y_g_effect"]
    exact = (1 + 2) ** -0.5  # given the coefficients, of which 1,200 rows leave little unknown
    np.testing.assert_allclose(effects.std(axis=(0, 1)).mean(), exact, rtol=0.02)


def test_a_count_has_the_closed_optimum() -> None:
    """y ~ Poisson(exp(a)): d/dm and d/ds of the mean field ELBO are 0 at m, s."""
    text = "data { y: count }\ny ~ poisson(intercept(coef ~ Normal(0, 1)))\n"
    text += fit_block("mean_field")
    y = np.array([3, 0, 2, 5, 1])
    m, s = 0.0, 1.0
    for _ in range(200):  # Newton in m, then the fixed point of s
        mass = len(y) * np.exp(m + s**2 / 2)
        m += (y.sum() - mass - m) / (mass + 1)
        s = (len(y) * np.exp(m + s**2 / 2) + 1) ** -0.5
    found = fitted(text, {"y": y}).posterior["y_intercept"]
    assert abs(found.mean() - m) < 5 * s / np.sqrt(4000) + 0.01 * s
    assert found.std() == pytest.approx(s, rel=0.05)


def test_every_kind_of_site_is_placed() -> None:
    found = fitted(KINDS + fit_block("structured", 20), table())
    assert np.isfinite(found.report["diagnostics"]["elbo"])
    assert all(np.isfinite(v).all() for v in found.posterior.values())


def test_draws_are_balanced() -> None:
    balanced = emitted(LINE + fit_block("structured")).balanced_draws
    shapes = {"a": (), "levels": (30, 20), "b": (8, 5)}
    found = balanced(np.random.default_rng(0), shapes)
    assert {k: z.shape[1:] for k, z in found.items()} == shapes
    flat = {k: z.reshape(len(z), -1) for k, z in found.items()}
    for z in flat.values():
        np.testing.assert_allclose(z.mean(axis=0), 0, atol=1e-12)
        np.testing.assert_allclose(z.var(axis=0), 1)
    few = np.hstack([flat["a"], flat["b"]])
    np.testing.assert_allclose(few.T @ few / len(few), np.eye(41), atol=1e-12)
    np.testing.assert_allclose(few.T @ flat["levels"] / len(few), 0, atol=1e-12)


@pytest.mark.parametrize("stiff", [1.0, 1e4, 1e8, 1e10])
def test_a_descent_settles_at_the_least(stiff: float) -> None:
    module = emitted(LINE + fit_block("structured"))
    curvature = np.array([stiff, 1.0, 0.01])
    at, calls = _start(module, np.array([1.0, 10.0, 100.0]), curvature), 0
    while at.small < module.PATIENCE and calls < 500:
        at, calls = module.descend(lambda x: _bowl(x, curvature), at), calls + 1
    assert at.value < 1e-3


def test_a_slope_that_is_no_number_is_not_the_least() -> None:
    module = emitted(LINE + fit_block("structured"))

    def cliff(x: np.ndarray) -> tuple[Any, np.ndarray]:
        value, slope = _bowl(x, np.ones(2))
        return value, slope if x[0] > 2 else np.full(2, np.nan)

    at = _start(module, np.array([3.0, 40.0]), np.ones(2))
    for _ in range(200):
        at = module.descend(cliff, at)
    assert at.point[0] > 2 and np.isfinite(at.slope).all()


def test_where_nothing_ahead_is_finite_is_not_settled() -> None:
    module = emitted(LINE + fit_block("structured"))
    bowl = np.ones(2)
    for kind in (float, np.float32):
        x = np.array([3.0, 40.0], kind)

        def island(at: np.ndarray, x: np.ndarray = x) -> tuple[Any, np.ndarray]:
            value, slope = _bowl(at, bowl)
            return value, slope if (at == x).all() else np.full(2, np.nan)

        at = module.descend(island, _start(module, x, bowl))
        assert at.small == module.STUCK and (at.point == x).all()
    # the control: at the least it lies still, and that is the end
    at = _start(module, np.zeros(2), bowl)
    assert module.descend(lambda x: _bowl(x, bowl), at).small == module.PATIENCE


@pytest.mark.parametrize("last", [0, 3])
def test_a_descent_that_is_stuck_is_told(last: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """At its start there is no fit, later a warning."""
    module = emitted(LINE + fit_block("structured"))
    descend, calls = module.descend, []

    def stuck(evaluate: Any, at: Any) -> Any:
        calls.append(at)
        if len(calls) > last:
            nowhere = np.full_like(at.slope, np.nan)
            at = at._replace(moves=0 * at.moves, turns=0 * at.turns)
            return descend(lambda x: (evaluate(x)[0], nowhere), at)
        return descend(evaluate, at)

    monkeypatch.setattr(module, "descend", stuck)
    if last == 0:
        with pytest.raises(module.StartError, match="no valid start"):
            fitted(LINE + fit_block("structured"), line())
        return
    told = "the ELBO has not settled: where it leads next, no gradient is finite"
    assert fitted(LINE + fit_block("structured"), line()).report["warnings"] == [told]
    assert len(calls) == 4


def _bowl(x: np.ndarray, curvature: np.ndarray) -> tuple[Any, np.ndarray]:
    return np.asarray(0.5 * curvature @ x**2), curvature * x


def _start(module: Any, x: np.ndarray, curvature: np.ndarray) -> Any:
    none = np.zeros((20, len(x)))
    return module.Descent(x, *_bowl(x, curvature), none, none, np.asarray(0))


def test_too_few_steps_are_told() -> None:
    found = fitted(LINE + fit_block("structured", 3), line())
    assert found.report["warnings"] == ["the ELBO has not settled: 3 steps were too few"]


def test_a_batch_is_refused() -> None:
    module = emitted(LINE + fit_block("structured"))
    with pytest.raises(module.RunError, match="no --batch"):
        fitted(LINE + fit_block("structured"), line(), batch=8)


@pytest.mark.parametrize("x64", [True, False])
def test_a_cut_fit_goes_on_to_the_same(x64: bool, tmp_path: Path) -> None:
    text = LINE + fit_block("mean_field", 40)
    module = emitted(text)
    descend, calls = module.descend, 0

    def fit(run: str, **options: Any) -> Any:
        with jax.enable_x64(x64):
            return module.fit(line(), tmp_path / run, seed=3, draws=4000, **options)

    def cut(*given: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls % 5 == 0:
            raise KeyboardInterrupt
        return descend(*given)

    whole = fit("whole")
    try:
        module.descend = cut
        for resume in (False, True):  # what was resumed once is resumed again
            with pytest.raises(KeyboardInterrupt):
                fit("cut", resume=resume)
    finally:
        module.descend = descend
    again = fit("cut", resume=True)
    for name, values in whole.posterior.items():
        np.testing.assert_array_equal(again.posterior[name], values)
