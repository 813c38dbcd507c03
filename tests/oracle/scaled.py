"""`priors scaled`: the table of defaults, applied to standardised variables.

With s the sd of the response where the link is the identity, times the link's derivative at the
mean for softplus, sqrt and inverse, and 1 elsewhere: the intercept at the mean of x is
Normal(link(mean y), 2.5 s), coefficients Normal(0, 2.5 s / sd x), scales HalfNormal(s). The sigma
of a link is in the units of the response whatever its location is: it is Exponential(1 / sd y).
Priors that are written are never restated: coefficients whose scale is written, as a prior or as a
value, are Normal(0, scale).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri  # type: ignore[import-untyped]

from bgen.syntax import ast

from .data import Floats
from .targets import Target

if TYPE_CHECKING:
    from .expressions import Expressions
    from .layers.base import LayerCall

# What the location of a link is of: the logarithm of the response.
OF_LOGARITHM = {"lognormal", "shifted_lognormal"}


def _number(value: float) -> ast.Number:
    return ast.Number(float(value), repr(float(value)))


def _call(family: str, *parameters: ast.Expression) -> ast.Call:
    return ast.Call(family, tuple(ast.Argument(p) for p in parameters))


def target_of(evaluator: Expressions, prefix: str) -> Target | None:
    """None where the policy has no meaning: in what is no additive part of a link's location."""
    if evaluator.policy != "scaled":
        return None
    return None if evaluator.curved else evaluator.targets.get(prefix)


def _response(evaluator: Expressions, target: Target) -> Floats:
    y = evaluator.observed(target.response)
    if target.positive:
        y = y[y > 0.0]
    if target.call.function in OF_LOGARITHM:
        y = np.log(y)
    return y[~np.isnan(y)]


def spread(evaluator: Expressions, target: Target) -> float:
    """The sd of the response, which is what the scale of its residuals is about."""
    return float(_response(evaluator, target).std(ddof=1))


def size(evaluator: Expressions, target: Target) -> float:
    """s: how far the predictor moves where the response moves by its sd, from its mean."""
    if target.function in {"log", "logit", "probit", "cloglog", "softmax"}:
        return 1.0
    sd, m = spread(evaluator, target), float(_response(evaluator, target).mean())
    match target.function:  # the slope at the mean, which the identity may have anywhere
        case "sqrt":
            return sd * 0.5 / float(np.sqrt(m))
        case "softplus":
            return sd / -float(np.expm1(-m))
        case "inverse":
            return sd / m**2
        case _:
            return sd


def centre(evaluator: Expressions, target: Target) -> float:
    """link(mean y); of successes in trials, their rate."""
    if target.function == "softmax":
        return 0.0  # of classes there is no mean
    rows = evaluator.observed(target.response)
    mean = float(_response(evaluator, target).mean())
    for argument in target.call.arguments:
        if argument.name == "trials":
            trials = evaluator.constant_rows(argument.value)
            if target.positive:
                trials = np.broadcast_to(trials, rows.shape)[rows > 0.0]
            mean /= float(np.mean(trials))
    match target.function:
        case "log":
            return float(np.log(mean))
        case "logit":
            return float(np.log(mean) - np.log1p(-mean))
        case "probit":
            return float(ndtri(mean))
        case "cloglog":
            return float(np.log(-np.log1p(-mean)))
        case "sqrt":
            return float(np.sqrt(mean))
        case "softplus":
            return float(mean + np.log(-np.expm1(-mean)))
        case "inverse":
            return 1 / mean
        case _:
            return mean


def column_sds(c: LayerCall, x: Floats, scale: str | None = None) -> Floats:
    """What a coefficient of each column is divided by: 1 under `priors unit`, and of a constant.

    And 1 where its ``scale`` is a part of the layer that the program writes.
    """
    written = scale is not None and any(argument.name == scale for argument in c.call.arguments)
    if written or target_of(c.evaluator, c.scope.prefix) is None:
        return np.ones(x.shape[1])
    sds = x.std(axis=0, ddof=1)
    return np.where(sds == 0.0, 1.0, sds)


def restated(c: LayerCall, name: str, default: ast.Call, design: Floats | None) -> ast.Call:
    """A layer's default prior in the units of the data."""
    target = target_of(c.evaluator, c.scope.prefix)
    if target is None:
        return default
    s = size(c.evaluator, target)
    if default.function == "HalfNormal":
        return _call("HalfNormal", _number(s))
    if default.function != "Normal":
        return default
    loc, scale = (argument.value for argument in default.arguments)
    if design is not None:
        part = scale.id if isinstance(scale, ast.Name) else None
        c.own["(sds)"] = column_sds(c, design, part)[:, None]
        wide = _number(2.5 * s) if isinstance(scale, ast.Number) else scale
        return _call("Normal", loc, ast.Product((("*", wide), ("/", ast.Name("(sds)")))))
    # The trend of a spline is half of what the curve rises or falls.
    if name in {"effect", "slope", "trend"} and isinstance(scale, ast.Number):
        return _call("Normal", loc, _number(2.5 * s))
    return default


def at_mean(evaluator: Expressions, node: ast.Expression | None) -> Floats:
    """What the linear layers, offsets and numbers of a predictor add at the means of columns."""
    total = np.asarray(0.0)
    for sign, term in _terms(evaluator, node):
        if id(term) in evaluator.at_mean:
            total = total + sign * evaluator.at_mean[id(term)]
        elif evaluator.is_data(term) and evaluator.is_known(term):
            total = total + sign * np.mean(evaluator.constant_rows(term))
    return total


def sign_of(evaluator: Expressions, node: ast.Expression | None, owner: object) -> float:
    """Whether a layer is added to a predictor, 1, or taken away, -1."""
    return next((sign for sign, term in _terms(evaluator, node) if term is owner), 1.0)


def _terms(
    evaluator: Expressions, node: ast.Expression | None, sign: float = 1.0
) -> Iterator[tuple[float, ast.Expression]]:
    """What a predictor is the sum of, through the names of others and the user's layers."""
    match node:
        case None:
            return
        case ast.Sum():
            for own, term in node.terms:
                yield from _terms(evaluator, term, sign if own == "+" else -sign)
        case ast.Negate():
            yield from _terms(evaluator, node.operand, -sign)
        case ast.Name() if node.id in evaluator.predictors:
            yield from _terms(evaluator, evaluator.predictors[node.id].node, sign)
        case ast.Call() if id(node) in evaluator.expanded:
            yield from _terms(evaluator, evaluator.expanded[id(node)][1], sign)
        case _:
            yield sign, node
