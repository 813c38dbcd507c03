"""The log tails that censoring and truncation stand on, against 60 digits, far out in both.

The norm: |emitted - exact| / max(|exact|, 1e-6), below 1e-5 in float32 and 1e-10 in float64; the
slopes in every parameter, which JAX lacks for half of these, to 1e-3 and 1e-7 of their size.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import jax
import jax.numpy as jnp
import mpmath as mp  # type: ignore[import-untyped]
import numpy as np
import numpyro.distributions as dist  # type: ignore[import-untyped]
import pytest

from tests.golden.cases import runtime

LIBRARY: Any = runtime()
VALUE = {"float32": 1e-5, "float64": 1e-10}
SLOPE = {"float32": 1e-3, "float64": 1e-7}


@dataclass(frozen=True)
class Family:
    """``base`` of parameters; ``below`` and ``above`` are exact probabilities of Y <= y, Y > y."""

    tails: str
    base: Callable[..., Any]
    below: Callable[..., Any]
    above: Callable[..., Any]
    parameters: Sequence[tuple[float, ...]]
    cells: Sequence[float]


def _upper(z: Any) -> Any:
    return mp.erfc(z / mp.sqrt(2)) / 2


def _beta(a: Any, b: Any, x: Any, y: Any) -> Any:
    """I_x(a, b), y = 1 - x."""
    return mp.betainc(a, b, 0, x, regularized=True)


def _student(y: Any, df: Any, loc: Any, scale: Any) -> Any:
    t = (y - loc) / scale
    half = mp.betainc(df / 2, mp.mpf(1) / 2, 0, df / (df + t * t), regularized=True) / 2
    return half if t > 0 else 1 - half


def _chance(logits: Any) -> tuple[Any, Any]:
    return 1 / (1 + mp.exp(-logits)), 1 / (1 + mp.exp(logits))


def _negative_binomial(k: Any, r: Any, logits: Any) -> Any:
    return _beta(k + 1, r, *_chance(logits))


def _binomial(k: Any, logits: Any, n: Any) -> Any:
    """P(Y <= k), a sum, since mpmath's incomplete beta function divides by 0 at some of these."""
    p, q = _chance(logits)
    return mp.fsum(mp.binomial(n, j) * p**j * q ** (n - j) for j in range(int(k) + 1))


def _inverse_gaussian(y: Any, log_mean: Any, shape: Any, side: int) -> Any:
    mean, root = mp.exp(log_mean), mp.sqrt(shape / y)
    other = mp.exp(2 * shape / mean) * _upper(root * (y / mean + 1))
    return _upper(side * root * (1 - y / mean)) + side * other


REAL = (-512.0, -20.0, -3.0, -0.25, 0.0, 0.5, 2.0, 30.0, 1024.0)
POSITIVE = (2.0**-20, 0.0625, 0.5, 1.0, 1.5, 4.0, 20.0, 300.0)
COUNTS = (0.0, 1.0, 2.0, 5.0, 12.0, 30.0, 100.0, 1000.0)
LOCATIONS = ((0.0, 1.0), (0.5, 0.125), (-3.0, 16.0))

