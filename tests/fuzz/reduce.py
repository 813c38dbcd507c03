"""A failing program -> a smaller one that fails in the same way.

Hypothesis makes what it draws smaller by itself; this is for programs of which only the text is
known. It works on the syntax tree, so that it need know nothing of any statement.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator
from typing import Any

from bgen.base.diagnostic import Sink
from bgen.base.source import Source
from bgen.syntax import ast
from bgen.syntax.parse import parse
from bgen.syntax.printer import print_program

_ONE = ast.Number(1.0, "1")
_EXPRESSIONS = (
    ast.Number | ast.String | ast.Name | ast.Negate | ast.Sum | ast.Product | ast.Power | ast.Cross
    | ast.Call | ast.Index
)  # fmt: skip


def reduced(text: str, fails: Callable[[str], bool], seconds: float = 60.0) -> str:
    """The least that still fails, as far as the time goes."""
    end = time.monotonic() + seconds
    program = parse(Source("fuzz.bl", text), Sink())
    if program is None:
        return _fewer_lines(text, fails, end)
    again = True
    while again:
        again = False
        for candidate in smaller(program):
            if time.monotonic() > end:
                return print_program(program)
            shorter = print_program(candidate)
            known = parse(Source("fuzz.bl", shorter), Sink())
            if known is not None and fails(shorter):
                program, again = known, True
                break
    return print_program(program)


def smaller(node: Any) -> Iterator[Any]:
    """The same tree with one thing less: the largest things first."""
    if isinstance(node, _EXPRESSIONS):
        yield from _parts(node)
        if not isinstance(node, ast.Number | ast.Name | ast.String):
            yield _ONE
    names = [f.name for f in dataclasses.fields(node) if not f.name.endswith("span")]
    for name in names:
        value = getattr(node, name)
        if isinstance(value, tuple) and name != "levels":
            for k in reversed(range(len(value))):
                fewer = value[:k] + value[k + 1 :]
                if fewer or not isinstance(node, ast.Index | ast.Report | ast.Distributed):
                    yield from _with(node, name, fewer)
        elif value is True or (value is not None and name in ("by", "title", "levels")):
            yield from _with(node, name, False if value is True else None)
    for name in names:
        value = getattr(node, name)
        if isinstance(value, tuple):
            for k, part in enumerate(value):
                for less in _smaller_part(part):
                    yield from _with(node, name, (*value[:k], less, *value[k + 1 :]))
        elif dataclasses.is_dataclass(value):
            for less in smaller(value):
                yield from _with(node, name, less)


def _smaller_part(part: Any) -> Iterator[Any]:
    """Of a term or factor, its expression; of a node, all of it."""
    if isinstance(part, tuple):
        sign, value = part
        for less in smaller(value):
            yield (sign, less)
    elif dataclasses.is_dataclass(part):
        yield from smaller(part)


def _parts(node: Any) -> Iterator[Any]:
    """What an expression is made of, in its place."""
    match node:
        case ast.Sum(terms=parts) | ast.Product(factors=parts):
            for _, part in parts:
                yield part
        case ast.Negate(operand=part):
            yield part
        case ast.Power(base=base):
            yield base
        case ast.Cross(parts=crossed):
            yield from crossed
        case ast.Call(arguments=arguments):
            yield from (a.value for a in arguments if not a.name)


def _with(node: Any, name: str, value: Any) -> Iterator[Any]:
    if name in ("terms", "factors", "parts") and len(value) == 1:
        yield value[0][1] if name != "parts" else value[0]
    elif name in ("terms", "factors") and value and value[0][0] in "-/":
        first = (("+" if name == "terms" else "*"), value[0][1])
        yield dataclasses.replace(node, **{name: (first, *value[1:])})
    elif value or name not in ("terms", "factors", "parts", "targets"):
        yield dataclasses.replace(node, **{name: value})


def _fewer_lines(text: str, fails: Callable[[str], bool], end: float) -> str:
    """For what does not parse: fewer lines, then fewer characters."""
    for pieces, glue in ((text.split("\n"), "\n"), (list(text), "")):
        size = max(1, len(pieces) // 2)
        while size and time.monotonic() < end:
            at = 0
            while at < len(pieces) and time.monotonic() < end:
                fewer = pieces[:at] + pieces[at + size :]
                if fails(glue.join(fewer)):
                    pieces = fewer
                else:
                    at += size
            size //= 2
        text = glue.join(pieces)
        if glue == "\n":
            continue
    return text
