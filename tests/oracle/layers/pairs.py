"""Products of columns: factorisation machines, interactions, bilinear forms."""

from __future__ import annotations

import numpy as np

from ..data import Floats
from .base import LayerCall, layer, narrow, prior


def _factors(c: LayerCall) -> tuple[Floats, Floats]:
    x, u = c.features(), c.outputs
    c.scale("factor_scale", (u,), of_effects=False)
    shape = (x.shape[1], c.integer("rank"), u)
    return x, c.site("factor", shape, prior("Normal", 0, "factor_scale"))


def _power_sum(x: Floats, v: Floats, m: int) -> Floats:
    """p_m = (x^m) @ (V^m), `(n, k, u)`."""
    return np.asarray(np.einsum("ij,jku->iku", x**m, v**m))


@layer("factor_scale", "factor")
def fm(c: LayerCall) -> Floats:
    x, v = _factors(c)
    return narrow(0.5 * np.sum(_power_sum(x, v, 1) ** 2 - _power_sum(x, v, 2), axis=1))


@layer("factor_scale", "factor")
def fm3(c: LayerCall) -> Floats:
    x, v = _factors(c)
    p1, p2, p3 = (_power_sum(x, v, m) for m in (1, 2, 3))
    return narrow(np.sum(p1**3 - 3.0 * p1 * p2 + 2.0 * p3, axis=1) / 6.0)


def pairs_of(c: LayerCall) -> Floats:
    """x_j z_k, row-major; of x alone, j < k in lexicographic order."""
    x = c.features(c.arguments[0])
    if len(c.arguments) == 1:
        left, right = np.triu_indices(x.shape[1], k=1)
        return np.asarray(x[:, left] * x[:, right])
    z = c.features(c.arguments[1])
    return np.asarray((x[:, :, None] * z[:, None, :]).reshape(len(x), -1))


@layer("scale", "coef")
def interaction(c: LayerCall) -> Floats:
    pairs, u = pairs_of(c), c.outputs
    c.scale("scale", (u,))
    shape = (pairs.shape[1], u)
    return narrow(pairs @ c.site("coef", shape, prior("Normal", 0, "scale")))


def _low_rank(c: LayerCall, left_scale: str, right_scale: str) -> Floats:
    x, z = c.features(c.arguments[0]), c.features(c.arguments[1])
    k, u = c.integer("rank"), c.outputs
    for scale in dict.fromkeys((left_scale, right_scale)):
        c.scale(scale, (u,), of_effects=False)
    left = c.site("left", (x.shape[1], k, u), prior("Normal", 0, left_scale))
    right = c.site("right", (z.shape[1], k, u), prior("Normal", 0, right_scale))
    return narrow(
        np.sum(np.einsum("ij,jku->iku", x, left) * np.einsum("ij,jku->iku", z, right), axis=1)
    )


@layer("left_scale", "right_scale", "left", "right")
def lowrank_interaction(c: LayerCall) -> Floats:
    return _low_rank(c, "left_scale", "right_scale")


@layer("scale", "left", "right")
def lowrank_bilinear(c: LayerCall) -> Floats:
    return _low_rank(c, "scale", "scale")


@layer("scale", "weight")
def bilinear(c: LayerCall) -> Floats:
    x, z, u = c.features(c.arguments[0]), c.features(c.arguments[1]), c.outputs
    c.scale("scale", (u,))
    weight = c.site("weight", (x.shape[1], z.shape[1], u), prior("Normal", 0, "scale"))
    return narrow(np.einsum("ij,ik,jku->iu", x, z, weight))
