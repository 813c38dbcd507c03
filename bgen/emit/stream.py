"""Whether an emitted file can read its data in blocks, and what it needs for that.

What ``prepare`` makes of blocks of rows is merged, so that the rows are never in memory together.
That takes a fast form without rows, and columns of which each row is read by itself, once levels
are known.
"""

from __future__ import annotations

from collections.abc import Iterator

from bgen.emit.text import literal
from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.fast import Fast

#: What ``encode`` makes of each row by itself.
_BY_ROW = ("column", "computed", "design", "index", "response", "row", "statistic")


def blocks_field(fast: Fast) -> str:
    """``blocks=...`` of ``PROGRAM.fast``; empty where the rows are needed together."""
    merged = fast.merged
    if merged is None or not streams(fast):
        return ""
    keys = "".join(f"{literal(key)}, " for key in merged.keys)
    parts = "".join(f"{literal(mean)}: {literal(rest)}, " for mean, rest in merged.parts)
    sums = "".join(f"{literal(name)}, " for name in merged.sums)
    also = f", sums=({sums})" if sums else ""
    moments = ", Moments" if _learns(fast.model) else ""
    return (
        f"blocks=Blocks(MergeCells(counts={literal(merged.counts)}, "
        f"freedom={literal(merged.freedom)}, constant={literal(merged.constant)}, "
        f"keys=({keys}), parts={{{parts}}}{also}){moments})"
    )


def streams(fast: Fast) -> bool:
    """Whether blocks of rows are enough."""
    model = fast.model
    if fast.merged is None or {p.argument.name for p in fast.prepared} != fast.merged.names():
        return False
    if model.crossings or model.grids or model.unions or model.rules or model.imputed():
        return False
    if any(c.by or c.missing or c.members or c.type == "scalar" for c in model.columns):
        return False
    there = {s.name for s in fast.statements() if isinstance(s, m.Keep)}
    if any(isinstance(s, m.Keep) and s.name not in there for s in model.statements()):
        return False  # the model itself computes it, from all rows
    if any(a.kind not in _BY_ROW for a in model.arguments):
        return False
    nodes = [node for value in _values(model) for node in ir.walk(value)]
    learnt = [node for node in nodes if isinstance(node, ir.Learnt)]
    if any(node.statistic not in ("mean", "sd") or node.partial for node in learnt):
        return False
    return not any(isinstance(node, ir.Helper) for node in nodes)


def _learns(model: m.Model) -> bool:
    """Whether a constant is learnt from the rows."""
    learnt = any(isinstance(n, ir.Learnt) for v in _values(model) for n in ir.walk(v))
    return learnt or any(a.kind == "statistic" or a.standardized for a in model.arguments)


def _values(model: m.Model) -> Iterator[ir.Expression]:
    """What ``encode`` computes."""
    for derived in model.derived:
        yield derived.value
    for argument in model.arguments:
        if argument.value is not None:
            yield argument.value
        for feature in argument.features:
            if feature.value is not None:
                yield feature.value
