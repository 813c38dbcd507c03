"""Text of a program stays text: no title, level, column or file name ever becomes code."""

from __future__ import annotations

import ast
import builtins
import keyword
import symtable
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bgen.base.diagnostic import Sink
from bgen.base.source import Source
from bgen.driver import CompileError, Options, analyse, compile_text, default_name, package
from bgen.emit.functions import model_function
from bgen.emit.guide import guide_function
from bgen.emit.sections import library
from tests.golden.cases import CASES, RUNTIME, execute, label

ROOT = Path(__file__).resolve().parents[2]
GENERIC = "# What follows is bgen's library"

PROGRAM = """
model m "{title}"
data {{
  y: real["{source}"]
  c: category("{level}", "another level")
  x: real["{member} 1", other]
  g: real["{pattern} *"]
  t: real
}}
coded = linear(c, c:log(t^2))
mu = intercept() + linear(x, x^2, t) + adaptive(standardize(g), g^2) + coded
   + random_effects(c)
y ~ gaussian(mu)
"""
PLACES = ("title", "source", "level", "member", "pattern")
#: Where a star makes a pattern of a name.
STARRED = ("source", "member")

HOSTILE = (
    '"""',
    '""""',
    "'''",
    '"',
    "'",
    "\\",
    '\\"',
    '\\"""',
    '"""\\',
    "\\\\",
    "\\N{BULLET}",
    "\\x41",
    "\n",
    "\r",
    "\r\n",
    "\x0b",
    "\x0c",
    "\x1c",
    "\x85",
    "\u2028",
    "\u2029",
    "a\nimport os",
    'a"""\nimport os\n"""',
    "a\x0cimport os",
    "a\u2028import os",
    "\u202e desrever",
    "\u2066x\u2069",
    "\u200b",
    "\ufeff",
    "\U000e0041",
    "\u0301combining",
    "\N{FULLWIDTH QUOTATION MARK}",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "{# no #}",
    "{x}",
    "{}",
    "{0}",
    "{{}}",
    "{name}",
    "{level}",
    '{__import__("os")}',
    "%s %(x)s",
    "# comment",
    "# type: ignore",
    "# noqa",
    "# fmt: off",
    "# -*- coding: utf-7 -*-",
    "+ADs-import os",
    "]), exec('1'), ([",
    "}\nimport os\n{",
    "x" * 10_000,
    "long words " * 900,
    "\N{PILE OF POO}",
    "\t",
    " ",
    " leading and trailing ",
)


