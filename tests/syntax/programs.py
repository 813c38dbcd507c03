"""Random syntax trees, as canonical as the parser makes them, and random noise."""

from __future__ import annotations

import string
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from bgen.syntax import ast

CORPUS = Path(__file__).resolve().parents[1] / "corpus" / "language"
PROGRAMS = {path.stem: path.read_text() for path in sorted(CORPUS.glob("*.bl"))}

SOFT = ("model", "data", "layer", "fit", "reparam", "report", "priors", "by")
names = st.one_of(
    st.sampled_from((*SOFT, "mu", "x", "y", "sigma", "county", "log_radon", "a1", "_")),
    st.text(string.ascii_letters + "_0123456789", min_size=1, max_size=12).filter(
        lambda s: s.isidentifier() and s.isascii() and "__" not in s
    ),
    st.text("abc", min_size=30, max_size=60),
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
numbers = st.sampled_from((".5", "5.", "1e-3", "20_000", "0", "3.25", "1E+4")).map(
    lambda text: ast.Number(float(text), text)
)
strings = st.builds(ast.String, texts)
plain_names = st.builds(ast.Name, names)


def pairs(signs: str, operand: st.SearchStrategy[ast.Expression]) -> st.SearchStrategy[Any]:
    first = operand.map(lambda value: (signs[0], value))
    rest = st.lists(st.tuples(st.sampled_from(tuple(signs)), operand), min_size=1, max_size=4)
    return st.tuples(first, rest).map(lambda parts: (parts[0], *parts[1]))


def several(element: st.SearchStrategy[Any], low: int = 1, high: int = 3) -> st.SearchStrategy[Any]:
    return st.lists(element, min_size=low, max_size=high).map(tuple)


def larger(smaller: st.SearchStrategy[ast.Expression]) -> st.SearchStrategy[ast.Expression]:
    argument = st.one_of(
        st.builds(ast.Argument, smaller),
        st.builds(ast.Argument, smaller, names, st.sampled_from(("=", "~"))),
    )
    return st.one_of(
        st.builds(ast.Negate, smaller),
        st.builds(ast.Sum, pairs("+-", smaller)),
        st.builds(ast.Product, pairs("*/", smaller)),
        st.builds(ast.Power, smaller, smaller),
        st.builds(ast.Cross, several(smaller, 2)),
        st.builds(ast.Call, names, several(argument, 0, 4)),
        st.builds(ast.Index, names, several(smaller)),
    )


expressions = st.recursive(st.one_of(numbers, strings, plain_names), larger, max_leaves=25)
targets = st.builds(ast.Target, names, st.one_of(st.just(()), several(expressions, 1, 2)))
columns = st.builds(
    ast.ColumnDeclaration,
    names,
    names,
    st.none() | several(strings, 1, 12),
    st.none() | several(plain_names | strings, 1, 12),
    st.booleans(),
    st.none() | plain_names,
)
settings_of_block = several(st.builds(ast.Setting, names, expressions), 0, 4)
statements = st.one_of(
    st.builds(ast.ModelStatement, names, st.none() | texts),
    st.builds(ast.DataBlock, several(columns, 0, 4)),
    st.builds(ast.LayerDefinition, names, several(plain_names, 0), expressions),
    st.builds(ast.Assignment, targets, expressions),
    st.builds(ast.Distributed, several(targets, 1, 8), expressions),
    st.builds(ast.FitBlock, settings_of_block),
    st.builds(ast.ReparamBlock, settings_of_block),
    st.builds(ast.Report, several(plain_names, 1, 8)),
    st.builds(ast.Priors, plain_names),
)
programs = st.builds(ast.Program, several(statements, 1, 5))

tokens = st.one_of(
    st.sampled_from([*"+-*/^:=~,?()[]{};%|<>.'\"#\\", "\n", "\t", " ", "==", "**", "<-", "__"]),
    st.sampled_from((*SOFT, "x", "real", "linear(", "2x", "1e", '"text"', "“", "−", "é", "\u202e")),
)
soups = st.lists(tokens, max_size=60).map(lambda words: " ".join(words))
tight_soups = st.lists(tokens, max_size=60).map("".join)


@st.composite
def mutations(draw: st.DrawFn) -> str:
    """A program of the language page after a few cuts, copies and insertions."""
    text = draw(st.sampled_from(tuple(PROGRAMS.values())))
    for _ in range(draw(st.integers(1, 4))):
        begin = draw(st.integers(0, len(text)))
        end = min(len(text), begin + draw(st.integers(0, 20)))
        text = text[:begin] + draw(st.one_of(st.just(""), tokens, soups)) + text[end:]
    return text


@st.composite
def commented(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A program with comments put between any of its tokens, and these comments."""
    from bgen.base.diagnostic import Sink
    from bgen.syntax.scan import scan

    text = draw(st.sampled_from(tuple(PROGRAMS.values())))
    lexemes = scan(text, Sink()).lexemes
    places = draw(st.lists(st.integers(0, len(lexemes) - 1), min_size=1, max_size=8, unique=True))
    comments: list[str] = []
    for number, place in enumerate(sorted(places, reverse=True)):
        at = lexemes[place].start
        comments.insert(0, f"# {number}")
        before = draw(st.sampled_from((" ", "\n", "\n\n", "\n   ")))
        text = f"{text[:at]}{before}# {number}\n{text[at:]}"
    return text, comments
