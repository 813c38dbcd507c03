"""What the grammar accepts, what the tree says, and that nothing makes the parser fall over."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bgen.base.diagnostic import Sink
from bgen.base.render import render_json, render_text
from bgen.base.source import Source
from bgen.syntax import ast
from bgen.syntax.parse import MAX_ERRORS, parse
from bgen.syntax.read import read_source

from ..clock import clock
from .programs import PROGRAMS, SOFT, mutations, soups, tight_soups

relaxed = settings(
    deadline=None, suppress_health_check=list(HealthCheck), max_examples=300, derandomize=True
)


def read(text: str) -> ast.Program:
    sink = Sink()
    program = parse(Source("test.bl", text), sink)
    assert program is not None, (text, list(sink))
    return program


def codes(text: str) -> list[str]:
    sink = Sink()
    assert parse(Source("test.bl", text), sink) is None
    return [diagnostic.code for diagnostic in sink]


def survive(text: str) -> None:
    """In bounded time, too."""
    assert seconds_of(text) < 2


def seconds_of(text: str) -> float:
    """What the parser takes for a program or errors, which can be shown."""
    sink, source = Sink(), Source("test.bl", text)
    with clock() as spent:
        program = parse(source, sink)
    assert (program is None) == sink.failed
    assert len(sink.found) <= MAX_ERRORS
    for diagnostic in sink:
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)
    assert render_text(sink, source).isascii() or not text.isascii()
    render_json(sink, source)
    return spent.seconds


@relaxed
@given(st.one_of(soups, tight_soups, st.text(max_size=200)))
def test_noise(text: str) -> None:
    survive(text)


@relaxed
@given(mutations())
def test_mutations(text: str) -> None:
    survive(text)


@relaxed
@given(st.binary(max_size=200))
def test_bytes(data: bytes) -> None:
    sink = Sink()
    source = read_source(data, "test.bl", sink)
    assert (source is None) == sink.failed
    if source is not None:
        survive(source.text)


@pytest.mark.parametrize(
    "unit",
    ["(", ")", "[a,", "a,\n", "/*", '"', "'", "“", "-", "^a", "a=", "{", "x y\n", "f(", "~", "1e",
     "a.", "data{", "model ", "report a\n#\n", "f(a b)\n", "x[", "\n", "a:", "#", "é", "_", "1_"],
)  # fmt: skip
def test_repetition_takes_linear_time(unit: str) -> None:
    # As a ratio: machines differ.
    sizes = (7_500, 60_000)
    few, many = (min(seconds_of(unit * (n // len(unit))) for _ in range(2)) for n in sizes)
    assert few < 2
    assert many < 24 * max(few, 0.01)


def test_a_long_sum_is_fast() -> None:
    text = "mu = " + " + ".join(f"b{i} * linear(x{i})" for i in range(2000))
    with clock() as spent:
        program = read(text)
    assert spent.seconds < 1
    value = program.statements[0].value  # type: ignore[union-attr]
    assert isinstance(value, ast.Sum) and len(value.terms) == 2000


def test_spans_point_at_the_text() -> None:
    text = "y ~ gaussian((a + b) * f(x), sigma = 2)\n# end\n"
    source, program = Source("test.bl", text), read(text)
    statement = program.statements[0]
    assert isinstance(statement, ast.Distributed)
    assert source.slice(statement.span) == text[:39]
    call = statement.value
    assert isinstance(call, ast.Call)
    assert source.slice(call.function_span) == "gaussian"
    product, keyword = call.arguments
    assert source.slice(product.span) == "(a + b) * f(x)"
    assert source.slice(keyword.span) == "sigma = 2"
    assert source.slice(keyword.name_span) == "sigma"
    assert isinstance(product.value, ast.Product)
    assert source.slice(product.value.factors[0][1].span) == "(a + b)"


def test_keywords_are_soft() -> None:
    columns = "  ".join(f"{word}: real" for word in SOFT)
    sums = " + ".join(SOFT)
    uses = "\n".join(f"{word} ~ Normal({word}, 1)\n{word}[{word}] = f({word})" for word in SOFT)
    program = read(
        f"model model\ndata {{ {columns}  z: real by by }}\nmu = {sums}\n{uses}\n"
        f"report {', '.join(SOFT)}\nfit {{ fit = data  data = by }}\n"
        "layer layer(report) = report\npriors priors\nreparam # c\n { reparam = model }"
    )
    kinds = [type(statement) for statement in program.statements]
    assert kinds[:3] == [ast.ModelStatement, ast.DataBlock, ast.Assignment]
    assert kinds[3:-5] == [ast.Distributed, ast.Assignment] * len(SOFT)
    assert kinds[-5:] == [
        ast.Report, ast.FitBlock, ast.LayerDefinition, ast.Priors, ast.ReparamBlock
    ]  # fmt: skip


def test_columns() -> None:
    block = read(
        'data { a: real? by g, b: category("x", 1,)? c: real["p.*", q] d: real?[e] by: date }'
    ).statements[0]
    assert block == ast.DataBlock(
        (
            ast.ColumnDeclaration("a", "real", missing=True, by=ast.Name("g")),
            ast.ColumnDeclaration(
                "b", "category", levels=(ast.String("x"), ast.String("1")), missing=True
            ),
            ast.ColumnDeclaration("c", "real", columns=(ast.String("p.*"), ast.Name("q"))),
            ast.ColumnDeclaration("d", "real", columns=(ast.Name("e"),), missing=True),
            ast.ColumnDeclaration("by", "date"),
        )
    )


def test_precedence() -> None:
    a, b = ast.Name("a"), ast.Name("b")
    x2 = ast.Power(ast.Name("x"), ast.Number(2, "2"))
    expected: dict[str, ast.Expression] = {
        "-x^2": ast.Negate(x2),
        "-a:b": ast.Cross((ast.Negate(a), b)),
        "a:b * a": ast.Product((("*", ast.Cross((a, b))), ("*", a))),
        "a - b / a": ast.Sum((("+", a), ("-", ast.Product((("*", b), ("/", a)))))),
        "a^-b^a": ast.Power(a, ast.Negate(ast.Power(b, a))),
        "a^b^a": ast.Power(a, ast.Power(b, a)),
    }
    for text, value in expected.items():
        assert read(f"z = {text}").statements == (ast.Assignment(ast.Target("z"), value),)


def test_line_ends_and_byte_order_mark() -> None:
    text = PROGRAMS["radon"]
    sink = Sink()
    source = read_source(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(), "m", sink)
    assert source is not None and parse(source, sink) == read(text)
    assert read("x = 1 # a\r\ny = 2\r\n").comments[0].text == "# a"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mu =\ny ~ gaussian(mu)\nz = a +\nw = 3 3", ["BL103", "BL103", "BL110"]),
        ("mu = f(a\ny ~ g(b]\nz = 1 1", ["BL031", "BL032", "BL110"]),
        ("mu = a == b c d (", ["BL020"]),
        ("x = $ + 1\ny = 1 1", ["BL010", "BL110"]),
        ("mu = linear(x,\n  coef ~ Normal(0, 1)\ny ~ gaussian(mu)\nz", ["BL031", "BL102"]),
        ("model\ny ~ g(x)", ["BL112"]),
        ("model my model\ndata { y: real }\ny ~ g(x)", ["BL112"]),
        ("model my big model\ny ~ g(x)", ["BL112"]),
        ("model my-model\ny ~ g(x)", ["BL112"]),
        ('model my model "A title"\ndata { y: real }', ["BL112"]),
        ("model radon homes\ndata { y: real }\nmu =\ny ~ g(x)", ["BL112", "BL103"]),
        ("model radon data\n{ y real }", ["BL105"]),
        ("model radon data { y: real } y ~ ", ["BL103"]),
        ("modle radon\ndate { y: real }", ["BL112", "BL112"]),
        ("data y: real", ["BL112"]),
        ("mu = a\n  alpha[c] * b", ["BL102"]),
        ("mu = f(x) linear(y)", ["BL110"]),
        ("\n".join("x = 1 1" for _ in range(50)), ["BL110"] * MAX_ERRORS),
        ("z = " + "(" * 150 + "x" + ")" * 150, ["BL033"]),
        ("z = " + "^".join("a" * 500), ["BL033"]),
        ("z = " + "-" * 50_000 + "x", ["BL033"]),
    ],
)
def test_errors(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


def test_as_deep_as_allowed() -> None:
    read("z = " + "(" * 99 + "x" + ")" * 99)
    read("z = " + "f(" * 99 + "x" + ")" * 99)
    assert codes("z = " + "f(" * 101 + "x" + ")" * 101) == ["BL033"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("mu = (a, b)", "expected an operator or `)`, found `,`"),
        ("mu = f(, a)", "expected a value or `)`, found `,`"),
        ("= 3", "expected a statement, found `=`"),
        ("layer f(x) g(x)", "expected `=`, found `g`"),
        ("fit { method }", "expected `=`, found `}`"),
        ("data { 3: real }", "expected a column or `}`, found `3`"),
    ],
)
def test_expectations_are_in_words(text: str, message: str) -> None:
    sink = Sink()
    parse(Source("test.bl", text), sink)
    assert [diagnostic.message for diagnostic in sink] == [message]
