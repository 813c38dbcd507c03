"""Which columns a prediction needs, and which only the density of the response does."""

from __future__ import annotations

from dataclasses import replace

from bgen.check.entries import Column
from bgen.check.scope import Scope
from bgen.ir import contract
from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import Levels


def columns_with_roles(scope: Scope) -> tuple[contract.ColumnSpec, ...]:
    """The contract in order of declaration; unused columns are not part of it."""
    needed = _needed(scope)
    responses = {r.name for r in scope.responses}
    # A column that only a derived response is computed from is a part of that response.
    density = _reached(scope, [a for a in scope.arguments.values() if _is_of_density(scope, a)])
    histories = _reached(scope, [a for a in scope.arguments.values() if a.kind == "history"])
    found = [_together(scope, union) for union in scope.unions.values()]
    alone = {part for union in scope.unions.values() for part in union.parts} - needed
    alone -= _counted(scope) | _grouping(scope)
    unread: tuple[str, ...] = ()
    for name, entry in scope.entries.items():
        if name in alone and name not in responses:
            continue  # read with the others
        if isinstance(entry, Column) and (entry.used or name in needed):
            spec = replace(entry.spec, coded=name in scope.coded)
            if name not in needed:
                drawn = name in responses or name not in density
                spec = replace(spec, role="response" if drawn else "density")
            if name not in needed and name in histories:
                spec = replace(spec, role="history")
            if name in responses and spec.type == "proportion":
                spec = replace(spec, open=True)
            found.append(spec)
        elif isinstance(entry, Column):
            unread += entry.spec.sources or (name,)
    return tuple(replace(spec, unread=unread) if spec.patterns else spec for spec in found)


def _counted(scope: Scope) -> set[str]:
    """The categories that some site has a value for each level of, used or not."""
    extents = [d.extent for site in scope.sites.values() for d in site.dims]
    names = {extent.name for extent in extents if isinstance(extent, Levels)}
    crossed = [scope.crossings[name].parts for name in names if name in scope.crossings]
    return names.union(*crossed)


def _grouping(scope: Scope) -> set[str]:
    """The categories that some column has a value for each level of."""
    specs = [e.spec for e in scope.entries.values() if isinstance(e, Column) and e.used]
    return {spec.by for spec in specs if spec.by is not None}


def _together(scope: Scope, union: contract.Union) -> contract.ColumnSpec:
    """Several categories that are read as one, with the levels of all."""
    specs = [e.spec for p in union.parts if isinstance(e := scope.entries[p], Column)]
    sources = tuple(source for spec in specs for source in spec.sources or (spec.name,))
    spec = contract.ColumnSpec(union.name, "category", levels=specs[0].levels, sources=sources)
    return replace(spec, members=True)


def derived_with_roles(scope: Scope) -> tuple[contract.Derived, ...]:
    needed = _needed(scope)
    kept = [d for d in scope.derived if d.name not in scope.imputed or _is_learnt_from(scope, d)]
    return tuple(d if d.name in needed else replace(d, role="response") for d in kept)


def _is_learnt_from(scope: Scope, derived: contract.Derived) -> bool:
    """Whether some constant is that of a derived column, whose values the model computes."""
    arguments = scope.arguments.values()
    values = [a.value for a in arguments] + [f.value for a in arguments for f in a.features]
    values += [d.value for d in scope.derived]
    return any(
        isinstance(inner, ir.Column) and inner.name == derived.name
        for value in values
        if value is not None
        for node in ir.walk(value)
        if isinstance(node, ir.Learnt)
        for inner in ir.walk(node.of)
    )


def _needed(scope: Scope) -> set[str]:
    """All columns that a prediction reads."""
    arguments = [a for a in scope.arguments.values() if a.kind not in ("response", "history")]
    return _reached(scope, [a for a in arguments if a.name not in scope.density_only])


def _is_of_density(scope: Scope, argument: m.Argument) -> bool:
    return argument.name in scope.density_only and argument.kind != "observed"


def _reached(scope: Scope, arguments: list[m.Argument]) -> set[str]:
    """All columns that some arguments are computed from."""
    stack = [name for argument in arguments for name in _of_argument(argument, scope)]
    derived = {d.name: d for d in scope.derived}
    needed: set[str] = set()
    while stack:
        name = stack.pop()
        if name in needed:
            continue
        needed.add(name)
        if name in derived:
            stack.extend(columns_of(derived[name].value))
        elif name in scope.crossings:
            stack.extend(scope.crossings[name].parts)
        elif name in scope.grids:
            stack.append(scope.grids[name].column)
        entry = scope.entries.get(name)
        if isinstance(entry, Column) and entry.spec.by:
            stack.append(entry.spec.by)
    return needed


def _of_argument(argument: m.Argument, scope: Scope) -> list[str]:
    names = [argument.of] if argument.of else []
    if argument.value is not None:
        names += columns_of(argument.value)
    for feature in argument.features:
        names += columns_of(feature.value) if feature.value is not None else []
        names += [coded.name for coded in feature.coded]
    return names


def columns_of(value: ir.Expression) -> list[str]:
    """Columns in an expression, but for those that only a learnt constant reads."""
    if isinstance(value, ir.Learnt):
        return []
    if isinstance(value, ir.Column):
        return [value.name]
    return [name for child in ir.children(value) for name in columns_of(child)]
