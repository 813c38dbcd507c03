"""Cases of the real line."""

from __future__ import annotations

import mpmath as mp  # type: ignore[import-untyped]

from .. import formulas as f
from ..cases import case, not_zero
from ..formulas import inverse as inv
from .data import REALS

for _link in ("identity", "log", "softplus", "inverse"):
    _keep = not_zero if _link == "inverse" else (lambda eta: True)
    _word = "" if _link == "identity" else f", link = {_link}"
    case(
        f"gaussian {_link}",
        f"gaussian(eta{_word})",
        "real",
        REALS,
        lambda y, e, g=_link: f.normal(y, inv(e, g), 0.5),
        {"y_sigma": 0.5},
        keep=_keep,
    )
case(
    "student_t",
    "student_t(eta)",
    "real",
    REALS,
    lambda y, e: f.student_t(y, mp.mpf(4), e, 0.5),
    {"y_sigma": 0.5},
)
case(
    "student_t df",
    "student_t(eta, df ~ Gamma(2, 0.1))",
    "real",
    REALS,
    lambda y, e: f.student_t(y, mp.mpf(1024), e, 0.25),
    {"y_df": 1024.0, "y_sigma": 0.25},
)
# At their own location these two have a kink and no derivative.
BESIDE = tuple(y + 0.0625 for y in REALS)
case("laplace", "laplace(eta)", "real", BESIDE, lambda y, e: f.laplace(y, e, 0.5), {"y_sigma": 0.5})
case(
    "asymmetric_laplace",
    "asymmetric_laplace(eta, quantile = 0.875)",
    "real",
    BESIDE,
    lambda y, e: f.asymmetric_laplace(y, e, 0.5, 0.875),
    {"y_sigma": 0.5},
)
for _skew in (4.0, -0.5):
    case(
        f"skew_normal {_skew:g}",
        "skew_normal(eta)",
        "real",
        REALS,
        lambda y, e, a=_skew: f.skew_normal(y, e, 0.5, a),
        {"y_sigma": 0.5, "y_skew": _skew},
    )
for _beta in (2.0, 2.0**-6):
    case(
        f"exgaussian {_beta:g}",
        "exgaussian(eta)",
        "real",
        REALS,
        lambda y, e, b=_beta: f.exgaussian(y, e, 0.5, b),
        {"y_sigma": 0.5, "y_beta": _beta},
    )
for _k in (0.5, 512.0):
    case(
        f"von_mises {_k:g}",
        "von_mises(eta)",
        "real",
        (-3.0, 0.0, 1.5),
        lambda y, e, k=_k: f.von_mises(y, e, mp.mpf(k)),
        {"y_concentration": _k},
    )
