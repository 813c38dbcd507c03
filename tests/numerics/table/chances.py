"""Cases of chances."""

from __future__ import annotations

import mpmath as mp  # type: ignore[import-untyped]

from .. import formulas as f
from ..cases import case
from .data import BINARY, SHARES

# A beta's own parameters must be numbers: where a chance is none, its case stops.
BETA_KEEP = {
    "logit": lambda eta: True,
    "probit": lambda eta: abs(eta) <= 10.0,
    "cloglog": lambda eta: eta <= 2.5,
}
for _link in ("logit", "probit", "cloglog"):
    _word = "" if _link == "logit" else f", link = {_link}"
    case(
        f"bernoulli {_link}",
        f"bernoulli(eta{_word})",
        "binary",
        BINARY,
        lambda y, e, g=_link: f.binomial(y, 1, f.chance(e, g)),
    )
    case(
        f"binomial {_link}",
        f"binomial(eta, trials = n{_word})",
        "count",
        (0, 1, 7, 64),
        lambda y, e, g=_link: f.binomial(y, 64, f.chance(e, g)),
        columns={"n": ("count", 64)},
    )
    case(
        f"beta_binomial {_link}",
        f"beta_binomial(eta, trials = n{_word})",
        "count",
        (0, 1, 7, 64),
        lambda y, e, g=_link: f.beta_binomial(y, 64, f.chance(e, g), mp.mpf(8)),
        {"y_concentration": 8.0},
        {"n": ("count", 64)},
        BETA_KEEP[_link],
    )
    case(
        f"beta {_link}",
        f"beta(eta{_word})",
        "proportion",
        SHARES,
        lambda y, e, g=_link: f.beta(mp.mpf(y), f.chance(e, g), mp.mpf(8)),
        {"y_precision": 8.0},
        keep=BETA_KEEP[_link],
    )
