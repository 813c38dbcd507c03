"""Crossed effects, logistic: 20,000 answers of 400 persons to 50 items, as in a test.

The rows tell the intercept only together with the means of persons and items. Wanted: bgen -O2 at
least 10 times the effective draws a second of the better hand-written form. Of 454 sites the
greatest R-hat is below 1.01 with 2,000 draws a chain, and not always with 1,000.
"""

from __future__ import annotations

from tests.bench.by_hand import Block, Design
from tests.bench.samplers import Race
from tests.bench.tables import Table, labels, rows

SOURCE = """model crossed "Answers of persons to items"
data { y: binary  x: real  person: category  item: category }
eta = intercept(coef ~ Normal(0, 2.5)) + linear(x, coef ~ Normal(0, 2.5))
    + random_effects(person) + random_effects(item)
y ~ bernoulli(eta)
"""


def simulate() -> Table:
    import numpy as np

    n, persons, items, rng = rows(20_000), rows(400), 50, np.random.default_rng(0)
    person, item, x = rng.integers(persons, size=n), rng.integers(items, size=n), rng.normal(size=n)
    eta = 0.5 + 0.3 * x + rng.normal(size=persons)[person] + rng.normal(size=items)[item]
    y = rng.random(n) < 1 / (1 + np.exp(-eta))
    return {"y": y.astype(int), "x": x, "person": labels(person, "p"), "item": labels(item, "i")}


DESIGN = Design(
    predictor="eta",
    response="y",
    family="bernoulli",
    intercept=(0, 2.5),
    blocks=(Block("eta_x_coef", lambda t: t["x"][:, None], 2.5),),
    factors=("person", "item"),
)
RACE = Race(
    name="crossed",
    title="Crossed effects, logistic, n = 20,000, 400 persons, 50 items",
    source=SOURCE,
    table=simulate,
    sites=DESIGN.sites,
    length=2_000,
    reference="bgen -O2",
)
PROBLEMS = (
    RACE.problem(
        RACE.bgen("-O2"),
        RACE.bgen("-O2", name="bgen -O2, with the ridge", without=("sum_to_zero",)),
        RACE.numpyro("NumPyro, centred", DESIGN.numpyro("person", "item"), DESIGN.arguments),
        RACE.numpyro("NumPyro, non-centred", DESIGN.numpyro(), DESIGN.arguments),
        RACE.nutpie(DESIGN.pymc("person", "item"), "nutpie, centred"),
        RACE.nutpie(DESIGN.pymc(), "nutpie, non-centred"),
        RACE.stan(DESIGN.stan("person", "item"), DESIGN.stan_data, "Stan, centred"),
    ),
)
