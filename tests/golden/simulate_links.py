"""The data of the links: ``python -m tests.golden.simulate_links`` rewrites these and all others."""

from __future__ import annotations

import numpy as np
from numpy.random import RandomState
from tests.golden.simulate import Columns, choose, codes, main, of, standardised


def logistic(x: np.ndarray) -> np.ndarray:
    chance: np.ndarray = 1 / (1 + np.exp(-x))
    return chance


# --- errors around a location ---------------------------------------------------------------------


@of("links/laplace")
def commutes(rng: RandomState) -> Columns:
    distance, rain = rng.uniform(2, 25, 50), rng.randint(0, 2, 50)
    minutes = 12 + 1.4 * distance + 4 * rain + rng.laplace(0, 3, 50)
    return {"minutes": minutes, "distance": distance, "rain": rain}


@of("links/student_t")
def volts(rng: RandomState) -> Columns:
    load = rng.normal(size=60)
    return {"volts": 0.5 - 0.8 * load + 0.3 * rng.standard_t(3, 60), "load": load}


@of("links/asymmetric_laplace")
def rents(rng: RandomState) -> Columns:
    area = rng.uniform(25, 120, 70)
    return {"rent": 0.4 + 0.5 * standardised(area) + rng.gamma(2, 0.3, 70), "area": area}


@of("links/skew_normal")
def marks(rng: RandomState) -> Columns:
    hours, one, two = rng.uniform(0, 30, 60), np.abs(rng.normal(size=60)), rng.normal(size=60)
    z = (-3 * one + two) / np.sqrt(10)
    return {"mark": 1.0 + 0.4 * standardised(hours) + 0.8 * z, "hours": hours}


@of("links/exgaussian")
def reactions(rng: RandomState) -> Columns:
    distracted = np.arange(80) % 2
    late = rng.exponential(np.where(distracted, 0.6, 0.25))
    return {"seconds": 0.4 + 0.1 * distracted + rng.normal(0, 0.08, 80) + late} | {
        "distracted": distracted
    }


@of("links/shifted_lognormal")
def decisions(rng: RandomState) -> Columns:
    rare = np.arange(60) % 2
    return {"seconds": 0.25 + np.exp(-1.0 + 0.3 * rare + rng.normal(0, 0.5, 60)), "rare": rare}


@of("links/von_mises")
def headings(rng: RandomState) -> Columns:
    wind = rng.normal(size=50)
    angle = 0.6 + 0.4 * wind + rng.vonmises(0, 4, 50)
    return {"heading": np.angle(np.exp(1j * angle)), "wind": wind}


# --- positive numbers and counts ------------------------------------------------------------------


@of("links/gamma")
def claim_sizes(rng: RandomState) -> Columns:
    age, fleet = rng.uniform(18, 80, 60), rng.randint(0, 2, 60)
    mean, shape = np.exp(0.4 - 0.3 * standardised(age) + 0.5 * fleet), np.where(fleet, 4.0, 1.5)
    return {"size": rng.gamma(shape, mean / shape) + 0.01, "age": age, "fleet": fleet}


@of("links/exponential")
def lamps(rng: RandomState) -> Columns:
    watts = rng.choice([5.0, 7.5, 10.0, 15.0], 40)
    return {"years": rng.exponential(np.exp(1.2 - 0.3 * standardised(watts))) + 0.01} | {
        "watts": watts
    }


@of("links/weibull")
def bearings(rng: RandomState) -> Columns:
    load = rng.uniform(1, 9, 45)
    return {"hours": np.exp(1.5 - 0.4 * standardised(load)) * rng.weibull(2, 45) + 0.01} | {
        "load": load
    }


@of("links/inverse_gaussian")
def judgements(rng: RandomState) -> Columns:
    hard = np.arange(60) % 2
    return {"seconds": rng.wald(np.exp(0.2 + 0.5 * hard), 3.0) + 0.01, "hard": hard}


@of("links/geometric")
def attempts(rng: RandomState) -> Columns:
    practice = rng.normal(size=50)
    return {"failures": rng.geometric(1 / (1 + np.exp(1.0 - 0.5 * practice))) - 1} | {
        "practice": practice
    }


# --- shares and counts out of a number ------------------------------------------------------------


@of("links/binomial")
def seeds(rng: RandomState) -> Columns:
    sown, warmth = rng.randint(10, 40, 36), rng.uniform(8, 26, 36)
    tray = choose(rng, "A B C D E F", 36)
    eta = 0.3 + 0.8 * standardised(warmth) + rng.normal(0, 0.4, 6)[codes(tray)]
    germinated = rng.binomial(sown, logistic(eta))
    return {"germinated": germinated, "sown": sown, "warmth": warmth, "tray": tray}


@of("links/beta_binomial")
def litters(rng: RandomState) -> Columns:
    litter, dose = rng.randint(4, 15, 40), np.repeat([0.0, 0.5, 1.0, 2.0], 10)
    p = logistic(-1.5 + 1.0 * dose)
    return {"dead": rng.binomial(litter, rng.beta(3 * p, 3 * (1 - p))), "litter": litter} | {
        "dose": dose
    }


@of("links/beta")
def covers(rng: RandomState) -> Columns:
    moisture, shade = rng.uniform(5, 45, 50), rng.randint(0, 2, 50)
    p, c = logistic(-0.3 + 0.7 * standardised(moisture) - 0.4 * shade), np.where(shade, 20.0, 6.0)
    return {"cover": rng.beta(p * c, (1 - p) * c).clip(0.001, 0.999), "moisture": moisture} | {
        "shade": shade
    }


# --- ordered levels -------------------------------------------------------------------------------


@of("links/cumulative")
def ratings(rng: RandomState) -> Columns:
    new, judge = np.arange(48) % 2, choose(rng, "Ann Ben Cleo Dan Eve Fay", 48)
    eta = 0.9 * new + rng.normal(0, 0.6, 6)[codes(judge)] + rng.logistic(size=48)
    words = np.array(["poor", "fair", "good"])
    return {"rating": words[np.searchsorted([-0.6, 1.0], eta)], "new": new, "judge": judge}


@of("links/sratio")
def schools(rng: RandomState) -> Columns:
    books = rng.uniform(0, 300, 60)
    return {"level": _climb(rng, logistic(0.6 + 0.6 * standardised(books)), 4), "books": books}


@of("links/cratio")
def stages(rng: RandomState) -> Columns:
    dose = rng.normal(size=60)
    return {"stage": _climb(rng, 1 - np.exp(-np.exp(-0.2 - 0.5 * dose)), 4), "dose": dose}


@of("links/acat")
def answers(rng: RandomState) -> Columns:
    age = rng.uniform(18, 80, 60)
    scores = np.arange(5) * 0.5 * standardised(age)[:, None] - 0.3 * (np.arange(5) - 2) ** 2
    return {"answer": 1 + np.argmax(scores + rng.gumbel(size=(60, 5)), axis=1), "age": age}


def _climb(rng: RandomState, chance: np.ndarray, levels: int) -> np.ndarray:
    """How far each gets by going on with a chance at every level but the last."""
    goes = rng.uniform(size=(len(chance), levels - 1)) < chance[:, None]
    reached: np.ndarray = 1 + np.cumprod(goes, axis=1).sum(axis=1)
    return reached


if __name__ == "__main__":
    main()
