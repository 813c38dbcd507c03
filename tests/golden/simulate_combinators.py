"""The data of the combinators: ``python -m tests.golden.simulate_combinators`` rewrites these and
all others."""

from __future__ import annotations

import numpy as np
from numpy.random import RandomState
from tests.golden.simulate import Columns, choose, codes, main, of, standardised


def chance(logits: np.ndarray) -> np.ndarray:
    found: np.ndarray = 1 / (1 + np.exp(-logits))
    return found


@of("links/zero_inflated")
def fishing(rng: RandomState) -> Columns:
    persons, camper = 1 + rng.randint(0, 4, 60), rng.randint(0, 2, 60)
    children = np.minimum(rng.randint(0, 4, 60), persons - 1)
    mean = np.exp(0.3 + 0.9 * np.log(persons) + 0.6 * camper)
    idle = rng.uniform(size=60) < chance(-1.2 + 1.1 * children)
    fish = np.where(idle, 0, rng.poisson(mean * rng.gamma(1.5, 1 / 1.5, 60)))
    return {"fish": fish, "persons": persons, "camper": camper, "children": children}


@of("links/hurdle")
def spending(rng: RandomState) -> Columns:
    income = np.exp(rng.normal(1, 0.5, 60))
    spend = np.exp(-0.5 + 0.9 * np.log(income) + rng.normal(0, 0.6, 60)) + 0.01
    eta = 0.2 + 0.6 * np.log(income)
    # Above 0: what comes after the first arrival, given that there is one.
    first = -np.log1p(-rng.uniform(size=60) * -np.expm1(-np.exp(eta)))
    trips = 1 + rng.poisson(np.exp(eta) - first)
    idle = rng.uniform(size=60) < chance(0.6 - 0.8 * np.log(income))
    return {
        "spend": np.where(rng.uniform(size=60) < 0.3, 0.0, spend),
        "trips": np.where(idle, 0, trips),
        "income": income,
    }


@of("links/censored")
def assays(rng: RandomState) -> Columns:
    load = rng.normal(0, 1, 60)
    hours = np.exp(1.2 - 0.5 * load + rng.normal(0, 0.7, 60))
    early, running = hours < 0.8, hours > 9.0
    # Some are seen at visits every two hours, the others as they fail.
    seen = np.where(np.arange(60) % 2 == 0, hours, 2.0 * np.ceil(hours / 2.0))
    start = np.where(np.arange(60) % 2 == 0, hours, np.maximum(seen - 2.0, 0.1))
    known = np.where(early, 0.8, np.where(running, 9.0, start))
    return {
        "hours": known,
        "running": running.astype(int),
        "early": early.astype(int),
        "visit": np.where(early | running, known, seen),
        "load": load,
    }


@of("links/truncated")
def losses(rng: RandomState) -> Columns:
    age = rng.uniform(18, 80, 400)
    z = (age - 49) / 18
    loss, deductible = np.exp(1.0 + 0.4 * z + rng.normal(0, 0.8, 400)), rng.choice([0.5, 1, 2], 400)
    visits = rng.poisson(np.exp(0.4 + 0.3 * z))
    kept = np.flatnonzero((loss > deductible + 0.001) & (visits >= 1) & (visits <= 12))[:60]
    return {
        "loss": loss[kept],
        "deductible": deductible[kept].astype(float),
        "visits": visits[kept],
        "age": age[kept],
    }


@of("links/mixture")
def geyser(rng: RandomState) -> Columns:
    short = rng.uniform(size=60) < 0.35
    return {"waiting": np.where(short, rng.normal(5.4, 0.6, 60), rng.normal(8.0, 0.6, 60))}


@of("models/claims")
def claims(rng: RandomState) -> Columns:
    region, age = choose(rng, "coast hills north plain south", 80), rng.uniform(18, 75, 80)
    exposure, z = rng.uniform(0.2, 1.5, 80), standardised(age)
    level = np.array([0.4, -0.3, 0.1, -0.1, 0.3])[codes(region)]
    mean = exposure * np.exp(1.0 - 0.4 * z + level)
    none = rng.uniform(size=80) < chance(-0.8 + 0.6 * z)
    claims = np.where(none, 0, rng.poisson(mean * rng.gamma(2, 0.5, 80)))
    return {"claims": claims, "exposure": exposure, "age": age, "region": region}


@of("models/survival")
def survival(rng: RandomState) -> Columns:
    patient = np.repeat([f"p{k:02}" for k in range(38)], 2)
    age = np.repeat(rng.normal(0, 1, 38), 2)
    sex = np.repeat(choose(rng, "female male", 38), 2)
    frailty = rng.normal(0, 0.5, 38)[codes(patient)]
    mu = 1.0 - 0.3 * age + 0.5 * (sex == "female") + frailty
    time, end = np.exp(mu + rng.normal(0, 0.6, 76)), rng.exponential(8, 76)
    return {
        "time": np.minimum(time, end) + 0.001,
        "died": (time <= end).astype(int),
        "age": age,
        "sex": sex,
        "patient": patient,
    }


if __name__ == "__main__":
    main()
