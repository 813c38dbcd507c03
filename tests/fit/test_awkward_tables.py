"""Tables that are legal, or nearly: nothing is read as what it is not, all is predicted from."""

from __future__ import annotations

import csv
from pathlib import Path
from types import ModuleType

import numpy as np
import numpyro
import numpyro.distributions as dist
import pytest

from bgen.driver import compile_text
from tests.golden.cases import GOLDEN, execute

FEW = {"method": "svi", "steps": 200, "draws": 100}
COUNTS = "data { y: count  n: integer }\ny ~ poisson(intercept() + linear(n))\n"
SPREAD = "data { y: real  x: real  id: integer  z: real['*'] }\n".replace("'", '"')
BY_LEVEL = 'data { y: real  g: category("a", "b", "c")  u: real by g }\n'
BY_LEVEL += "alpha[g] ~ Normal(u - mean(u), 1)\ny ~ gaussian(alpha[g])\n"
EFFECTS = "data { y: real  g: category }\ny ~ gaussian(intercept() + random_effects(g))\n"


@pytest.fixture(scope="module")
def radon() -> ModuleType:
    return program((GOLDEN / "models" / "radon" / "model.bl").read_text("utf-8"))


def program(source: str) -> ModuleType:
    return execute(compile_text(source))


@pytest.mark.parametrize(("name", "value"), [("y", "1e20"), ("n", "-1e16"), ("n", 2.0**53)])
def test_a_whole_number_is_no_larger_than_a_float_tells_apart(name: str, value: object) -> None:
    module = program(COUNTS)
    rows: dict[str, list[object]] = {"y": [1, 2], "n": [3, 4]}
    assert module.encode(rows)
    rows[name][1] = value
    with pytest.raises(module.DataError, match=rf"'{name}'.*below 2\^53.*row 2"):
        module.encode(rows)
    with pytest.raises(module.DataError, match=rf"'{name}'.*below 2\^53.*row 2"):
        module.encode(rows | {name: np.array(rows[name], float)})


def test_a_pattern_takes_no_column_that_is_declared() -> None:
    """... and used for nothing, which the compiler warns of."""
    module = program(SPREAD + "y ~ gaussian(intercept() + linear(x, z))\n")
    rows = {k: [1.0, 2.0] for k in ("y", "x", "id", "a", "b")}
    assert module.encode(rows)[1]["columns"] == {"z": ["a", "b"]}


def test_a_level_without_a_value() -> None:
    module = program(BY_LEVEL)
    rows = {"y": [1.0, 2.0, 3.0], "u": [5.0, 7.0, 5.0], "g": ["a", "b", "a"]}
    with pytest.raises(module.DataError, match="'u': no row tells its value for g = 'c'; add one"):
        module.encode(rows)
    all_three = rows | {"g": ["a", "b", "c"]}
    assert module.encode(all_three)[0]["u"].tolist() == [5, 7, 5]
    # dropped rows tell nothing
    with pytest.raises(module.DataError, match="g = 'c'"):
        module.encode(all_three | {"y": [1.0, 2.0, "NA"]}, na="drop")


@pytest.mark.parametrize("weight", ["positive by g", 'positive["x"]'])
def test_what_only_the_density_needs_may_be_absent(weight: str) -> None:
    module = program(
        f"data {{ y: real  x: real  g: category  w: {weight} }}\n"
        "y ~ weighted(gaussian(intercept() + linear(x)), w)\n"
    )
    rows = {"y": [1.0, 2.0, 0.5], "x": [1.0, 2.0, 3.0], "g": ["a", "b", "a"], "w": [1.0, 2.0, 1.0]}
    fit = module.fit(rows, **FEW)
    whole = module.predict(fit, rows)
    assert len(whole) == 3
    assert module.predict(fit, {"x": rows["x"]}) == whole


@pytest.mark.parametrize("label", ["a\rb", "c\nd", 'e"f', "g,h", "a\r\nb"])
def test_any_level_can_be_predicted_from_a_folder(label: str, tmp_path: Path) -> None:
    module = program(EFFECTS)
    rows = {"y": [1.0, 2.0, 0.5], "g": ["i", label, "i"]}
    module.fit(rows, run=tmp_path / "run", **FEW)
    assert len(module.predict(tmp_path / "run", rows)) == 3
    with open(tmp_path / "run" / "summary.csv", encoding="utf-8", newline="") as file:
        assert f"y_g_effect[{label}]" in [row["parameter"] for row in csv.DictReader(file)]