FAMILIES = (
    Family(
        "NormalTails",
        dist.Normal,
        lambda y, m, s: _upper((m - y) / s),
        lambda y, m, s: _upper((y - m) / s),
        LOCATIONS,
        REAL,
    ),
    Family(
        "LogNormalTails",
        dist.LogNormal,
        lambda y, m, s: _upper((m - mp.log(y)) / s),
        lambda y, m, s: _upper((mp.log(y) - m) / s),
        LOCATIONS,
        POSITIVE,
    ),
    Family(
        "LaplaceTails",
        dist.Laplace,
        lambda y, m, s: mp.exp((y - m) / s) / 2 if y < m else 1 - mp.exp((m - y) / s) / 2,
        lambda y, m, s: mp.exp((m - y) / s) / 2 if y > m else 1 - mp.exp((y - m) / s) / 2,
        LOCATIONS,
        REAL,
    ),
    Family(
        "LogisticTails",
        dist.Logistic,
        lambda y, m, s: 1 / (1 + mp.exp((m - y) / s)),
        lambda y, m, s: 1 / (1 + mp.exp((y - m) / s)),
        LOCATIONS,
        REAL,
    ),
    Family(
        "GumbelTails",
        dist.Gumbel,
        lambda y, m, s: mp.exp(-mp.exp((m - y) / s)),
        lambda y, m, s: -mp.expm1(-mp.exp((m - y) / s)),
        LOCATIONS,
        REAL,
    ),
    Family(
        "StudentTTails",
        dist.StudentT,
        lambda y, df, m, s: _student(-y, df, -m, s),
        _student,
        tuple((df, *at) for df in (0.5, 4.0, 64.0) for at in LOCATIONS),
        REAL,
    ),
    Family(
        "ExponentialTails",
        dist.Exponential,
        lambda y, rate: -mp.expm1(-rate * y),
        lambda y, rate: mp.exp(-rate * y),
        ((0.0625,), (1.0,), (8.0,)),
        POSITIVE,
    ),
    Family(
        "WeibullTails",
        dist.Weibull,
        lambda y, scale, k: -mp.expm1(-((y / scale) ** k)),
        lambda y, scale, k: mp.exp(-((y / scale) ** k)),
        ((1.0, 0.5), (4.0, 1.5), (0.5, 3.0)),
        POSITIVE,
    ),
    Family(
        "GammaTails",
        dist.Gamma,
        lambda y, a, b: mp.gammainc(a, 0, b * y, regularized=True),
        lambda y, a, b: mp.gammainc(a, b * y, mp.inf, regularized=True),
        ((0.125, 1.0), (1.0, 0.5), (3.0, 2.0), (64.0, 4.0), (1024.0, 16.0)),
        POSITIVE,
    ),
    Family(
        "InverseGaussianTails",
        lambda m, s: LIBRARY.InverseGaussian(m, s),
        lambda y, m, s: _inverse_gaussian(y, m, s, 1),
        lambda y, m, s: _inverse_gaussian(y, m, s, -1),
        ((0.0, 1.0), (1.0, 0.25), (-1.0, 16.0), (2.0, 64.0)),
        (0.0625, 0.5, 1.0, 1.5, 4.0, 20.0, 300.0),
    ),
    Family(
        "BetaTails",
        dist.Beta,
        lambda y, a, b: _beta(a, b, y, 1 - y),
        lambda y, a, b: _beta(b, a, 1 - y, y),
        ((0.5, 0.5), (2.0, 5.0), (64.0, 3.0), (512.0, 256.0)),
        (2.0**-20, 0.015625, 0.25, 0.5, 0.75, 0.984375, 1.0 - 2.0**-20),
    ),
    Family(
        "PoissonByMeanTails",
        lambda e: LIBRARY.PoissonByMean(e),
        lambda k, e: mp.gammainc(k + 1, mp.exp(e), mp.inf, regularized=True),
        lambda k, e: mp.gammainc(k + 1, 0, mp.exp(e), regularized=True),
        ((-14.0,), (-0.75,), (2.0,), (4.5,), (7.0,)),
        COUNTS,
    ),
    Family(
        "NegativeBinomialTails",
        dist.NegativeBinomialLogits,
        lambda k, r, e: _beta(r, k + 1, *_chance(-e)),
        _negative_binomial,
        ((0.25, 0.0), (1.0, 3.0), (8.0, -4.0), (64.0, 1.0), (2.0, -30.0)),
        COUNTS,
    ),
    Family(
        "BinomialTails",
        dist.BinomialLogits,
        _binomial,
        lambda k, e, n: 1 - _binomial(k, e, n),
        ((0.0, 8.0), (-6.0, 64.0), (5.0, 2048.0), (-20.0, 2048.0)),
        (0.0, 1.0, 2.0, 5.0, 7.0),
    ),
    Family(
        "GeometricTails",
        dist.GeometricLogits,
        lambda k, e: -mp.expm1(-(k + 1) * mp.log1p(mp.exp(e))),
        lambda k, e: mp.exp(-(k + 1) * mp.log1p(mp.exp(e))),
        ((0.0,), (-8.0,), (4.0,)),
        COUNTS,
    ),
)
#: Parameters that are whole numbers, and have no slope.
WHOLE = {"BinomialTails": (1,)}


