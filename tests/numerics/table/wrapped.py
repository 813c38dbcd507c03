"""Cases of links inside combinators."""

from __future__ import annotations

import mpmath as mp  # type: ignore[import-untyped]

from .. import formulas as f
from ..cases import case
from .data import COUNTS, POSITIVES, REALS

for _name, _gate in (("zero_inflated", 2.0**-10), ("hurdle", 0.25)):
    for _family, _values in (("poisson", {}), ("negative_binomial", {"y_concentration": 2.0})):

        def _reference(y, e, name=_name, g=_gate, family=_family):  # type: ignore[no-untyped-def]
            extra = [] if family == "poisson" else [mp.mpf(2)]
            base = getattr(f, family)
            inner = mp.exp(base(y, mp.exp(e), *extra))
            zero = mp.exp(base(0, mp.exp(e), *extra))
            if name == "zero_inflated":
                return mp.log((g if y == 0 else 0) + (1 - g) * inner)
            return mp.log(g) if y == 0 else mp.log((1 - g) * inner / (1 - zero))

        case(
            f"{_name} {_family}",
            f"{_name}({_family}(eta))",
            "count",
            COUNTS,
            _reference,
            {"y_gate": _gate, **_values},
        )
case(
    "zero_inflated sigmoid",
    "zero_inflated(poisson(0.5), gate = sigmoid(eta))",
    "count",
    (0, 1, 3),
    lambda y, e: mp.log(
        (f.chance(e, "logit")[0] if y == 0 else 0)
        + f.chance(e, "logit")[1] * mp.exp(f.poisson(y, mp.exp(mp.mpf(0.5))))
    ),
)
RIGHT = {"c": ("binary", 1)}
case(
    "censored gaussian right",
    "censored(gaussian(eta), right = c)",
    "real",
    (-0.5, 3.0, 30.0),
    lambda y, e: f.log_ncdf((e - y) / 0.5),
    {"y_sigma": 0.5},
    RIGHT,
)
case(
    "censored lognormal left",
    "censored(lognormal(eta), left = c)",
    "positive",
    POSITIVES,
    lambda y, e: f.log_ncdf((mp.log(y) - e) / 2),
    {"y_sigma": 2.0},
    RIGHT,
)
case(
    "censored student_t",
    "censored(student_t(eta), right = c)",
    "real",
    REALS,
    lambda y, e: f.student_above(y, 4, e, 0.5),
    {"y_sigma": 0.5},
    RIGHT,
)
case(
    "censored weibull",
    "censored(weibull(eta), right = c)",
    "positive",
    POSITIVES,
    lambda y, e: -((y * mp.gamma(1.5) / mp.exp(e)) ** 2),
    {"y_shape": 2.0},
    RIGHT,
)
case(
    "censored exponential left",
    "censored(exponential(eta), left = c)",
    "positive",
    POSITIVES,
    lambda y, e: mp.log(1 - mp.exp(-y / mp.exp(e))),
    columns=RIGHT,
)
case(
    "censored gamma",
    "censored(gamma(eta), right = c)",
    "positive",
    POSITIVES,
    lambda y, e: f.gamma_above(y, mp.exp(e), mp.mpf(2.5)),
    {"y_shape": 2.5},
    RIGHT,
)
case(
    "censored gamma left",
    "censored(gamma(eta), left = c)",
    "positive",
    POSITIVES,
    lambda y, e: f.gamma_below(y, mp.exp(e), mp.mpf(2.5)),
    {"y_shape": 2.5},
    RIGHT,
)
case(
    "censored poisson",
    "censored(poisson(eta), right = c)",
    "count",
    (0, 1, 12),
    lambda y, e: f.poisson_above(y, mp.exp(e)),
    columns=RIGHT,
)
case(
    "censored interval",
    "censored(gaussian(eta), interval = u)",
    "real",
    (-0.5, 0.0, 0.25),
    lambda y, e: (
        mp.log(mp.ncdf((0.5 - e) / 0.5) - mp.ncdf((y - e) / 0.5))
        if e > 0
        else mp.log(mp.ncdf((e - y) / 0.5) - mp.ncdf((e - 0.5) / 0.5))
    ),
    {"y_sigma": 0.5},
    {"u": ("real", 0.5)},
)
case(
    "truncated gaussian",
    "truncated(gaussian(eta), low = 0)",
    "real",
    (0.0, 0.5, 3.0),
    lambda y, e: f.normal(y, e, 0.5) - f.log_ncdf(e / 0.5),
    {"y_sigma": 0.5},
)
case(
    "truncated gaussian between",
    "truncated(gaussian(eta), low = 0, high = 1)",
    "real",
    (0.0, 0.5, 1.0),
    lambda y, e: f.normal(y, e, 0.5)
    - mp.log(
        mp.ncdf((1 - e) / 0.5) - mp.ncdf(-e / 0.5)
        if e > 0
        else mp.ncdf(e / 0.5) - mp.ncdf((e - 1) / 0.5)
    ),
    {"y_sigma": 0.5},
)
case(
    "truncated poisson",
    "truncated(poisson(eta), low = 1)",
    "count",
    (1, 3, 12),
    lambda y, e: f.poisson(y, mp.exp(e)) - mp.log(1 - mp.exp(-mp.exp(e))),
)
case(
    "mixture",
    "mixture(gaussian(eta, sigma = 0.5), student_t(eta, sigma = 0.5), weights = 0.25)",
    "real",
    REALS,
    lambda y, e: mp.log(
        mp.exp(f.normal(y, e, 0.5)) / 4 + 3 * mp.exp(f.student_t(y, mp.mpf(4), e, 0.5)) / 4
    ),
)
case(
    "weighted",
    "weighted(gaussian(eta), w)",
    "real",
    REALS,
    lambda y, e: 2.5 * f.normal(y, e, 0.5),
    {"y_sigma": 0.5},
    {"w": ("positive", 2.5)},
)
