"""What a predictor computes from columns alone, computed once, by ``prepare``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.fast import Fast, Step
from bgen.ir.rewrite import rewrite
from bgen.passes.base import StandsAside, definitions, fresh, row_inputs

Hoisted = dict[ir.Expression, ir.Input]


def hoist(fast: Fast, values: list[ir.Expression]) -> tuple[Fast, Hoisted]:
    """Steps that compute the values which are more than an argument, and their new names."""
    found: Hoisted = {}
    for node in values:
        if isinstance(node, ir.Input) or node in found:
            continue
        value = _defined(fast, node)
        if any(isinstance(n, ir.Helper) for n in ir.walk(value)):
            raise StandsAside("a column of the predictor is computed by the model")
        name = node.name if isinstance(node, ir.Local) else "_".join(sorted(row_inputs(value)))
        name += "_products" if isinstance(node, ir.PairProducts) else ""
        name = name if isinstance(node, ir.Local) else fresh(fast, name)
        found[node] = ir.Input(name, node.dims)
        fast = fast.with_(steps=(*fast.steps, Step((name,), value)))
    return fast, found


def _defined(fast: Fast, value: ir.Expression) -> ir.Expression:
    """The value with what it names put in place of the names."""

    def define(node: ir.Expression) -> ir.Expression | None:
        if not isinstance(node, ir.Local):
            return None
        values = definitions(fast, node.name)
        if len(values) != 1:
            raise StandsAside(f"{node.name} is a sum of columns")
        return _defined(fast, values[0][1])

    return rewrite(value, define)


def read_hoisted(fast: Fast, hoisted: Mapping[ir.Expression, ir.Expression]) -> Fast:
    """The paragraphs with the new names in place of what they stand for."""
    if not hoisted:
        return fast
    gone = {node.name for node in hoisted if isinstance(node, ir.Local)}

    def read(s: m.Statement) -> m.Statement:
        if isinstance(s, m.Let | m.Accumulate):
            return replace(s, value=rewrite(s.value, hoisted.get))
        return s

    return fast.with_(
        paragraphs=tuple(
            replace(
                p,
                statements=tuple(
                    read(s) for s in p.statements if not (isinstance(s, m.Let) and s.name in gone)
                ),
            )
            for p in fast.paragraphs
        )
    )
