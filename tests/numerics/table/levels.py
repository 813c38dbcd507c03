"""Cases of levels and classes."""

from __future__ import annotations

import mpmath as mp  # type: ignore[import-untyped]

from .. import formulas as f
from ..cases import case
from .data import CUTS, LEVELS

for _link in ("logit", "probit", "cloglog"):
    _word = "" if _link == "logit" else f", link = {_link}"
    case(
        f"cumulative {_link}",
        f"cumulative(eta, cutpoints ~ Normal(0, 5){_word})",
        "ordinal",
        LEVELS,
        lambda y, e, g=_link: f.cumulative(y, e, CUTS, g),
        {"y_cutpoints": CUTS},
    )
    for _name in ("sratio", "cratio"):
        case(
            f"{_name} {_link}",
            f"{_name}(eta{_word})",
            "ordinal",
            LEVELS,
            lambda y, e, g=_link, h=_name: getattr(f, h)(y, e, CUTS, g),
            {"y_cutpoints": CUTS},
        )
case(
    "cumulative by gaps",
    "cumulative(eta)",
    "ordinal",
    LEVELS,
    lambda y, e: f.cumulative(y, e, CUTS, "logit"),
    {"y_cutpoint_first": CUTS[0], "y_cutpoint_gaps": [1.75, 0.25]},
)
case("acat", "acat(eta)", "ordinal", LEVELS, lambda y, e: f.acat(y, e, CUTS), {"y_cutpoints": CUTS})
case(
    "categorical",
    "categorical(eta)",
    "category",
    (0, 1, 2),
    lambda y, e: f.softmax(y, [mp.mpf(0), e + 0.5, e - 0.25]),
    {"eta_intercept": [0.5, -0.25]},
    eta="intercept() + e[row]",
)
