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
    text = LINE + fit_block(guide)
    with jax.enable_x64(True):
        module = emitted(text)
        program = module.PROGRAM
        arguments, _ = program.encode(data)
        ready = module.prepare_data(program, arguments)
        settings = module.DEFAULTS | program.settings | {"seed": 1, "draws": 40_000}
        posterior, _, losses = module.fit_fixed_draws(program, ready, settings, _scratch())
    draws = np.column_stack([posterior[k].reshape(40_000) for k in ("y_intercept", "y_x_coef")])
    sd = np.sqrt(variance)
    assert (abs(draws.mean(axis=0) - mean) < 5 * sd / np.sqrt(40_000)).all()
    np.testing.assert_allclose(draws.std(axis=0), sd, rtol=0.02)
    if guide == "structured":  # the guide is the posterior: its ELBO is the evidence
        x = np.column_stack([np.ones(ROWS), data["x"]])
        covariance = 0.25 * np.eye(ROWS) + 4 * x @ x.T
        away = data["y"] - x @ np.array([1.0, 0.0])
        evidence = -0.5 * (
            away @ np.linalg.solve(covariance, away) + np.linalg.slogdet(2 * np.pi * covariance)[1]
        )
        assert -losses[-1] == pytest.approx(evidence, abs=1e-4)


def _scratch() -> Path:
    import tempfile

    return Path(tempfile.mkdtemp())


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


@pytest.mark.parametrize("guide", ["mean_field", "structured"])
def test_every_kind_of_site_is_placed(guide: str) -> None:
    found = fitted(KINDS + fit_block(guide, 60), table())
    assert np.isfinite(found.report["diagnostics"]["elbo"])
    assert all(np.isfinite(v).all() for v in found.posterior.values())


def test_draws_are_balanced() -> None:
    balanced = emitted(LINE + fit_block("structured")).balanced_draws
    few, many = balanced(np.random.default_rng(0), 40), balanced(np.random.default_rng(0), 300)
    for z in (few, many):
        np.testing.assert_allclose(z.mean(axis=0), 0, atol=1e-12)
        np.testing.assert_allclose(z.var(axis=0), 1)
    np.testing.assert_allclose(few.T @ few / len(few), np.eye(40), atol=1e-12)


def test_a_batch_is_refused() -> None:
    module = emitted(LINE + fit_block("structured"))
    with pytest.raises(module.RunError, match="no --batch"):
        fitted(LINE + fit_block("structured"), line(), batch=8)


def test_a_cut_fit_goes_on_to_the_same(tmp_path: Path) -> None:
    text = LINE + fit_block("mean_field", 40)
    module = emitted(text)
    whole = fitted(text, line(), tmp_path / "whole", seed=3)
    descend, calls = module.descend, 0

    def cut(*given: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 5:
            raise KeyboardInterrupt
        return descend(*given)

    blocks = module.run_blocks
    module.run_blocks = lambda *a: blocks(*a[:3], 2, a[4])  # two steps each
    try:
        module.descend = cut
        with pytest.raises(KeyboardInterrupt):
            fitted(text, line(), tmp_path / "cut", seed=3)
        module.descend = descend
        again = fitted(text, line(), tmp_path / "cut", seed=3, resume=True)
    finally:
        module.descend, module.run_blocks = descend, blocks
    for name, values in whole.posterior.items():
        np.testing.assert_array_equal(again.posterior[name], values)
