"""What the parser has just recognised -> nodes of the syntax tree.

Each method is called with the children of one rule at the moment the rule is complete, so nothing
here recurses, however deep the text. Positions become ``Span`` at once.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, cast

from lark import Token, Transformer

from bgen.base.source import Span
from bgen.syntax import ast

# What a rule hands up: a node, or a token that still has to become one.
Child = Any

_ESCAPE = re.compile(r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|(.))")
_ESCAPES = {'"': '"', "\\": "\\", "n": "\n", "t": "\t"}


def span_of(child: Child) -> Span:
    if isinstance(child, Token):
        return Span(cast(int, child.start_pos), cast(int, child.end_pos))
    return cast(Span, child.span)


def covering(children: list[Child]) -> Span:
    return span_of(children[0]) | span_of(children[-1])


def unescape(quoted: str) -> str:
    """The value of a string literal; the scanner has already refused what is no escape."""
    inner = quoted[1:-1]
    if "\\" not in inner:
        return inner
    return _ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else _ESCAPES.get(m[2], m[2]), inner)


def _string(token: Token) -> ast.String:
    return ast.String(unescape(token), span=span_of(token))


def _name(token: Token) -> ast.Name:
    return ast.Name(str(token), span=span_of(token))


class Builder(Transformer[Token, ast.Program]):
    """One method a rule (or alias) of ``grammar/bl.lark``; it keeps no state."""

    def start(self, children: list[Child]) -> ast.Program:
        return ast.Program(tuple(children))

    # --- statements ---

    def model(self, children: list[Child]) -> ast.ModelStatement:
        name = children[1]
        title = unescape(children[2]) if len(children) > 2 else None
        return ast.ModelStatement(
            str(name), title, name_span=span_of(name), span=covering(children)
        )

    def data(self, children: list[Child]) -> ast.DataBlock:
        return ast.DataBlock(tuple(children[1:-1]), span=covering(children))

    def column(self, children: list[Child]) -> ast.ColumnDeclaration:
        name, type_, *rest = children
        levels: tuple[ast.String, ...] | None = None
        columns: tuple[ast.Name | ast.String, ...] | None = None
        missing, by = False, None
        for child in rest:
            match child:
                case ast.Name():
                    by = child
                case _Levels():
                    levels = child.items
                case _Columns():
                    columns = child.items
                case _:
                    missing = True
        return ast.ColumnDeclaration(
            str(name),
            str(type_),
            levels,
            columns,
            missing,
            by,
            name_span=span_of(name),
            type_span=span_of(type_),
            span=covering(children),
        )

    def levels(self, children: list[Child]) -> _Levels:
        items = tuple(_level(token) for token in children[1:-1])
        return _Levels(items, covering(children))

    def columns(self, children: list[Child]) -> _Columns:
        items = tuple(_string(t) if t.type == "STRING" else _name(t) for t in children[:-1])
        return _Columns(items, covering(children))

    def by(self, children: list[Child]) -> ast.Name:
        return _name(children[1])

    def layer(self, children: list[Child]) -> ast.LayerDefinition:
        _, name, parameters, _, body = children
        return ast.LayerDefinition(
            str(name), parameters, body, name_span=span_of(name), span=covering(children)
        )

    def parameters(self, children: list[Child]) -> tuple[ast.Name, ...]:
        return tuple(_name(token) for token in children[1:-1])

    def fit(self, children: list[Child]) -> ast.FitBlock:
        return ast.FitBlock(tuple(children[1:-1]), span=covering(children))

    def reparam(self, children: list[Child]) -> ast.ReparamBlock:
        return ast.ReparamBlock(tuple(children[1:-1]), span=covering(children))

    def setting(self, children: list[Child]) -> ast.Setting:
        key, _, value = children
        return ast.Setting(str(key), value, key_span=span_of(key), span=covering(children))

    def report(self, children: list[Child]) -> ast.Report:
        return ast.Report(tuple(_name(t) for t in children[1:]), span=covering(children))

    def priors(self, children: list[Child]) -> ast.Priors:
        return ast.Priors(_name(children[1]), span=covering(children))

    def assignment(self, children: list[Child]) -> ast.Assignment:
        return ast.Assignment(children[0], children[2], span=covering(children))

    def distributed(self, children: list[Child]) -> ast.Distributed:
        return ast.Distributed(tuple(children[:-2]), children[-1], span=covering(children))

    def target(self, children: list[Child]) -> ast.Target:
        indices = children[1] if len(children) > 1 else ()
        return ast.Target(str(children[0]), indices, span=covering(children))

    # --- expressions ---

    def sum(self, children: list[Child]) -> ast.Sum:
        terms = (("+", children[0]), *zip(map(str, children[1::2]), children[2::2], strict=True))
        return ast.Sum(cast(Any, terms), span=covering(children))

    def multiply(self, children: list[Child]) -> ast.Product:
        factors = (("*", children[0]), *zip(map(str, children[1::2]), children[2::2], strict=True))
        return ast.Product(cast(Any, factors), span=covering(children))

    def cross(self, children: list[Child]) -> ast.Cross:
        return ast.Cross(tuple(children), span=covering(children))

    def negate(self, children: list[Child]) -> ast.Negate:
        return ast.Negate(children[1], span=covering(children))

    def power(self, children: list[Child]) -> ast.Power:
        return ast.Power(children[0], children[1], span=covering(children))

    def number(self, children: list[Token]) -> ast.Number:
        text = str(children[0])
        return ast.Number(float(text), text, span=span_of(children[0]))

    def string(self, children: list[Token]) -> ast.String:
        return _string(children[0])

    def name(self, children: list[Token]) -> ast.Name:
        return _name(children[0])

    def parenthesised(self, children: list[Child]) -> ast.Expression:
        # The tree keeps structure only, but what is pointed at includes the brackets.
        inner: ast.Expression = children[1]
        return replace(inner, span=covering(children))

    def call(self, children: list[Child]) -> ast.Call:
        function = children[0]
        return ast.Call(
            str(function),
            tuple(children[2:-1]),
            function_span=span_of(function),
            span=covering(children),
        )

    def value(self, children: list[Child]) -> ast.Argument:
        return ast.Argument(children[0], span=span_of(children[0]))

    def keyword(self, children: list[Child]) -> ast.Argument:
        name, relation, value = children
        return ast.Argument(
            value,
            str(name),
            "=" if relation.type == "EQUAL" else "~",
            name_span=span_of(name),
            span=covering(children),
        )

    def index(self, children: list[Child]) -> ast.Index:
        name = children[0]
        return ast.Index(str(name), children[1], name_span=span_of(name), span=covering(children))

    def indices(self, children: list[Child]) -> tuple[ast.Expression, ...]:
        return tuple(children)


class _Group:
    """The bracketed part of a column declaration, until the declaration is complete."""

    __slots__ = ("items", "span")

    def __init__(self, items: tuple[Any, ...], span: Span) -> None:
        self.items = items
        self.span = span


class _Levels(_Group):
    __slots__ = ()


class _Columns(_Group):
    __slots__ = ()


def _level(token: Token) -> ast.String:
    """A level is text; a number without quotes stands for its digits."""
    if token.type == "NUMBER":
        return ast.String(token.replace("_", ""), span=span_of(token))
    return _string(token)
