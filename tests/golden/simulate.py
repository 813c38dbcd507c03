"""Seeds -> the data of the goldens: ``python tests/golden/simulate.py`` rewrites the same bytes."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from numpy.random import RandomState  # its stream never changes, by NumPy's policy

GOLDEN = Path(__file__).resolve().parents[2] / "golden"
Columns = dict[str, Iterable[object]]
Simulator = Callable[[RandomState], Columns]
SIMULATORS: dict[str, Simulator] = {}


def of(folder: str) -> Callable[[Simulator], Simulator]:
    """Register the simulator of ``golden/<folder>/data.csv``."""

    def register(simulator: Simulator) -> Simulator:
        SIMULATORS[folder] = simulator
        return simulator

    return register


def text(folder: str) -> str:
    """The data of one folder, as the file holds them."""
    columns = SIMULATORS[folder](RandomState(zlib.crc32(folder.encode())))
    rows = zip(*columns.values(), strict=True)
    return "\n".join([",".join(columns), *(",".join(map(_cell, row)) for row in rows), ""])


def _cell(value: object) -> str:
    # Rounded, so that the last bit of an exp or a log on another machine does not show.
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def choose(rng: RandomState, names: str, rows: int) -> list[str]:
    """A name for each row; each name about equally often, in an order of chance."""
    words = names.split()
    return [words[i] for i in rng.permutation(np.arange(rows) % len(words))]


def codes(names: Iterable[str]) -> np.ndarray:
    """The place of each name among the names, in alphabetical order."""
    places: np.ndarray = np.unique(list(names), return_inverse=True)[1]
    return places


def standardised(x: np.ndarray) -> np.ndarray:
    z: np.ndarray = (x - x.mean()) / x.std()
    return z


# --- layers ---------------------------------------------------------------------------------------


@of("layers/intercept")
def weighings(rng: RandomState) -> Columns:
    return {"excess": rng.normal(405, 6, 30)}


@of("layers/linear")
def trees(rng: RandomState) -> Columns:
    girth, height = rng.uniform(20, 55, 31), rng.uniform(19, 27, 31)
    log_volume = -8.0 + 2 * np.log(girth) + 1.1 * np.log(height) + rng.normal(0, 0.08, 31)
    return {"log_volume": log_volume, "girth": girth, "height": height}


@of("layers/adaptive")
def houses(rng: RandomState) -> Columns:
    area = rng.uniform(40, 220, 40)
    rooms = 1 + np.round(area / 35 + rng.normal(0, 0.7, 40)).clip(0).astype(int)
    age, distance = rng.uniform(0, 90, 40), rng.uniform(0.3, 15, 40)
    log_price = 0.4 * standardised(area) - 0.2 * standardised(distance) + rng.normal(0, 0.2, 40)
    return {
        "log_price": log_price + 0.5,
        "area": area,
        "rooms": rooms,
        "age": age,
        "distance": distance,
    }


@of("layers/fixed_effects")
def barley(rng: RandomState) -> Columns:
    variety = choose(rng, "Manchuria Svansota Trebi Velvet", 24)
    effect = np.array([0.0, -0.3, 0.9, 0.2])[codes(variety)]
    return {"yield_t": 3.1 + effect + rng.normal(0, 0.4, 24), "variety": variety}


@of("layers/random_effects")
def dyestuff(rng: RandomState) -> Columns:
    batch = np.repeat(list("ABCDEF"), 5)
    effect = rng.normal(0, 0.6, 6)[codes(batch)]
    return {"strength": 15.3 + effect + rng.normal(0, 0.5, 30), "batch": batch}


@of("layers/random_slopes")
def growth(rng: RandomState) -> Columns:
    child, age = np.repeat(["Ada", "Ben", "Cleo", "Dan", "Eva", "Finn"], 7), np.tile(range(2, 9), 6)
    start, slope = rng.normal(78, 3, 6)[codes(child)], rng.normal(6, 0.7, 6)[codes(child)]
    return {"height": start + slope * age + rng.normal(0, 0.8, 42), "age": age, "child": child}


@of("layers/embedding")
def films(rng: RandomState) -> Columns:
    viewer = choose(rng, "Ann Bo Cy Dee Eli Fay Gus Hal", 60)
    film = choose(rng, "Alien Brazil Casablanca Dune Fargo Gandhi", 60)
    left, right = rng.normal(0, 0.8, (8, 2)), rng.normal(0, 0.8, (6, 2))
    taste = np.sum(left[codes(viewer)] * right[codes(film)], axis=1)
    return {"stars": 3.2 + taste + rng.normal(0, 0.4, 60), "viewer": viewer, "film": film}


@of("layers/fm")
def recipes(rng: RandomState) -> Columns:
    x = rng.normal(size=(50, 4))
    liking = 0.5 * x[:, 1] + 0.8 * x[:, 0] * x[:, 3] - 0.5 * x[:, 1] * x[:, 2]
    names = ("salt", "sugar", "acid", "fat")
    return {"liking": liking + rng.normal(0, 0.4, 50), **dict(zip(names, x.T, strict=True))}


@of("layers/fm3")
def alloys(rng: RandomState) -> Columns:
    x = rng.normal(size=(50, 4))
    hardness = 0.6 * x[:, 2] + 0.4 * x[:, 0] * x[:, 1] + 0.5 * x[:, 0] * x[:, 1] * x[:, 2]
    names = ("chromium", "nickel", "carbon", "copper")
    return {"hardness": hardness + rng.normal(0, 0.3, 50), **dict(zip(names, x.T, strict=True))}


@of("layers/interaction")
def field_trial(rng: RandomState) -> Columns:
    soil, weather = rng.normal(size=(50, 2)), rng.normal(size=(50, 3))
    harvest = 0.5 * soil[:, 0] + 0.3 * weather[:, 0] + 0.6 * soil[:, 0] * weather[:, 0]
    return {
        "harvest": harvest - 0.4 * soil[:, 1] * weather[:, 2] + rng.normal(0, 0.4, 50),
        **dict(zip(("nitrogen", "phosphorus"), soil.T, strict=True)),
        **dict(zip(("rain", "sun", "wind"), weather.T, strict=True)),
    }


@of("layers/lowrank_interaction")
def genotypes(rng: RandomState) -> Columns:
    trait, climate = rng.normal(size=(50, 3)), rng.normal(size=(50, 3))
    product = (trait @ [0.8, -0.5, 0.3]) * (climate @ [0.6, 0.6, -0.2])
    biomass = 1 + 0.4 * trait[:, 0] + 0.3 * climate[:, 1] + product + rng.normal(0, 0.4, 50)
    return {
        "biomass": biomass,
        **dict(zip(("leaf", "root", "stem"), trait.T, strict=True)),
        **dict(zip(("warmth", "rain", "light"), climate.T, strict=True)),
    }


@of("layers/random_walk")
def river(rng: RandomState) -> Columns:
    level = 9 + np.cumsum(rng.normal(0, 0.3, 40))
    year = np.array([k for k in range(40) if k not in (7, 8, 23)])  # no gauge in these years
    return {"flow": level[year] + rng.normal(0, 0.5, 37), "year": 1920 + year}


@of("layers/ar1")
def lynx(rng: RandomState) -> Columns:
    state = [rng.normal(0, 0.6 / np.sqrt(1 - 0.7**2))]
    for _ in range(39):
        state.append(0.7 * state[-1] + rng.normal(0, 0.6))
    slot = np.repeat([k for k in range(40) if k not in (11, 12, 27)], 2)
    log_count = 0.5 + np.array(state)[slot] + rng.normal(0, 0.2, len(slot))
    return {"log_count": log_count, "year": 1821 + slot}


@of("layers/pspline")
def pollen(rng: RandomState) -> Columns:
    day = np.sort(rng.randint(60, 300, 60))
    curve = 2.5 * np.exp(-(((day - 130) / 25) ** 2)) + np.exp(-(((day - 220) / 15) ** 2))
    return {"log_pollen": 0.4 + curve + rng.normal(0, 0.3, 60), "day": day}


@of("layers/hsgp")
def tide(rng: RandomState) -> Columns:
    hour = rng.uniform(0, 48, 70)
    level = np.sin(2 * np.pi * hour / 12.4) * (1 + 0.3 * np.sin(hour / 8))
    return {"level": 0.2 + level + rng.normal(0, 0.2, 70), "hour": hour}


@of("layers/gp")
def dose_response(rng: RandomState) -> Columns:
    dose = np.repeat([0.1, 0.3, 1.0, 2.0, 4.0, 10.0, 30.0, 100.0], 5)
    growth = 1.5 / (1 + (dose / 5) ** 1.5) + rng.normal(0, 0.15, 40)
    return {"growth": growth, "dose": dose}


@of("layers/offset")
def pressure(rng: RandomState) -> Columns:
    before, dose = rng.normal(150, 12, 36), np.repeat([0.0, 0.5, 1.0, 2.0], 9)
    after = before - 0.5 - 2 * dose + rng.normal(0, 3, 36)
    return {"after": after, "before": before, "dose": dose}


# --- links ----------------------------------------------------------------------------------------


@of("links/gaussian")
def boiling(rng: RandomState) -> Columns:
    pressure = np.sort(rng.uniform(690, 1020, 20))
    return {"temperature": 49 + 0.05 * pressure + rng.normal(0, 0.4, 20), "pressure": pressure}


@of("links/lognormal")
def repairs(rng: RandomState) -> Columns:
    age = rng.uniform(0, 12, 35)
    return {"hours": np.exp(0.2 + 0.15 * age + rng.normal(0, 0.5, 35)) + 0.05, "age": age}


@of("links/bernoulli")
def beetles(rng: RandomState) -> Columns:
    log_dose = np.repeat([1.69, 1.72, 1.76, 1.78, 1.81, 1.84, 1.86, 1.88], 6)
    chance = 1 / (1 + np.exp(-30 * (log_dose - 1.78)))
    return {"died": (rng.uniform(size=48) < chance).astype(int), "log_dose": log_dose}


@of("links/poisson")
def goals(rng: RandomState) -> Columns:
    home, minutes = np.arange(40) % 2, rng.choice([45, 75, 90, 120], 40, p=[0.1, 0.2, 0.6, 0.1])
    return {
        "goals": rng.poisson(minutes / 90 * np.exp(0.1 + 0.4 * home)),
        "home": home,
        "minutes": minutes,
    }


@of("links/negative_binomial")
def ticks(rng: RandomState) -> Columns:
    altitude = rng.uniform(400, 530, 50)
    mean = np.exp(1.3 - 0.7 * standardised(altitude))
    return {"ticks": rng.poisson(mean * rng.gamma(0.9, 1 / 0.9, 50)), "altitude": altitude}


@of("links/natural")
def rainfall(rng: RandomState) -> Columns:
    warmth = rng.normal(14, 5, 40)
    mean = np.exp(1.2 + 0.4 * standardised(warmth))
    return {"rain": rng.gamma(1.5, mean / 1.5) + 0.01, "warmth": warmth}


# --- features of the language ---------------------------------------------------------------------


@of("models/wages")
def wages(rng: RandomState) -> Columns:
    sex, region = choose(rng, "female male", 48), choose(rng, "east north south", 48)
    education = rng.randint(8, 19, 48)
    z, female = standardised(education), np.array([s == "female" for s in sex])
    log_wage = 2.4 - 0.2 * female + 0.25 * z - 0.1 * female * z
    log_wage += np.array([0.0, 0.1, -0.1])[codes(region)] + rng.normal(0, 0.25, 48)
    return {"log_wage": log_wage, "sex": sex, "region": region, "education": education}


@of("models/expression")
def expression(rng: RandomState) -> Columns:
    genes, weight, age = rng.normal(size=(45, 4)), rng.normal(70, 9, 45), rng.uniform(20, 80, 45)
    sex = choose(rng, "f m", 45)
    response = 0.6 * genes[:, 1] - 0.3 * codes(sex) + 0.02 * (weight - 70) + rng.normal(0, 0.5, 45)
    return {
        "response": response,
        "sex": sex,
        "Body.Weight": weight,
        "age": age,
        **{f"gene_{name}": x for name, x in zip("ABCD", genes.T, strict=True)},
    }


@of("models/cooling")
def cooling(rng: RandomState) -> Columns:
    minutes = np.arange(1.0, 31.0)
    temperature = 21.5 + 66 * np.exp(-0.08 * minutes) + rng.normal(0, 0.7, 30)
    return {"temperature": temperature, "minutes": minutes, "room": np.full(30, 21.5)}


@of("models/judges")
def judges(rng: RandomState) -> Columns:
    judge, wine = choose(rng, "Kim Lee Max Noa", 48), choose(rng, "red rose white", 48)
    day = ["saturday" if u < 0.5 else "sunday" for u in rng.uniform(size=48)]
    bias, taste = rng.normal(0, 0.8, 4), rng.normal(0, 0.6, (4, 3))
    session, serving = rng.normal(0, 0.4, (4, 2)), rng.normal(0, 0.4, (3, 2))
    j, w, d = codes(judge), codes(wine), codes(day)
    score = 15 + bias[j] + taste[j, w] + session[j, d] + serving[w, d] + rng.normal(0, 0.3, 48)
    return {"score": score, "judge": judge, "wine": wine, "day": day}


@of("models/overdispersed")
def roaches(rng: RandomState) -> Columns:
    before, treated = rng.gamma(0.8, 60, 50), np.arange(50) % 2
    days = rng.choice([5, 7, 10], 50)
    eta = 0.8 + 0.5 * standardised(before) - 0.6 * treated + rng.normal(0, 0.7, 50)
    return {
        "roaches": rng.poisson(days * np.exp(eta)),
        "before": before,
        "treated": treated,
        "days": days,
    }


@of("models/two_responses")
def two_responses(rng: RandomState) -> Columns:
    school, hours = choose(rng, "hill lake oak", 50), rng.gamma(4, 3, 50)
    ability = 0.7 * standardised(hours) + np.array([0.4, -0.3, 0.1])[codes(school)]
    passed = rng.uniform(size=50) < 1 / (1 + np.exp(-(0.8 + 1.2 * ability)))
    return {
        "score": 0.5 + ability + rng.normal(0, 0.5, 50),
        "passed": passed.astype(int),
        "hours": hours,
        "school": school,
    }


@of("models/curve")
def curve(rng: RandomState) -> Columns:
    x, z = rng.uniform(-1.5, 1.5, (2, 45))
    y = 0.3 + x - 0.5 * x**3 - 0.6 * z + 0.8 * z**2 + rng.normal(0, 0.3, 45)
    return {"y": y, "x": x, "z": z}


@of("models/weak_priors")
def used_cars(rng: RandomState) -> Columns:
    mileage, year = rng.uniform(5_000, 180_000, 40), rng.randint(2008, 2021, 40)
    price = 9_000 - 0.03 * mileage + 700 * (year - 2008) + rng.normal(0, 900, 40)
    return {"price": price.clip(300), "mileage": mileage, "year": year}


@of("models/meta_analysis")
def meta_analysis(rng: RandomState) -> Columns:
    study = [f"S{k:02}" for k in range(1, 21)]
    se = rng.uniform(0.08, 0.4, 20)
    effect = rng.normal(0.4, 0.25, 20) + 1.2 * se * rng.normal(size=20)
    return {"effect": effect, "se": se, "study": study}


@of("models/enzymes")
def enzymes(rng: RandomState) -> Columns:
    enzyme = np.repeat(["amylase", "lipase", "papain", "pepsin", "trypsin"], 8)
    substrate = np.tile([0.1, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0], 5)
    vmax = np.exp(rng.normal(2, 0.4, 5))[codes(enzyme)]
    velocity = vmax * substrate / (1.3 + substrate) * np.exp(rng.normal(0, 0.1, 40))
    return {"velocity": velocity, "substrate": substrate, "enzyme": enzyme}


@of("models/measured")
def soil(rng: RandomState) -> Columns:
    true, error = rng.normal(1, 0.8, 50), rng.uniform(0.2, 0.6, 50)
    wet = rng.randint(0, 2, 50)
    harvest = 0.5 + (0.8 + 0.4 * wet) * true + rng.normal(0, 0.3, 50)
    nitrogen = true + error * rng.normal(size=50)
    return {"harvest": harvest, "nitrogen": nitrogen, "error": error, "wet": wet}


@of("models/spline_by_group")
def pulse(rng: RandomState) -> Columns:
    group, minute = choose(rng, "rest run", 60), rng.uniform(0, 10, 60)
    bump = np.exp(-(((minute - 4) / 2) ** 2)) * codes(group)
    return {"pulse": 0.7 + 1.5 * bump + rng.normal(0, 0.2, 60), "minute": minute, "group": group}


def main() -> None:
    for folder in SIMULATORS:
        (GOLDEN / folder / "data.csv").write_bytes(text(folder).encode())


if __name__ == "__main__":
    main()
