"""Which combinator may stand around which, and why not: the whole table of combinations.

Around a link, from the outside in:

| around \\ inside | link | zero_inflated | hurdle | truncated | mixture | censored | weighted |
|---|---|---|---|---|---|---|---|
| weighted | any | yes | yes | yes | yes | yes | no (BL531) |
| censored | with tails | yes | yes | yes | yes | no (BL533) | no (BL531) |
| truncated | with tails | yes | counts | no (BL533) | yes | no (BL532) | no (BL531) |
| mixture | one kind | yes | yes | yes | no (BL533) | no (BL532) | no (BL531) |
| zero_inflated | counts | no (BL533) | no (BL533) | yes | yes | no (BL532) | no (BL531) |
| hurdle | counts, positive | no (BL533) | no (BL533) | yes | yes | no (BL532) | no (BL531) |

A link has tails where its probabilities below and above a value are known in log space; a mixture
has where all its parts have, any other combinator where what it takes has. Responses of two or
more unordered values and joint responses take no combinator but `weighted` (BL536).
"""

from __future__ import annotations

from dataclasses import replace

from bgen.ir.distributions import DISTRIBUTIONS
from bgen.ir.expressions import Expression
from bgen.ir.model import Density
from bgen.links.base import LinkCall
from bgen.links.scales import logits_of

#: The keyword of each combinator's density.
KEYWORDS = {
    "Weighted": "weighted",
    "Censored": "censored",
    "IntervalCensored": "censored",
    "TruncatedTo": "truncated",
    "Mixture": "mixture",
    "ZeroInflated": "zero_inflated",
    "Hurdle": "hurdle",
    "HurdleCounts": "hurdle",
    "Autoregressive": "autoregressive",
}


def keyword_of(density: Density) -> str:
    """The combinator that a density is of; empty for that of a link."""
    return KEYWORDS.get(density.name, "") if density.own else ""


def reject_series(call: LinkCall, outer: str, inner: Density) -> None:
    """The rows of a series are one draw, of which nothing can be said row by row."""
    if keyword_of(inner) == "autoregressive":
        call.reject(
            f"`{outer}` is about single rows, and those of a series depend on each other",
            f"leave `{outer}` out, or give the series a layer of its own, such as `ar1(t)`",
            code="BL546",
        )


def check_inside(call: LinkCall, outer: str, inner: Density) -> None:
    """An error where the combinator ``outer`` cannot stand around ``inner``."""
    inside = keyword_of(inner)
    reject_series(call, outer, inner)
    if inside == "weighted":
        call.reject(
            f"weights inside `{outer}` would not be powers of the likelihood",
            f"write the weights around all of it: `weighted({outer}(...), w)`",
            code="BL531",
        )
    if inside == "censored" and outer != "censored":
        call.reject(
            f"`{outer}` changes what is drawn, and `censored` says how much of it was seen",
            f"write the censoring outside: `censored({outer}(...), ...)`",
            code="BL532",
        )
    zeros = ("zero_inflated", "hurdle")
    if inside and (inside == outer or {inside, outer} <= set(zeros)):
        call.reject(
            (
                "two models of the zeros, of which the data can tell one"
                if outer in zeros
                else f"`{outer}` stands inside `{outer}`"
            ),
            (
                "keep one of the two"
                if outer in zeros
                else "say it in one call: all of its arguments " "can stand together"
            ),
            code="BL533",
        )
    if inner.event or inner.support.kind in ("boolean", "classes"):
        call.reject(
            (
                f"`{outer}` needs a response of numbers, and this one is a joint response"
                if inner.event
                else f"`{outer}` of a response of a few values says nothing that the link does not "
                "say itself"
            ),
            "only `weighted` can stand around such a link",
            code="BL536",
        )


def has_tails(density: Density) -> bool:
    if density.bases:
        return all(has_tails(base) for base in density.bases)
    return bool(_tails(density))


def _tails(density: Density) -> str:
    known = None if density.own else DISTRIBUTIONS.get(density.name)
    return density.tails or (known.tails if known is not None else "")


def with_tails(call: LinkCall, outer: str, density: Density) -> Density:
    """The density with the tails that ``outer`` needs of it."""
    if density.name.endswith("Tails"):
        return density
    if density.bases:
        return replace(density, bases=tuple(with_tails(call, outer, b) for b in density.bases))
    tails = _tails(density)
    if not tails:
        call.reject(
            f"`{outer}` needs the probability of what is above a value, which has no form here "
            "that keeps its tails",
            "take a link whose tails are known, such as `gaussian`, `student_t`, `lognormal`, "
            "`gamma`, `weibull`, `poisson` or `negative_binomial`",
            code="BL537",
        )
    return Density(tails, (), density.support, own=True, bases=(density,))


def chance(name: str, value: Expression) -> tuple[tuple[str, Expression], ...]:
    """A probability as an argument; by its logits where it is a sigmoid."""
    if logits := logits_of(value):
        return ((f"{name}_logits", logits),)
    return ((name, value),)