def both(family: Family, y: Any, parameters: Any) -> Any:
    tails = getattr(LIBRARY, family.tails)(family.base(*parameters))
    return jnp.stack(tails.log_tails(y))


def exact(family: Family, y: float, parameters: Sequence[Any]) -> list[Any]:
    """The logs of both tails; of the larger by the smaller, where that has more digits."""
    below, above = family.below(mp.mpf(y), *parameters), family.above(mp.mpf(y), *parameters)
    if below > above:
        return [mp.log1p(-above), mp.log(above)]
    return [mp.log(below), mp.log1p(-below)]


@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.tails)
def test_tails(family: Family, precision: str) -> None:
    points = [(y, p) for p, y in product(family.parameters, family.cells)]
    with jax.enable_x64(precision == "float64"):
        y = jnp.asarray([y for y, _ in points], precision)
        columns = tuple(
            jnp.asarray(c, precision) for c in zip(*(p for _, p in points), strict=True)
        )
        found = np.asarray(both(family, y, columns), float)
    wrong = []
    with mp.workdps(100):
        for k, (value, parameters) in enumerate(points):
            truth = exact(family, value, [mp.mpf(p) for p in parameters])
            for name, t, f in zip(("below", "above"), truth, found[:, k], strict=True):
                if abs(t) > 1e30:
                    continue
                error = abs(mp.mpf(f) - t) / max(abs(t), mp.mpf(10) ** -6)
                if not np.isfinite(f) or error > VALUE[precision]:
                    wrong.append(f"{name} {value} {parameters}: {f}, exactly {float(t)}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.tails)
def test_slopes(family: Family, precision: str) -> None:
    """In each parameter, at the points where differences have the digits to say."""
    points = [(y, p) for p, y in product(family.parameters, family.cells[1:-1])]
    with jax.enable_x64(precision == "float64"):
        y = jnp.asarray([y for y, _ in points], precision)
        columns = tuple(
            jnp.asarray(c, precision) for c in zip(*(p for _, p in points), strict=True)
        )

        def total(which: int, columns: Any) -> Any:
            return both(family, y, columns)[which].sum()

        found = [jax.grad(lambda c, w=w: total(w, c))(columns) for w in (0, 1)]
    wrong = []
    with mp.workdps(100):
        for (w, place), (k, (value, parameters)) in product(
            product((0, 1), range(len(columns))), enumerate(points)
        ):
            if place in WHOLE.get(family.tails, ()):
                continue
            slope = float(found[w][place][k])
            at = [mp.mpf(p) for p in parameters]
            step = mp.mpf(10) ** -30 * max(1, abs(at[place]))
            ends = [
                exact(family, value, [*at[:place], at[place] + s, *at[place + 1 :]])[w]
                for s in (step, -step)
            ]
            truth = (ends[0] - ends[1]) / (2 * step)
            if abs(truth) > 1e30 or (family.tails == "LaplaceTails" and value == at[0]):
                continue  # beyond float32, or at the kink of the density
            if not np.isfinite(slope) or abs(slope - truth) > SLOPE[precision] * max(
                abs(truth), mp.mpf(10) ** -3
            ):
                wrong.append(f"{w} {place} {value} {parameters}: {slope}, exactly {float(truth)}")
    assert not wrong, "\n".join(wrong)
