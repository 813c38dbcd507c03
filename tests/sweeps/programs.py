"""A layer and a link -> a small program of both, from the examples that they declare."""

from __future__ import annotations

from dataclasses import replace

from bgen.base.diagnostic import Severity, Sink
from bgen.base.source import Source
from bgen.driver import analyse
from bgen.layers import layers
from bgen.links import links
from bgen.links.base import Link
from bgen.syntax import ast
from bgen.syntax.parse import parse
from bgen.syntax.printer import print_expression
from bgen.syntax.visit import children

#: What the examples of the declarations read, beside the response.
_COLUMNS = """g: category  h: category  t: integer  o: ordinal  date: date
  w: positive  n: count  trials: count  exposure: positive  died: binary  c: binary  se: positive
  upper: positive"""
_BLOCKS = ("x: real  z: real", "x: real[x1, x2, x3]  z: real[z1, z2]", 'x: real["x_*"]  z: real')


def example_call(word: str) -> ast.Call:
    """The call of a layer or a link in its own example."""
    spec = layers().get(word) or links()[word]
    program = parse(Source("example", spec.example), Sink())
    assert program is not None, spec.example
    stack: list[ast.Expression] = []
    for statement in program.statements:
        if isinstance(statement, ast.Assignment | ast.Distributed):
            stack.append(statement.value)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Call) and node.function == word:
            return node
        stack.extend(children(node))
    raise AssertionError(f"{spec.example} has no call of {word}")


def own_links() -> list[str]:
    """Every link and combinator by its keyword."""
    return sorted({link.keyword for link in links().values()})


def pair(layer: str, link: str, *, constant: bool = True) -> str | None:
    """A program whose predictor has the layer and whose likelihood is the link.

    None where no data make it a program: its own error says why.
    """
    term = print_expression(example_call(layer))
    if layer == "embedding":
        term = f"sum({term})"
    response, names = _response(link)
    predictor = term if layer == "intercept" or not constant else f"intercept() + {term}"
    if _has_constants(link):
        predictor = term if layer != "intercept" else "offset(z)"
    for block in _BLOCKS:
        data = f"data {{ {response}\n  {_COLUMNS}\n  {block} }}"
        likelihood = with_predictors(link)
        second = ["eta2 = intercept()"] if "eta2" in likelihood else []
        lines = [data, f"eta = {predictor}", *second, f"{', '.join(names)} ~ {likelihood}"]
        text = "\n".join(lines) + "\n"
        sink = Sink()
        if analyse(Source("pair", text), sink) is not None:
            return text
    return None


def why_not(layer: str, link: str) -> str:
    """The error of the last attempt."""
    term = print_expression(example_call(layer))
    text = (
        f"data {{ y: real {_COLUMNS} {_BLOCKS[0]} }}\neta = {term}\ny ~ {with_predictors(link)}\n"
    )
    analyse(Source("pair", text), sink := Sink())
    errors = [d for d in sink if d.severity is Severity.ERROR]
    return f"{errors[0].code} {errors[0].message}" if errors else ""


def plain_of(link: str) -> Link:
    """The link that takes a predictor, inside of combinators."""
    spec = links()[link]
    while spec.combines:
        first = example_call(link).arguments[0].value
        assert isinstance(first, ast.Call)
        link = first.function
        spec = links()[link]
    return spec


def _has_constants(link: str) -> bool:
    return plain_of(link).has_constants


def _response(link: str) -> tuple[str, list[str]]:
    plain = plain_of(link)
    kind = plain.responses[0]
    kind = {"hurdle": "real", "truncated": "positive"}.get(link, kind)
    names = ["y"]
    if plain.joint:
        names = ["y1", "y2", "y3"] if link == "multinomial" else ["y1", "y2"]
    return "  ".join(f"{name}: {kind}" for name in names), names


def with_predictors(link: str) -> str:
    """The example's call with its predictors replaced by ours."""
    call = example_call(link)
    return print_expression(_renamed(call, iter(["eta", "eta2", "eta3"])))


def _renamed(call: ast.Call, names: object) -> ast.Call:
    arguments = []
    spec = links()[call.function]
    for argument in call.arguments:
        if argument.name == "order":
            continue  # it is for components of single parameters
        value = argument.value
        if not argument.relation and not spec.combines:
            argument = replace(argument, value=ast.Name(next(names)))  # type: ignore[call-overload]
        elif not argument.relation and isinstance(value, ast.Call) and value.function in links():
            inner = _renamed(value, iter(["eta", "eta2"]) if spec.combines == 1 else names)
            argument = replace(argument, value=inner)
        arguments.append(argument)
    return replace(call, arguments=tuple(arguments))
