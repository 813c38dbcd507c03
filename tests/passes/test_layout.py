"""Designs by column: which are, and that lengths which are read off them follow."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bgen.base.diagnostic import Sink
from bgen.base.source import Source
from bgen.driver import Options, analyse, compile_text, optimised
from tests.golden.cases import execute

DATA = "data { y: real  u: real  n: count  x: real  z: real  w: real  g: category }\n"


def clause(text: str) -> str:
    compiled = analyse(Source("model.bl", DATA + text), sink := Sink())
    assert compiled is not None, [d.message for d in sink]
    notes = optimised(compiled, Options("-O1")).notes
    (note,) = (n for n in notes if n.name == "lay_out_rows")
    return f"{'' if note.applied else 'not: '}{note.text}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("y ~ student_t(linear(x, z))", "y_linear held by column"),
        ("n ~ poisson(linear(x, z) + linear(w))", "n_linear, n_w held by column"),
        ("y ~ student_t(linear(x) + fm(z, w, rank = 2))", "y_x held by column"),
        ("y ~ gaussian(linear(x))", "not: cells are held by row"),
        ("y ~ student_t(random_slopes(x, by = g))", "not: no design is read by a product"),
        ("y ~ student_t(linear(x))\nu ~ student_t(linear(z))", "not: there are several responses"),
    ],
)
def test_which_are(text: str, expected: str) -> None:
    assert clause(text).startswith(expected)


MODEL = "eta = linear(x) + adaptive(w)\ny ~ student_t(eta)\n"


def table() -> dict[str, Any]:
    rng = np.random.default_rng(0)
    return {name: rng.normal(size=40) for name in ("y", "x_1", "x_2", "w")}


def program(old: str = "", new: str = "") -> Any:
    source = compile_text(f'data {{ y: real  x: real["x_*"]  w: real }}\n{MODEL}')
    head, tail = source.split("def model_fast")
    if old:
        assert tail.count(old) == 1
        tail = tail.replace(old, new)
    return execute(f"{head}def model_fast{tail}", "layout").PROGRAM


def test_lengths_follow() -> None:
    found = program()
    arguments, _ = found.encode(table())
    made = found.fast.prepare(**arguments)
    assert made["eta_x"].shape == (2, 40) and made["eta_x"].flags.c_contiguous
    assert found.fast.verify(found, arguments, 5) < 1e-14


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("expand([eta_x.shape[0]])", "expand([eta_x.shape[1]])"),
        ("eta_x_coef @ eta_x", "eta_x_coef[::-1] @ eta_x"),
    ],
)
def test_a_wrong_axis_is_found(old: str, new: str) -> None:
    found = program(old, new)
    arguments, _ = found.encode(table())
    with pytest.raises(Exception, match=r"model_fast is not model|dot_general|shape"):
        found.fast.verify(found, arguments, 3)
