"""Cases of counts."""

from __future__ import annotations

import mpmath as mp  # type: ignore[import-untyped]

from .. import formulas as f
from ..cases import case, not_zero, positive
from ..formulas import inverse as inv
from .data import COUNTS

for _link in ("log", "identity", "sqrt", "softplus", "inverse"):
    _word = "" if _link == "log" else f", link = {_link}"
    _keep = {"log": lambda eta: True, "softplus": lambda eta: True, "sqrt": not_zero}
    case(
        f"poisson {_link}",
        f"poisson(eta{_word})",
        "count",
        (*COUNTS, 900, 1225),  # where a square of the grid is the mean
        lambda y, e, g=_link: f.poisson(y, inv(e, g)),
        keep=_keep.get(_link, positive),
    )
for _size in (0.5, 1024.0):
    case(
        f"negative_binomial {_size:g}",
        "negative_binomial(eta)",
        "count",
        COUNTS,
        lambda y, e, r=_size: f.negative_binomial(y, mp.exp(e), mp.mpf(r)),
        {"y_concentration": _size},
    )
case(
    "negative_binomial softplus",
    "negative_binomial(eta, link = softplus)",
    "count",
    COUNTS,
    lambda y, e: f.negative_binomial(y, inv(e, "softplus"), mp.mpf(2)),
    {"y_concentration": 2.0},
)
case("geometric", "geometric(eta)", "count", COUNTS, lambda y, e: f.geometric(y, mp.exp(e)))
