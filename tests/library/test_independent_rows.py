"""Rows that only a combinator tells apart are drawn independently of each other."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpyro.distributions as dist
import pytest

ROWS = 40
FEW = jnp.full(ROWS, 0.01)
NORMAL, COUNT = dist.Normal(0.0, 1.0), dist.Poisson(50.0)


def counts(runtime: ModuleType) -> Any:
    return runtime.PoissonByMeanTails(runtime.PoissonByMean(4.0))


#: Of each row something is known; the densities inside are the same for all of them.
CASES: dict[str, Callable[[ModuleType], Any]] = {
    "weighted": lambda r: r.Weighted(NORMAL, weight=jnp.ones(ROWS)),
    "censored": lambda r: r.Censored(r.NormalTails(NORMAL), right=jnp.zeros(ROWS)),
    "zero_inflated": lambda r: r.ZeroInflated(COUNT, gate=FEW),
    "hurdle": lambda r: r.Hurdle(dist.Gamma(2.0, 1.0), gate=FEW),
    "hurdle of counts": lambda r: r.HurdleCounts(
        r.PoissonByMeanTails(r.PoissonByMean(4.0)), gate=FEW
    ),
    "mixture": lambda r: r.Mixture(NORMAL, dist.Normal(jnp.zeros(ROWS), 1.0), first=1 - FEW),
}


@pytest.mark.parametrize("name", CASES)
def test_rows_of_one_draw_differ(name: str, runtime: ModuleType) -> None:
    density = CASES[name](runtime)
    assert density.batch_shape == (ROWS,)
    drawn = np.asarray(density.sample(jax.random.PRNGKey(0), (500,)))
    assert drawn.shape == (500, ROWS)
    between = np.corrcoef(drawn[:, 0], drawn[:, 1])[0, 1]
    assert abs(between) < 0.2
    assert len(set(drawn[0])) > ROWS / 4
