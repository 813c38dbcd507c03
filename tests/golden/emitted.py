"""A golden case -> what the compiler makes of it now, in either form."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from bgen.base.diagnostic import Sink
from bgen.base.source import Source
from bgen.driver import Compiled, Options, analyse, collection, script
from tests.golden.cases import CASES


@cache
def compiled(case: Path) -> Compiled:
    found = analyse(Source("model.bl", (case / "model.bl").read_text("utf-8")), sink := Sink())
    assert found is not None, [d.message for d in sink]
    return found


@cache
def member(case: Path) -> str:
    """The module that a collection has of the case."""
    of = compiled(case)
    return collection([of], Options())[f"{of.model.name}.py"]


@cache
def one_file(case: Path) -> str:
    """The script that a user runs."""
    return script(compiled(case), Options())


@cache
def runtime() -> str:
    """The ``_fit.py`` that the members of a collection share."""
    return collection([compiled(CASES[0])], Options())["_fit.py"]
