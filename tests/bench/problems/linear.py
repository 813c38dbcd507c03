"""Linear regression, n = 100,000, p = 20, adaptive prior; the same for n = 10,000 to 1,000,000.

Wanted: bgen at least 6 times each other's effective draws a second, of the whole process; and from
10,000 rows to 1,000,000 the time to sample, once data are prepared, grows less than 1.2 times.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.bench.base import Engine, Measures, Problem
from tests.bench.samplers import Race, paced
from tests.bench.tables import Table, block, rows, write

P = 20
SOURCE = """model linear "Twenty columns under an adaptive prior"
data { y: real  x: real["x_*"] }
mu = intercept(coef ~ Normal(0, 5)) + adaptive(x)
y ~ gaussian(mu)
"""
STAN = """
data { int n; int p; matrix[n, p] x; vector[n] y; }
parameters {
  real mu_intercept;
  real<lower=0> mu_x_scale;
  vector[p] mu_x_coef;
  real<lower=0> y_sigma;
}
model {
  mu_intercept ~ normal(0, 5);
  mu_x_scale ~ normal(0, 1);
  mu_x_coef ~ normal(0, mu_x_scale);
  y_sigma ~ exponential(1);
  y ~ normal_id_glm(x, mu_intercept, mu_x_coef, y_sigma);
}
"""


def simulate(full: int = 100_000) -> Table:
    import numpy as np

    n, rng = rows(full), np.random.default_rng(0)
    x = rng.normal(size=(n, P))
    return {"y": x @ (0.3 * rng.normal(size=P)) + 0.5 + 1.3 * rng.normal(size=n), "x": x}


def arguments(table: Table) -> Table:
    return {"x": block(table, "x"), "y": table["y"]}


def by_numpyro(x: Any, y: Any) -> None:
    """Centred: a hundred thousand rows tell of each coefficient."""
    import numpyro
    import numpyro.distributions as dist

    intercept = numpyro.sample("mu_intercept", dist.Normal(0, 5))
    scale = numpyro.sample("mu_x_scale", dist.HalfNormal(1))
    coef = numpyro.sample("mu_x_coef", dist.Normal(0, scale).expand([P]).to_event(1))
    sigma = numpyro.sample("y_sigma", dist.Exponential(1))
    numpyro.sample("y", dist.Normal(intercept + x @ coef, sigma), obs=y)


def by_pymc(table: Table) -> Any:
    import pymc as pm

    x, y = arguments(table).values()
    with pm.Model() as model:
        intercept = pm.Normal("mu_intercept", 0, 5)
        scale = pm.HalfNormal("mu_x_scale", 1)
        coef = pm.Normal("mu_x_coef", 0, scale, shape=P)
        sigma = pm.Exponential("y_sigma", 1)
        pm.Normal("y", intercept + x @ coef, sigma, observed=y)
    return model


def for_stan(table: Table) -> Table:
    given = arguments(table)
    return given | {"n": len(given["y"]), "p": P}


def by_rows(full: int) -> Engine:
    def before(folder: Path) -> None:
        write(simulate(full), folder / "data.parquet")

    def run(folder: Path, seed: int) -> Measures:
        return paced(SOURCE, folder / "data.parquet", folder, seed)

    return Engine(f"{full:,} rows", run, before=before, needs=("pyarrow",))


RACE = Race(
    name="linear",
    title="Linear, adaptive prior, n = 100,000, p = 20",
    source=SOURCE,
    table=simulate,
    sites=("mu_intercept", "mu_x_scale", "mu_x_coef", "y_sigma"),
    reference="bgen -O1",
)
PROBLEMS = (
    RACE.problem(
        RACE.bgen(),
        RACE.bgen(name="bgen -O1, again", warm=True),
        RACE.numpyro("NumPyro", by_numpyro, arguments),
        RACE.numpyro("NumPyro, float32", by_numpyro, arguments, x64=False),
        RACE.nutpie(by_pymc),
        RACE.stan(STAN, for_stan),
    ),
    Problem(
        name="linear_rows",
        title="The same, as rows grow: one chain, once compiled",
        measure="sampling",
        unit="seconds to sample, once prepared and compiled",
        shown=("read", "prepare", "leapfrogs", "microseconds a leapfrog", "memory"),
        engines=tuple(map(by_rows, (10_000, 100_000, 1_000_000))),
    ),
)
