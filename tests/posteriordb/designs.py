"""The linear and logistic regressions, by their formulas: the response and the columns of X.

Written from the models' descriptions with NumPy, and not from their programs; the first
coefficient is that of the column of ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Columns = Mapping[str, Floats]
Design = tuple[str, str, Callable[[Columns], list[Floats]]]


def centred(x: Floats) -> Floats:
    return x - x.mean()


def halved(x: Floats) -> Floats:
    """In units of two standard deviations."""
    return centred(x) / (2.0 * x.std(ddof=1))


def with_product(a: Floats, b: Floats) -> list[Floats]:
    return [a, b, a * b]


def is_level(x: Floats, *levels: int) -> list[Floats]:
    return [(x == level).astype(float) for level in levels]


def volume(d: Columns) -> Floats:
    return np.log(d["diam1"] * d["diam2"] * d["canopy_height"])


def area(d: Columns) -> Floats:
    return np.log(d["diam1"] * d["diam2"])


def shape(d: Columns) -> Floats:
    return np.log(d["diam1"] / d["diam2"])


def mesquite(d: Columns) -> list[Floats]:
    names = ("diam1", "diam2", "canopy_height", "total_height", "density")
    return [d[name] for name in names]


def wells(d: Columns) -> tuple[Floats, Floats, Floats]:
    """Distance in hundreds of metres, arsenic, education in units of four years."""
    return d["dist"] / 100.0, d["arsenic"], d["educ"] / 4.0


def wells_centred(d: Columns) -> list[Floats]:
    distance, arsenic, _ = wells(d)
    return with_product(centred(distance), centred(arsenic))


def wells_inter(d: Columns) -> list[Floats]:
    a, b, c = map(centred, wells(d))
    return [a, b, c, a * b, a * c, b * c]


#: By model: the response, what is done to it, and the columns after that of ones.
LINEAR: dict[str, Design] = {
    "earn_height": ("earn", "", lambda d: [d["height"]]),
    "log10earn_height": ("earn", "log10", lambda d: [d["height"]]),
    "logearn_height": ("earn", "log", lambda d: [d["height"]]),
    "logearn_height_male": ("earn", "log", lambda d: [d["height"], d["male"]]),
    "logearn_interaction": ("earn", "log", lambda d: with_product(d["height"], d["male"])),
    "logearn_interaction_z": (
        "earn",
        "log",
        lambda d: with_product(2.0 * halved(d["height"]), d["male"]),
    ),
    "logearn_logheight_male": ("earn", "log", lambda d: [np.log(d["height"]), d["male"]]),
    "kidscore_interaction": ("kid_score", "", lambda d: with_product(d["mom_hs"], d["mom_iq"])),
    "kidscore_momhs": ("kid_score", "", lambda d: [d["mom_hs"]]),
    "kidscore_momhsiq": ("kid_score", "", lambda d: [d["mom_hs"], d["mom_iq"]]),
    "kidscore_momiq": ("kid_score", "", lambda d: [d["mom_iq"]]),
    "kidscore_interaction_c": (
        "kid_score",
        "",
        lambda d: with_product(centred(d["mom_hs"]), centred(d["mom_iq"])),
    ),
    "kidscore_interaction_c2": (
        "kid_score",
        "",
        lambda d: with_product(d["mom_hs"] - 0.5, d["mom_iq"] - 100.0),
    ),
    "kidscore_interaction_z": (
        "kid_score",
        "",
        lambda d: with_product(halved(d["mom_hs"]), halved(d["mom_iq"])),
    ),
    "kidscore_mom_work": ("kid_score", "", lambda d: is_level(d["mom_work"], 2, 3, 4)),
    "mesquite": ("weight", "", lambda d: [*mesquite(d), d["group"]]),
    "logmesquite": ("weight", "log", lambda d: [*map(np.log, mesquite(d)), d["group"]]),
    "logmesquite_logvolume": ("weight", "log", lambda d: [volume(d)]),
    "logmesquite_logva": ("weight", "log", lambda d: [volume(d), area(d), d["group"]]),
    "logmesquite_logvas": (
        "weight",
        "log",
        lambda d: [
            *(volume(d), area(d), shape(d), np.log(d["total_height"])),
            *(np.log(d["density"]), d["group"]),
        ],
    ),
    "logmesquite_logvash": (
        "weight",
        "log",
        lambda d: [volume(d), area(d), shape(d), np.log(d["total_height"]), d["group"]],
    ),
    "nes": (
        "partyid7",
        "",
        lambda d: [
            *(d["real_ideo"], d["race_adj"], *is_level(d["age_discrete"], 2, 3, 4)),
            *(d["educ1"], d["gender"], d["income"]),
        ],
    ),
}
LOGISTIC: dict[str, Design] = {
    "wells_dist": ("switched", "", lambda d: [d["dist"]]),
    "wells_dist100_model": ("switched", "", lambda d: [wells(d)[0]]),
    "wells_dist100ars_model": ("switched", "", lambda d: [*wells(d)[:2]]),
    "wells_interaction_model": ("switched", "", lambda d: with_product(*wells(d)[:2])),
    "wells_interaction_c_model": ("switched", "", wells_centred),
    "wells_dae_model": ("switched", "", lambda d: [*wells(d)]),
    "wells_dae_c_model": ("switched", "", lambda d: [*wells_centred(d), wells(d)[2]]),
    "wells_daae_c_model": (
        "switched",
        "",
        lambda d: [*wells_centred(d), d["assoc"], wells(d)[2]],
    ),
    "wells_dae_inter_model": ("switched", "", wells_inter),
}
#: The scale of a half-Cauchy prior of sigma; flat for the others.
CAUCHY = {
    **dict.fromkeys(("kidscore_interaction", "kidscore_momhs"), 2.5),
    **dict.fromkeys(("kidscore_momhsiq", "kidscore_momiq"), 2.5),
}


def stan_design(published: Mapping[str, Any], model: str) -> dict[str, Any]:
    """The data of `linear.stan` or `logistic.stan`."""
    response, transform, columns = (LINEAR | LOGISTIC)[model]
    arrays = {k: np.array(v, float) for k, v in published.items() if isinstance(v, list)}
    y = published[response]
    if transform:
        y = {"log": np.log, "log10": np.log10}[transform](np.array(y, float)).tolist()
    parts = columns(arrays)
    X = np.column_stack([np.ones(len(y)), *parts])
    data = {"n": len(y), "k": X.shape[1], "y": y, "X": X.tolist()}
    return data if model in LOGISTIC else data | {"cauchy": CAUCHY.get(model, 0.0)}
