"""What combinators take, and what they demand of data and of other sites."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bgen.check.natural import natural_density
from bgen.check.scope import Scope
from bgen.check.targets import part_prefixes, parts_of
from bgen.check.words import reject_as_link
from bgen.ir import expressions as ir
from bgen.ir.dims import ROW, Dim, Fixed
from bgen.ir.distributions import NAMES
from bgen.ir.model import Density
from bgen.ir.supports import Support
from bgen.links import Link
from bgen.syntax import ast
from bgen.syntax.printer import print_expression


def parts(
    scope: Scope, link: Link, node: ast.Call, positional: list[ast.Argument]
) -> list[ast.Call]:
    """The links and distributions that a combinator takes, in their number."""
    for argument in positional:
        value = argument.value
        if isinstance(value, ast.Call):
            reject_as_link(scope, value)
        else:
            scope.reject(
                "BL462",
                value.span,
                f"`{link.keyword}` takes a link, and `{print_expression(value)}` is none",
                help=f"for example `{link.example}`",
            )
    if not positional or (link.combines == 2 and len(positional) < 2):
        scope.reject(
            "BL420",
            node.span,
            f"`{link.keyword}` needs {'two links or more' if link.combines == 2 else 'a link'}",
            help=f"for example `{link.example}`",
        )
    if link.combines == 1 and len(positional) > 1:
        scope.reject(
            "BL421",
            positional[1].span,
            f"`{link.keyword}` takes no more arguments by position",
            label="one too many",
            help=f"for example `{link.example}`",
        )
    return [a.value for a in positional if isinstance(a.value, ast.Call)]


def natural_part(scope: Scope, node: ast.Call, prefix: str) -> Density:
    """A distribution by name inside a combinator."""
    assert node.function in NAMES
    density = natural_density(scope, node, prefix)
    if density.parameters:
        scope.locations.setdefault(prefix, density.parameters[0][1])
    return density


# --- weights --------------------------------------------------------------------------------------


def is_pair(over: Dim) -> bool:
    return over.extent == Fixed(2)


def fixed_simplex(scope: Scope, argument: ast.Argument, over: Dim) -> ir.Expression | None:
    """``weights = theta`` where theta is a probability for each part; None for one number."""
    node = argument.value
    known = scope.sites.get(node.id) if isinstance(node, ast.Name) else None
    if known is not None and known.prior.support.kind == "simplex":
        scope.lookup(known.name, node.span)
        if known.dims[-1].extent == over.extent and len(known.dims) == 1:
            return ir.Unknown(known.name, known.dims)
    elif is_pair(over):
        return None
    scope.reject(
        "BL538",
        node.span,
        f"`{print_expression(node)}` is not a probability for each of the parts",
        help="two parts may give the first one's, `weights = w`; several take "
        "`weights ~ Dirichlet(1)` or a parameter that has a Dirichlet prior of as many parts",
    )


# --- demands on the data --------------------------------------------------------------------------


def demand(
    scope: Scope,
    response: str,
    node: ast.Call,
    values: Mapping[str, ir.Expression | None],
    function: str = "inside",
) -> None:
    """Let ``encode`` check the response against values, as far as those are data."""
    known = [(k, _on_host(scope, v)) for k, v in values.items() if v is not None]
    keywords = tuple((k, v) for k, v in known if v is not None)
    low, high = (dict(keywords).get(k) for k in ("low", "high"))
    numbers = ir.number_of(low), ir.number_of(high)
    if numbers[0] is not None and numbers[1] is not None and numbers[0] > numbers[1]:
        scope.reject(
            "BL445",
            node.span,
            f"`{node.function}` has no room between {numbers[0]:g} and {numbers[1]:g}",
            help="the lower bound comes first and is the smaller one",
        )
    if keywords:
        scope.demands.setdefault(response, []).append((function, keywords))


def except_zero(scope: Scope, response: str, first: int) -> None:
    """Bounds that were demanded from the `first` on are not for rows of 0."""
    known, free = scope.demands.get(response, []), ("or_zero", ir.ONE)
    known[first:] = [(f, (*given, free) if f == "inside" else given) for f, given in known[first:]]


def with_demands(scope: Scope, column: ir.Column) -> ir.Expression:
    """The response as ``encode`` reads it: through its checks."""
    value: ir.Expression = column
    for function, keywords in scope.demands.get(column.name, ()):
        value = ir.Helper(function, (value,), (ROW,), keywords, column.name)
    return value


def _on_host(scope: Scope, value: ir.Expression) -> ir.Expression | None:
    """A value of the model as ``encode`` computes it; None where it is not made of data."""
    match value:
        case ir.Constant():
            return value
        case ir.Input(name=name):
            return scope.arguments[name].value
        case ir.Negative(operand=x):
            inner = _on_host(scope, x)
            return None if inner is None else ir.Negative(inner)
        case ir.Apply(function=function, operand=x):
            inner = _on_host(scope, x)
            return None if inner is None else ir.Apply(function, inner)
        case ir.Add(terms=terms):
            found = [(sign, _on_host(scope, part)) for sign, part in terms]
            given = tuple((sign, part) for sign, part in found if part is not None)
            return ir.Add(given) if len(given) == len(found) else None
        case _:
            return None


# --- the order of a mixture's parts ---------------------------------------------------------------


def restrict_order(scope: Scope, node: ast.Call, argument: ast.Argument, prefix: str) -> None:
    """Let the first arguments of the parts increase: each is bounded by those known before it.

    The density on the ordered set is then the product of the priors, up to a constant.
    """
    names = [_single_unknown(scope, p) for p in part_prefixes(prefix, parts_of(node))]
    word = argument.value.id if isinstance(argument.value, ast.Name) else ""
    known = [name for name in names if name is not None]
    if word not in ("mu", "eta") or len(set(known)) < len(names):
        scope.reject(
            "BL539",
            argument.span,
            "`order = mu` orders parts whose first arguments are single unknowns",
            label=(
                "a predictor that varies by row has no place in an order"
                if word in ("mu", "eta")
                else "only the first argument, `mu`, can be ordered"
            ),
            help="define `m1 ~ Normal(0, 5)` and `m2 ~ Normal(0, 5)`, and write "
            "`mixture(gaussian(m1), gaussian(m2), order = mu)`",
        )
    places = list(scope.sites)
    for rank, name in enumerate(known):
        early = [k for k, other in enumerate(known) if places.index(other) < places.index(name)]
        low = max((k for k in early if k < rank), default=None)
        high = min((k for k in early if k > rank), default=None)
        if low is None and high is None:
            continue
        bounds = [None if k is None else ir.Unknown(known[k], ()) for k in (low, high)]
        _restrict(scope, argument, name, *bounds)


def _single_unknown(scope: Scope, prefix: str) -> str | None:
    value = scope.locations.get(prefix)
    if isinstance(value, ir.Local):
        defined = scope.definitions().get(value.name, [])
        value = defined[0] if len(defined) == 1 else None
    return value.name if isinstance(value, ir.Unknown) and not value.dims else None


def _restrict(
    scope: Scope,
    argument: ast.Argument,
    name: str,
    low: ir.Expression | None,
    high: ir.Expression | None,
) -> None:
    sample = scope.sites[name]
    prior, own = sample.prior, sample.prior.support
    if own.kind not in ("real", "positive") or prior.name == "Restricted":
        scope.reject(
            "BL539",
            argument.span,
            (
                f"`{name}` cannot be ordered: its prior is on {own.describe()}"
                if prior.name != "Restricted"
                else f"`{name}` is in an order already"
            ),
            help="ordered unknowns have priors on all real numbers or on the positive ones",
        )
    if own.kind == "positive" and low is None:
        low = ir.ZERO
    if high is None:
        support = Support("above", low)
    else:
        support = Support("below", None, high) if low is None else Support("interval", low, high)
    bounds = tuple((k, v) for k, v in (("low", low), ("high", high)) if v is not None)
    restricted = Density("Restricted", bounds, support, own=True, bases=(prior,))
    if prior.name == "Flat":
        restricted = replace(prior, support=support)
    after = replace(sample, prior=restricted)
    scope.sites[name] = after
    scope.statements = [after if s is sample else s for s in scope.statements]
    scope.paragraphs = [
        replace(p, statements=tuple(after if s is sample else s for s in p.statements))
        for p in scope.paragraphs
    ]
