"""A response that is an input too: which model reads it, and what follows from that."""

from __future__ import annotations

from dataclasses import dataclass

from bgen.check.roles import columns_of
from bgen.check.scope import Scope
from bgen.ir import expressions as ir
from bgen.ir import model as m


@dataclass(frozen=True, slots=True)
class _Reached:
    """What one likelihood depends on, through predictors and priors."""

    responses: tuple[str, ...]
    arguments: frozenset[str]
    unknowns: frozenset[str]


def warn_read(scope: Scope) -> None:
    """One warning for each response and each model that reads it as an input."""
    responses = {r.name for r in scope.responses} - scope.imputed.keys()
    models = _models(scope)
    own = {name: model for model in models for name in model.responses}
    read = {
        (name, reader)
        for argument in scope.arguments.values()
        for name in responses & _read_by(argument)
        for reader, model in own.items()
        if argument.name in model.arguments
    }
    for name, reader in sorted(read, key=lambda pair: [scope.observed[n].start for n in pair]):
        if name in own[reader].responses:
            message = f"`{name}` is a response, and its model reads `{name}` as an input too"
            help_ = "what is to be predicted cannot be known beforehand; use another column"
        elif (reader, name) in read:
            if scope.observed[reader].start < scope.observed[name].start:
                continue  # one warning for the two
            message = f"the models of `{name}` and `{reader}` read each other's response"
            help_ = "together they are the density of neither: leave one of the two likelihoods out"
        else:
            message = f"`{name}` is a response, and the model of `{reader}` reads it as an input"
            help_ = (
                f"every prediction will need `{name}`; the two models have no unknowns in common, "
                "so nothing changes if each is fitted by itself, from a file of its own"
            )
            if _are_coupled(models, own[name], own[reader]):
                help_ = (
                    "the two models have unknowns in common, so they must be fitted together; "
                    f"every prediction will need `{name}` in its table"
                )
        scope.sink.warning("BL604", scope.observed[name], message, help=help_)


def _are_coupled(models: list[_Reached], one: _Reached, other: _Reached) -> bool:
    """Whether they share unknowns, or others do with both."""
    known, rest = one.unknowns, [model for model in models if model is not one]
    while near := [model for model in rest if model.unknowns & known]:
        known = known.union(*(model.unknowns for model in near))
        rest = [model for model in rest if model not in near]
    return bool(other.unknowns & known)


def _models(scope: Scope) -> list[_Reached]:
    definitions = scope.definitions()
    found = []
    for paragraph in scope.paragraphs:
        for statement in paragraph.statements:
            if isinstance(statement, m.Observe):
                reached = _reached(scope, definitions, m.values_of(statement.density))
                arguments, unknowns = reached & scope.arguments.keys(), reached & scope.sites.keys()
                parts = statement.parts or (statement.name,)
                found.append(_Reached(parts, frozenset(arguments), frozenset(unknowns)))
    return found


def _reached(
    scope: Scope, definitions: dict[str, list[ir.Expression]], values: list[ir.Expression]
) -> set[str]:
    """The names of all that values depend on."""
    stack, reached = list(values), set[str]()
    while stack:
        for node in ir.walk(stack.pop()):
            if not isinstance(node, ir.Input | ir.Local | ir.Unknown) or node.name in reached:
                continue
            reached.add(node.name)
            stack += definitions.get(node.name, [])
            if node.name in scope.sites:
                stack += m.values_of(scope.sites[node.name].prior)
    return reached


def _read_by(argument: m.Argument) -> set[str]:
    """The columns that an argument carries or is computed from."""
    values = [f.value for f in argument.features if f.value is not None]
    if argument.kind in ("column", "computed") and argument.value is not None:
        values.append(argument.value)
    return {name for value in values for name in columns_of(value)}
