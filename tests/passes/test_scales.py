"""Gaussian rows of several scales: known of each row, told by its levels, or both.

The fast form is the model, at -O2 too, where effects may be integrated out of what has one scale.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from bgen.base.diagnostic import Sink
from bgen.base.source import Source
from bgen.driver import Options, analyse, compile_text, optimised
from bgen.ir.facts import Facts
from tests.golden.cases import execute

COLUMNS = "y: positive  x: real  se: positive  w: positive  b: binary  g: category  h: category"
DATA = f"data {{ {COLUMNS} }}\n"
MU = "mu = intercept() + linear(x, b) + random_effects(g)\n"
PROGRAMS = {
    "known": f"{MU}y ~ lognormal(mu, sigma = se)",
    "multiple": f"s ~ HalfNormal(1)\n{MU}y ~ weighted(lognormal(mu, sigma = 2 * s * se), w)",
    "divided": f"s ~ HalfNormal(1)\n{MU}y ~ gaussian(mu, sigma = s / se)",
    "named": f"s ~ HalfNormal(1)\n{MU}e = s * se^2\ny ~ gaussian(mu, sigma = e)",
    "column": f"e = 2 * se\n{MU}y ~ gaussian(mu, sigma = e)",
    "slopes": "mu = random_effects(g) + random_slopes(x, by = g)\ny ~ lognormal(mu, sigma = se)",
    "collapsed": "y ~ gaussian(intercept() + horseshoe(x, b), sigma = se)",
    "level": f"s[h] ~ HalfNormal(1)\n{MU}y ~ gaussian(mu, sigma = s[h])",
    "own level": f"s[g] ~ HalfNormal(1)\n{MU}y ~ gaussian(mu, sigma = s[g])",
    "coded": f"r = intercept() + linear(h, b)\n{MU}y ~ weighted(gaussian(mu, sigma = exp(r)), w)",
    "twice": f"c ~ Normal(0, 1)\n{MU}y ~ lognormal(mu + c * b, sigma = exp(c * b))",
    "both": f"s[h] ~ HalfNormal(1)\n{MU}e = se * s[h]\ny ~ weighted(lognormal(mu, sigma = e), w)",
}
#: Rows tell more of the scale than levels do, or slopes differ as well, or nothing may be gained.
ASIDE = {
    f"{MU}y ~ gaussian(mu, sigma = exp(intercept() + linear(x)))": "the scale of y differs between "
    "rows",
    f"{MU}e = exp(intercept() + linear(x)) * se\ny ~ gaussian(mu, sigma = e)": "the scale of y "
    "differs between rows",
    "s[h] ~ HalfNormal(1)\nmu = random_slopes(x, by = g)\ny ~ gaussian(mu, sigma = s[h])": "the "
    "scale of y differs between levels, as slopes do",
    "y ~ gaussian(random_effects(g), sigma = se)": "rows have an error each, and may be as many "
    "as levels",
}


@cache
def program(name: str, level: str) -> Any:
    code = compile_text(f"{DATA}{PROGRAMS[name]}\n", "model.bl", Options(level))
    assert "not compress_gaussian" not in code
    return execute(code, f"scales_{name.replace(' ', '_')}{level[-1]}").PROGRAM


def table(rows: int, seed: int = 0) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    return {
        "y": np.exp(rng.normal(size=rows)),
        "x": rng.normal(size=rows),
        "se": np.exp(rng.normal(size=rows)),
        "w": rng.uniform(0.1, 3, rows),
        "b": rng.integers(2, size=rows),
        "g": [f"g{k}" for k in rng.integers(5, size=rows)],
        "h": [f"h{k % 3}" for k in range(rows)],
    }


@pytest.mark.parametrize("level", ["-O1", "-O2"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_the_fast_form_is_the_model(name: str, level: str) -> None:
    made = program(name, level)
    for rows in (9, 80):  # each row a cell by itself, and not
        arguments, _ = made.encode(table(rows))
        assert made.fast.verify(made, arguments, 20) is not None


@pytest.mark.parametrize(
    ("name", "statistic"),
    [
        ("multiple", "y_count"),
        ("multiple", "y_freedom"),
        ("level", "y_within"),
        ("both", "y_rows"),
        ("both", "y_mean"),
    ],
)
def test_a_wrong_statistic_is_found(
    name: str, statistic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = program(name, "-O1")
    arguments, _ = made.encode(table(80))
    right = made.fast.prepare

    def wrong(**given: Any) -> dict[str, Any]:
        found: dict[str, Any] = right(**given)
        return found | {statistic: found[statistic] * 1.01}

    monkeypatch.setattr(made.fast, "prepare", wrong)
    with pytest.raises(Exception, match="model_fast is not model"):
        made.fast.verify(made, arguments, 3)


@pytest.mark.parametrize("name", ["multiple", "coded", "both"])
def test_nothing_grows_with_the_rows(name: str) -> None:
    made = program(name, "-O1")
    sizes = []
    for rows in (2000, 4000):
        arguments, _ = made.encode(table(rows))
        found = made.fast.prepare(**arguments)
        sizes.append(sum(np.size(value) for value in found.values()))
    assert sizes[0] == sizes[1] < 500


def note(text: str, name: str, level: str = "-O1", facts: Facts | None = None) -> str:
    compiled = analyse(Source("model.bl", f"{DATA}{text}\n"), sink := Sink())
    assert compiled is not None, [d.message for d in sink]
    notes = optimised(compiled, Options(level, facts=facts)).notes
    (found,) = (n for n in notes if n.name == name)
    return f"{'' if found.applied else 'not: '}{found.text}"


@pytest.mark.parametrize("text", ASIDE)
def test_the_plan_says_why_not(text: str) -> None:
    assert note(text, "compress_gaussian").startswith(f"not: {ASIDE[text]}")


def test_estimates_are_compressed_where_that_is_worth_it() -> None:
    text = "mu = intercept() + random_effects(g)\ny ~ gaussian(mu, sigma = se)"
    few, many = (Facts(100, 100, 100, (("g", levels),)) for levels in (20, 80))
    assert note(text, "compress_gaussian", facts=many).startswith("not")
    assert not note(text, "compress_gaussian", facts=few).startswith("not")
    assert not note(text, "compress_gaussian", "-O2").startswith("not")
    assert not note(text, "marginalise_effects", "-O2").startswith("not")


def test_nothing_is_integrated_out_of_several_scales() -> None:
    for name in ("marginalise_effects", "collapse_linear", "whiten_coefficients"):
        said = note(PROGRAMS["level"], name, "-O2")
        assert said == "not: the scale of y differs between levels"


@pytest.mark.parametrize("level", ["-O1", "-O2"])
def test_blocks_of_rows_merge_into_the_whole(level: str) -> None:
    made = program("multiple", level)
    arguments, _ = made.encode(table(300))
    ends = [0, 100, 170, 300]
    rows = (slice(low, high) for low, high in pairwise(ends))
    blocks = [
        made.fast.prepare(**{k: v[at] if k in made.rows else v for k, v in arguments.items()})
        for at in rows
    ]
    whole, merged = made.fast.prepare(**arguments), made.blocks.merge(blocks)
    factors = {k for k in whole if k.endswith("_within")}
    for name in whole.keys() - factors:
        assert np.allclose(whole[name], merged[name], rtol=1e-12)
    wide, other = (
        np.column_stack([np.reshape(found[k], (len(found[k]), -1)) for k in sorted(factors)])
        for found in (whole, merged)
    )
    assert np.allclose(wide.T @ wide, other.T @ other, rtol=1e-12)
