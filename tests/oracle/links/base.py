"""What a link is: its default link function, its parameters, its conditional."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_ndtr, ndtr  # type: ignore[import-untyped]

from bgen.syntax import ast

from ..conditional import Conditional
from ..data import BadProgram
from ..special import softplus

Floats = NDArray[np.float64]

INVERSE: Mapping[str, Callable[[Floats], Any]] = {
    "identity": lambda eta: eta,
    "log": np.exp,
    "logit": expit,
    "probit": ndtr,
    "cloglog": lambda eta: -np.expm1(-np.exp(eta)),
    "sqrt": np.square,
    "softplus": softplus,
    "inverse": lambda eta: 1.0 / eta,
}


def inverse(eta: Floats, link: str) -> Floats:
    if link not in INVERSE:
        raise BadProgram(f"`link = {link}`")
    return np.asarray(INVERSE[link](eta))


def log_mean(eta: Floats, link: str) -> Floats:
    """The log of the mean; with the log link that is the predictor itself."""
    match link:
        case "log":
            return eta
        case "inverse":
            return np.asarray(-np.log(eta))
        case "softplus":
            # log(log(1 + e^eta)) is eta itself where e^eta is lost beside 1.
            return np.where(eta < -40.0, eta, np.log(softplus(eta)))
        case "sqrt":
            return np.asarray(2.0 * np.log(np.abs(eta)))
        case _:
            return np.log(inverse(eta, link))


def log_chances(eta: Floats, link: str) -> tuple[Floats, Floats]:
    """log P(success) and log P(failure)."""
    match link:
        case "logit":
            return -softplus(-eta), -softplus(eta)
        case "probit":
            return np.asarray(log_ndtr(eta)), np.asarray(log_ndtr(-eta))
        case "cloglog":
            # log(1 - exp(-e^eta)) is eta itself where e^eta is lost beside 1.
            success = np.where(eta < -40.0, eta, np.log(-np.expm1(-np.exp(eta))))
            return success, -np.exp(eta)
        case _:
            p = inverse(eta, link)
            return np.log(p), np.log1p(-p)


def prior(family: str, *parameters: float | ast.Expression) -> ast.Call:
    """`Normal(0, 1)` as the table writes it."""
    nodes: list[ast.Expression] = [
        ast.Number(float(p), f"{p:g}") if isinstance(p, (int, float)) else p for p in parameters
    ]
    return ast.Call(family, tuple(ast.Argument(node) for node in nodes))


@dataclass(frozen=True)
class Link:
    """``conditional(eta, link, *parameters)``.

    ``parameters``, in order: a default prior, a number, or REQUIRED; a prior that speaks of the
    response is a function of its name. ``default`` is the link function.
    """

    default: str
    conditional: Callable[..., Conditional]
    parameters: Mapping[str, Any] = field(default_factory=dict)


LINKS: dict[str, Link] = {}


def link(
    keyword: str, default: str, **parameters: Any
) -> Callable[[Callable[..., Conditional]], Callable[..., Conditional]]:
    """Enter a link in the table."""

    def enter(conditional: Callable[..., Conditional]) -> Callable[..., Conditional]:
        LINKS[keyword] = Link(default, conditional, parameters)
        return conditional

    return enter


POSITIVE_PRIOR = prior("Exponential", 1)
