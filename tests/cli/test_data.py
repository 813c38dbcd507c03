"""``bgen --data``: the data are counted, the counts decide, and the last line keeps them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from bgen.cli import main
from bgen.driver import Options
from bgen.ir.facts import Facts
from tests.conftest import ROOT

RADON = ROOT / "golden" / "models" / "radon"
TWO = """data { y: binary  a: category  b: category  x: real }
mu = intercept() + random_effects(a) + random_effects(b) + linear(x)
y ~ bernoulli(mu)
"""


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


def plan(source: Path, *options: str | Path) -> dict[str, tuple[str, str]]:
    result = run(source, "--plan", *options)
    assert result.exit_code == 0, result.output
    rows = (re.match(r"(\w+) +(yes|no) +(.*)", line) for line in result.stdout.splitlines())
    return {row[1]: (row[2], row[3]) for row in rows if row}


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    """A program of two groupings, and a table in which they are crossed and rows are equal."""
    source, data = tmp_path / "m.bl", tmp_path / "d.csv"
    source.write_text(TWO)
    rows = [f"{k % 2},a{i},b{j},{k % 2}" for k in range(6) for i in range(3) for j in range(4)]
    data.write_text("\n".join(["y,a,b,x", *rows]) + "\n")
    return source, data


def test_what_the_data_are_is_counted(two: tuple[Path, Path]) -> None:
    source, data = two
    result = run(source, "--plan", "--data", data)
    told = next(line for line in result.stdout.splitlines() if line.startswith("the data"))
    assert told.split("  ")[-1].strip() == (
        "72 rows, 24 of them distinct, 3 levels of a, 4 levels of b, a across b"
    )


def test_rows_that_all_differ_stay_rows(two: tuple[Path, Path]) -> None:
    source, data = two
    assert plan(source, "--data", data)["aggregate_rows"] == (
        "yes",
        "a cell of rows that are equal in all inputs enters by its successes and trials "
        "(24 cells of 72 rows)",
    )
    rows = data.read_text().splitlines()
    apart = [f"{row.rsplit(',', 1)[0]},{k}" for k, row in enumerate(rows[1:])]
    data.write_text("\n".join([rows[0], *apart]))
    found = plan(source, "--data", data)
    assert found["aggregate_rows"] == ("no", "72 of 72 rows are distinct")
    assert found["lay_out_rows"][0] == "yes"  # which cells of rows would have hidden


def test_crossed_groupings_carry_nothing(two: tuple[Path, Path]) -> None:
    source, data = two
    assert "carries" in plan(source, "-O2")["centre_by_information"][1]
    assert "carries" not in plan(source, "-O2", "--data", data)["centre_by_information"][1]
    inside = [f"{k % 2},a{k % 3},b{k % 3}{k % 2},{k}" for k in range(36)]
    data.write_text("\n".join(["y,a,b,x", *inside]))
    assert "carries" in plan(source, "-O2", "--data", data)["centre_by_information"][1]


def test_the_grouping_of_most_levels_is_integrated_out(two: tuple[Path, Path]) -> None:
    source, data = two
    source.write_text(TWO.replace("binary", "real").replace("bernoulli", "gaussian"))
    text = plan(source, "-O2")["marginalise_effects"][1]
    assert text.startswith("mu_a_effect is integrated out")
    text = plan(source, "-O2", "--data", data)["marginalise_effects"][1]
    assert text.startswith("mu_b_effect is integrated out") and "with 4 levels" in text


def test_the_last_line_keeps_what_was_counted(tmp_path: Path) -> None:
    target, source = tmp_path / "m.py", RADON / "model.bl"
    assert run(source, "-o", target, "-O2", "--data", RADON / "data.csv").exit_code == 0
    text = target.read_text()
    assert "Chosen for data of 919 rows, 145 of them distinct, 85 levels of county" in text
    facts = re.search(r"--facts (\S+)", text.splitlines()[-1])
    assert facts is not None
    assert run("check", source, target).exit_code == 0  # without the data
    again = tmp_path / "again.py"
    assert run(source, "-o", again, "-O2", "--facts", facts[1]).exit_code == 0
    assert again.read_text() == text
    newer = tmp_path / "newer.bl"
    newer.write_text(source.read_text().replace("adaptive(", "linear("))
    result = run("check", newer, target)
    assert result.exit_code == 1 and f"-O2 --facts {facts[1]} -o" in result.output


@pytest.mark.parametrize(
    ("options", "status", "told"),
    [
        (["--data", "none.csv"], 2, "there is no file none.csv"),
        (["--facts", "rows=1,distinct=1"], 2, "rows, distinct and answers"),
        (["--facts", "rows=1,distinct=1,answers=-1"], 2, "`answers=-1` is not a count"),
        (["--facts", "rows=1,distinct=1,answers=1,levels.a b=2"], 2, "is not a count"),
    ],
)
def test_what_says_nothing_is_refused(options: list[str], status: int, told: str) -> None:
    result = run(RADON / "model.bl", "--plan", *options)
    assert result.exit_code == status and told in result.output


def test_data_of_another_model_are_refused(two: tuple[Path, Path]) -> None:
    result = run(RADON / "model.bl", "--plan", "--data", two[1])
    assert result.exit_code == 1 and "column 'county' is missing" in result.output
    many = run(RADON / "model.bl", two[0], "--plan", "--data", two[1])
    assert many.exit_code == 2 and "--data goes with one source" in many.output


_NAMES = st.sampled_from(["a", "b_c", "größe"])
_COUNTS = st.integers(0, 10**9)
_PAIRS = st.lists(st.tuples(_NAMES, _NAMES)).map(tuple)
_LEVELS = st.lists(st.tuples(_NAMES, _COUNTS)).map(tuple)


@given(st.builds(Facts, _COUNTS, _COUNTS, _COUNTS, _LEVELS, _PAIRS, _PAIRS))
def test_facts_are_read_as_they_are_written(facts: Facts) -> None:
    assert Facts.parse(str(facts)) == facts
    options = Options("-O2", without=("hoist_constants",), facts=facts)
    assert Options.parse(options.words) == options
