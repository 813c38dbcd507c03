"""Random intercepts, logistic: n = 20,000, 500 groups, p = 5, and no two rows are equal.

Some groups have a hundred times the rows of others. Wanted: bgen -O2 at least 4 times the effective
draws a second of the better hand-written form. Without `centre_by_information` it is the gradient
alone that is faster.
"""

from __future__ import annotations

from functools import partial

from tests.bench.by_hand import Block, Design
from tests.bench.samplers import Race
from tests.bench.tables import Table, block, labels, rows, uneven_groups

SOURCE = """model intercepts "Intercepts that vary by group, of a binary response"
data { y: binary  x: real["x_*"]  g: category }
eta = intercept(coef ~ Normal(0, 2.5)) + linear(x, coef ~ Normal(0, 2.5)) + random_effects(g)
y ~ bernoulli(eta)
"""


def simulate() -> Table:
    import numpy as np

    n, groups, rng = rows(20_000), rows(500), np.random.default_rng(0)
    x = rng.normal(size=(n, 5))
    slopes = 0.5 * rng.normal(size=5)
    g = uneven_groups(rng, n, groups)
    eta = 0.3 + x @ slopes + 0.7 * rng.normal(size=groups)[g]
    y = rng.random(n) < 1 / (1 + np.exp(-eta))
    return {"y": y.astype(int), "x": x, "g": labels(g, "g")}


DESIGN = Design(
    predictor="eta",
    response="y",
    family="bernoulli",
    intercept=(0, 2.5),
    blocks=(Block("eta_x_coef", partial(block, name="x"), 2.5),),
    factors=("g",),
)
RACE = Race(
    name="logistic_intercepts",
    title="Random intercepts, logistic, n = 20,000, 500 groups, p = 5",
    source=SOURCE,
    table=simulate,
    sites=DESIGN.sites,
    reference="bgen -O2",
)
PROBLEMS = (
    RACE.problem(
        RACE.bgen("-O2"),
        RACE.bgen("-O2", name="bgen -O2, not centred", without=("centre_by_information",)),
        RACE.numpyro("NumPyro, centred", DESIGN.numpyro("g"), DESIGN.arguments),
        RACE.numpyro("NumPyro, non-centred", DESIGN.numpyro(), DESIGN.arguments),
        RACE.nutpie(DESIGN.pymc("g"), "nutpie, centred"),
        RACE.nutpie(DESIGN.pymc(), "nutpie, non-centred"),
        RACE.stan(DESIGN.stan(), DESIGN.stan_data, "Stan, non-centred"),
    ),
)
