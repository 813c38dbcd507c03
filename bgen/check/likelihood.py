"""``y ~ link(...)`` -> the response's density, its parameters' sites and its argument."""

from __future__ import annotations

from dataclasses import replace

from bgen.check import combinations
from bgen.check.coding import terms_of
from bgen.check.entries import Column, Derived, Entry, place_of
from bgen.check.formulas import likelihood_of
from bgen.check.link_calls import lower_link
from bgen.check.missing import filled, observation
from bgen.check.natural import natural_density
from bgen.check.places import known_part
from bgen.check.scope import Scope
from bgen.check.targets import link_function, plain_link, plain_links
from bgen.check.words import reject_as_link
from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import ROW
from bgen.ir.model import Density
from bgen.links import Link, links
from bgen.links.base import one_output
from bgen.syntax import ast
from bgen.syntax.printer import print_expression, print_statement

#: Which declared types can hold what a density draws.
_TYPES = {
    "real": ("real", "positive", "proportion", "integer", "count"),
    "positive": ("positive",),
    "unit": ("proportion",),
    "boolean": ("binary",),
    "natural": ("count",),
    "integer": ("integer", "count"),
    "classes": ("category", "ordinal"),
}

_NUMBERS = ("real", "positive", "proportion", "integer", "count", "binary")

#: The types whose values include those of a type.
_WIDER = {
    "binary": ("binary", "count", "integer", "real"),
    "count": ("count", "integer", "real"),
}


def observe(scope: Scope, statement: ast.Distributed) -> None:
    """Lower one likelihood into the paragraph that is being gathered."""
    target = statement.targets[0]
    node = statement.value
    if isinstance(node, ast.Call):
        reject_as_link(scope, node)
    if not isinstance(node, ast.Call):
        scope.reject(
            "BL401",
            node.span,
            "a link or a distribution is needed here",
            label=f"`{print_expression(node)}` is a value",
            help=likelihood_of(scope, target.name, node),
        )
    joint = _check_number(scope, statement, node)
    entries = [_response(scope, t) for t in statement.targets]
    names = tuple(t.name for t in statement.targets)
    if node.function in links():
        density = lower_link(scope, node, names)
        plain = plain_link(node)
        link = links().get(plain.function)
        location = "natural" if link is None else link_function(link, plain)
        if link is not None and link.on_logs and location == "identity":
            location = "log"
        responses = [m.Response(name, location) for name in names]
        # Where the mean is not what the predictor is about, there is nothing to compare.
        if scope.policy == "unit" and link and not link.trials and link.outputs is one_output:
            responses = [_compared(scope, one, link, names) for one in responses]
    else:
        density = natural_density(scope, node, target.name)
        responses = [m.Response(target.name, "natural")]
    for one, entry in zip(statement.targets, entries, strict=True):
        _check_response(scope, one, entry, density, node)
    observed = observation(scope, statement.span, names, density, joint=joint)
    for name in names:
        value = filled(scope, combinations.with_demands(scope, ir.Column(name, (ROW,))), name)
        scope.arguments.setdefault(name, m.Argument(name, "response", (ROW,), name, value=value))
    scope.responses.extend(responses)
    if joint:
        scope.claim("_".join(names), statement.span, "joint response")
    scope.statements.append(observed)
    scope.paragraph(print_statement(statement))


def _response(scope: Scope, target: ast.Target) -> Entry:
    """The column that a response is, once nothing forbids it."""
    entry = scope.lookup(target.name, target.span)
    if target.indices:
        scope.reject(
            "BL430",
            target.span,
            f"`{target.name}` is data and takes no index",
            help=f"write `{target.name} ~ ...`; a column has one value a row",
        )
    if entry_dims(entry) != (ROW,):
        scope.reject(
            "BL431",
            target.span,
            f"`{target.name}` does not have one number a row, so it cannot be a response",
            help="a response is a single column of numbers, counts, or 0 and 1",
            notes=((place_of(entry), "declared here"),),
        )
    if target.name in scope.observed:
        scope.reject(
            "BL432",
            target.span,
            f"`{target.name}` already has a likelihood above",
            help="delete one of the two; another model of the same data is another file",
            notes=((scope.observed[target.name], "the first is here"),),
        )
    scope.observed[target.name] = target.span
    return entry


