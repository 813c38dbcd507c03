"""Every parameter of every link in every form: number, column, parameter, prior, predictor."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bgen.base.diagnostic import Severity, Sink
from bgen.base.source import Source
from bgen.driver import analyse
from bgen.links import links
from bgen.links.base import Link, LinkParameter

DATA = """
data {
  y: real  p: positive  u: proportion  n: count  b: binary  o: ordinal  c: category
  x: real  positive: positive  real: real  unit: proportion  nonnegative: positive  count: count
  g: category
}
"""
RESPONSE = {"real": "y", "positive": "p", "proportion": "u", "count": "n", "binary": "b"} | {
    "ordinal": "o",
    "category": "c",
}
NUMBER = {"real": "-0.5", "positive": "2", "nonnegative": "2", "unit": "0.25", "count": "7"}
PRIOR = {"real": "Normal(0, 1)", "unit": "Beta(2, 2)"}
INVERSE = {"real": "{}", "unit": "sigmoid({})"}
BEYOND = {"positive": "-1", "nonnegative": "-1", "unit": "1.5", "count": "-1"}


def plain() -> Iterator[tuple[Link, LinkParameter]]:
    """The parameters of the links of one response; those of joint ones have shapes of their own."""
    for keyword, link in sorted(links().items()):
        if keyword == link.keyword and not link.combines and not link.joint:
            yield from ((link, p) for p in link.parameters if not p.optional)


EVERY = pytest.mark.parametrize(
    ("link", "parameter"), [pytest.param(a, b, id=f"{a.keyword}-{b.name}") for a, b in plain()]
)


def codes(link: Link, given: str, before: str = "") -> list[str]:
    """The errors of a program with this argument; unused columns are no matter here."""
    response = RESPONSE[link.remedy or link.responses[0]]
    needed = [p for p in link.parameters if p.is_required and f"{p.name} " not in given]
    others = "".join(f", {p.name} = {NUMBER[p.range]}" for p in needed)
    constant = "" if link.has_constants else "intercept() + "
    likelihood = f"{response} ~ {link.keyword}(eta, {given}{others})"
    text = f"{DATA}{before}\neta = {constant}linear(x)\n{likelihood}"
    analyse(Source("model.bl", text), sink := Sink())
    return [d.code for d in sink if d.severity is Severity.ERROR]


@EVERY
def test_every_form(link: Link, parameter: LinkParameter) -> None:
    name, kind = parameter.name, parameter.range
    prior = PRIOR.get(kind, "Gamma(2, 1)")
    known = not parameter.prior_only
    fixed: list[str] = [] if known else ["BL464"]
    unknown = ["BL466"] if parameter.data_only else fixed
    inverse = INVERSE.get(kind, "exp({})")
    layers = "intercept() + linear(real) + random_effects(g)"
    assert codes(link, f"{name} = {NUMBER[kind]}") == fixed
    # A proportion may be 0 or 1.
    assert codes(link, f"{name} = {kind}") == (["BL410"] if kind == "unit" else fixed)
    assert codes(link, f"{name} ~ {prior}") == (["BL466"] if parameter.data_only else [])
    assert codes(link, f"{name} = v", f"v ~ {prior}") == unknown
    assert codes(link, f"{name} = {inverse.format(layers)}") == unknown
    assert codes(link, f"{name} = {inverse.format('z')}", f"z = {layers}") == unknown
    assert codes(link, f"{name} = w[g]", f"w[g] ~ {prior}") == unknown


@EVERY
def test_what_leaves_the_range(link: Link, parameter: LinkParameter) -> None:
    if parameter.range == "real":
        return
    fixed = f"{parameter.name} = "
    assert codes(link, f"{fixed}{BEYOND[parameter.range]}") == ["BL409"]
    assert codes(link, f"{fixed}real") == ["BL410"]
    if not parameter.data_only:
        assert codes(link, f"{fixed}intercept() + linear(real)") == ["BL410"]
        assert codes(link, f"{parameter.name} ~ Normal(0, 1)") == ["BL423"]


@pytest.mark.parametrize("link", sorted({id(v): v for v in links().values()}.values(), key=str))
def test_every_function(link: Link) -> None:
    if link.combines or link.joint or len(link.functions) == 1:
        return
    assert link.parameters == () or all(
        codes(link, f"link = {word}") == [] for word in link.functions
    )
    assert codes(link, "link = arcsine") == ["BL425"]
