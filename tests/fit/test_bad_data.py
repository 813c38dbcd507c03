"""Thirty kinds of bad data: a message that names column, row and rule, exit 1, within a second."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from bgen.driver import compile_text
from tests.clock import clock
from tests.golden.cases import execute

SOURCE = """
model plots
data {
  crop   : positive
  share  : proportion
  hits   : count
  dead   : binary
  rank   : integer
  day    : date
  plot   : category
  sex    : category("f", "m")
  ph     : real by plot
  x      : real["x_*"]
  volume : scalar
}
z = (rank - mean(rank)) / sd(rank)
mu = intercept() + linear(z, dead, sex, x, share) + random_effects(plot) + random_walk(day)
crop ~ lognormal(mu)
tau[plot] ~ Normal(0.1 * ph, 1)
hits ~ poisson(tau[plot] + random_effects(plot:sex) + offset(log(volume)))
"""
NAMES = [
    "crop",
    "share",
    "hits",
    "dead",
    "rank",
    "day",
    "plot",
    "sex",
    "ph",
    "x_a",
    "x_b",
    "volume",
]
GOOD = [
    ["1.5", "0.2", "3", "0", "1", "2024-01-01", "A", "f", "6.5", "0.1", "1", "2"],
    ["2.5", "0.4", "0", "1", "2", "2024-01-02", "B", "m", "7.0", "0.3", "0", "2"],
    ["0.5", "0.9", "7", "true", "4", "2024-01-05", "A", "m", "6.5", "-1", "2", "2"],
    ["1.0", "0.5", "1", "0", "3", "2024-01-03", "B", "f", "7.0", "0.2", "1", "2"],
]
Edit = Callable[[], bytes]


def table(rows: list[list[str]] = GOOD, names: list[str] = NAMES) -> bytes:
    return "\n".join(",".join(row) for row in [names, *rows]).encode() + b"\n"


def cell(column: str, value: str, row: int = 1) -> Edit:
    """The good table with one value replaced; ``row`` counts from 0."""

    def edit() -> bytes:
        rows = [list(r) for r in GOOD]
        rows[row][NAMES.index(column)] = value
        return table(rows)

    return edit


def without(column: str) -> bytes:
    at = NAMES.index(column)
    return table([r[:at] + r[at + 1 :] for r in GOOD], NAMES[:at] + NAMES[at + 1 :])


def renamed(old: str, new: str) -> bytes:
    return table(names=[new if name == old else name for name in NAMES])


def long(levels: int) -> bytes:
    """Many rows, each of a level of its own, and one bad number at the end."""
    rows = [[*GOOD[0][:6], f"P{k}", *GOOD[0][7:]] for k in range(levels)]
    rows[-1][NAMES.index("hits")] = "-1"
    return table(rows)


FIT: dict[str, tuple[Edit, list[str]]] = {
    "empty file": (lambda: b"", ["empty"]),
    "header only": (lambda: table([]), ["no rows"]),
    "missing column": (lambda: without("rank"), ["'rank'", "missing"]),
    "misspelt column": (lambda: renamed("share", "Share"), ["'share'", "did you mean 'Share'"]),
    "duplicate header": (lambda: renamed("share", "rank"), ["duplicate", "rank"]),
    "ragged row": (lambda: table([GOOD[0], GOOD[1][:-1]]), ["line 3", "11 fields", "12"]),
    "no column for a pattern": (
        lambda: table(names=[n.replace("x_", "w_") for n in NAMES]),
        ["x_*"],
    ),
    "a word for a number": (cell("share", "low"), ["'share'", "row 2 (line 3)", "'low'"]),
    "NaN": (cell("share", "NaN"), ["'share'", "row 2", "missing"]),
    "NA": (cell("x_a", "NA"), ["'x_a'", "row 2", "missing"]),
    "an empty field": (cell("plot", ""), ["'plot'", "row 2", "missing"]),
    "infinite": (cell("x_b", "inf"), ["'x_b'", "row 2", "'inf'"]),
    "minus infinite": (cell("ph", "-inf"), ["'ph'", "'-inf'"]),
    "zero where positive": (cell("crop", "0"), ["'crop'", "above 0", "'0'"]),
    "negative where positive": (cell("crop", "-2"), ["'crop'", "above 0", "'-2'"]),
    "above one": (cell("share", "1.2"), ["'share'", "0 to 1", "'1.2'"]),
    "negative proportion": (cell("share", "-0.1"), ["'share'", "0 to 1"]),
    "count below 0": (cell("hits", "-1"), ["'hits'", "whole number", "'-1'", "row 2"]),
    "fraction as count": (cell("hits", "2.5"), ["'hits'", "whole number", "'2.5'"]),
    "fraction as integer": (cell("rank", "2.5"), ["'rank'", "whole number"]),
    "huge integer": (cell("rank", str(2**60)), ["'rank'", "2^53", str(2**60)]),
    "two as binary": (cell("dead", "2"), ["'dead'", "0 or 1", "'2'"]),
    "yes as binary": (cell("dead", "yes"), ["'dead'", "0 or 1", "'yes'"]),
    "not a date": (cell("day", "2024-02-30"), ["'day'", "'2024-02-30'", "row 2"]),
    "a date that is a word": (cell("day", "Monday"), ["'day'", "'Monday'"]),
    "level that is not listed": (cell("sex", "x"), ["'sex'", "'x'", "f, m"]),
    "two values for one level": (cell("ph", "9.9", 2), ["'ph'", "each level of plot", "'9.9'"]),
    "scalar that varies": (cell("volume", "3"), ["'volume'", "'3'"]),
    "scalar that is absent": (lambda: without("volume"), ["volume", "--set"]),
    "underscore in a number": (cell("share", "0_1"), ["'share'", "'0_1'"]),
    "Latin-1": (lambda: table().replace(b",A,", b",\xc4,"), ["UTF-8", "Latin-1"]),
    "UTF-16": (lambda: table().decode().encode("utf-16"), ["UTF-16"]),
    "NUL byte": (lambda: table().replace(b"0.9", b"0\x00"), ["NUL", "line 4"]),
    "a broken quote": (cell("plot", '"A"B'), ["line 3"]),
    "no spread to learn": (lambda: table([GOOD[0], GOOD[0]]), ["sd(rank)"]),
    "one row": (lambda: table(GOOD[:1]), ["sd(rank)", "one row"]),
    "100,000 levels and a bad count": (lambda: long(100_000), ["'hits'", "row 100000", "'-1'"]),
}
PREDICT: dict[str, tuple[Edit, list[str]]] = {
    "unseen level": (cell("plot", "C"), ["'plot'", "'C'", "row 2", "--unseen"]),
    "unseen coded level": (cell("sex", "x"), ["'sex'", "'x'"]),
    "time past the horizon": (cell("day", "2030-01-01"), ["'day'", "horizon"]),
    "missing input": (lambda: without("dead"), ["'dead'", "missing"]),
}


@pytest.fixture(scope="module")
def plots() -> ModuleType:
    return execute(compile_text(SOURCE), "plots")


@pytest.fixture(scope="module")
def run(plots: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plots")
    (folder / "good.csv").write_bytes(table())
    plots.fit(folder / "good.csv", folder / "run", method="svi", steps=20, draws=20)
    return folder / "run"


def blamed(
    plots: ModuleType, arguments: list[str], words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with clock() as spent:
        status = plots.main(plots.PROGRAM, arguments)
    told = capsys.readouterr().err
    assert status == 1, told
    assert "Traceback" not in told
    for word in words:
        assert word in told
    assert spent.seconds < 1.5


@pytest.mark.parametrize("kind", FIT)
def test_fit(
    plots: ModuleType, kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit, words = FIT[kind]
    (tmp_path / "t.csv").write_bytes(edit())
    # `fit`, not `check`: nothing of JAX is to run before the data are found good.
    arguments = ["fit", str(tmp_path / "t.csv"), "-o", str(tmp_path / "run")]
    blamed(plots, arguments, words, capsys)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("kind", PREDICT)
def test_predict(
    plots: ModuleType, run: Path, kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit, words = PREDICT[kind]
    (tmp_path / "t.csv").write_bytes(edit())
    arguments = ["predict", str(run), str(tmp_path / "t.csv"), "-o", str(tmp_path / "p.csv")]
    blamed(plots, arguments, words, capsys)
    assert not (tmp_path / "p.csv").exists()


def test_good_data_pass(plots: ModuleType, tmp_path: Path) -> None:
    """With a byte order mark and CRLF too."""
    (tmp_path / "t.csv").write_bytes(b"\xef\xbb\xbf" + table().replace(b"\n", b"\r\n"))
    assert plots.main(plots.PROGRAM, ["check", str(tmp_path / "t.csv"), "--quiet"]) == 0


#: Under `priors scaled` the intercept's prior is placed at the link of the mean: a likelihood, the
#: response, and what is said where there is no such number.
MEANS: dict[str, tuple[str, list[float], list[str]]] = {
    "log": ("real: gaussian(mu, link = log)", [1, -2, 0.25], ["mean(y)", "-0.25", "above 0"]),
    "log of none": ("count: poisson(mu)", [0, 0, 0], ["mean(y)", "is 0", "above 0"]),
    "softplus": ("real: laplace(mu, link = softplus)", [0, 0, -1], ["mean(y)", "above 0"]),
    "sqrt": ("real: gaussian(mu, link = sqrt)", [1, -2, 0], ["mean(y)", "above 0"]),
    "inverse": ("real: gaussian(mu, link = inverse)", [1, -2, 1], ["mean(y)", "other than 0"]),
    "logit": ("binary: bernoulli(mu)", [1, 1, 1], ["mean(y)", "is 1", "between 0 and 1"]),
    "a rate": ("count: binomial(mu, trials = x)", [1, 2, 4], ["mean(y) / x", "between 0 and 1"]),
    "a row first": ("count: binomial(mu, trials = x)", [1, 3, 3], ["row 2 has 3 of 2"]),
}
FINE: dict[str, tuple[str, list[float]]] = {
    "log": ("real: gaussian(mu, link = log)", [1, -2, 1.25]),
    "sqrt": ("count: poisson(mu, link = sqrt)", [0, 0, 1]),
    "inverse below 0": ("real: gaussian(mu, link = inverse)", [1, -2, 0]),
    "logit": ("binary: bernoulli(mu)", [1, 0, 1]),
}


def scaled(
    likelihood: str, intercept: str, response: list[float], folder: Path, slope: str = "linear(z)"
) -> tuple[int, str]:
    """The status of `check` under `priors scaled`, and the emitted file."""
    type_, _, link = likelihood.partition(": ")
    source = f"data {{ y: {type_}  x: count  z: real }}\npriors scaled\n"
    source += f"mu = {intercept} + {slope}\ny ~ {link}\n"
    lines = [f"{y},{k + 1 + (k > 1)},{k % 2}" for k, y in enumerate(response)]
    (folder / "t.csv").write_text("\n".join(["y,x,z", *lines]), "utf-8")
    module = execute(code := compile_text(source), "scaled")
    return module.main(module.PROGRAM, ["check", str(folder / "t.csv"), "--quiet"]), code


@pytest.mark.parametrize("kind", MEANS)
def test_a_mean_that_the_link_cannot_take(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    likelihood, response, words = MEANS[kind]
    status, _ = scaled(likelihood, "intercept()", response, tmp_path)
    told = capsys.readouterr().err
    assert status == 1 and all(word in told for word in words), told
    assert ("intercept(coef ~ Normal(0, 1))" in told) == (kind != "a row first")
    if kind != "a row first":  # the remedy is one
        own = "intercept(coef ~ Normal(0, 1))"
        slope = "linear(z)"
        if "all layers" in told:
            assert scaled(likelihood, own, response, tmp_path)[0] == 1, "one is not enough"
            slope = "linear(z, coef ~ Normal(0, 1))"
        assert scaled(likelihood, own, response, tmp_path, slope)[0] == 0


@pytest.mark.parametrize("kind", FINE)
def test_a_mean_that_the_link_can_take(kind: str, tmp_path: Path) -> None:
    assert scaled(FINE[kind][0], "intercept()", FINE[kind][1], tmp_path)[0] == 0


def test_a_mean_is_checked_only_where_the_type_does_not_say_enough(tmp_path: Path) -> None:
    assert (
        "require_mean" in scaled("real: gaussian(mu, link = log)", "intercept()", [1], tmp_path)[1]
    )
    for likelihood in (
        "positive: gamma(mu)",
        "count: poisson(mu, link = sqrt)",
        "real: gaussian(mu)",
    ):
        assert "require_mean" not in scaled(likelihood, "intercept()", [1, 2], tmp_path)[1]
