"""Predictors as sums of terms that are linear in their columns, whatever the unknowns do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import ROW, Dim
from bgen.ir.fast import Fast
from bgen.passes.base import (
    StandsAside,
    definitions,
    fresh,
    has_rows,
    row_inputs,
    signed_terms,
    summands,
    times,
    uses,
)


@dataclass(frozen=True, slots=True)
class Term:
    """One signed term of a predictor.

    ``flat`` has no row axis; ``level`` is told by the levels of a row alone; ``block`` is
    ``data @ coefficient``, ``column`` is ``data * coefficient``, both with a coefficient that no
    row changes; ``slope`` is ``data * coefficient`` with one that the levels of a row tell, or
    the sum of several such ``over`` an axis; ``known`` is data alone.
    """

    sign: str
    kind: Literal["flat", "level", "block", "column", "slope", "known"]
    value: ir.Expression
    data: ir.Expression | None = None
    coefficient: ir.Expression | None = None
    over: Dim | None = None

    def of(self, data: ir.Expression, coefficient: ir.Expression | None = None) -> ir.Expression:
        """The same of other data, perhaps with another coefficient."""
        coefficient = coefficient or self.coefficient
        if coefficient is None:
            return data
        if self.kind == "block":
            return ir.MatMul(data, coefficient)
        whole = ir.multiply(coefficient, data)
        return ir.Total(whole, self.over) if self.over else whole


def linear_terms(fast: Fast, location: ir.Expression) -> list[Term]:
    """The terms of a predictor. Raises ``StandsAside`` where one of them is not linear."""
    # A row of several groups is no row of a level.
    indices = {a.name for a in fast.model.arguments if a.kind == "index" and len(a.dims) == 1}
    terms = summands(fast, location)
    for _, node in terms:
        _refuse_predictors(fast, node)
    return [_term(sign, node, indices) for sign, node in terms]


def _refuse_predictors(fast: Fast, term: ir.Expression) -> None:
    """A predictor inside of a term would have to be linear, too."""
    for local in ir.walk(term):
        if isinstance(local, ir.Local) and has_rows(local):
            values = definitions(fast, local.name)
            if any(ir.has_unknowns(value) for _, value in values):
                raise StandsAside(f"{local.name} enters by more than a sum")


class _Sum:
    """The statements of a predictor that is summed anew, without the terms that are gone."""

    def __init__(self, name: str, gone: Callable[[ir.Expression], bool]) -> None:
        self.name, self.gone, self.begun = name, gone, False

    def add(self, sign: ir.Sign, value: ir.Expression) -> Iterator[m.Statement]:
        for own, term in signed_terms(sign, value):
            if self.gone(term):
                continue
            first = term if own == "+" else ir.Negative(term)
            yield m.Accumulate(self.name, own, term) if self.begun else m.Let(self.name, first)
            self.begun = True


def one_predictor(
    fast: Fast, observe: m.Observe, location: ir.Expression
) -> tuple[Fast, ir.Expression]:
    """The location of a response as one sum, of which passes can take out the terms.

    A sum inside the link gets a name; predictors that are read in it alone lose theirs: what their
    statements add they add to the sum.
    """
    named = isinstance(location, ir.Local)
    parts = definitions(fast, location.name) if isinstance(location, ir.Local) else []
    signs = dict(_dissolved(fast, "+", parts or signed_terms("+", location)))
    if not signs and (named or not isinstance(location, ir.Add)):
        return fast, location
    name = location.name if isinstance(location, ir.Local) else ""
    target = ir.Local(name or fresh(fast, f"{observe.name}_location"), location.dims)
    anew = _Sum(target.name, lambda term: isinstance(term, ir.Local) and term.name in signs)

    def read(s: m.Statement) -> Iterator[m.Statement]:
        if isinstance(s, m.Let | m.Accumulate) and s.name in {*signs, name}:
            sign = s.sign if isinstance(s, m.Accumulate) else "+"
            yield from anew.add(times(sign, signs.get(s.name, "+")), s.value)
            return
        if s is observe and not named:
            yield from anew.add("+", location)
        yield s

    paragraphs = tuple(
        replace(p, statements=tuple(new for s in p.statements for new in read(s)))
        for p in fast.paragraphs
    )
    return fast.with_(paragraphs=paragraphs), target


def _dissolved(
    fast: Fast, sign: ir.Sign, terms: Sequence[tuple[ir.Sign, ir.Expression]]
) -> Iterator[tuple[str, ir.Sign]]:
    """The predictors in a sum that nothing else reads, with their signs in it."""
    for own, term in terms:
        if isinstance(term, ir.Local) and uses(fast, term.name) == 1:
            parts = definitions(fast, term.name)
            if any(ir.has_unknowns(value) for _, value in parts):
                yield term.name, times(sign, own)
                yield from _dissolved(fast, times(sign, own), parts)


def is_data(node: ir.Expression) -> bool:
    """Whether no unknown is in it; a named value with rows was shown to be data before."""
    return not any(
        isinstance(n, ir.Unknown) or (isinstance(n, ir.Local) and not has_rows(n))
        for n in ir.walk(node)
    )


def _by_levels(node: ir.Expression, indices: set[str]) -> bool:
    local = any(isinstance(n, ir.Local) and has_rows(n) for n in ir.walk(node))
    return not local and row_inputs(node).keys() <= indices


def _term(sign: str, node: ir.Expression, indices: set[str]) -> Term:
    if not has_rows(node):
        return Term(sign, "flat", node)
    if _by_levels(node, indices):
        return Term(sign, "level", node)
    if is_data(node):
        return Term(sign, "known", node, node)
    if isinstance(node, ir.MatMul) and is_data(node.design) and not has_rows(node.table):
        return Term(sign, "block", node, node.design, node.table)
    if isinstance(node, ir.Multiply):
        data = [(s, f) for s, f in node.factors if has_rows(f)]
        rest = [(s, f) for s, f in node.factors if not has_rows(f)]
        if all(is_data(f) for _, f in data) and len(node.dims) == 1:
            return Term(sign, "column", node, product(data), product(rest))
    return _slope(sign, node, indices)


def _slope(sign: str, node: ir.Expression, indices: set[str]) -> Term:
    """Columns times what the levels of a row tell, and perhaps their sum."""
    over = node.over if isinstance(node, ir.Total) else None
    inner = node.operand if isinstance(node, ir.Total) else node
    if isinstance(inner, ir.Multiply):
        by_row = [(s, f) for s, f in inner.factors if is_data(f) and not _by_levels(f, indices)]
        rest = [(s, f) for s, f in inner.factors if (s, f) not in by_row]
        data = product(by_row) if by_row else ir.ONE
        own = all(_by_levels(f, indices) for _, f in rest)
        if data.dims == inner.dims == ((ROW, over) if over else (ROW,)) and own:
            return Term(sign, "slope", node, data, product(rest), over)
    raise StandsAside("the predictor is not linear in its columns, given the levels of a row")


def product(factors: Sequence[tuple[Literal["*", "/"], ir.Expression]]) -> ir.Expression:
    """Of factors that may be one alone."""
    match factors:
        case [("*", alone)]:
            return alone
        case _:
            return ir.Multiply(tuple(factors))


def own_terms(fast: Fast, predictor: str) -> list[tuple[ir.Sign, ir.Expression]]:
    """The signed terms that the statements of a predictor add themselves."""
    return [t for s, value in definitions(fast, predictor) for t in signed_terms(s, value)]


def without_terms(
    fast: Fast, predictor: str, sites: list[str], gone: set[ir.Expression], factor: m.Factor
) -> Iterator[m.Paragraph]:
    """The paragraphs without the sites, their terms of a predictor, and another factor."""
    anew = _Sum(predictor, gone.__contains__)
    for paragraph in fast.paragraphs:
        statements: list[m.Statement] = []
        for s in paragraph.statements:
            match s:
                case m.Sample(name=name) if name in sites:
                    pass
                case m.Let(name=name) | m.Accumulate(name=name) if name == predictor:
                    sign = s.sign if isinstance(s, m.Accumulate) else "+"
                    statements += anew.add(sign, s.value)
                case m.Factor(name=name) if name == factor.name:
                    statements.append(factor)
                case _:
                    statements.append(s)
        # also without statements: its heading tells of the term
        yield replace(paragraph, statements=tuple(statements))


def without_sites(residual: ir.Expression, sites: list[str]) -> ir.Expression:
    """A sum without the terms that read the sites."""
    terms = residual.terms if isinstance(residual, ir.Add) else (("+", residual),)
    kept = tuple(
        (sign, term)
        for sign, term in terms
        if not any(isinstance(n, ir.Unknown) and n.name in sites for n in ir.walk(term))
    )
    return kept[0][1] if len(kept) == 1 else ir.Add(kept)