def quoted(text: str, *, raw: bool = False) -> str:
    """The text inside of a quoted text of the language."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    plain = plain.replace("\t", "\\t")
    if raw:
        return plain
    return "".join(c if " " <= c <= "~" else f"\\u{{{ord(c):x}}}" for c in plain)


def program(text: str = "", places: Sequence[str] = (), *, raw: bool = False) -> str:
    """The program with a text in some places, marked so that it occurs nowhere else."""
    texts = {name: f"plain {name}" for name in PLACES}
    texts |= {name: quoted(marked(name, text), raw=raw) for name in places}
    return PROGRAM.format(**texts)


def marked(place: str, text: str) -> str:
    return text if place == "title" else f"Zq{place}{text}qZ"


def shape(code: str, text: str = "") -> tuple[str, str]:
    """What a file does: its tree without docstring and hash, the texts replaced.

    The generic part is compared as it is.
    """
    before, _, after = code.partition(GENERIC)
    generic, _, after = after.partition("\nPROGRAM = ")
    tree = ast.parse(f"{before}\nPROGRAM = {after}" if after else code)
    assert ast.get_docstring(tree) is not None
    del tree.body[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "source":
            node.value = ast.Constant("")
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for place in PLACES[1:]:
                node.value = node.value.replace(marked(place, text), f"plain {place}", 1)
    return ast.dump(tree), generic


@cache
def plain() -> tuple[str, tuple[str, str]]:
    code = compile_text(program())
    return code, shape(code)


def check(code: str, text: str) -> None:
    _check_characters(code)
    assert shape(code, text) == plain()[1]


def _check_characters(code: str) -> None:
    """Nothing invisible, and no ends of lines but the plain one."""
    assert code.isprintable() or all(
        c == "\n" or c == " " or unicodedata.category(c)[0] not in "CZ" for c in code
    )


def compiled_or_none(text: str) -> str | None:
    """None where the compiler refuses the program, which is safe too."""
    try:
        return compile_text(text)
    except CompileError:
        return None


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:24])
def test_a_hostile_text_stays_text(text: str) -> None:
    """In a title and a level any text is fine; as the name of a column it may be refused."""
    allowed = [p for p in PLACES if "*" not in text or p not in STARRED]
    code = compiled_or_none(program(text, allowed))
    if code is None:  # as a column it is refused
        code = compile_text(program(text, ("title", "level")))
    check(code, text)


@settings(max_examples=50, derandomize=True, deadline=None)
@given(
    text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="*"), min_size=1),
    raw=st.booleans(),
)
@example(text="{}", raw=True)
def test_any_text_stays_text(text: str, raw: bool) -> None:
    code = compiled_or_none(program(text, PLACES, raw=raw))
    if code is not None:
        check(code, text)


@settings(max_examples=30, derandomize=True, deadline=None)
@given(text=st.text())
def test_a_comment_is_not_emitted(text: str) -> None:
    line = "".join(c for c in text if c not in "\r\n")
    commented = program().replace("mu =", f"# {line}\nmu =")
    code = compiled_or_none(commented)
    assert code is None or code == plain()[0]  # the hash too


@settings(max_examples=30, derandomize=True, deadline=None)
@given(name=st.text(min_size=1))
@example(name='"""')
@example(name="a\nimport os.bl")
@example(name="\udcff.bl")
@example(name="{{ x }}.bl")
@example(name="x" * 5000)
def test_the_name_of_the_file_stays_text(name: str) -> None:
    code = compile_text(program(), name)
    _check_characters(code)
    assert shape(code) == plain()[1]


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("radon.bl", "radon"),
        ("a/b/radon.v2.bl", "model"),
        ("import.bl", "model"),
        ("donn\xe9es.bl", "model"),
        ("a b.bl", "model"),
        ("__init__.bl", "model"),
        ("_fit.bl", "model"),
        ("\ufb01t.bl", "model"),
        ("-", "model"),
        ("", "model"),
    ],
)
def test_the_name_of_a_model_without_one(file: str, name: str) -> None:
    """A plain module name, as a `model` statement could have it."""
    assert default_name(file) == name


@pytest.mark.parametrize("text", ['"""', "\n", "{{ x }}", "\u202e", "\\"], ids=ascii)
def test_a_package_is_as_safe(text: str) -> None:
    def files(source: str) -> dict[str, str]:
        found = analyse(Source("m.bl", source), Sink())
        assert found is not None
        return package(found, Options())

    usual = files(program())
    for name, code in files(program(text, ("title", "level"))).items():
        _check_characters(code)
        assert shape(code, text) == shape(usual[name]), name


NAMES = sorted(
    {name for name in dir(builtins) if not name.startswith("_")}
    | set(keyword.kwlist)
    | set(keyword.softkwlist)
    | {"numpyro", "dist", "jnp", "jax", "np", "optax", "lax", "os", "sys", "math", "json"}
    | {"Array", "Any", "Path", "Program", "Data", "Fit", "PROGRAM", "COLUMNS", "SITES", "REPARAM"}
    | {"rows", "row", "n_row", "model", "guide", "encode", "fit", "predict", "main", "load"}
    | {"location_scale", "loc", "scale", "loc_", "scale_", "seed", "trace", "self", "data", "log"}
)
USES = {
    "column": "data {{ y: real  {n}: positive }}\ny ~ gaussian({n} * theta, sigma = {n})",
    "category": "data {{ y: real  {n}: category }}\ny ~ gaussian(random_effects({n}))",
    "response": "data {{ {n}: real }}\n{n} ~ gaussian(theta)",
    "parameter": "data {{ y: real }}\n{n} ~ Normal(0, 1)\ny ~ gaussian({n})",
    "bound": "data {{ y: real }}\n{n} ~ HalfNormal(1)\na ~ TruncatedNormal(1, 1, low = {n})\n"
    "y ~ gaussian(a)",
    "predictor": "data {{ y: real  x: real }}\n{n} = theta + linear(x)\ny ~ gaussian({n})",
}


