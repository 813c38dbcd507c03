"""Whatever a program says, it compiles or there are diagnostics: never an exception, never late."""

from __future__ import annotations

import ast
import random

import pytest

from bgen.base.diagnostic import Sink
from bgen.base.render import render_text
from bgen.base.source import Source
from bgen.driver import Compiled, Options, analyse, script

from ..clock import clock
from .programs import RICH, STATEMENTS, mutant

SEEDS = range(20)
MUTANTS = 100


def found_in(text: str) -> tuple[Sink, Compiled | None]:
    sink = Sink()
    return sink, analyse(Source("model.bl", text), sink)


def test_the_rich_program_is_right() -> None:
    sink, compiled = found_in(RICH)
    assert {d.code for d in sink} <= {"BL601"}, render_text(sink, Source("model.bl", RICH))
    assert compiled is not None


@pytest.mark.parametrize("seed", SEEDS)
def test_mutants_cause_diagnostics_only(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(MUTANTS):
        text = mutant(rng)
        sink, compiled = found_in(text)
        assert (compiled is None) == sink.failed, text
        for diagnostic in sink:
            assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text), text
            assert "None" not in diagnostic.message.replace("`None`", ""), text
        render_text(sink, Source("model.bl", text))


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_wrong_statement_beside_a_right_program(statement: str) -> None:
    for text in (RICH + statement, statement + "\n" + RICH):
        sink, compiled = found_in(text)
        assert (compiled is None) == sink.failed


def test_accepted_mutants_are_emitted() -> None:
    rng = random.Random(1)
    emitted = 0
    while emitted < 5:
        _, compiled = found_in(mutant(rng))
        if compiled is not None:
            ast.parse(script(compiled, Options()))
            emitted += 1


def _wide(count: int) -> str:
    columns = "\n".join(f"x{i}: real" for i in range(count))
    terms = "".join(f"\n   + linear(x{i})" for i in range(count))
    return f"data {{ y: real\n{columns} }}\nmu = intercept(){terms}\ny ~ gaussian(mu)\n"


def _doubling(count: int) -> str:
    steps = "\n".join(f"d{i} = d{i - 1} * d{i - 1}" for i in range(1, count))
    return f"data {{ y: real  d0: positive }}\n{steps}\ny ~ gaussian(linear(d{count - 1}))\n"


def _towers(count: int, body: str) -> str:
    layers = "\n".join(f"layer l{i}(v) = {body.format(i - 1)}" for i in range(1, count))
    use = f"y ~ gaussian(intercept() + l{count - 1}(x))"
    return f"data {{ y: real  x: real }}\nlayer l0(v) = offset(v)\n{layers}\n{use}\n"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (_wide(2_000), set()),
        (_doubling(2_000), set()),
        (_towers(40, "l{0}(v * v)"), {"BL224"}),
        (_towers(40, "l{0}(v) + l{0}(v)"), {"BL225"}),
        (_towers(2_000, "l{0}(v)"), {"BL225"}),
        ("\n".join(f"y ~ gaussian(a{i})" for i in range(4_000)), {"BL438"}),
        ("data { y: real }\n" + "\n".join(f"y ~ gausian(a{i})" for i in range(2_000)), {"BL433"}),
        ("\n".join(f"layer l{i}(v) = l{i + 1}(v)" for i in range(2_000)), {"BL217"}),
    ],
    ids=["wide", "doubling", "squares", "branches", "chain", "misspelt", "links", "unused"],
)
def test_large_programs_take_linear_time(text: str, codes: set[str]) -> None:
    with clock() as spent:
        sink, _ = found_in(text)
    assert {d.code for d in sink} == codes
    assert spent.seconds < 10  # about one second on an idle machine
