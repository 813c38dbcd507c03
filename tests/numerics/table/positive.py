"""Cases of the positive half line."""

from __future__ import annotations

import mpmath as mp  # type: ignore[import-untyped]

from .. import formulas as f
from ..cases import case, not_zero, positive
from ..formulas import inverse as inv
from .data import POSITIVES

case(
    "lognormal",
    "lognormal(eta)",
    "positive",
    POSITIVES,
    lambda y, e: f.lognormal(y, e, 0.5),
    {"y_sigma": 0.5},
)
case(
    "shifted_lognormal",
    "shifted_lognormal(eta)",
    "positive",
    (0.5, 3.0, 1024.0),
    lambda y, e: f.lognormal(y - 0.25, e, 0.5),
    {"y_sigma": 0.5, "y_shift": 0.25},
)
for _shape in (0.5, 64.0):
    case(
        f"gamma {_shape:g}",
        "gamma(eta)",
        "positive",
        POSITIVES,
        lambda y, e, a=_shape: f.gamma(y, mp.exp(e), mp.mpf(a)),
        {"y_shape": _shape},
    )
for _link in ("identity", "sqrt", "softplus", "inverse"):
    case(
        f"gamma {_link}",
        f"gamma(eta, link = {_link})",
        "positive",
        POSITIVES,
        lambda y, e, g=_link: f.gamma(y, inv(e, g), mp.mpf(2)),
        {"y_shape": 2.0},
        keep={"softplus": lambda eta: True, "sqrt": not_zero}.get(_link, positive),
    )
case(
    "exponential",
    "exponential(eta)",
    "positive",
    POSITIVES,
    lambda y, e: f.exponential(y, mp.exp(e)),
)
for _shape in (0.5, 8.0):
    case(
        f"weibull {_shape:g}",
        "weibull(eta)",
        "positive",
        POSITIVES,
        lambda y, e, k=_shape: f.weibull(y, mp.exp(e), k),
        {"y_shape": _shape},
    )
case(
    "inverse_gaussian",
    "inverse_gaussian(eta)",
    "positive",
    POSITIVES,
    lambda y, e: f.inverse_gaussian(y, mp.exp(e), 2),
    {"y_shape": 2.0},
)
