"""The cutpoints of ordinal links."""

from __future__ import annotations

from bgen.ir.dims import Classes, Dim
from bgen.ir.expressions import Expression, Helper
from bgen.ir.model import Density
from bgen.ir.supports import Support
from bgen.links.base import LinkCall


def cutpoint_dim(call: LinkCall) -> Dim:
    """One cutpoint below each level but the first; labelled by the level above it."""
    return Dim(f"{call.prefix}_cutpoint", Classes(call.responses[0], 1))


def levels(
    call: LinkCall, function: str, cutpoints: Expression, functions: tuple[str, ...]
) -> Density:
    """The density of a level, from what a library function makes of predictor and cutpoints."""
    eta = call.predictor
    log_probs = Helper(
        function, (eta, cutpoints), (*eta.dims, call.classes(0)), functions=functions
    )
    return Density(
        "Levels", (("log_probs", log_probs),), Support("classes", ordered=True), own=True
    )
