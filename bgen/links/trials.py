"""The number of trials of a count, which the data must keep."""

from __future__ import annotations

from bgen.ir.dims import ROW
from bgen.ir.expressions import Column, Constant, Expression, Helper, walk
from bgen.links.base import LinkCall


def checked_trials(call: LinkCall) -> Expression:
    """``trials = n``; the data are an error where a count is above it."""
    value, total = call.parameter("trials"), call.data("trials")
    if total is not None:
        name = call.responses[0]
        label = f"{name} of at most {name_of(total)}"
        call.require(Helper("require_within", (total, Column(name, (ROW,))), (), label=label))
    return value


def name_of(total: Expression) -> str:
    """What the message about broken data calls the trials."""
    if isinstance(total, Constant):
        return f"{total.value:g}"
    names = [node.name for node in walk(total) if isinstance(node, Column)]
    return names[0] if len(names) == 1 else "trials"
