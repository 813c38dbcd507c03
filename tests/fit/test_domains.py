"""What data have no finite value for is a broken contract: the expression, the row, the remedy."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from bgen.driver import Options, compile_text
from tests.golden.cases import execute

DATA = """data {
  y: real  x: real  n: positive  k: count  g: category  u: real by g  v: real[a, b]  m: real?
}
"""
MODEL = "{}\nmu = intercept() + {}\ny ~ gaussian(mu{})\n"
#: The statements before, the terms of the predictor and the arguments of the link; the bad values
#: of `x` (of a row's `u`, `k` and `b` too) and what they make; the expression in the message.
FORMS: dict[str, tuple[tuple[str, str, str], float, str, str]] = {
    "a column of a layer": (("", "linear(log(x))", ""), 0, "-inf", "log(x)"),
    "nan": (("", "linear(log(x))", ""), -1.5, "nan", "log(x)"),
    "a derived column": (("lx = log(x)", "linear(lx)", ""), 0, "-inf", "log(x)"),
    "of a derived column": (("z = x - 1", "linear(sqrt(z))", ""), 0, "nan", "sqrt(z)"),
    "an offset": (("", "offset(log(x))", ""), 0, "-inf", "log(x)"),
    "a quotient": (("", "linear(n / x)", ""), 0, "inf", "n / x"),
    "whole numbers": (("", "linear(n / k)", ""), 0, "inf", "n / k"),
    "log of counts": (("", "offset(log(k))", ""), 0, "-inf", "log(k)"),
    "sqrt": (("", "linear(sqrt(x))", ""), -1.5, "nan", "sqrt(x)"),
    "log1p": (("", "linear(log1p(x))", ""), -1.5, "nan", "log1p(x)"),
    "a power": (("", "linear(x^0.5)", ""), -1.5, "nan", "x^0.5"),
    "a negative power": (("", "linear(x^-2)", ""), 0, "inf", "x^(-2)"),
    "standardize": (("", "linear(standardize(log(x)))", ""), 0, "-inf", "log(x)"),
    "a mean": (("", "linear(log(x) - mean(log(x)))", ""), 0, "-inf", "log(x)"),
    "with a constant": (("", "linear(log(x / sd(x)))", ""), 0, "-inf", "log(x / sd(x))"),
    "a scale": (("", "linear(n)", ", sigma = exp(n / x)"), 0, "inf", "n / x"),
    "too large": (("", "linear(n)", ", sigma = exp(x)"), 1000, "inf", "exp(x)"),
    "a spline": (("", "pspline(log(x))", ""), 0, "-inf", "log(x)"),
    "with an unknown": (("t ~ Normal(0, 1)", "t * log(x)", ""), 0, "-inf", "log(x)"),
    "under an unknown": (("t ~ Normal(0, 1)", "t / x", ""), 0, "inf", "t / x"),
    "a value a level": (("", "linear(log(u))", ""), 0, "-inf", "log(u)"),
    "of a level's prior": (("s[g] ~ Normal(log(u), 1)", "s[g]", ""), 0, "-inf", "log(u)"),
    "a block": (("", "linear(log(v))", ""), 0, "-inf", "log(v)"),
}
NAMES = ("y", "x", "n", "k", "g", "u", "a", "b", "m")


def source(form: str) -> str:
    """The program of a form, without the columns that it does not read."""
    before, terms, more = FORMS[form][0]
    return DATA.replace("m: real?", "") + MODEL.format(before, terms, more)


@cache
def program(text: str, level: str = "-O0") -> ModuleType:
    return execute(compile_text(text, options=Options(level)), "domains")


def write(path: Path, bad: dict[int, float], gaps: Sequence[int] = ()) -> Path:
    """Twelve rows, some with a bad number, some without `n`; there is an empty line too."""
    lines = [",".join(NAMES)]
    for i in range(1, 13):
        x = bad.get(i, 1 + i / 10)
        n = "" if i in gaps else "2"
        m = "" if i % 4 == 0 else f"{1 + i / 10}"
        lines.append(f"{i % 5},{x},{n},{int(x)},g{i},{x},1,{x},{m}")
    lines.insert(1, "")
    path.write_text("\n".join(lines), "utf-8")
    return path


def refused(module: ModuleType, arguments: list[object], capsys: pytest.CaptureFixture[str]) -> str:
    """The message of a command that finds the data broken, and nothing beside it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        status = module.main(module.PROGRAM, [str(a) for a in arguments])
    told = capsys.readouterr().err
    assert status == 1, told
    assert "Traceback" not in told and "Warning" not in told
    return told