def test_a_mean_is_told_to_a_share_of_its_sd(tmp_path: Path) -> None:
    """2.02601e+07 five times over says nothing."""
    module = program("data { y: real }\ny ~ gaussian(20260100 + intercept())\n")
    fit = module.fit({"y": [20260101.0, 20260103.0, 20260102.0]}, method="nuts", draws=100)
    exact = module.predict(fit, {"y": [1.0]}, out=tmp_path / "p.csv")[0]
    with open(tmp_path / "p.csv", encoding="utf-8", newline="") as file:
        told = next(csv.DictReader(file))
    for name in ("mean", "q05", "q50", "q95"):
        assert abs(float(told[name]) - exact[name]) < exact["sd"] / 1000
    assert len(told["sd"]) <= 8


@pytest.mark.parametrize(
    ("mean", "sd", "digits"),
    [
        *((1, 1, 6), (999, 1, 7), (1e6, 1, 10), (-1e6, 1, 10), (0, 1, 6), (1e9, 1e-9, 15)),
        *((3, 0, 15), (1, np.nan, 6), (np.inf, 1, 6), (1e-9, 1, 6), (1, 5e-324, 15)),
    ],
)
def test_digits(radon: ModuleType, mean: float, sd: float, digits: int) -> None:
    assert radon.digits_of(mean, sd) == digits


def test_memory_of_predicted_categories(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row has as many numbers as levels: fewer rows at once."""
    module = program("data { y: category }\ny ~ categorical(intercept())\n")
    levels = [f"l{i}" for i in range(40)]
    fit = module.fit({"y": levels}, method="svi", steps=20, draws=4000)
    most = 0
    describe = module.describe_draws

    def measured(name: str, start: int, draws: np.ndarray, labels: list[str]) -> object:
        nonlocal most
        most = max(most, draws.size * len(labels))
        return describe(name, start, draws, labels)

    monkeypatch.setattr(module, "describe_draws", measured)
    rows = module.predict(fit, {"y": ["l0"] * 60})
    assert len(rows) == 60 * 40 and 2**20 < most <= 2**22


@pytest.mark.parametrize("value", [3, "ab", None, np.array(1.0)])
def test_a_column_of_a_mapping_is_one_value_a_row(radon: ModuleType, value: object) -> None:
    with pytest.raises(radon.DataError, match="column 'note': expected a value for each row"):
        radon.encode({"note": value})


def test_twins_in_a_mapping() -> None:
    pandas = pytest.importorskip("pandas")
    module = program(EFFECTS)
    table = pandas.DataFrame([[1.0, "a", 2.0], [1.0, "b", 2.0]], columns=["y", "g", "y"])
    with pytest.raises(module.DataError, match="duplicate columns: y"):
        module.encode(table)


@pytest.mark.parametrize("unit", ["D", "s", "ms", "us", "ns"])
def test_dates_of_any_unit(unit: str) -> None:
    module = program("data { y: real  day: date }\ny ~ gaussian(random_walk(day))\n")
    days = np.array(["2024-01-01", "2024-01-03", "2024-01-02"], f"datetime64[{unit}]")
    written = module.encode(
        {"y": [1.0, 2.0, 3.0], "day": ["2024-01-01", "2024-01-03", "2024-01-02"]}
    )
    given = module.encode({"y": [1.0, 2.0, 3.0], "day": days})
    assert given[1] == written[1]
    np.testing.assert_equal(given[0], written[0])


def test_bytes_in_parquet_are_text(tmp_path: Path) -> None:
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    module = program(EFFECTS)

    def write(labels: list[bytes]) -> Path:
        columns = {"y": [1.0, 2.0], "g": arrow.array(labels, arrow.binary())}
        parquet.write_table(arrow.table(columns), tmp_path / "t.parquet")
        return tmp_path / "t.parquet"

    assert module.encode(write([b"b", "ä".encode()]))[1]["levels"]["g"] == ["b", "ä"]
    with pytest.raises(module.DataError, match="UTF8"):
        module.encode(write([b"b", b"\xff"]))


def test_parameters_that_numpyro_refuses(radon: ModuleType) -> None:
    """The table by site cannot be made then; what NumPyro says stands in for it."""

    def model(arrays: dict[str, np.ndarray]) -> None:
        numpyro.sample("a", dist.Normal(np.nan, 1.0, validate_args=True))

    told = radon.explain_start(model, radon.Data({}, {}, 1))
    assert told.startswith("no valid start; at the prior median: Normal distribution got invalid")
