"""Whether an emitted file can read its data in blocks, and what it needs for that.

NUTS can where what ``prepare`` makes of blocks of rows is merged, so that the rows are never in
memory together. SVI can where the rows are minibatches anyhow: it keeps them on the disk. Either
takes columns of which each row is read by itself, once levels are known.
"""

from __future__ import annotations

from collections.abc import Iterator

from bgen.emit.optimizer import ADAM, optimizer_of
from bgen.emit.text import literal
from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.fast import Fast

#: What ``encode`` makes of each row by itself.
_BY_ROW = ("column", "computed", "design", "index", "response", "row", "statistic")


def blocks_field(model: m.Model, fast: Fast | None) -> str:
    """The value of ``PROGRAM.blocks``; empty where the rows are needed together."""
    parts = []
    if fast is not None and fast.merged is not None and streams(fast):
        merged = fast.merged
        keys = "".join(f"{literal(key)}, " for key in merged.keys)
        pairs = "".join(f"{literal(mean)}: {literal(rest)}, " for mean, rest in merged.parts)
        sums = "".join(f"{literal(name)}, " for name in merged.sums)
        also = f", sums=({sums})" if sums else ""
        parts += [
            "nuts=MergedRows",
            f"merge=MergeCells(counts={literal(merged.counts)}, "
            f"freedom={literal(merged.freedom)}, constant={literal(merged.constant)}, "
            f"keys=({keys}), parts={{{pairs}}}{also})",
        ]
    if stores(model):
        parts.append("svi=StoredRows")
    if parts and _learns(model):
        parts.append("moments=Moments")
    return f"Blocks({', '.join(parts)})" if parts else ""


def streams(fast: Fast | None) -> bool:
    """Whether blocks of rows are enough for NUTS."""
    if fast is None or fast.merged is None:
        return False
    if {p.argument.name for p in fast.prepared} != fast.merged.names():
        return False
    there = {s.name for s in fast.statements() if isinstance(s, m.Keep)}
    if any(isinstance(s, m.Keep) and s.name not in there for s in fast.model.statements()):
        return False  # the model itself computes it, from all rows
    return reads_by_row(fast.model)


def stores(model: m.Model) -> bool:
    """Whether the program asks for SVI with minibatches, and no site is of the rows."""
    if dict(model.settings).get("method") != "svi" or optimizer_of(model) is not ADAM:
        return False
    if model.is_series() or any(s.is_row for s in model.sites()):
        return False
    if any(d.is_row for s in model.statements() if isinstance(s, m.Keep) for d in s.dims):
        return False
    return reads_by_row(model)


def reads_by_row(model: m.Model) -> bool:
    """Whether ``encode`` needs no row but the one that it reads, and constants of all."""
    if model.crossings or model.grids or model.unions or model.rules or model.imputed():
        return False
    if any(c.by or c.missing or c.members or c.type == "scalar" for c in model.columns):
        return False
    if any(a.kind not in _BY_ROW for a in model.arguments):
        return False
    nodes = [node for value in _values(model) for node in ir.walk(value)]
    learnt = [node for node in nodes if isinstance(node, ir.Learnt)]
    if any(node.statistic not in ("mean", "sd") or node.partial for node in learnt):
        return False
    if any(node.above_zero is not None for node in learnt):  # moments are of all rows of a block
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
