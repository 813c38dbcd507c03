"""Emitted files, imported as modules; small simulated data."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from bgen.driver import compile_text
from tests.golden.cases import load

ROOT = Path(__file__).parents[2]
SOURCES = {name: ROOT / "golden" / "models" / name / "model.bl" for name in ("radon", "kid_iq")} | {
    name: Path(__file__).parent / "programs" / f"{name}.bl"
    for name in ("radon_uranium", "overdispersed")
}


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory):
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """Folder of the emitted files."""
    folder = tmp_path_factory.mktemp("built")
    for name, source in SOURCES.items():
        text = compile_text(source.read_text(encoding="utf-8"), f"{name}.bl")
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def radon(built):
    return load(built / "radon.py")


@pytest.fixture(scope="session")
def radon_uranium(built):
    return load(built / "radon_uranium.py")


@pytest.fixture(scope="session")
def kid_iq(built):
    return load(built / "kid_iq.py")


@pytest.fixture(scope="session")
def overdispersed(built):
    return load(built / "overdispersed.py")


def write_table(path, columns):
    with open(path, "w", newline="") as file:
        table = csv.writer(file)
        table.writerow(columns)
        table.writerows(zip(*columns.values(), strict=True))
    return path


@pytest.fixture(scope="session")
def homes(tmp_path_factory):
    """300 homes in 10 counties."""
    rng = np.random.default_rng(1)
    county = rng.integers(0, 10, 300)
    uranium, effect = rng.normal(size=10), 0.5 * rng.normal(size=10)
    floor = rng.integers(0, 2, 300)
    y = 1 + effect[county] + 0.7 * uranium[county] - 0.6 * floor
    columns = {
        "log_radon": y + 0.5 * rng.normal(size=300),
        "floor": floor,
        "uranium": uranium[county],
        "county": [f"county {c}" for c in county],
    }
    return write_table(tmp_path_factory.mktemp("data") / "homes.csv", columns)


@pytest.fixture(scope="session")
def kids(tmp_path_factory):
    rng = np.random.default_rng(2)
    hs, iq = rng.integers(0, 2, 120), rng.normal(100, 15, 120)
    score = 87 + 6 * (hs - hs.mean()) + 0.6 * (iq - 100) + 18 * rng.normal(size=120)
    columns = {"kid_score": score, "mom_hs": hs, "mom_iq": iq}
    return write_table(tmp_path_factory.mktemp("data") / "kids.csv", columns)


@pytest.fixture(scope="session")
def claims(tmp_path_factory):
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=(2, 60))
    rate = 5 * np.exp(0.3 + 0.5 * a + 0.4 * rng.normal(size=60))
    columns = {
        "claims": rng.poisson(rate),
        "x_b": b,
        "x_a": a,
        "x_skip": ["2024-01-31"] * 60,
        "exposure": [5] * 60,
    }
    return write_table(tmp_path_factory.mktemp("data") / "claims.csv", columns)
