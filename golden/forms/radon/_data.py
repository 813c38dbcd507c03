"""The data contract of radon."""

from typing import Any

import numpy as np
from numpyro.infer.reparam import LocScaleReparam

from ._fit import count_levels, read_columns

COLUMNS: dict[str, dict[str, Any]] = {
    "log_radon": {"type": "real", "role": "response"},
    "floor": {"type": "real"},
    "uranium": {"type": "real"},
    "county": {"type": "category"},
}


def encode(
    data: Any,
    encoding: dict[str, Any] | None = None,
    *,
    unseen: str = "error",
    settings: dict[str, float] | None = None,
    na: str = "error",
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A table (a path, or a mapping of columns) as the model's arguments.

    Levels and constants are learnt and returned with them, or taken from ``encoding``.
    """
    columns, encoding = read_columns(
        data, COLUMNS, encoding, unseen=unseen, settings=settings, na=na
    )
    encoding["labels"] = {
        "mu_adaptive": ["floor", "uranium"],
        "county": encoding["levels"]["county"],
    }
    arguments: dict[str, Any] = {
        "mu_adaptive": np.column_stack([columns["floor"], columns["uranium"]]),
        "county": columns["county"],
        "log_radon": columns.get("log_radon"),
        "n_county": count_levels(encoding, "county"),
    }
    return arguments, encoding


# The axes of every site. Their labels are in the encoding; those of an axis without any
# are numbers from 0.
SITES: dict[str, tuple[str, ...]] = {
    "mu_intercept": (),
    "mu_adaptive_scale": (),
    "mu_adaptive_coef": ("mu_adaptive",),
    "mu_county_scale": (),
    "mu_county_effect": ("county",),
    "log_radon_sigma": (),
}

REPARAM: dict[str, Any] = {
    # How NUTS sees sites whose location or scale is itself unknown, if there are any:
    # centered=1.0 is as the model says, 0.0 is non-centred. The posterior is the same.
    # mu_adaptive_coef is centred: every row informs it.
    # mu_county_effect is non-centred: a level may see few rows.
    "mu_county_effect": LocScaleReparam(centered=0.0),
}

# bgen -O1 source 7c7989b300a96ff3 body 24b6759f9a411613
