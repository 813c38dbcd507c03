"""Every posterior of posteriordb has a program that compiles, or one that is refused by a code."""

from __future__ import annotations

from pathlib import Path

import pytest

from bgen.driver import Options, script
from tests.posteriordb.posteriors import HERE, POSTERIORS, analysed

PROGRAMS = sorted({p.path for p in POSTERIORS if not p.code})
REFUSED = {p.path: p.code for p in POSTERIORS if p.code}
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
def test_program_compiles(path: Path) -> None:
    found, sink = analysed(path)
    assert found is not None, [f"{d.code}: {d.message}" for d in sink]
    assert [d.code for d in sink] == WARNINGS.get(path.stem, [])
    compile(script(found, Options()), path.name, "exec")


@pytest.mark.parametrize("path", REFUSED, ids=lambda path: path.stem)
def test_program_is_refused(path: Path) -> None:
    found, sink = analysed(path)
    assert found is None
    assert {d.code for d in sink} >= {REFUSED[path]}
