"""Every posterior of posteriordb has a program that compiles, or one that is refused by a code.

No data and no Stan here: what is emitted is compared with the evaluator on made-up tables. The
comparison with Stan is a command, whose table is committed.
"""

from __future__ import annotations

from pathlib import Path

import jax
import pytest

from bgen.driver import Options, script
from tests.conftest import ROOT
from tests.golden.cases import execute
from tests.oracle import Oracle
from tests.oracle.compare import differences
from tests.posteriordb.judge import STAN, digest, read_judged, stan_name
from tests.posteriordb.made_up import made_up
from tests.posteriordb.posteriors import HERE, POSTERIORS, Posterior, analysed
from tests.posteriordb.table import AGREES, HEAD, Row, as_text, unjudged

PROGRAMS = sorted({p.path for p in POSTERIORS if not p.code})
REFUSED = {p.path: p.code for p in POSTERIORS if p.code}
TABLE = ROOT / "golden" / "reference" / "posteriordb.md"
#: The one model with a parameter that enters no likelihood.
WARNINGS = {"Rate_4_model": ["BL601"]}


def test_all_are_accounted_for() -> None:
    names = [p.name for p in POSTERIORS]
    assert len(names) == len(set(names)) == 147
    assert names == sorted(names)
    assert sum(not p.code for p in POSTERIORS) >= 75
    for posterior in POSTERIORS:
        assert bool(posterior.code) == bool(posterior.what_is_missing), posterior.name
    assert sorted(HERE.glob("*/*.bl")) == sorted([*PROGRAMS, *REFUSED])


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_program_compiles_to_what_it_says(path: Path) -> None:
    found, sink = analysed(path)
    assert found is not None, [f"{d.code}: {d.message}" for d in sink]
    assert [d.code for d in sink] == WARNINGS.get(path.stem, [])
    table = made_up(found.program)
    with jax.enable_x64(True):
        module = execute(script(found, Options()), f"posteriordb_{path.stem}")
        arguments, _ = module.encode(table)
        bound = Oracle(path.read_text("utf-8")).bind(table)
        assert not differences(bound, module.model, arguments, range(2))


@pytest.mark.parametrize("path", REFUSED, ids=lambda path: path.stem)
def test_program_is_refused(path: Path) -> None:
    found, sink = analysed(path)
    assert found is None
    assert {d.code for d in sink} >= {REFUSED[path]}


def test_stan_has_judged_its_programs_as_they_are() -> None:
    judged, known = read_judged(), {p.name: p for p in POSTERIORS}
    stan = {name: STAN / f"{stan_name(known[name].program)}.stan" for name in judged}
    assert set(stan.values()) == set(STAN.glob("*.stan"))
    for name, entry in judged.items():
        assert entry["program"] == digest(stan[name].read_text("utf-8")), name
        assert len({point["log_prob"] for point in entry["points"]}) == 20, name


def test_the_table_is_of_these_programs() -> None:
    text = TABLE.read_text("utf-8")
    cells = [line[2:-2].split(" | ", 2) for line in text.splitlines() if line.startswith("| ")]
    table, judged = [Row(*row) for row in cells[1:]], read_judged()
    assert text.startswith(HEAD) and text == as_text(table)

    def expected(posterior: Posterior, row: Row) -> Row:
        if posterior.name in judged:
            return Row(posterior.name, AGREES, row.what)
        return unjudged(posterior)

    assert table == [expected(*both) for both in zip(POSTERIORS, table, strict=True)]
