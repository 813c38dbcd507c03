"""A program -> which predictor is the location of which link, and how wide predictors must be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bgen.syntax import ast
from bgen.syntax.visit import children

from .data import Data
from .densities import DENSITIES
from .links import JOINT, LINKS, WIDE

COMBINATORS = {
    "zero_inflated",
    "hurdle",
    "censored",
    "truncated",
    "weighted",
    "mixture",
    "autoregressive",
}


@dataclass(frozen=True)
class Target:
    """A link of a response, whose location the predictor is an additive part of.

    ``prefix``: what the link's own parameters are called after. ``positive``: it is about the rows
    above 0, as it stands in a hurdle.
    """

    response: str
    prefix: str
    call: ast.Call
    predictor: ast.Expression | None
    responses: tuple[str, ...] = ()
    positive: bool = False

    @property
    def function(self) -> str:
        """The link function, `softmax` of a K-class link."""
        if self.call.function in WIDE:
            return "softmax"
        for a in self.call.arguments:
            if a.name == "link" and isinstance(a.value, ast.Name):
                return a.value.id
        return LINKS[self.call.function].default if self.call.function in LINKS else "identity"


def first_argument(call: ast.Call) -> ast.Expression | None:
    return next((a.value for a in call.arguments if a.name is None), None)


def innermost(call: ast.Call) -> ast.Call:
    """The link inside combinators; of a mixture the first."""
    while call.function in COMBINATORS:
        inner = first_argument(call)
        if not isinstance(inner, ast.Call):
            break
        call = inner
    return call


def component_prefix(response: str, component: ast.Call) -> str:
    """`y_mu1` of the component `gaussian(mu1)` of a mixture, `y_gaussian` of any other."""
    inner = innermost(component)
    predictor = first_argument(inner)
    name = predictor.id if isinstance(predictor, ast.Name) else inner.function
    return f"{response}_{name}"


def components(call: ast.Call) -> list[ast.Call]:
    return [a.value for a in call.arguments if a.name is None and isinstance(a.value, ast.Call)]


def links_of(call: ast.Call, prefix: str) -> Iterator[tuple[str, ast.Call]]:
    """Every link inside combinators, with the prefix of its parameters."""
    if call.function == "mixture":
        for component in components(call):
            yield from links_of(component, component_prefix(prefix, component))
    elif call.function in COMBINATORS:
        inner = first_argument(call)
        if isinstance(inner, ast.Call):
            yield from links_of(inner, prefix)
    else:
        yield prefix, call


def behind_hurdles(call: ast.Call, inside: bool = False) -> set[int]:
    """The links in a call that draw what is above 0 alone, by identity."""
    if call.function not in COMBINATORS:
        return {id(call)} if inside else set()
    inner = components(call)[: None if call.function == "mixture" else 1]
    inside = inside or call.function == "hurdle"
    return set().union(*(behind_hurdles(part, inside) for part in inner))


def likelihoods(
    program: ast.Program, data: Data
) -> Iterator[tuple[str, ast.Distributed, ast.Call]]:
    """The statements that draw responses: the name of each, the statement, its call."""
    assigned = {s.target.name for s in program.statements if isinstance(s, ast.Assignment)}
    for statement in program.statements:
        if isinstance(statement, ast.Distributed) and isinstance(statement.value, ast.Call):
            names = [target.name for target in statement.targets]
            if all(name in data.columns or name in assigned for name in names):
                yield "_".join(names), statement, statement.value


def find_targets(program: ast.Program, data: Data) -> dict[str, Target]:
    """By the names of predictors; layers in a link's call stand under the link's prefix."""
    sums = {s.target.name: s.value for s in program.statements if isinstance(s, ast.Assignment)}
    found: dict[str, Target] = {}
    for response, statement, outer in likelihoods(program, data):
        positive = behind_hurdles(outer)
        for prefix, call in links_of(outer, response):
            if call.function in JOINT:  # each response has a predictor of its own
                names = [target.name for target in statement.targets]
                parts = [a.value for a in call.arguments if a.name is None]
                for name, node in zip(names, parts, strict=False):
                    _spread(Target(name, name, call, node, tuple(names)), sums, found)
            elif call.function in LINKS or call.function in WIDE:
                first, above = first_argument(call), id(call) in positive
                target = Target(response, prefix, call, first, positive=above)
                _spread(target, sums, found)
    return found


def find_scales(program: ast.Program, data: Data) -> dict[str, tuple[str, ast.Argument | None]]:
    """By the names of predictors that are locations of a distribution with its own name: what that
    distribution's parameters are called after, and its scale as written."""
    sums = {s.target.name: s.value for s in program.statements if isinstance(s, ast.Assignment)}
    found: dict[str, tuple[str, ast.Argument | None]] = {}
    for response, _, outer in likelihoods(program, data):
        for prefix, call in links_of(outer, response):
            family = None if call.function in LINKS else DENSITIES.get(call.function)
            if family is None or not {"loc", "scale"} <= family.parameters.keys():
                continue
            order = list(family.parameters)
            given = {a.name or order[i]: a for i, a in enumerate(call.arguments)}
            own = prefix, given.get("scale")
            found.setdefault(prefix if order[0] == "loc" else f"{prefix}_loc", own)
            stack = [given["loc"].value] if "loc" in given else []
            while stack:
                match stack.pop():
                    case ast.Sum() as node:
                        stack += [term for _, term in node.terms]
                    case ast.Negate(operand=operand):
                        stack.append(operand)
                    case ast.Name(id=name) if name in sums and name not in found:
                        found[name] = own
                        stack.append(sums[name])
    return found


