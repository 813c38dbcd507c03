"""The table of NumPyro's distributions against NumPyro's own classes and functions."""

from __future__ import annotations

import inspect

import numpyro.distributions as dist  # type: ignore[import-untyped]
import pytest

from bgen.base.diagnostic import Severity, Sink
from bgen.base.source import Source
from bgen.check.elsewhere import LACKING
from bgen.check.planned import PLANNED
from bgen.check.priors import positional
from bgen.driver import analyse
from bgen.ir.distributions import BY_PARAMETER, DISTRIBUTIONS, NAMES


def by_place(name: str) -> list[str]:
    """What NumPyro takes without a name."""
    known = inspect.signature(getattr(dist, name)).parameters.values()
    return [
        p.name
        for p in known
        if p.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD and p.name != "validate_args"
    ]


@pytest.mark.parametrize("name", sorted(DISTRIBUTIONS))
def test_order_of_a_class(name: str) -> None:
    own = [p.name for p in positional(name, DISTRIBUTIONS[name])]
    assert own == by_place(name)


@pytest.mark.parametrize("name", sorted(BY_PARAMETER))
def test_order_of_a_short_name(name: str) -> None:
    """The same, less the one of probs and logits that is not given."""
    for given, other in zip(BY_PARAMETER[name], ("logits", "probs"), strict=True):
        own = [p.name for p in positional(name, DISTRIBUTIONS[given])]
        assert own == [p for p in by_place(name) if p != other]


def test_all_that_numpyro_has_is_known_at_least_by_name() -> None:
    public = {name for name in dist.__all__ if name[0].isupper()}
    assert public <= {*NAMES, *LACKING, *PLANNED}
    assert not set(LACKING) & {*NAMES, *PLANNED}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("k ~ Binomial(12, p)", []),
        ("k ~ Binomial(n, p)", []),
        ("k ~ Binomial(n, logits = x)", []),
        ("k ~ Binomial(p, 12)", ["BL409"]),
        ("k ~ Binomial(p, n)", ["BL410"]),
        ("k ~ Binomial(12, p, x)", ["BL405"]),
        ("k ~ BinomialProbs(p, 12)", []),
        ("k ~ NegativeBinomial(r, p)", []),
        ("k ~ NegativeBinomial(p, r)", ["BL410"]),
        ("k ~ BetaBinomial(r, r, n)", []),
    ],
)
def test_arguments_the_other_way_round_are_an_error(text: str, codes: list[str]) -> None:
    data = "data { k: count  n: count  x: real  r: positive }\np ~ Beta(1, 1)\n"
    sink = Sink()
    analyse(Source("model.bl", data + text), sink)
    assert [d.code for d in sink if d.severity is Severity.ERROR] == codes
