"""Printing is canonical: it parses to an equal tree, changes nothing twice and loses no comment."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings

from bgen.base.diagnostic import Sink
from bgen.base.source import Source
from bgen.syntax import ast
from bgen.syntax.parse import parse
from bgen.syntax.printer import WIDTH, print_expression, print_program, print_statement

from .programs import PROGRAMS, commented, expressions, programs, statements

relaxed = settings(
    deadline=None, suppress_health_check=list(HealthCheck), max_examples=300, derandomize=True
)


def read(text: str) -> ast.Program:
    sink = Sink()
    program = parse(Source("test.bl", text), sink)
    assert program is not None, (text, list(sink))
    return program


@relaxed
@given(programs)
def test_print_then_parse_is_the_identity(program: ast.Program) -> None:
    text = print_program(program)
    again = read(text)
    assert again == program
    assert print_program(again) == text


@relaxed
@given(statements)
def test_a_statement_means_the_same_in_one_line_and_in_several(statement: ast.Statement) -> None:
    for width in (1, 30, 10**9):
        assert read(print_statement(statement, width)).statements == (statement,)


@relaxed
@given(expressions)
def test_an_expression_is_one_line(expression: ast.Expression) -> None:
    text = print_expression(expression)
    assert "\n" not in text
    assert read(f"z = {text}").statements == (ast.Assignment(ast.Target("z"), expression),)


@relaxed
@given(commented())
def test_comments_are_kept_in_order_of_place(case: tuple[str, list[str]]) -> None:
    text, comments = case
    program = read(text)
    printed = print_program(program)
    assert sorted(re.findall("# [0-9]+", printed)) == sorted(comments)
    again = read(printed)
    assert again == program
    assert print_program(again) == printed


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_programs_of_the_language_page(name: str) -> None:
    program = read(PROGRAMS[name])
    printed = print_program(program)
    assert read(printed) == program
    assert print_program(read(printed)) == printed
    assert max(map(len, printed.splitlines())) <= WIDTH


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("-x^2", "-x^2"),
        ("(-x)^2", "(-x)^2"),
        ("2^-1", "2^-1"),
        ("2^(-1)", "2^-1"),
        ("(2^3)^4", "(2^3)^4"),
        ("2^(3^4)", "2^3^4"),
        ("-a : b", "-a:b"),
        ("-(a:b)", "-(a:b)"),
        ("a * b : c", "a * b:c"),
        ("(a * b):c", "(a * b):c"),
        ("a - (b - c)", "a - (b - c)"),
        ("(a - b) - c", "(a - b) - c"),
        ("a - -b", "a - (-b)"),
        ("a * -b", "a * -b"),
        ("a / (b * c)", "a / (b * c)"),
        ("((x))", "x"),
        ("20_000 + .5", "20_000 + .5"),
        ("f( x,y, k=3,coef~Normal( 0,1 ), )", "f(x, y, k = 3, coef ~ Normal(0, 1))"),
        ("beta [ a : b , c ]", "beta[a:b, c]"),
        ('f("a\\u{e9}\\n\\"")', 'f("aé\\n\\"")'),
    ],
)
def test_expressions(written: str, printed: str) -> None:
    statement = read(f"z = {written}").statements[0]
    assert isinstance(statement, ast.Assignment)
    assert print_expression(statement.value) == printed


@pytest.mark.parametrize("opening", ["f(", "-(x + ", "f(a * -(b + ", "x[", "2^-("])
def test_what_is_as_deep_as_allowed_prints(opening: str) -> None:
    depth = 100 // (opening.count("(") + opening.count("[") + opening.count("*")) // 2 - 1
    closing = "".join({"(": ")", "[": "]"}[c] for c in reversed(opening) if c in "([")
    program = read("z = " + opening * depth + "y" + closing * depth)
    assert read(print_program(program)) == program


def test_layout() -> None:
    text = """\
# head


model m   # the model
data { y: real # response
  # about x
  x_long: real[a,"b c"]?, g: category( "u","v" ) by   h }
mu = intercept() +  # constant
  f(x # inside
  )
  # own line
  + g(x)


report mu,y
fit{method=svi batch=10}
reparam { }
# tail"""
    assert print_program(read(text)) == """\
# head

model m  # the model
data {
  y      : real  # response
  # about x
  x_long : real[a, "b c"]?
  g      : category("u", "v") by h
}
mu = intercept()  # constant
   + f(
      x  # inside
   )
   # own line
   + g(x)

report mu, y
fit { method = svi  batch = 10 }
reparam { }
# tail
"""