def _spread(target: Target, sums: dict[str, ast.Expression], found: dict[str, Target]) -> None:
    """The target is that of all predictors that are parts of the sum."""
    found.setdefault(target.prefix, target)
    stack = [target.predictor]
    while stack:
        match stack.pop():
            case ast.Sum() as node:
                stack.extend(term for _, term in node.terms)
            case ast.Negate(operand=operand):
                stack.append(operand)
            case ast.Name(id=name) if name in sums and name not in found:
                found[name] = target
                stack.append(sums[name])


def find_widths(program: ast.Program, data: Data) -> dict[str, int]:
    """How many outputs the layers of a predictor have, where a K-class link asks for several."""
    sums = {s.target.name: s.value for s in program.statements if isinstance(s, ast.Assignment)}
    found: dict[str, int] = {}
    for response, statement, outer in likelihoods(program, data):
        for prefix, call in links_of(outer, response):
            if call.function not in WIDE:
                continue
            classes = class_count(statement, call, data)
            width = classes - int(has_reference(call))
            found[prefix] = width
            stack = [first_argument(call)]
            while stack:
                node = stack.pop()
                if node is None:
                    continue
                if isinstance(node, ast.Name) and node.id in sums and node.id not in found:
                    found[node.id] = width
                    stack.append(sums[node.id])
                stack.extend(children(node))
    return found


def class_count(statement: ast.Distributed, call: ast.Call, data: Data) -> int:
    if WIDE[call.function]:
        return len(data.columns[statement.targets[0].name].levels)
    return len(statement.targets)


def has_reference(call: ast.Call) -> bool:
    return not any(
        a.name == "reference" and isinstance(a.value, ast.Name) and a.value.id == "none"
        for a in call.arguments
    )


def find_order(program: ast.Program, data: Data) -> dict[str, tuple[list[str], int]]:
    """Sites that `order =` restricts to increase: each with all of them and its place."""
    sums = {s.target.name: s.value for s in program.statements if isinstance(s, ast.Assignment)}
    found: dict[str, tuple[list[str], int]] = {}
    for _, _, outer in likelihoods(program, data):
        for call in _mixtures(outer):
            if not any(a.name == "order" for a in call.arguments):
                continue
            names: list[str] = []
            for component in components(call):
                node = first_argument(innermost(component))
                if isinstance(node, ast.Name):
                    names.append(node.id)  # of `m = intercept()` the site is `m`
            assert all(name in sums or name not in data.columns for name in names)
            found |= {name: (names, place) for place, name in enumerate(names)}
    return found


def _mixtures(call: ast.Call) -> Iterator[ast.Call]:
    if call.function == "mixture":
        yield call
    if call.function in COMBINATORS:
        for component in components(call):
            yield from _mixtures(component)


def names_used(program: ast.Program) -> set[str]:
    """Every name to the right of a sign, what a statement is about left out."""
    found: set[str] = set()
    for statement in program.statements:
        match statement:
            case ast.Assignment(target=target, value=value):
                stack = [*target.indices, value]
            case ast.Distributed(targets=targets, value=value):
                stack = [*(i for t in targets for i in t.indices), value]
            case ast.LayerDefinition(body=body):
                stack = [body]
            case _:
                continue
        while stack:
            node = stack.pop()
            if isinstance(node, ast.Name):
                found.add(node.id)
            if isinstance(node, ast.Call) and node.function in {"mean", "sd", "min", "max"}:
                continue  # a constant of what was observed
            stack.extend(children(node))
    return found


assert set(LINKS).isdisjoint(COMBINATORS) and JOINT.isdisjoint(COMBINATORS)