@pytest.mark.parametrize("use", USES)
def test_a_name_that_python_or_the_file_has_hides_nothing(use: str) -> None:
    """It is refused, or it is a local name that no global one of the function is hidden by."""
    needed = {"numpyro", "dist", "jnp", "jax", "np", "location_scale"}
    for name in NAMES:
        source = USES[use].format(n=name)
        if "theta" in source:
            source = source.replace("}\n", "}\ntheta ~ Normal(0, 1)\n", 1)
        found = analyse(Source("m.bl", source), sink := Sink())
        if found is None:
            assert all(d.code.startswith("BL") for d in sink), name
            assert not name.startswith("ok"), name
            continue
        for code in (model_function(found.model), guide_function(found.model)):
            ast.parse(code)
            top = symtable.symtable(code, "m", "exec")
            for table in top.get_children():
                hidden = {s.get_name() for s in table.get_symbols() if s.is_local()} & needed
                assert not hidden, (use, name)
                # What is an argument is not assigned to, but in `location_scale`, a function of
                # its own.
                for symbol in table.get_symbols() if table.get_name() != "location_scale" else ():
                    assert not (symbol.is_parameter() and symbol.is_assigned()), (use, name)


def test_columns_of_any_name_are_read_by_renaming() -> None:
    """``ok: real["import"]``; executed, since a mapping can have any keys."""
    names = [
        "import",
        "class",
        '"""',
        "a\nb",
        "{x}",
        "\u202e",
        "\\",
        "print",
        "numpyro",
        "a, b",
        " ",
    ]
    columns = "  ".join(f'x{k}: real["{quoted(n)}"]' for k, n in enumerate(names))
    terms = " + ".join(f"linear(x{k})" for k in range(len(names)))
    text = f'data {{ y: real["None"]  {columns}  b: real["lambda", "def"] }}\n'
    text += f"mu = intercept() + {terms} + adaptive(b)\ny ~ gaussian(mu)"
    code = compile_text(text)
    module = execute(code)
    data = {name: [float(k), k + 1.0] for k, name in enumerate(names)}
    data |= {"None": [0.0, 1.0], "lambda": [5.0, 6.0], "def": [7.0, 8.0]}
    arguments, encoding = module.encode(data)
    for k in range(len(names)):
        assert arguments[f"mu_x{k}"].tolist() == [[k], [k + 1]]
    assert encoding["labels"]["mu_b"] == ["lambda", "def"]


#: What the part of a file that is the model's own may read from outside of its functions, beside
#: the library.
GLOBALS = (
    {"numpyro", "dist", "jnp", "jax", "np", "Array", "Any", "Path", "Fit", "Program", "PROGRAM"}
    | {"COLUMNS", "SITES", "REPARAM", "LocScaleReparam", "TransformReparam"}
    | {"model", "guide", "encode", "fit", "predict", "main", "location_scale"}
    | {"read_columns", "count_levels", "constants", "code_levels", "cross", "slots"}
    | {"finite_values", "load"}
    | {"Blocks", "Moments", "StoredRows", "unit_priors", "run_fit", "run_predict", "__name__"}
    | {"dict", "list", "tuple", "str", "int", "float", "bool", "enumerate", "range", "SystemExit"}
    | {"None"}
)


def reads_from_outside(text: str) -> set[str]:
    """The names of a file that are not its own, beside those that it may read."""
    tables, seen = [symtable.symtable(text, "m", "exec")], set()
    while tables:
        table = tables.pop()
        tables += table.get_children()
        seen |= {
            s.get_name()
            for s in table.get_symbols()
            if s.is_referenced() and (s.is_global() or table.get_type() == "module")
        }
    return seen - GLOBALS - library().keys()


@pytest.mark.parametrize("case", CASES, ids=label)
def test_a_file_calls_only_what_it_is_known_to(case: Path) -> None:
    text = (case / "model.py").read_text("utf-8")
    assert not reads_from_outside(text)
    assert_runs_no_text(text)


def test_the_runtime_runs_no_text() -> None:
    assert_runs_no_text(RUNTIME.read_text("utf-8"))


def assert_runs_no_text(text: str) -> None:
    called = {
        node.func.id
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not called & {"eval", "exec", "compile", "__import__", "globals", "setattr", "delattr"}
