"""Values and slopes by the levels of a group."""

from __future__ import annotations

import numpy as np
from scipy.linalg import solve_triangular  # type: ignore[import-untyped]

from bgen.syntax import ast

from ..data import BadProgram, Data, Floats, Ints, as_level, read_levels
from ..scaled import column_sds
from ..special import LOG_2PI
from .base import LayerCall, layer, narrow, prior


@layer("effect")
def fixed_effects(c: LayerCall) -> Floats:
    group, level = c.group()
    shape = (group.count, c.outputs)
    return narrow(c.site("effect", shape, prior("Normal", 0, 1), frame=group.frame)[level])


@layer("scale", "effect")
def random_effects(c: LayerCall) -> Floats:
    group, level = c.group()
    u = c.outputs
    c.scale("scale", (u,))
    effect = c.site("effect", (group.count, u), prior("Normal", 0, "scale"), frame=group.frame)
    return narrow(effect[level])


@layer("slope_scale", "slope")
def random_slopes(c: LayerCall) -> Floats:
    group, level = c.by()
    x, u = c.features(), c.outputs
    d = x.shape[1]
    c.scale("slope_scale", (d, u))
    slope = c.site(
        "slope",
        (group.count, d, u),
        prior("Normal", 0, "slope_scale"),
        frame=group.frame,
        design=x,
    )
    return narrow(np.einsum("ij,iju->iu", x, slope[level]))


@layer("scale", "corr", "effect")
def correlated_effects(c: LayerCall) -> Floats:
    """`effect[g] ~ MVN(0, D R D)`: the Cholesky factor of R is sampled, R is reported."""
    group, level = c.by()
    x, u = c.features(), c.outputs
    d = x.shape[1]
    scale = c.scale("scale", (d, u))
    corr = c.argument("corr", "~") or prior("LKJ", 2)
    if not isinstance(corr, ast.Call) or corr.function not in ("LKJ", "LKJCholesky"):
        raise BadProgram("the prior of `corr` is LKJ")
    # A draw is a matrix or a vector over the columns, so that their axes come after the outputs'.
    outputs = () if u == 1 else (u,)
    factor = c.evaluator.sample(
        c.named("corr_cholesky"),
        ast.Call("LKJCholesky", corr.arguments),
        (*outputs, d, d),
        (*outputs, d, d),
        c.scope,
        c.identity,
    )
    c.evaluator.reported[c.named("corr")] = factor @ np.swapaxes(factor, -1, -2)
    size = scale / column_sds(c, x, "scale")[:, None]
    root = size.T[:, :, None] * factor.reshape(u, d, d)

    def log_prob(effect: Floats) -> Floats:
        total = np.zeros(group.count)
        for k, table in enumerate(np.moveaxis(effect.reshape(group.count, u, d), 1, 0)):
            white = solve_triangular(root[k], table.T, lower=True)
            constant = np.log(np.diag(root[k])).sum() + 0.5 * d * LOG_2PI
            total += -0.5 * np.sum(white**2, axis=0) - constant
        return total

    shape = (group.count, *outputs, d)
    effect = c.evaluator.special(c.named("effect"), shape, shape, log_prob, c.identity)
    table = effect.reshape(group.count, u, d)
    return narrow(np.einsum("nd,nud->nu", x, table[level]))


@layer("scale", "vector")
def embedding(c: LayerCall) -> Floats:
    # Reading: `dim` is the k of the table, not the output axis: it stays when it is 1.
    group, level = c.group()
    u = c.scope.width
    outputs = () if u == 1 else (u,)
    c.scale("scale", (), of_effects=False)
    vector = c.site(
        "vector",
        (group.count, c.integer("dim"), *outputs),
        prior("Normal", 0, "scale"),
        frame=group.frame,
        squeeze=False,
    )
    return vector[level]


def _union(data: Data, names: list[str]) -> list[Ints]:
    """The level of each row in each column, among the levels of all of them.

    Reading: unlisted levels of several columns are put in order as if one column held them all.
    """
    columns = [data.columns[name] for name in names]
    if len({column.levels for column in columns}) == 1:
        return [data.codes(name, data.rows) for name in names]
    together = [as_level(level) for column in columns for level in column.levels]
    _, position = read_levels(together, ())
    starts = np.cumsum([0, *(len(column.levels) for column in columns)])
    return [
        position[start + data.codes(name, data.rows)]
        for start, name in zip(starts[:-1], names, strict=True)
    ]


@layer("scale", "effect")
def multi_membership(c: LayerCall) -> Floats:
    data, names = c.evaluator.data, [a.id for a in c.arguments if isinstance(a, ast.Name)]
    if len(names) != len(c.arguments):
        raise BadProgram("`multi_membership` takes categories")
    codes = np.column_stack(_union(data, names))
    weights = c.argument("weights", "=")
    if weights is None:
        share = np.full(codes.shape, 1.0 / len(names))
    else:
        share = c.evaluator.value(weights, c.scope)
        if share.shape != codes.shape:
            raise BadProgram("`weights` has as many columns as there are groups")
    u = c.outputs
    c.scale("scale", ())
    effect = c.site("effect", (int(codes.max()) + 1, u), prior("Normal", 0, "scale"))
    return narrow(np.einsum("ik,iku->iu", share, effect[codes]))
