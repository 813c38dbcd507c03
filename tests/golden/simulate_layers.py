"""The data of sparse and correlated layers and of products: ``python -m
tests.golden.simulate_layers`` rewrites these and all others."""

from __future__ import annotations

import numpy as np
from numpy.random import RandomState
from tests.golden.simulate import Columns, choose, codes, main, of, standardised


def named(names: str, x: np.ndarray) -> Columns:
    """The columns of a matrix under these names."""
    return dict(zip(names.split(), x.T, strict=True))


@of("layers/bilinear")
def style(rng: RandomState) -> Columns:
    writer, reader = rng.normal(size=(50, 2)), rng.normal(size=(50, 3))
    weight = np.array([[0.7, 0.0, -0.4], [0.0, 0.5, 0.3]])
    rating = 0.5 + 0.4 * writer[:, 0] + np.einsum("ij,jk,ik->i", writer, weight, reader)
    return {
        "rating": rating + rng.normal(0, 0.4, 50),
        **named("wit pace", writer),
        **named("age mood haste", reader),
    }


@of("layers/lowrank_bilinear")
def bonds(rng: RandomState) -> Columns:
    donor, acceptor = rng.normal(size=(50, 3)), rng.normal(size=(50, 3))
    product = (donor @ [0.9, -0.4, 0.2]) * (acceptor @ [0.7, 0.5, -0.3])
    return {
        "energy": 0.8 + product + rng.normal(0, 0.3, 50),
        **named("charge size polarity", donor),
        **named("pull radius softness", acceptor),
    }


@of("layers/horseshoe")
def assay(rng: RandomState) -> Columns:
    x = rng.normal(10, 3, size=(45, 12))
    response = 0.9 * standardised(x[:, 2]) - 0.7 * standardised(x[:, 7]) + rng.normal(0, 0.5, 45)
    return {"response": response, **named(" ".join(f"compound_{k:02}" for k in range(12)), x)}


@of("layers/horseshoe_interaction")
def epistasis(rng: RandomState) -> Columns:
    locus = rng.choice([-1.0, 0.0, 1.0], size=(60, 5), p=[0.25, 0.5, 0.25])
    eta = 0.5 * locus[:, 0] + 1.8 * locus[:, 1] * locus[:, 3]
    infected = rng.uniform(size=60) < 1 / (1 + np.exp(-eta))
    return {"infected": infected.astype(int), **named("a b c d e", locus)}


@of("layers/mixture_prior")
def voltage(rng: RandomState) -> Columns:
    x = rng.normal(size=(50, 6))
    drift = x @ [0.05, 1.4, -0.1, 0.0, -0.9, 0.08] + rng.normal(0, 0.4, 50)
    return {"drift": drift, **named("heat load dust shock age salt", x)}


@of("layers/spike_and_slab")
def fatigue(rng: RandomState) -> Columns:
    x = rng.normal(size=(45, 5))
    cycles = 0.6 - 0.9 * x[:, 0] + 0.7 * x[:, 2] + rng.normal(0, 0.4, 45)
    return {"cycles": cycles, **named("carbon nickel sulphur copper tin", x)}


@of("layers/attention")
def sensors(rng: RandomState) -> Columns:
    x = rng.normal(size=(60, 4))
    weight = np.exp(x - x.max(axis=1, keepdims=True))
    loudest = np.sum(weight * x, axis=1) / weight.sum(axis=1)
    return {"fault": 0.7 * loudest + rng.normal(0, 0.3, 60), **named("heat noise sway flow", x)}


@of("layers/r2d2")
def soil(rng: RandomState) -> Columns:
    x, farm = rng.normal([20, 45, 3, 6.5, 4], [6, 9, 1, 0.5, 2], (45, 5)), choose(rng, "A B C", 45)
    rise = 0.6 * standardised(x[:, 2]) - 0.4 * standardised(x[:, 4])
    yield_t = 0.5 + rise + np.array([0.0, 0.3, -0.2])[codes(farm)] + rng.normal(0, 0.5, 45)
    return {"yield_t": yield_t, **named("clay sand humus ph slope", x), "farm": farm}


@of("layers/monotonic")
def wellbeing(rng: RandomState) -> Columns:
    steps = np.array([0.0, 0.9, 1.2, 1.3])
    income, health = rng.permutation(np.arange(60) % 4), rng.permutation(np.arange(60) % 5)
    names = np.array(["under 20", "20 to 40", "40 to 100", "over 100"])
    contentment = -0.6 + steps[income] + 0.25 * health + rng.normal(0, 0.5, 60)
    return {"contentment": contentment, "income": names[income], "health": 1 + health}


@of("layers/correlated_effects")
def children(rng: RandomState) -> Columns:
    child, age = np.repeat([f"C{k:02}" for k in range(12)], 6), np.tile(range(-2, 4), 12)
    factor = np.array([[3.0, 0.0], [0.42, 0.56]])  # sds 3 and 0.7, correlation 0.6
    start, speed = (rng.normal(size=(12, 2)) @ factor.T)[codes(child)].T
    return {
        "height": 78 + start + (6 + speed) * age + rng.normal(0, 0.9, 72),
        "age": age,
        "child": child,
    }


@of("layers/multi_membership")
def pupils(rng: RandomState) -> Columns:
    first, second = choose(rng, "elm fir oak yew", 60), choose(rng, "ash elm fir oak yew", 60)
    share = rng.choice([0.25, 0.5, 0.75], 60)
    effect = dict(zip(("ash", "elm", "fir", "oak", "yew"), rng.normal(0, 0.9, 5), strict=True))
    own = np.array([[effect[a], effect[b]] for a, b in zip(first, second, strict=True)])
    score = 0.3 + share * own[:, 0] + (1 - share) * own[:, 1] + rng.normal(0, 0.4, 60)
    return {
        "score": score,
        "first_school": first,
        "second_school": second,
        "first_share": share,
        "second_share": 1 - share,
    }


@of("links/categorical")
def penguins(rng: RandomState) -> Columns:
    species = np.repeat(["Adelie", "Chinstrap", "Gentoo"], 20)
    kind, male = codes(species), rng.permutation(np.arange(60) % 2)
    bill = np.array([38.8, 48.8, 47.5])[kind] + 2.5 * male + rng.normal(0, 2.5, 60)
    flipper = np.array([190.0, 196.0, 217.0])[kind] + 6 * male + rng.normal(0, 6, 60)
    sex = np.array(["female", "male"])[male]
    return {"species": species, "bill": bill, "flipper": flipper, "sex": sex}


@of("links/weighted")
def survey(rng: RandomState) -> Columns:
    age = rng.uniform(18, 80, 60)
    hours = rng.poisson(np.exp(1.2 - 0.4 * standardised(age)))
    return {"hours": hours, "age": age, "weight": rng.gamma(4, 0.25, 60) + 0.05}


@of("models/marginality")
def crossed(rng: RandomState) -> Columns:
    soil, water = choose(rng, "clay loam sand", 72), choose(rng, "much some", 72)
    lamp, days = choose(rng, "blue red", 72), rng.uniform(1, 5, 72)
    growth = np.array([0.2, 0.9, -0.3])[codes(soil)] + 0.4 * codes(water)
    growth = growth + 0.15 * days * (codes(lamp) == codes(water)) + rng.normal(0, 0.4, 72)
    return {"growth": growth, "soil": soil, "water": water, "lamp": lamp, "days": days}


if __name__ == "__main__":
    main()
