"""Tails of the beta distribution where one concentration is nearly 0, by 60 digits of mpmath."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jax
import mpmath as mp
import numpy as np
import pytest

from bgen.driver import compile_text
from tests.golden.cases import execute

SOURCE = "data { y: count }\ny ~ truncated(negative_binomial(intercept()), high = 40)\n"


@pytest.fixture(scope="module")
def library() -> Any:
    return execute(compile_text(SOURCE), "incomplete_beta")


@pytest.fixture(autouse=True)
def digits() -> Iterator[None]:
    with mp.workdps(60), jax.enable_x64(True):
        yield


def upper(a: Any, b: Any, x: Any) -> Any:
    return mp.log(1 - mp.betainc(a, b, 0, x, regularized=True))


@pytest.mark.parametrize("a", [1e-17, 1e-14, 1e-10, 1e-7, 1e-4, 1.99e-3, 2.01e-3])
@pytest.mark.parametrize("b", [0.3, 1.0, 2.0, 41.0, 1e4, 1e6])
@pytest.mark.parametrize("ratio", [1e-20, 0.5, 1.01, 10.0, 300.0])
def test_what_is_left_of_nearly_everything(library: Any, a: float, b: float, ratio: float) -> None:
    x = min(ratio * mp.mpf(a) / (a + b), 0.5)  # on both sides of the mean
    logs = float(mp.log(x)), float(mp.log(1 - x))
    survival, slope = jax.value_and_grad(lambda a: library.log_beta_tails(a, b, *logs)[1])(a)
    exact = upper(a, b, mp.exp(logs[0]))
    assert abs(float(survival) - exact) < 1e-10 * abs(exact)
    h = mp.mpf(a) * mp.mpf(10) ** -15
    exact_slope = mp.diff(lambda a: upper(a, b, mp.exp(logs[0])), mp.mpf(a), h=h)
    assert abs(float(slope) - exact_slope) < 1e-8 * abs(exact_slope)
    # ... and of the other tail, by another name
    mirrored = library.log_beta_tails(b, a, *reversed(logs))
    np.testing.assert_allclose(mirrored[0], survival, rtol=1e-12)


def test_counts_that_are_nearly_all_zero(library: Any) -> None:
    """Within 1 to 40, by a concentration that leaves no digit of it beside 1: it was infinite."""
    law = library.NegativeBinomialByMean(-50.0, 1e-17)
    inside = library.TruncatedTo(library.NegativeBinomialTails(law), 1, 40)
    every = np.exp(inside.log_prob(np.arange(1, 41)))
    logit = float(law.logits)
    p = 1 / (1 + mp.exp(-mp.mpf(logit)))
    whole = mp.fsum(p**k / k for k in range(1, 41))
    np.testing.assert_allclose(every, [float(p**k / k / whole) for k in range(1, 41)], rtol=1e-9)
