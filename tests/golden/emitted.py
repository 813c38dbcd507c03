"""A golden case -> what the compiler makes of it now, in either form."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from bgen.base.diagnostic import Sink
from bgen.base.source import Source
from bgen.driver import Compiled, Options, analyse, collection, optimised, script
from bgen.emit.fast import fast_functions, plan_lines
from bgen.emit.style import style
from tests.golden.cases import CASES

#: Sections that come with a fast form or a fit block, which the cases have not: `fast` is in the
#: files of tests/passes, the others in those of tests/fit.
ELSEWHERE = ("fast", "stream", "merged_rows", "stored_rows", "fixed_draws")


@cache
def compiled(case: Path) -> Compiled:
    found = analyse(Source("model.bl", (case / "model.bl").read_text("utf-8")), sink := Sink())
    assert found is not None, [d.message for d in sink]
    return found


@cache
def member(case: Path, level: str = "-O0") -> str:
    """The module that a collection has of the case."""
    of = compiled(case)
    return collection([of], Options(level))[f"{of.model.name}.py"]


@cache
def fast(case: Path) -> str:
    """What -O2 puts beside the model, after the plan; empty where nothing is rewritten."""
    form = optimised(compiled(case), Options("-O2"))
    if not form.changed:
        return ""
    plan = "\n".join(f"# {line}" for line in plan_lines(form, 86))
    return "\n\n\n".join([plan, *(style(text).strip() for text in fast_functions(form))]) + "\n"


@cache
def one_file(case: Path) -> str:
    """The script that a user runs."""
    return script(compiled(case), Options("-O0"))


@cache
def runtime() -> str:
    """The ``_fit.py`` that the members of a collection share."""
    return collection([compiled(CASES[0])], Options())["_fit.py"]
