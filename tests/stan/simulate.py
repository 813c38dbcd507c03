"""Write the tables that are simulated from their own models, byte for byte.

    python tests/stan/simulate.py

RandomState, not Generator: its stream is frozen, so that every numpy writes the
same bytes. The values behind each table stand in its function.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from numpy.random import RandomState

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "models"


def table(header: str, rows: Iterable[tuple[object, ...]]) -> str:
    """The table as CSV text; numbers as they print, so round them before."""
    lines = [header, *(",".join(str(value) for value in row) for row in rows)]
    return "\n".join(lines) + "\n"


def kid_iq() -> str:
    """434 children: intercept 87, coefficients 3, 17, -9, sigma 18."""
    random = RandomState(434)
    mom_hs = (random.uniform(size=434) < 0.78).astype(float)
    mom_iq = np.round(random.normal(100.0, 15.0, size=434), 1)
    z_hs = (mom_hs - mom_hs.mean()) / (2.0 * mom_hs.std(ddof=1))
    z_iq = (mom_iq - mom_iq.mean()) / (2.0 * mom_iq.std(ddof=1))
    mu = 87.0 + 3.0 * z_hs + 17.0 * z_iq - 9.0 * z_hs * z_iq
    kid_score = np.round(random.normal(mu, 18.0), 1)
    return table(
        "kid_score,mom_hs,mom_iq",
        zip(
            kid_score.tolist(),
            mom_hs.astype(int).tolist(),
            mom_iq.tolist(),
            strict=True,
        ),
    )


def loss_curves() -> str:
    """Ten years' triangle: ult_mean 5000, ult_sd 400, omega 1.4, theta 48, sigma 120."""
    random = RandomState(55)
    omega, theta, sigma = 1.4, 48.0, 120.0
    ult = random.normal(5000.0, 400.0, size=10)
    rows: list[tuple[object, ...]] = []
    for year in range(10):
        for period in range(10 - year):
            dev = 12 * (period + 1)
            mu = ult[year] * (1.0 - np.exp(-((dev / theta) ** omega)))
            rows.append((round(float(random.normal(mu, sigma)), 1), dev, 2001 + year))
    return table("cum,dev,ay", rows)


def irt_2pl() -> str:
    """150 persons, 15 items: sigma_a 0.5, sigma_b 0.8, mu_b 0.2."""
    random = RandomState(2250)
    ability = random.normal(size=150)
    discrimination = np.exp(random.normal(0.0, 0.5, size=15))
    difficulty = random.normal(0.2, 0.8, size=15)
    rows: list[tuple[object, ...]] = []
    for person in range(150):
        for item in range(15):
            eta = discrimination[item] * (ability[person] - difficulty[item])
            correct = int(random.uniform() < 1.0 / (1.0 + np.exp(-eta)))
            # q10 sorts before q2, persons sort as numbers
            rows.append((correct, person + 1, f"q{item + 1}"))
    return table("correct,person,item", rows)


def factories() -> str:
    """200 rows: coefficients 0.6, 1.4, 2.3, of squares 0.4, 1.1, 0.8, sigma 0.7."""
    random = RandomState(200)
    x = np.round(random.normal(size=(200, 3)), 3)
    mu = x @ np.array([0.6, 1.4, 2.3]) + x**2 @ np.array([0.4, 1.1, 0.8])
    y = np.round(random.normal(mu, 0.7), 3)
    return table("y,a,b,c", zip(y.tolist(), *x.T.tolist(), strict=True))


def scale_too() -> str:
    """300 rows: mu = 0.5 + 1.2 x, log sigma = -0.4 + 0.6 z."""
    random = RandomState(300)
    x = np.round(random.normal(size=300), 3)
    z = np.round(random.normal(size=300), 3)
    y = np.round(random.normal(0.5 + 1.2 * x, np.exp(-0.4 + 0.6 * z)), 3)
    return table("y,x,z", zip(y.tolist(), x.tolist(), z.tolist(), strict=True))


SIMULATED: tuple[Callable[[], str], ...] = (
    kid_iq,
    loss_curves,
    irt_2pl,
    factories,
    scale_too,
)


def main() -> None:
    """Rewrite every simulated table."""
    for simulated in SIMULATED:
        path = GOLDEN / simulated.__name__ / "data.csv"
        path.write_text(simulated(), encoding="utf-8", newline="\n")
        print(path.relative_to(GOLDEN))


if __name__ == "__main__":
    main()