def _check_number(scope: Scope, statement: ast.Distributed, node: ast.Call) -> bool:
    """Whether the statement names several responses, as its link must take them."""
    link = links().get(plain_link(node).function)
    joint = link is not None and link.joint
    several = len(statement.targets) > 1
    if several and not joint:
        scope.reject(
            "BL429",
            statement.span,
            "this link takes one response",
            help="write a statement for each response",
        )
    if link is not None and joint and not several:
        scope.reject(
            "BL429",
            statement.span,
            f"`{link.keyword}` takes several responses",
            help=f"for example `{link.example}`",
        )
    return joint


def entry_dims(entry: object) -> tuple[object, ...] | None:
    return entry.dims if isinstance(entry, Column | Derived) else None


def _check_response(
    scope: Scope, target: ast.Target, entry: object, density: Density, node: ast.Call
) -> None:
    """The declared type must be one that the density can draw."""
    types = _types(node, density)
    link = links().get(plain_link(node).function)
    remedy = link.remedy if link is not None and link.remedy in types else types[0]
    if isinstance(entry, Derived):
        if not set(types).isdisjoint(_WIDER.get(entry.type, (entry.type, "real"))):
            return
        scope.reject(
            "BL447",
            target.span,
            f"`{target.name}` may hold any {entry.type} number, and `{node.function}` draws "
            f"{density.support.describe()}",
            help=f"declare a column as `{remedy}`, or choose another link",
            notes=((entry.span, "computed here"),),
        )
    assert isinstance(entry, Column)
    if entry.spec.type in types:
        return
    scope.reject(
        "BL436",
        target.span,
        f"`{target.name}` is declared {entry.spec.type}, and `{node.function}` draws "
        f"{density.support.describe()}",
        help=f"declare it as `{target.name}: {remedy}`, or choose another link",
        notes=((entry.declaration.span, "declared here"),),
    )


def _types(node: ast.Call, density: Density) -> tuple[str, ...]:
    """The types that every part of a likelihood takes."""
    found: list[tuple[str, ...]] = []
    for plain in plain_links(node):
        if plain.function in links():
            found.append(links()[plain.function].responses)
    if not found:
        if density.support.kind == "nonnegative":
            return ("real",)
        return _TYPES.get(density.support.kind, _NUMBERS)  # an interval, the circle: any numbers
    common = tuple(t for t in found[0] if all(t in other for other in found))
    if density.support.kind == "nonnegative":  # zeros beside positive numbers
        return tuple(t for t in (*common, "real", "integer", "count") if t != "positive")
    return common


def _compared(scope: Scope, response: m.Response, link: Link, names: tuple[str, ...]) -> m.Response:
    """A response with what the unit-prior warning compares it with, where defaults are in force."""
    predictor, prefix = scope.locations.get(response.name), "_".join(names)
    if predictor is None:
        return response
    scales = (p.name for p in link.parameters if p.role == "scale" and not link.on_logs)
    sites = [scope.sites.get(f"{prefix}_{name}") for name in scales]
    target = scope.targets.get(prefix)
    return replace(
        response,
        location_sd=_intercept_sd(scope, response.name),
        default_scale=any(site is not None and site.default for site in sites),
        offset=known_part(scope, predictor),
        above_zero=target is not None and target.above_zero,
    )


def _intercept_sd(scope: Scope, response: str) -> float | None:
    """The prior sd of the intercept where it is the default one, for the unit-prior warning."""
    predictor = scope.locations.get(response)
    if predictor is None:
        return None
    for term in terms_of(scope, predictor):
        site = scope.sites.get(term.name) if isinstance(term, ir.Unknown) else None
        if site is not None and site.default and site.prior.name == "Normal":
            scale = site.prior.parameter("scale")
            return scale.value if isinstance(scale, ir.Constant) else None
    return None
