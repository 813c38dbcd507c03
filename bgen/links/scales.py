"""A predictor under ``link = ...`` -> what a density needs of it, in log space where it can be.

The mean is g^-1(eta). A probability is wanted by its logits, since those lose no tail; a positive
mean by its logarithm.
"""

from __future__ import annotations

from bgen.ir.expressions import (
    ONE,
    Apply,
    Constant,
    Expression,
    Helper,
    Negative,
    Power,
    divide,
    multiply,
)
from bgen.links.base import LinkCall


def logits_of(chance: Expression | None) -> Expression | None:
    """The logits of a chance that is a sigmoid, which rounds to 1 long before they are large."""
    match chance:
        case Apply(function="sigmoid", operand=logits):
            return logits
        case _:
            return None


def mean(call: LinkCall) -> Expression:
    """g^-1(eta), for a location or a mean."""
    eta = call.predictor
    match call.function:
        case "identity":
            return eta
        case "log":
            return Apply("exp", eta)
        case "softplus":
            return Apply("softplus", eta)
        case "inverse":
            return divide(ONE, eta)
        case "sqrt":
            return Power(eta, Constant(2.0))
        case "probit":
            return Apply("ndtr", eta)
        case "cloglog":
            return Negative(Apply("expm1", Negative(Apply("exp", eta))))
        case _:
            return Apply("sigmoid", eta)


def log_mean(call: LinkCall) -> Expression:
    """log g^-1(eta), for a positive mean."""
    eta = call.predictor
    match call.function:
        case "log":
            return eta
        case "inverse":
            return Negative(Apply("log", eta))
        case "sqrt":
            return multiply(Constant(2.0), Apply("log", Apply("abs", eta)))
        case "softplus":
            return Helper("log_softplus", (eta,), eta.dims)
        case _:
            return Apply("log", mean(call))


def logits(call: LinkCall) -> Expression:
    """logit g^-1(eta), for a probability: the difference of its two log tails."""
    eta = call.predictor
    match call.function:
        case "probit":
            return Helper("probit_logits", (eta,), eta.dims)
        case "cloglog":
            return Helper("cloglog_logits", (eta,), eta.dims)
        case _:
            return eta
