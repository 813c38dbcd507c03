"""`layer wide(v) = ...` and a call `wide(x)` -> the body with `x` in place of `v` (rule 8)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace

from bgen.syntax import ast

from .data import BadProgram
from .layers import LAYERS, OWN


def transform(
    node: ast.Expression, change: Callable[[ast.Expression], ast.Expression | None]
) -> ast.Expression:
    """The tree with every node replaced for which ``change`` gives another, outermost first."""
    changed = change(node)
    if changed is not None:
        return changed
    match node:
        case ast.Sum():
            return replace(node, terms=tuple((s, transform(t, change)) for s, t in node.terms))
        case ast.Product():
            return replace(node, factors=tuple((s, transform(f, change)) for s, f in node.factors))
        case ast.Cross():
            return replace(node, parts=tuple(transform(p, change) for p in node.parts))
        case ast.Negate():
            return replace(node, operand=transform(node.operand, change))
        case ast.Power():
            return replace(
                node,
                base=transform(node.base, change),
                exponent=transform(node.exponent, change),
            )
        case ast.Index():
            return replace(node, indices=tuple(transform(i, change) for i in node.indices))
        case ast.Call():
            return replace(
                node,
                arguments=tuple(
                    replace(a, value=transform(a.value, change)) for a in node.arguments
                ),
            )
        case _:
            return node


def calls_in(node: ast.Expression) -> Iterator[ast.Call]:
    """Every call of an expression, outermost first, the values of options and priors left out."""
    match node:
        case ast.Call():
            yield node
            for argument in node.arguments:
                if argument.name is None:
                    yield from calls_in(argument.value)
        case ast.Sum():
            for _, term in node.terms:
                yield from calls_in(term)
        case ast.Product():
            for _, factor in node.factors:
                yield from calls_in(factor)
        case ast.Cross():
            for part in node.parts:
                yield from calls_in(part)
        case ast.Negate():
            yield from calls_in(node.operand)
        case ast.Power():
            yield from calls_in(node.base)
            yield from calls_in(node.exponent)
        case _:
            return


def layer_calls(node: ast.Expression, layers: Collection[str]) -> list[ast.Call]:
    return [call for call in calls_in(node) if call.function in layers]


def is_additive(part: ast.Expression, whole: ast.Expression) -> bool:
    """Whether a part only adds to the whole."""
    match whole:
        case ast.Sum():
            return any(is_additive(part, term) for _, term in whole.terms)
        case ast.Negate():
            return is_additive(part, whole.operand)
        case _:
            return part is whole


def substitute(node: ast.Expression, arguments: Mapping[str, ast.Expression]) -> ast.Expression:
    """Names of the definition's parameters become the call's arguments.

    Inside a layer's priors the layer's own parameters come first and stay what they are.
    """

    def change(inner: ast.Expression) -> ast.Expression | None:
        if isinstance(inner, ast.Name):
            return arguments.get(inner.id)
        if isinstance(inner, ast.Index) and isinstance(arguments.get(inner.name), ast.Name):
            renamed = arguments[inner.name]
            assert isinstance(renamed, ast.Name)
            indices = tuple(substitute(i, arguments) for i in inner.indices)
            return replace(inner, name=renamed.id, indices=indices)
        if isinstance(inner, ast.Call) and inner.function in LAYERS:
            own = OWN[inner.function]
            free = {name: value for name, value in arguments.items() if name not in own}
            return replace(
                inner,
                arguments=tuple(
                    replace(a, value=substitute(a.value, free if a.relation == "~" else arguments))
                    for a in inner.arguments
                ),
            )
        return None

    return transform(node, change)


def expand(call: ast.Call, definitions: Mapping[str, ast.LayerDefinition]) -> ast.Expression:
    """The body of a user layer for this call.

    Reading: a keyword that is no parameter of the definition (`coef ~ Normal(0, 2)`) goes to the
    one layer of the body, over what the body says itself.
    """
    definition = definitions[call.function]
    parameters = [parameter.id for parameter in definition.parameters]
    bound: dict[str, ast.Expression] = {}
    passed: list[ast.Argument] = []
    position = 0
    for argument in call.arguments:
        if argument.name is None:
            if position >= len(parameters):
                raise BadProgram(f"`{call.function}` takes {len(parameters)} arguments")
            bound[parameters[position]] = argument.value
            position += 1
        elif argument.name in parameters and argument.relation == "=":
            bound[argument.name] = argument.value
        else:
            passed.append(argument)
    if set(bound) != set(parameters):
        raise BadProgram(f"`{call.function}` needs {', '.join(parameters)}")
    body = substitute(definition.body, bound)
    if not passed:
        return body
    inner = layer_calls(body, {*LAYERS, *definitions})
    if len(inner) != 1:
        raise BadProgram(f"`{call.function}` has several layers; which is meant?")
    names = {argument.name for argument in passed}
    kept = tuple(a for a in inner[0].arguments if a.name is None or a.name not in names)
    replaced = replace(inner[0], arguments=(*kept, *passed))
    return transform(body, lambda node: replaced if node is inner[0] else None)
