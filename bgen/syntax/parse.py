"""A ``Source`` -> the ``Program`` it says, or diagnostics for everything that is wrong with it.

Three steps: the scanner mends slips of the pen, brackets are paired, and the LALR(1) parser of
``grammar/bl.lark`` reads the rest. Where it fails, it goes on at the next statement.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

from lark import Lark, UnexpectedCharacters, UnexpectedToken
from lark.utils import TextSlice

from bgen.base.diagnostic import Diagnostic, Sink
from bgen.base.resources import read_resource
from bgen.base.source import Source, Span
from bgen.syntax import ast
from bgen.syntax.blame import Failure, blame
from bgen.syntax.brackets import (
    MAX_DEPTH,
    Brackets,
    begins_statement,
    match_brackets,
    report_depth,
)
from bgen.syntax.build import Builder
from bgen.syntax.read import MAX_BYTES
from bgen.syntax.scan import Scan, list_tokens, scan

MAX_ERRORS = 20


def parse(source: Source, sink: Sink) -> ast.Program | None:
    """The program, or None when the sink got an error; at most ``MAX_ERRORS`` are reported."""
    if len(source.text) > MAX_BYTES:
        sink.error("BL003", Span(0, 0), "the file is larger than 1 MB")
        return None
    slips, problems = Sink(), Sink()
    scanned = scan(source.text, slips)
    brackets = match_brackets(scanned.lexemes, problems)
    if not scanned.lexemes and not slips.failed:
        sink.error(
            "BL002",
            Span(0, 0),
            "the file holds no statement",
            help="begin with `model name` and `data { ... }`",
        )
        return None
    readable, its_brackets = scanned, brackets
    if brackets.broken:  # their error has been told; read what is left
        readable = list_tokens(_without_broken(scanned, brackets))
        its_brackets = match_brackets(readable.lexemes, Sink())
    program = _read_statements(readable, its_brackets, problems)
    if program is not None and not problems.failed:
        _check_depth(program, problems)
    for diagnostic in _worth_telling(source, slips, problems):
        sink.add(diagnostic)
    if program is None or slips.failed or problems.failed:
        return None
    return replace(
        program, comments=tuple(scanned.comments), blank_lines=tuple(scanned.blank_lines)
    )


@cache
def _lark() -> Lark:
    return Lark(
        read_resource("grammar", "bl.lark"),
        parser="lalr",
        lexer="contextual",
        transformer=Builder(),
        maybe_placeholders=False,
    )


def _read_statements(scanned: Scan, brackets: Brackets, sink: Sink) -> ast.Program | None:
    """Each round reads up to the next failure, so the whole takes one pass over the text."""
    text = scanned.text
    starts = _statement_starts(scanned, brackets)
    begin, errors = 0, 0
    while errors < MAX_ERRORS:
        try:
            program: Any = _lark().parse(TextSlice(text, begin, len(text)))
            return program if errors == 0 else None
        except (UnexpectedToken, UnexpectedCharacters) as problem:
            failure = Failure.of(problem, scanned.lexemes, brackets, begin)
        errors += 1
        begin = max(blame(failure, sink), begin + 1)
        begin = next((start for start in starts if start >= begin), len(text))
    return None


def _without_broken(scanned: Scan, brackets: Brackets) -> str:
    """The text with blanks for the statements whose brackets do not match."""
    text = scanned.text
    starts = [*_statement_starts(scanned, brackets), len(text)]
    pieces = [text[: starts[0]]]
    broken = sorted(scanned.lexemes[i].start for i in brackets.broken)
    for begin, end in pairwise(starts):
        while broken and broken[0] < begin:
            broken.pop(0)
        is_broken = bool(broken) and broken[0] < end
        pieces.append(" " * (end - begin) if is_broken else text[begin:end])
    return "".join(pieces)


def _statement_starts(scanned: Scan, brackets: Brackets) -> list[int]:
    """Offsets at the outer level where a statement seems to begin."""
    return [
        token.start
        for i, token in enumerate(scanned.lexemes)
        if brackets.opener[i] < 0
        and (i == 0 or scanned.lexemes[i - 1].text != ",")
        and begins_statement(scanned.lexemes, i)
    ]


def _check_depth(program: ast.Program, sink: Sink) -> None:
    """Later stages recurse over expressions, so their height is bounded, brackets or none."""
    level: list[Any] = list(program.statements)
    for _ in range(MAX_DEPTH + 3):
        level = [child for node in level for child in children(node)]
        if not level:
            return
    report_depth(level[0].span, sink)


def children(node: Any) -> Iterator[Any]:
    """The expressions (and arguments) directly below a node that has any."""
    match node:
        case ast.Assignment() | ast.Argument() | ast.Setting():
            yield node.value
        case ast.Distributed():
            yield node.value
            for target in node.targets:
                yield from target.indices
        case ast.LayerDefinition():
            yield node.body
        case ast.FitBlock() | ast.ReparamBlock():
            yield from node.settings
        case ast.Sum():
            yield from (term for _, term in node.terms)
        case ast.Product():
            yield from (factor for _, factor in node.factors)
        case ast.Cross():
            yield from node.parts
        case ast.Negate():
            yield node.operand
        case ast.Power():
            yield node.base
            yield node.exponent
        case ast.Call():
            yield from (argument.value for argument in node.arguments)
        case ast.Index():
            yield from node.indices
        case _:
            return


def _worth_telling(source: Source, slips: Sink, problems: Sink) -> list[Diagnostic]:
    """Leave out what follows from a slip in the same line, and all but the first few."""
    told: list[Diagnostic] = []
    for diagnostic in slips:
        previous = told[-1] if told else None
        if (
            previous is None
            or diagnostic.code != previous.code
            or diagnostic.span.start != previous.span.end
        ):
            told.append(diagnostic)
        else:
            told[-1] = replace(previous, span=previous.span | diagnostic.span)
    lines = {source.position(diagnostic.span.start)[0] for diagnostic in slips}
    told += [d for d in problems if source.position(d.span.start)[0] not in lines]
    told.sort(key=lambda d: (d.span, d.code))
    return told[:MAX_ERRORS]
