"""Nothing stands in an emitted file that nothing in it uses: a reviewer reads every line."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from bgen.driver import Options, script
from tests.golden.cases import CASES, label
from tests.golden.emitted import compiled

#: What a file is for: who imports it calls these.
PUBLIC = {"model", "guide", "encode", "fit", "predict", "PROGRAM"}


def unused(text: str) -> set[str]:
    """The top-level definitions that neither ``PUBLIC`` nor a statement comes to."""
    uses: dict[str, set[str]] = {}
    todo = {*PUBLIC}
    for node in ast.parse(text).body:
        names = {x.id for x in ast.walk(node) if isinstance(x, ast.Name)}
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                uses[name] = names
                if node.decorator_list:  # what it decorates is registered by that
                    todo.add(name)
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                uses[name] = names
            case _:
                todo |= names
    reached: set[str] = set()
    while todo:
        reached.add(name := todo.pop())
        todo |= uses.get(name, set()) - reached
    return uses.keys() - reached


def test_what_is_unused_is_found() -> None:
    text = "def predict(): return a()\n\n\ndef a(): ...\n\n\ndef b(): return c\n\n\nc = 1\n"
    assert unused(text) == {"b", "c"}


@pytest.mark.parametrize("case", CASES, ids=label)
def test_every_definition_of_an_emitted_file_is_used(case: Path) -> None:
    assert not unused(script(compiled(case), Options("-O2")))
