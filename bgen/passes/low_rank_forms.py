"""``low_rank_forms``: products of columns as a design where rows compress, and as none elsewhere.

A factorisation machine, a bilinear form and its form of low rank are linear in the products of
their columns, with weights that their unknowns make:

    1/2 sum_k ((x'v_k)^2 - (x^2)'(v_k^2)) = sum_{i<j} x_i x_j (V V')_ij,
    x' W z = sum_ij x_i z_j W_ij,    sum_k (x'a_k) (z'b_k) = sum_ij x_i z_j (A B')_ij.

So Gaussian rows compress to an R factor of the products, and a step no longer reads rows: this is
done where the number of products is known, and at most 200. Of rows that stay, the products of an
interaction are as many columns as there are pairs: x' W z is computed as a product of the columns
with the table W of the weights, row by row with z.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import Dim, Pairs, fixed_length
from bgen.ir.fast import Fast
from bgen.ir.rewrite import rewrite_all
from bgen.passes.base import Pass, StandsAside, readers_by_name, reads
from bgen.passes.compress_gaussian import PASS as COMPRESS

MOST = 200  # products: their R factor has as many rows
HALF, TWO = ir.Constant(0.5), ir.Constant(2.0)


def _apply(fast: Fast) -> tuple[Fast, str]:
    forms = [node for node in _nodes(fast) if _as_products(node)]
    if forms:
        wide = fast.with_(paragraphs=rewrite_all(fast.paragraphs, _as_products))
        if _compresses(wide):
            number = "one form is" if len(forms) == 1 else f"{len(forms)} forms are"
            return wide, f"{number} linear in products of columns, by which rows compress"
    weighted = {  # of classes each has weights of its own
        node.design.name
        for node in _nodes(fast)
        if isinstance(node, ir.MatMul) and isinstance(node.design, ir.Local)
        if len(node.table.dims) == 1
    }
    readers = readers_by_name(fast)
    products = {
        s.name: s.value
        for s in fast.statements()
        if isinstance(s, m.Let) and isinstance(s.value, ir.PairProducts)
        if s.name in weighted and len(readers[s.name]) == 1
    }
    if not products:
        raise StandsAside(_why_none(fast))
    if _compresses(fast):
        raise StandsAside("rows compress, with the products of columns")

    def narrow(node: Any) -> ir.Expression | None:
        match node:
            case ir.MatMul(design=ir.Local(name=name), table=weights) if name in products:
                return _by_table(products[name], weights)
            case _:
                return None

    paragraphs = tuple(
        replace(p, statements=tuple(s for s in p.statements if s.name not in products))
        for p in fast.paragraphs
    )
    done = fast.with_(paragraphs=rewrite_all(paragraphs, narrow))
    return done, f"{', '.join(products)}: by a table of their weights, without as many columns"


def _compresses(fast: Fast) -> bool:
    if COMPRESS.name in fast.without:
        return False
    try:
        COMPRESS.apply(fast)
    except StandsAside:
        return False
    return True


def _nodes(fast: Fast) -> list[ir.Expression]:
    return [n for s in fast.statements() for value in reads(s) for n in ir.walk(value)]


def _why_none(fast: Fast) -> str:
    """Why there is nothing to do, where no products of columns are read once."""
    nodes = _nodes(fast)
    if any(isinstance(node, ir.PairProducts) for node in nodes):
        return "products of columns are read more than once, or have weights for each class"
    forms = [form for form in map(_form, nodes) if form is not None]
    if not forms:
        return "no products of columns are read"
    if any(form.products() for form in forms):
        return "rows do not compress by the products of columns"
    known = all(form.number() is not None for form in forms)
    return f"the products of columns are {f'more than {MOST}' if known else 'of unknown number'}"


def _as_products(node: Any) -> ir.Expression | None:
    """A form as products of columns with weights."""
    form = _form(node)
    return form.products() if form is not None else None


@dataclass(frozen=True, slots=True)
class _Form:
    """The columns whose products it is linear in, and what makes their weights of its unknowns."""

    left: ir.Input
    right: ir.Input | None
    function: str
    operands: tuple[ir.Expression, ...]

    def pairs(self) -> Pairs:
        right = self.right.dims[1].extent if self.right else None
        return Pairs(self.left.dims[1].extent, right)

    def number(self) -> int | None:
        return fixed_length(self.pairs())

    def products(self) -> ir.Expression | None:
        """None where there are too many, or nobody knows how many."""
        number = self.number()
        if number is None or number > MOST:
            return None
        over = Dim(f"{self.left.name}_pair", self.pairs())
        weights = ir.Helper(self.function, self.operands, (over,))
        return ir.MatMul(ir.PairProducts(self.left, self.right, over), weights)


def _form(node: Any) -> _Form | None:
    match node:
        case ir.Multiply(
            factors=(
                ("*", half),
                (
                    "*",
                    ir.Total(
                        operand=ir.Add(
                            terms=(
                                ("+", ir.Power(base=ir.MatMul(ir.Input() as x, factor))),
                                ("-", ir.MatMul(ir.Power(base=again), ir.Power(base=same))),
                            )
                        )
                    ),
                ),
            )
        ) if (
            half == HALF and again == x and same == factor
        ):
            return _Form(x, None, "weights_of_factor", (factor,))
        case ir.Total(
            operand=ir.Multiply(
                factors=(
                    ("*", ir.MatMul(ir.Input() as x, left)),
                    ("*", ir.MatMul(ir.Input() as z, right)),
                )
            )
        ):
            return _Form(x, z, "weights_of_pairs", (left, right))
        case ir.Total(
            operand=ir.Multiply(
                factors=(("*", ir.MatMul(ir.Input() as x, table)), ("*", ir.Input() as z))
            )
        ) if (len(z.dims) == 2):
            return _Form(x, z, "weights_of_table", (table,))
        case _:
            return None


def _by_table(products: ir.PairProducts, weights: ir.Expression) -> ir.Expression:
    x, z = products.left, products.right or products.left
    columns = z.dims[-1]
    function = "table_of_weights" if products.right else "table_of_pairs"
    dims = (x.dims[-1], columns)
    table = ir.Helper(function, (weights, ir.Length(columns)), dims)
    return ir.Total(ir.multiply(ir.MatMul(x, table), z), columns)


PASS = Pass(
    name="low_rank_forms",
    order=15,
    level=1,
    summary="Products of columns as a design where rows compress, and without one where they stay.",
    exact="a factorisation machine, a bilinear form, or an interaction whose products are read "
    "once",
    source="Rendle (2010), Factorization Machines",
    apply=_apply,
)
