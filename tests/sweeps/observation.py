"""A draw of the model -> what would be observed of it: censored, weighted, with gaps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tests.sweeps.emitted import Arrays, Bound


def observe(bound: Bound, drawn: Mapping[str, Any], rng: np.random.RandomState) -> Arrays:
    """The model's arguments with the drawn responses in place.

    Flags of censoring follow from censoring times of their own, which are made up here, so that
    the data are what the likelihood says they are; weights are one.
    """
    arrays = dict(bound.data.arrays)
    joint = bound.module.PROGRAM.joint
    parts = {y: drawn[site][..., k] for site, ys in joint.items() for k, y in enumerate(ys)}
    for name in bound.responses:
        arrays[name] = np.asarray(parts[name] if name in parts else drawn[name])
    if "w" in arrays:
        arrays["w"] = np.ones_like(arrays["w"])
    flag = next((f for f in ("died", "c") if f in arrays), None)
    if flag is not None:
        name = bound.responses[0]
        y = np.asarray(arrays[name])
        limit = np.quantile(y, 0.7) * np.ones_like(y) if y.size else y
        limit = limit * rng.uniform(0.6, 1.4, y.shape) if (y > 0).all() else limit
        late = y > limit
        arrays[name] = np.where(late, limit, y)
        arrays[flag] = np.where(late, 0, 1) if flag == "died" else late.astype(int)
    return arrays
