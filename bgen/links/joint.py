"""The axes of links of several responses, and the normal ones' scale matrix."""

from __future__ import annotations

from bgen.ir.dims import Dim, Named
from bgen.ir.expressions import Expression, Stacked, multiply
from bgen.links.base import LinkCall


def each_response(responses: tuple[str, ...]) -> Dim:
    """The axis of the responses, under the name of their site."""
    return Dim("_".join(responses), Named(responses))


def location(call: LinkCall) -> Expression:
    """The predictors side by side."""
    return Stacked(call.predictors, each_response(call.responses))


def scale_tril(call: LinkCall) -> Expression:
    """The Cholesky factor of the covariance: that of the correlations, its rows scaled."""
    responses = each_response(call.responses)
    scale = call.parameter("scale", responses)
    others = Dim(f"{responses.name}_other", responses.extent)
    return multiply(scale, call.correlation("corr", responses, others))
