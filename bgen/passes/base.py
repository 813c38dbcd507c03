"""What a rewrite declares, and what several of them ask of a model."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from typing import TypeVar

from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.fast import Fast
from bgen.ir.model import values_of

Found = TypeVar("Found")


class StandsAside(Exception):
    """A rewrite does not apply; the message says why, as a clause for the plan."""


@dataclass(frozen=True, slots=True)
class Pass:
    """One rewrite.

    ``apply`` gives the new form and what it did, a clause for the plan, or raises ``StandsAside``.
    ``order`` is its place among the others; ``exact`` says when the posterior stays the same, and
    ``source`` where the algebra is from.
    """

    name: str
    order: int
    level: int
    summary: str
    exact: str
    source: str
    apply: Callable[[Fast], tuple[Fast, str]]


def only_response(fast: Fast) -> m.Observe:
    """The one response of a model whose rows are independent given the sites.

    Raises ``StandsAside`` where there are several, or where rows have unknowns of their own.
    """
    observed = [s for s in fast.statements() if isinstance(s, m.Observe)]
    if not observed:
        raise StandsAside("the response has become a factor already")
    if len(observed) > 1:
        raise StandsAside("there are several responses")
    observe = observed[0]
    if observe.values is not None or observe.mask is not None or fast.model.imputed():
        raise StandsAside("there are missing values")
    if observe.parts:
        raise StandsAside("the response is joint")
    if fast.model.is_series():
        raise StandsAside("the rows are a series")
    row_sites = [s.name for s in fast.model.sites() if s.is_row]
    if row_sites:
        raise StandsAside(f"{row_sites[0]} has a value for each row")
    return observe


def location_and_scale(density: m.Density) -> tuple[ir.Expression, ir.Expression]:
    """Those of a normal or lognormal density, which may leave them to NumPyro: 0 and 1."""
    return density.parameter("loc") or ir.ZERO, density.parameter("scale") or ir.ONE


def definitions(fast: Fast, name: str) -> list[tuple[ir.Sign, ir.Expression]]:
    """The signed terms that a predictor is the sum of, in the order of the source."""
    found: list[tuple[ir.Sign, ir.Expression]] = []
    for statement in fast.statements():
        if isinstance(statement, m.Let) and statement.name == name:
            found = [("+", statement.value)]
        elif isinstance(statement, m.Accumulate) and statement.name == name:
            found.append((statement.sign, statement.value))
    return found


def number_of_rows(column: ir.Expression) -> ir.Helper:
    """What ``prepare`` makes cells of, for an array by row."""
    return ir.Helper("len", (column,), ())


def summands(fast: Fast, value: ir.Expression) -> list[tuple[ir.Sign, ir.Expression]]:
    """The signed terms of a value, with the predictors in it taken apart."""
    found: list[tuple[ir.Sign, ir.Expression]] = []
    stack = signed_terms("+", value)[::-1]
    while stack:
        sign, node = stack.pop()
        if isinstance(node, ir.Local) and (has_rows(node) or definitions(fast, node.name)[1:]):
            for s, term in reversed(definitions(fast, node.name)):
                stack += signed_terms(times(sign, s), term)[::-1]
        else:
            found.append((sign, node))
    return found


def signed_terms(sign: ir.Sign, value: ir.Expression) -> list[tuple[ir.Sign, ir.Expression]]:
    """The signed terms of a value, without those of what has a name."""
    found: list[tuple[ir.Sign, ir.Expression]] = []
    stack = [(sign, value)]
    while stack:
        sign, node = stack.pop()
        match node:
            case ir.Add(terms=terms):
                stack += [(times(sign, s), term) for s, term in reversed(terms)]
            case ir.Negative(operand=operand):
                stack.append((times(sign, "-"), operand))
            case _:
                found.append((sign, node))
    return found


def times(one: ir.Sign, other: ir.Sign) -> ir.Sign:
    return "+" if one == other else "-"


def has_rows(expression: ir.Expression) -> bool:
    return any(d.is_row for d in expression.dims)


def row_inputs(expression: ir.Expression) -> dict[str, ir.Input]:
    """The arguments with a row axis that a value reads, by name, in reading order."""
    return {
        node.name: node
        for node in ir.walk(expression)
        if isinstance(node, ir.Input) and has_rows(node)
    }


def inputs_by_row(values: Iterable[ir.Expression]) -> list[ir.Input]:
    """The arguments with a row axis that values read, in reading order.

    Raises ``StandsAside`` where a row is not computed by itself.
    """
    found: dict[str, ir.Input] = {}
    for value in values:
        found |= row_inputs(value)
        for node in ir.walk(value):
            match node:
                case ir.Total(over=over) if over.is_row:
                    raise StandsAside("a sum over all rows is read")
                case ir.Length(of=of) if of.is_row:
                    raise StandsAside("the number of rows is read")
                case ir.CumSum() if has_rows(node) and node.dims[0].is_row:
                    raise StandsAside("rows are summed in their order")
                case _:
                    pass
    return list(found.values())


def reads(statement: m.Statement) -> Iterable[ir.Expression]:
    """The expressions of a statement."""
    match statement:
        case m.Sample(prior=prior):
            return values_of(prior)
        case m.Prior(site=site, stretch=stretch):
            return [*values_of(site.prior), *([stretch] if stretch else [])]
        case m.Let(value=value) | m.Accumulate(value=value):
            return [value]
        case m.Observe(density=density, mask=mask, values=values):
            return [*values_of(density), *(v for v in (mask, values) if v is not None)]
        case m.Factor(terms=terms, weighted=None):
            return terms
        case m.Factor(terms=terms, weighted=(density, number)):
            return [*terms, *values_of(density), number]
        case _:
            return []


def uses(fast: Fast, name: str) -> int:
    """How often the density reads a site or a named value, also through values that have names.

    What is reported and read no further does not count.
    """
    readers = readers_by_name(fast)
    found: dict[str, int] = {}

    def count(value: str) -> int:
        if value not in found:
            ways = (1 if reader is None else count(reader) for reader in readers.get(value, ()))
            found[value] = sum(ways)
        return found[value]

    return count(name)


def readers_by_name(fast: Fast) -> dict[str, list[str | None]]:
    """Of each site and named value, the named values that read it; None where the density does."""
    found: dict[str, list[str | None]] = {}
    for statement in fast.statements():
        named = isinstance(statement, m.Let | m.Accumulate)
        for value in reads(statement):
            for node in ir.walk(value):
                if isinstance(node, ir.Unknown | ir.Local):
                    found.setdefault(node.name, []).append(statement.name if named else None)
    return found


def why_asked(fast: Fast, name: str) -> str:
    """Why a site stays as it is where the source says how it is sampled; else empty."""
    asked = any(r.site == name and r.asked for r in fast.model.reparameterisations)
    return f"the source says how {name} is sampled" if asked else ""


def most_levels_first(
    fast: Fast, found: Iterable[Found], index: Callable[[Found], str]
) -> list[Found]:
    """By the levels of their indices where the data were shown, or where one crosses another.

    Else they are in the order of the source.
    """
    count = fast.facts.levels_of if fast.facts else parts_of_crossings(fast)
    return sorted(found, key=lambda each: -count(index(each)))


def parts_of_crossings(fast: Fast) -> Callable[[str], int]:
    """Of an index, how many categories are crossed in it."""
    parts = {c.name: len(c.parts) for c in fast.model.crossings}
    return lambda index: parts.get(index, 1)


def fresh(fast: Fast, name: str) -> str:
    """A name that nothing in the model has yet, nearest to the one asked for."""
    return unlike(taken_names(fast), name)


def unlike(taken: Container[str], name: str) -> str:
    while name in taken:
        name += "_"
    return name


def called_names(fast: Fast) -> set[str]:
    """The functions and classes of the library that the fast form calls."""
    values = [step.value for step in fast.steps] + [p.value for p in fast.prepared]
    densities = [drawn.given for drawn in fast.drawn]
    for statement in fast.statements():
        values += reads(statement)
        match statement:
            case m.Sample(prior=density) | m.Observe(density=density):
                densities.append(density)
            case m.Factor(weighted=(density, _)):
                densities.append(density)
            case _:
                pass
    return m.functions_called(densities, values) - {number_of_rows(ir.ONE).function}


def taken_names(fast: Fast) -> set[str]:
    """All names of the model: for who needs many new ones, and must not gather these each time."""
    model = fast.model
    taken = {a.name for a in model.arguments} | {p.argument.name for p in fast.prepared}
    taken |= {s.name for s in model.statements()} | {c.name for c in model.columns}
    taken |= {f"n_{name}" for name in model.level_counts()}
    return taken | {target for step in fast.steps for target in step.targets}
