"""Small programs, one for each corner of the language: compiled, then compared as the goldens are.

The goldens show what models look like; these go where a reading of the language could slip:
orders of levels, coding, crossings, constants by group, names, ends of truncation.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from bgen.cli import main
from tests.golden.cases import load

from . import Oracle
from .cases import read_table
from .compare import differences
from .gaps import NOT_YET

PROGRAMS = Path(__file__).parent / "programs"
NAMES = sorted(path.stem for path in PROGRAMS.glob("*.bl"))
SHARED = PROGRAMS / "data.csv"
SEEDS = range(2)


def table(name: str) -> Path:
    """A program's own data, or those that most share."""
    own = PROGRAMS / f"{name}.csv"
    return own if own.is_file() else SHARED


def marked(name: str) -> object:
    if name not in NOT_YET:
        return name
    return pytest.param(name, marks=pytest.mark.xfail(reason=NOT_YET[name], strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_the_evaluator_reads_every_program(name: str) -> None:
    bound = Oracle((PROGRAMS / f"{name}.bl").read_text(encoding="utf-8")).bind(
        read_table(table(name))
    )
    values = bound.draw(0)
    terms = bound.terms(values)
    assert all(abs(term) < 1e9 for term in terms.values()), terms
    assert bound.log_joint(values) == pytest.approx(sum(terms.values()), rel=1e-12)


@pytest.mark.parametrize("name", [marked(name) for name in NAMES])
def test_compiled_program_is_what_the_language_says(name: str, tmp_path: Path) -> None:
    source, emitted = PROGRAMS / f"{name}.bl", tmp_path / "model.py"
    run = CliRunner().invoke(main, [str(source), "-o", str(emitted)])
    assert run.exit_code == 0, run.output
    bound = Oracle(source.read_text(encoding="utf-8")).bind(read_table(table(name)))
    module = load(emitted)
    arguments, _ = module.encode(table(name))
    found = differences(bound, module.model, arguments, SEEDS)
    assert not found, f"{name}:\n" + "\n".join(found)


def test_the_list_of_gaps_names_programs() -> None:
    assert set(NOT_YET) <= set(NAMES)
