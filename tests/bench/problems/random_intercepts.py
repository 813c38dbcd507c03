"""Random intercepts, Gaussian: n = 20,000, 500 groups, p = 5, as the groups' sizes vary a lot.

Wanted: bgen -O2 at least 20 times the effective draws a second of the better hand-written NumPyro,
and 8 times nutpie's with its compilation left out. With 1,000 draws a chain a run of bgen's is the
start of Python, NumPyro and the compiler (the draws take a quarter of a second), so that chains
have 10,000, of every engine.
"""

from __future__ import annotations

from functools import partial

from tests.bench.by_hand import Block, Design
from tests.bench.samplers import Race
from tests.bench.tables import Table, block, labels, rows, uneven_groups

SOURCE = """model intercepts "Intercepts that vary by group"
data { y: real  x: real["x_*"]  g: category }
mu = intercept(coef ~ Normal(0, 2.5)) + linear(x, coef ~ Normal(0, 2.5)) + random_effects(g)
y ~ gaussian(mu)
"""


def simulate() -> Table:
    import numpy as np

    n, groups, rng = rows(20_000), rows(500), np.random.default_rng(0)
    x = rng.normal(size=(n, 5))
    g = uneven_groups(rng, n, groups)
    effect = 0.4 * rng.normal(size=groups)
    mu = 0.5 * rng.normal() + x @ (0.5 * rng.normal(size=5)) + effect[g]
    return {"y": mu + rng.normal(size=n), "x": x, "g": labels(g, "g")}


DESIGN = Design(
    predictor="mu",
    response="y",
    family="normal",
    intercept=(0, 2.5),
    blocks=(Block("mu_x_coef", partial(block, name="x"), 2.5),),
    factors=("g",),
)
RACE = Race(
    name="random_intercepts",
    title="Random intercepts, Gaussian, n = 20,000, 500 groups, p = 5",
    source=SOURCE,
    table=simulate,
    sites=DESIGN.sites,
    length=10_000,
    reference="bgen -O2",
)
PROBLEMS = (
    RACE.problem(
        RACE.bgen("-O2"),
        RACE.bgen("-O1"),
        RACE.numpyro("NumPyro, centred", DESIGN.numpyro("g"), DESIGN.arguments),
        RACE.numpyro("NumPyro, non-centred", DESIGN.numpyro(), DESIGN.arguments),
        RACE.nutpie(DESIGN.pymc("g"), "nutpie, centred"),
        RACE.nutpie(DESIGN.pymc(), "nutpie, non-centred"),
        RACE.stan(DESIGN.stan("g"), DESIGN.stan_data, "Stan, centred"),
    ),
)
