"""Every combinator around every other, and around each kind of link: allowed, or which error."""

from __future__ import annotations

from itertools import product

import pytest

from bgen.base.diagnostic import Severity, Sink
from bgen.base.source import Source
from bgen.driver import analyse
from bgen.links import links

COMBINATORS = sorted({link.keyword for link in links().values() if link.combines})
#: How each stands around something, with the response's type beside counts.
AROUND = {
    "weighted": "weighted({}, w)",
    "censored": "censored({}, right = b)",
    "truncated": "truncated({}, high = 90)",
    "mixture": "mixture({}, {})",
    "zero_inflated": "zero_inflated({})",
    "hurdle": "hurdle({})",
}
REFUSED = {
    **{(outer, "weighted"): "BL531" for outer in AROUND if outer != "weighted"},
    ("weighted", "weighted"): "BL460",
    **{
        (outer, "censored"): "BL532"
        for outer in ("truncated", "mixture", "zero_inflated", "hurdle")
    },
    **{(c, c): "BL533" for c in AROUND if c not in ("weighted",)},
    ("zero_inflated", "hurdle"): "BL533",
    ("hurdle", "zero_inflated"): "BL533",
}
LINKS = {
    "gaussian(e)": {"zero_inflated": "BL534", "hurdle": "BL535"},
    "student_t(e)": {"zero_inflated": "BL534", "hurdle": "BL535"},
    "lognormal(e)": {"zero_inflated": "BL534"},
    "weibull(e)": {"zero_inflated": "BL534"},
    "beta(e)": {"zero_inflated": "BL534"},
    "poisson(e)": {},
    "binomial(e, trials = n)": {},
    "beta_binomial(e, trials = n)": dict.fromkeys(("censored", "truncated", "hurdle"), "BL537"),
    "skew_normal(e)": {
        "censored": "BL537",
        "truncated": "BL537",
        "zero_inflated": "BL534",
        "hurdle": "BL535",
    },
    "bernoulli(e)": {c: "BL536" for c in AROUND if c != "weighted"},
    "cumulative(linear(x))": {c: "BL536" for c in AROUND if c != "weighted"},
    "shifted_lognormal(e)": {
        "censored": "BL537",
        "truncated": "BL537",
        "zero_inflated": "BL534",
        "hurdle": "BL535",
    },
}
TYPES = {
    "gaussian": "real",
    "student_t": "real",
    "skew_normal": "real",
    "beta": "proportion",
    "poisson": "count",
    "binomial": "count",
    "beta_binomial": "count",
    "bernoulli": "binary",
    "cumulative": "ordinal",
}


def errors(response: str, likelihood: str) -> list[str]:
    text = (
        f"data {{ y: {response}  x: real  w: positive  b: binary  n: count }}\n"
        f"e ~ Normal(0, 1)\nf ~ Normal(0, 1)\ny ~ {likelihood}"
    )
    sink = Sink()
    analyse(Source("model.bl", text), sink)
    return [d.code for d in sink if d.severity is Severity.ERROR]


def around(outer: str, first: str, second: str = "") -> str:
    second = second or first
    return AROUND[outer].format(*((first, second) if outer == "mixture" else (first,)))


def other(text: str) -> str:
    return text.replace("(e", "(f").replace("linear(x)", "f")


def test_the_table_names_every_combinator() -> None:
    assert set(COMBINATORS) - {"autoregressive"} == set(AROUND)


@pytest.mark.parametrize(("outer", "inner"), list(product(AROUND, AROUND)))
def test_combinator_around_combinator(outer: str, inner: str) -> None:
    first = around(inner, "poisson(e)", "poisson(f)")
    second = around(inner, "negative_binomial(f)", "negative_binomial(e)")
    known = REFUSED.get((outer, inner))
    assert errors("count", around(outer, first, second)) == ([known] if known else [])


@pytest.mark.parametrize(("outer", "link"), list(product(AROUND, LINKS)))
def test_combinator_around_link(outer: str, link: str) -> None:
    word = link.split("(")[0]
    response = TYPES.get(word, "positive")
    known = LINKS[link].get(outer)
    if outer == "hurdle" and known is None and response in ("positive", "real"):
        response = "real"
    found = errors(response, around(outer, link, other(link)))
    assert found == ([known] if known else []), (response, link)


@pytest.mark.parametrize(
    ("likelihood", "response", "codes"),
    [
        ("truncated(gaussian(e))", "real", ["BL412"]),
        ("truncated(gaussian(e), low = 3, high = 1)", "real", ["BL445"]),
        ("censored(gaussian(e))", "real", ["BL420"]),
        ("censored(gaussian(e), right = x)", "real", ["BL530"]),
        ("censored(gaussian(e), right ~ Beta(1, 1))", "real", ["BL530"]),
        ("censored(gaussian(e), right = b, left = 1 - b)", "real", []),
        ("hurdle(lognormal(e))", "positive", ["BL436"]),
        ("truncated(hurdle(lognormal(e)), high = 3)", "real", ["BL460"]),
        ("hurdle(truncated(lognormal(e), high = 3))", "real", []),
        ("zero_inflated(poisson(e), gate = 2)", "count", ["BL409"]),
        ("zero_inflated(poisson(e), gate = f)", "count", ["BL410"]),
        ("zero_inflated(poisson(e), gate ~ Normal(0, 1))", "count", ["BL423"]),
        ("mixture(gaussian(e), poisson(f))", "real", ["BL538"]),
        ("mixture(gaussian(e), lognormal(f))", "real", ["BL436"]),
        ("mixture(gaussian(e), lognormal(f))", "positive", []),
        ("mixture(gaussian(e), gaussian(f), student_t(0), weights = 0.5)", "real", ["BL538"]),
        ("mixture(gaussian(e), gaussian(f), order = sigma)", "real", ["BL539"]),
        ("mixture(gaussian(e), gaussian(e), order = mu)", "real", ["BL203"]),
    ],
)
def test_arguments(likelihood: str, response: str, codes: list[str]) -> None:
    assert errors(response, likelihood) == codes
