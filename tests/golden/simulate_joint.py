"""The data of joint responses, missing values and series: ``python -m tests.golden.simulate_joint``
rewrites these and all others."""

from __future__ import annotations

import numpy as np
from numpy.random import RandomState
from tests.golden.simulate import Columns, choose, codes, main, of, standardised


@of("links/multivariate_gaussian")
def chicks(rng: RandomState) -> Columns:
    nest, hatch = choose(rng, "A B C D E F G H", 48), rng.randint(1, 30, 48).astype(float)
    leg, colour = rng.normal(size=(2, 48))
    z = standardised(hatch)
    tarsus = 0.3 * z + rng.normal(0, 0.5, 8)[codes(nest)] + 0.7 * leg
    back = -0.4 * z + 0.6 * (-0.6 * leg + 0.8 * colour)
    return {"tarsus": tarsus, "back": back, "hatch": hatch, "nest": nest}


@of("links/multivariate_student_t")
def shares(rng: RandomState) -> Columns:
    market = rng.normal(0, 0.8, 60)
    factor = np.linalg.cholesky([[1.0, 0.6, 0.2], [0.6, 1.0, 0.4], [0.2, 0.4, 1.0]])
    tails = np.sqrt(5 / rng.chisquare(5, 60))
    errors = (rng.normal(size=(60, 3)) @ factor.T) * tails[:, None] * [0.5, 0.8, 0.4]
    y = 0.1 + np.outer(market, [0.9, 1.3, 0.6]) + errors
    return {**dict(zip(("steel", "copper", "zinc"), y.T, strict=True)), "market": market}


@of("links/multinomial")
def pollen(rng: RandomState) -> Columns:
    depth, grains = np.arange(1.0, 36.0), rng.randint(20, 80, 35)
    z = standardised(depth)
    odds = np.exp(np.column_stack([np.zeros(35), 0.3 + 0.6 * z, -0.5 - 0.4 * z]))
    shares = odds / odds.sum(axis=1, keepdims=True)
    counts = np.array([rng.multinomial(n, p) for n, p in zip(grains, shares, strict=True)])
    trees = dict(zip(("pine", "oak", "elm"), counts.T, strict=True))
    return {**trees, "grains": grains, "depth": depth}


def blanked(rng: RandomState, values: np.ndarray, share: float) -> list[object]:
    """Some of the values left out, each with the same chance."""
    gone = rng.uniform(size=len(values)) < share
    return ["" if out else float(v) for out, v in zip(gone, values, strict=True)]


@of("models/cholesterol")
def cholesterol(rng: RandomState) -> Columns:
    age, sex = rng.uniform(20, 75, 80), choose(rng, "f m", 80)
    bmi = 26 + 1.5 * standardised(age) + rng.normal(0, 3, 80)
    waist = np.exp(4.5 + 0.12 * (bmi - 26) / 3 + rng.normal(0, 0.06, 80))
    chol = 5 + 0.3 * standardised(age) + 0.4 * (bmi - 26) / 3 - 0.2 * codes(sex)
    return {
        "chol": blanked(rng, chol + rng.normal(0, 0.6, 80), 0.1),
        "bmi": blanked(rng, bmi, 0.15),
        "waist": blanked(rng, waist, 0.2),
        "age": age,
        "sex": sex,
    }


@of("links/autoregressive")
def lakes(rng: RandomState) -> Columns:
    lake, year = np.repeat(["Como", "Garda", "Iseo"], 25), np.tile(np.arange(1990, 2015), 3)
    warmth, error = rng.normal(size=75), np.zeros(75)
    for k in range(75):
        error[k] = (0.7 * error[k - 1] if k % 25 else 0.0) + rng.normal(0, 0.4)
    shuffled = rng.permutation(75)
    level = 0.2 + 0.5 * warmth + error
    columns = {"level": level, "warmth": warmth, "year": year, "lake": lake}
    return {name: values[shuffled] for name, values in columns.items()}


if __name__ == "__main__":
    main()
