"""Columns times coefficients, and what needs no coefficient."""

from __future__ import annotations

import numpy as np

from ..data import BadProgram, Floats
from ..scaled import target_of
from .base import LayerCall, layer, narrow, prior


@layer("coef")
def intercept(c: LayerCall) -> Floats:
    written = c.argument("coef", "~") or c.argument("coef", "=")
    if written is None and target_of(c.evaluator, c.scope.prefix) is not None:
        # Its prior stands at the means of columns that may come after it in the sum.
        coef = c.evaluator.intercept_at_means(c.stem, c.scope.prefix, (c.outputs,), c.identity)
    else:
        coef = c.site("coef", (c.outputs,), prior("Normal", 0, 1), site=c.stem)
    return narrow(coef[None, :])


@layer("coef")
def linear(c: LayerCall) -> Floats:
    x = c.features()
    shape = (x.shape[1], c.outputs)
    return c.times(x, c.site("coef", shape, prior("Normal", 0, 1), design=x))


@layer("scale", "coef")
def adaptive(c: LayerCall) -> Floats:
    x, u = c.features(), c.outputs
    c.scale("scale", (u,))
    return c.times(x, c.site("coef", (x.shape[1], u), prior("Normal", 0, "scale"), design=x))


@layer("slope", "share")
def monotonic(c: LayerCall) -> Floats:
    """slope D sum_{k <= o} share_k, the first level being 0."""
    group, level = c.group()
    steps = group.count - 1
    slope = c.site("slope", (c.outputs,), prior("Normal", 0, 1))
    share = c.site("share", (steps,), prior("Dirichlet", *[1.0] * steps), squeeze=False)
    climbed = np.concatenate([[0.0], np.cumsum(share)])[level]
    return narrow(steps * climbed[:, None] * slope)


@layer()
def offset(c: LayerCall) -> Floats:
    if len(c.arguments) != 1:
        raise BadProgram("`offset` takes one expression")
    value, evaluator = c.evaluator.value(c.arguments[0], c.scope), c.evaluator
    if evaluator.is_data(c.arguments[0]) and evaluator.is_known(c.arguments[0]):
        evaluator.at_mean[id(c.identity)] = np.mean(value, keepdims=True)
    return value