@pytest.mark.parametrize("form", FORMS)
def test_the_expression_and_the_row_are_named(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, value, makes, label = FORMS[form]
    table = write(tmp_path / "t.csv", {3: value})
    told = refused(program(source(form)), ["check", table], capsys)
    assert f"{label}: expected a finite number; row 3 (line 5) has {makes};" in told
    assert "leave such rows out" in told
    fine = write(tmp_path / "fine.csv", {})
    module = program(source(form))
    assert module.main(module.PROGRAM, ["check", str(fine), "--quiet"]) == 0


@pytest.mark.parametrize("level", ["-O0", "-O1", "-O2"])
@pytest.mark.parametrize("form", ["an offset", "a column of a layer"])
def test_fit_and_prior(
    level: str, form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    module = program(source(form), level)
    table = write(tmp_path / "t.csv", {1: 0, 12: -1.5})
    for command in ("fit", "prior"):
        told = refused(module, [command, table, "-o", tmp_path / "run"], capsys)
        assert "log(x): expected a finite number; row 1 (line 3) has -inf, row 12" in told
        assert not (tmp_path / "run").exists()


def test_many_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = write(tmp_path / "t.csv", dict.fromkeys((2, 4, 6, 8, 9), 0))
    told = refused(program(source("an offset")), ["check", table], capsys)
    assert "row 2 (line 4) has -inf, row 4 (line 6) has -inf, row 6 (line 8)" in told
    assert "and 2 more rows" in told


def test_rows_keep_their_numbers_where_others_are_dropped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = write(tmp_path / "t.csv", {2: 0, 7: 0}, gaps=[1, 2, 5])
    module = program(source("a quotient"))
    told = refused(module, ["check", table, "--na", "drop"], capsys)
    assert "n / x: expected a finite number; row 7 (line 9) has inf;" in told


@pytest.mark.parametrize("level", ["-O0", "-O2"])
def test_predict(level: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    module = program(source("standardize"), level)
    good = write(tmp_path / "good.csv", {})
    module.fit(good, tmp_path / "run", method="svi", steps=20, draws=20)
    capsys.readouterr()
    table = write(tmp_path / "t.csv", {5: 0})
    arguments = ["predict", tmp_path / "run", table, "-o", tmp_path / "p.csv"]
    assert "log(x): expected a finite number; row 5 (line 7)" in refused(module, arguments, capsys)
    assert (
        module.main(module.PROGRAM, [str(a) for a in [*arguments[:2], good, *arguments[3:]]]) == 0
    )


IMPUTED = f"""{DATA}
mu_m = intercept() + linear(log(x))
m ~ gaussian(mu_m)
mu = intercept() + linear(m, log(m - 1), log(n / x))
y ~ gaussian(mu)
"""
MASKED = """data { z: positive?  y: real?  x: positive }
lz = log(z - 0.1)
mu = intercept() + linear(log(x))
lz ~ gaussian(mu)
y ~ gaussian(intercept())
"""


def test_missing_values_are_not_blamed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    module = program(IMPUTED)
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        arguments, _ = module.encode(write(tmp_path / "t.csv", {}))
    assert np.isnan(arguments["m"]).sum() == 3
    told = refused(module, ["check", write(tmp_path / "t.csv", {4: 0})], capsys)
    assert "log(x): expected a finite number; row 4 (line 6) has -inf" in told
    columns: dict[str, object] = {name: np.linspace(1, 2, 5) for name in NAMES}
    columns |= {"g": list("abcde"), "k": [1] * 5, "m": [None, 1.5, 2.0, 1.0, None]}
    with pytest.raises(ValueError, match=r"log\(m - 1\): .*; row 4 has -inf;"):
        module.encode(columns)


def test_a_response_that_is_computed_may_be_missing() -> None:
    module = program(MASKED)
    columns = {"z": [1.0, None, 3.0], "y": [None, 1.0, 2.0], "x": [1.0, 2.0, 3.0]}
    arguments, encoding = module.encode(columns)
    assert arguments["lz_observed"].tolist() == [True, False, True]
    with pytest.raises(ValueError, match=r"log\(z - 0.1\): .*; row 3 has nan"):
        module.encode(columns | {"z": [1.0, None, 0.05]})
    module.encode({"x": [1.0]}, encoding)  # at prediction there is none


def test_columns_that_only_the_density_needs_may_be_absent_at_prediction() -> None:
    module = program(
        "data { y: real  x: real  w: count }\nmu = intercept() + linear(x)\n"
        "y ~ weighted(gaussian(mu), 1 / w)\n"
    )
    good = {"y": [1.0, 2.0, 3.0], "x": [0.0, 1.0, 2.0], "w": [1, 2, 3]}
    _, encoding = module.encode(good)
    with pytest.raises(ValueError, match=r"1 / w: .*; row 2 has inf"):
        module.encode(good | {"w": [1, 0, 2]})
    module.encode({"x": [1.0]}, encoding)


def test_what_has_yet_to_happen_has_no_value_yet() -> None:
    module = program(
        "data { cases: count  n: count  t: integer }\nrate = cases / n\n"
        "rate ~ autoregressive(gaussian(intercept()), time = t)\n"
    )
    past = {"cases": [1, 2, 3], "n": [2, 3, 4], "t": [1, 2, 3]}
    _, encoding = module.encode(past)
    with pytest.raises(ValueError, match=r"cases / n: .*; row 2 has inf"):
        module.encode(past | {"n": [2, 0, 4]})
    module.encode({"cases": [3, None], "n": [4, None], "t": [3, 4]}, encoding)


def test_a_constant_is_told_by_its_own_check() -> None:
    module = program("priors scaled\ndata { y: real }\ny ~ hurdle(lognormal(intercept()))\n")
    with pytest.raises(ValueError, match=r"\(log\(y above 0\)\) cannot be used: it is 0"):
        module.encode({"y": [0.0, 1.0, 1.0, 0.0, 1.0]})
    module.encode({"y": [0.0, 1.0, 2.0, 0.0, 3.0]})


def test_what_is_made_of_weights_and_read_by_nobody() -> None:
    """Two conditions, one in the other: its column is there, and this is a fit."""
    module = program(
        "data { y: real  p: positive  x: real }\nd = 2^p - x\n"
        "y ~ weighted(gaussian(intercept()), p)\n"
    )
    good = {"y": [1.0, 2.0], "p": [1.0, 2.0], "x": [0.0, 1.0]}
    _, encoding = module.encode(good)
    with pytest.raises(ValueError, match=r"2\^p - x: .*; row 2 has inf"):
        module.encode(good | {"p": [1.0, 2000.0]})
    module.encode({"x": [1.0]}, encoding)


def test_what_the_types_rule_out_is_not_looked_at() -> None:
    text = compile_text("""data { y: real  n: positive  k: count  x: real }
mu = intercept() + linear(log(n), sqrt(k), log(1 + k), x^2, x / n, standardize(x), x / 2)
   + offset(log(n))
y ~ gaussian(mu)
""")
    assert "finite_values" not in text


BLOCKS: dict[str, tuple[str, str, list[str]]] = {
    "SVI": ("linear(standardize(log(x)))", "log(x)", ["--batch", "64"]),
    "SVI and a constant": ("linear(log(x / mean(x)))", "log(x / mean(x))", ["--batch", "64"]),
    "NUTS": ("linear(log(x))", "log(x)", ["--method", "nuts"]),
}


@pytest.mark.parametrize("kind", BLOCKS)
def test_rows_in_blocks(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The second block: its rows have their numbers in the file."""
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")

    terms, label, options = BLOCKS[kind]
    module = program(
        f"data {{ y: real  x: real }}\nmu = intercept() + {terms}\ny ~ gaussian(mu)\n"
        "fit { method = svi  batch = 64  steps = 20 }\n",
        "-O2",
    )
    rows = 2**16 + 100
    x = np.where(np.arange(rows) == 2**16 + 10, 0.0, 1.0 + np.arange(rows) % 7)
    parquet.write_table(pyarrow.table({"y": x % 3, "x": x}), tmp_path / "t.parquet")
    command = ["fit", tmp_path / "t.parquet", "-o", tmp_path / "run", "--stream", *options]
    told = refused(module, command, capsys)
    assert f"{label}: expected a finite number; row {2**16 + 11} has -inf" in told


@pytest.mark.parametrize("z", ["", "z = x / sd(x)"])
def test_a_constant_is_learnt_once_of_a_block(z: str) -> None:
    """However often ``encode`` asks for it, in a pass in which it is not known."""
    module = program(
        f"data {{ y: real  x: real }}\n{z}\nmu = intercept() + linear(standardize(x), "
        f"log({'z' if z else 'x / sd(x)'}))\ny ~ gaussian(mu)\nfit {{ method = svi  batch = 2 }}\n"
    )
    _, encoding = module.encode({"y": [1.0, 2.0, 4.0], "x": [1.0, 2.0, 4.0]})
    blocks = encoding | {"constants": {}, "moments": module.Moments()}
    for part in ([1.0, 2.0], [4.0]):
        _, read = module.encode({"y": part, "x": part}, blocks)
        blocks["moments"] = read["moments"]
    assert blocks["moments"].constants()["sd(x)"] == pytest.approx(encoding["constants"]["sd(x)"])
