"""A distribution as it is written -> a density with its parameters in NumPyro's order."""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

from bgen.base.diagnostic import did_you_mean
from bgen.check import vectors
from bgen.check.counts import check_count
from bgen.check.dialects import distribution_of, parameter_of
from bgen.check.planned import reject_planned
from bgen.check.ranges import is_flag, is_probability, range_of
from bgen.check.scope import Scope
from bgen.check.unknowns import ModelTranslator
from bgen.check.words import reject_distribution, reject_lacking
from bgen.ir import expressions as ir
from bgen.ir.distributions import (
    BY_PARAMETER,
    DISTRIBUTIONS,
    NAMES,
    ORDERS,
    OWN,
    TRUNCATABLE,
    Distribution,
    Parameter,
)
from bgen.ir.model import Density
from bgen.ir.supports import POSITIVE, REAL, Support
from bgen.layers import layers
from bgen.links import links
from bgen.syntax import ast
from bgen.syntax.printer import print_expression


def density_of(node: ast.Expression, translator: ModelTranslator) -> Density:
    """The density that a distribution call says. Raises ``Rejected`` after reporting an error."""
    scope = translator.scope
    if not isinstance(node, ast.Call):
        scope.reject(
            "BL401",
            node.span,
            "a distribution is needed here",
            label=f"`{print_expression(node)}` is a value",
            help=_in_brackets(node)
            or "after `~` comes a distribution, such as `Normal(0, 1)`; "
            "to fix a value, write `=` instead of `~`",
        )
    match node.function:
        case "Flat":
            return _flat(node, translator)
        case "HalfStudentT":
            bound = _bind(node, translator, _HALF_STUDENT_T)
            return Density("HalfStudentT", bound, POSITIVE)
        case "Truncated":
            return _truncated(node, translator)
        case "ScaledBeta":
            return _scaled_beta(node, translator)
        case "Dirichlet":
            return vectors.dirichlet(node, translator)
        case "LKJ":
            vectors.reject_lkj(node, translator)
    written = node
    if node.function in BY_PARAMETER:
        probs, logits = BY_PARAMETER[node.function]
        by_logits = any(argument.name == "logits" for argument in node.arguments)
        node = replace(node, function=logits if by_logits else probs)
    distribution = DISTRIBUTIONS.get(node.function)
    if distribution is None and (node.function in layers() or node.function in links()):
        kind = "layer" if node.function in layers() else "link"
        scope.reject(
            "BL444",
            node.function_span,
            f"`{node.function}` is a {kind}, and a distribution is needed here",
            help=(
                f"write `=` before a layer: `= {print_expression(node)}`"
                if kind == "layer"
                else "links tie predictors to columns; a prior is a distribution, such as "
                "`Normal(0, 1)`"
            ),
        )
    if distribution is None:
        reject_planned(scope, node.function, node.function_span)
        reject_lacking(scope, "BL402", node)
        known = (*DISTRIBUTIONS, *OWN)
        by_case = {name.lower(): name for name in known}
        near = by_case.get(node.function.lower().replace("_", ""))
        scope.reject(
            "BL402",
            node.function_span,
            f"`{node.function}` is not a distribution",
            help=distribution_of(node.function)
            or (f"did you mean `{near}`?" if near else scope.suggest(node.function, known))
            or "distributions carry NumPyro's names, such as `Normal`, `HalfNormal`, `Exponential`",
        )
    parameters = _bind(written, translator, distribution)
    support = _support(distribution, dict(parameters))
    _check_order(scope, node, support)
    return Density(node.function, parameters, support)


def _in_brackets(node: ast.Expression) -> str:
    """The remedy for a distribution without its brackets."""
    if not isinstance(node, ast.Name) or node.id not in NAMES:
        return ""
    if node.id == "Flat":
        return "write `Flat()`, or `Flat(low = 0)` on the positive numbers"
    classes = BY_PARAMETER.get(node.id, (node.id,))
    known = DISTRIBUTIONS.get(classes[0])
    parameters = f"; they are {_signature(node.id, known)}" if known else ""
    return f"a distribution has its parameters in brackets: `{node.id}(...)`{parameters}"


def prior_of(node: ast.Expression, translator: ModelTranslator) -> Density:
    """A density for an unknown: continuous, since every site is sampled by gradients."""
    density = density_of(node, translator)
    if density.support.is_discrete:
        translator.scope.reject(
            "BL403",
            node.span,
            f"`{density.name}` is discrete, and a parameter must be continuous",
            help="use a continuous distribution; only responses may be discrete",
        )
    return density


def _bind(
    node: ast.Call, translator: ModelTranslator, distribution: Distribution
) -> tuple[tuple[str, ir.Expression], ...]:
    """Arguments to parameters, in NumPyro's order, with ranges checked."""
    scope = translator.scope
    given: dict[str, ast.Argument] = {}
    by_place = positional(node.function, distribution)
    for place, argument in enumerate(node.arguments):
        name = argument.name
        if name is None and any(a.relation for a in node.arguments[:place]):
            reject_late(scope, argument)
        if name is None:
            if place >= len(by_place):
                scope.reject(
                    "BL405",
                    argument.span,
                    f"`{node.function}` takes {len(by_place) or 'no'} arguments by position",
                    label="one too many",
                    help=f"its parameters are {_signature(node.function, distribution)}",
                )
            name = by_place[place].name
        elif distribution.parameter(name) is None:
            names = [p.name for p in distribution.parameters]
            scope.reject(
                "BL406",
                argument.name_span,
                f"`{node.function}` has no parameter `{name}`",
                help=parameter_of(name, names)
                or did_you_mean(name, names)
                or f"its parameters are {_signature(node.function, distribution)}",
            )
        if name in given:
            reject_repeated(scope, argument, name)
        given[name] = argument
    missing = [
        p.name
        for p in distribution.parameters
        if p.name not in given and p.default is None and not p.keyword_only
    ]
    if missing:
        scope.reject(
            "BL408",
            node.span,
            f"`{node.function}` needs {' and '.join(f'`{name}`' for name in missing)}",
            help=f"its parameters are {_signature(node.function, distribution)}",
        )
    bound = []
    for parameter in distribution.parameters:
        if parameter.name in given:
            argument = given[parameter.name]
            own = translator.for_parameter(parameter, distribution.parameters[0] is parameter)
            if argument.relation == "~":
                bound.append((parameter.name, own.sample_parameter(parameter, argument)))
                continue
            if own.samples and argument.relation and parameter.range != "count":
                reject_distribution(scope, argument.value, parameter.name)
            value = own.translate(argument.value)
            placed = node.function in ORDERS and argument.name is None
            order = f"{node.function}({', '.join(p.name for p in by_place)})" if placed else ""
            check_range(translator, parameter, value, argument.value, node.function, order)
            bound.append((parameter.name, value))
    return tuple(bound)


def reject_late(scope: Scope, argument: ast.Argument) -> NoReturn:
    scope.reject(
        "BL417",
        argument.span,
        "an argument without a name comes after one with a name",
        help="write arguments without names first",
    )


def reject_repeated(scope: Scope, argument: ast.Argument, name: str = "") -> NoReturn:
    scope.reject(
        "BL407",
        argument.span,
        f"`{name or argument.name}` is given twice",
        help="keep one of the two",
    )


def check_range(
    translator: ModelTranslator,
    parameter: Parameter,
    value: ir.Expression,
    node: ast.Expression,
    owner: str,
    order: str = "",
) -> None:
    """An error where the value is not, or not provably, in the parameter's range.

    ``order`` is that of the arguments, where it may have been mistaken.
    """
    places = f"; the order is `{order}`" if order else ""
    if parameter.range == "count":
        if node.span.end:
            check_count(translator.scope, parameter.name, value, node, owner)
        return
    known = range_of(value, translator.scope)
    text = print_expression(node)
    fits = {
        "positive": known.is_positive,
        "nonnegative": known.is_nonnegative,
        "unit": known.value == "unit interval",
        "probability": is_probability(value, translator.scope),
        "flag": is_flag(value, translator.scope),
    }.get(parameter.range, True)
    if fits or not node.span.end:  # a layer's own default has no place and answers for itself
        return
    if parameter.range == "flag":
        reject_flag(translator.scope, parameter.name, node)
    narrow = parameter.range in ("unit", "probability")
    words = "between 0 and 1" if narrow else parameter.range
    if isinstance(value, ir.Constant | ir.Negative):
        translator.scope.reject(
            "BL409",
            node.span,
            f"`{parameter.name}` of `{owner}` must be {words}, and {text} is not",
            help=f"write a number that is {words}{places}",
        )
    remedy = f"sigmoid({text})" if narrow else f"exp({text})"
    translator.scope.reject(
        "BL410",
        node.span,
        f"`{parameter.name}` of `{owner}` must be {words}, and `{text}` may not be",
        help=f"write `{remedy}`, or use something that is {words} by its type or prior{places}",
    )


def reject_flag(scope: Scope, name: str, node: ast.Expression) -> NoReturn:
    scope.reject(
        "BL530",
        node.span,
        f"`{name}` must be 0 or 1 in every row, and `{print_expression(node)}` may not be",
        help="declare the column as `binary`; `1 - c` turns it round",
    )


def positional(function: str, distribution: Distribution) -> list[Parameter]:
    """The parameters that may be given by their place."""
    known = [p for p in distribution.parameters if not p.keyword_only]
    order = ORDERS.get(function)
    return known if order is None else sorted(known, key=lambda p: order.index(p.name))


def _signature(function: str, distribution: Distribution) -> str:
    given = positional(function, distribution)
    return ", ".join(
        p.name if p.default is None else f"{p.name} = {p.default:g}"
        for p in (*given, *(p for p in distribution.parameters if p.keyword_only))
    )


def _support(distribution: Distribution, given: dict[str, ir.Expression]) -> Support:
    """The support, its bounds filled in with the arguments or the defaults."""
    kind, _, rest = distribution.support.partition("(")
    if not rest:
        return Support(kind)

    def bound(name: str) -> ir.Expression | None:
        parameter = distribution.parameter(name)
        assert parameter is not None
        default = None if parameter.default is None else ir.Constant(parameter.default)
        if default is None and name == "low" and parameter.range == "positive":
            default = ir.ZERO  # `TruncatedGamma(2, 1, high = 3)`
        return given.get(name, default)

    names = rest.rstrip(")").split(",")
    if kind == "above":
        return Support("above", bound(names[0]))
    return between(bound("low"), bound("high"))


def between(low: ir.Expression | None, high: ir.Expression | None) -> Support:
    """The support between two bounds, either of which may be missing."""
    if low is None and high is None:
        return REAL
    if high is None:
        return POSITIVE if low == ir.ZERO else Support("above", low)
    return Support("below", None, high) if low is None else Support("interval", low, high)


_HALF_STUDENT_T = Distribution(
    "HalfStudentT", (Parameter("df", "positive"), Parameter("scale", "positive", 1.0)), "positive"
)
_BOUNDS = (
    Parameter("low", "real", keyword_only=True),
    Parameter("high", "real", keyword_only=True),
)


_SCALED_BETA = Distribution(
    "ScaledBeta",
    (
        Parameter("concentration1", "positive"),
        Parameter("concentration0", "positive"),
        Parameter("low", "real", -1.0),
        Parameter("high", "real", 1.0),
    ),
    "interval(low,high)",
)


def _scaled_beta(node: ast.Call, translator: ModelTranslator) -> Density:
    """``ScaledBeta(a, b, low = -1, high = 1)``: all four printed, since it is our own class."""
    given = dict(_bind(node, translator, _SCALED_BETA))
    support = _support(_SCALED_BETA, given)
    _check_order(translator.scope, node, support)
    assert support.low is not None and support.high is not None
    filled = {**given, "low": support.low, "high": support.high}
    return Density("ScaledBeta", tuple(filled.items()), support, own=True)


def _flat(node: ast.Call, translator: ModelTranslator) -> Density:
    bounds = dict(_bind(node, translator, Distribution("Flat", _BOUNDS, "real")))
    support = between(bounds.get("low"), bounds.get("high"))
    _check_order(translator.scope, node, support)
    return Density("Flat", (), support)


def _check_order(scope: Scope, node: ast.Call, support: Support) -> None:
    """Bounds that are numbers must leave room between them."""
    low, high = ir.number_of(support.low), ir.number_of(support.high)
    if low is not None and high is not None and low >= high:
        scope.reject(
            "BL445",
            node.span,
            f"`{node.function}` has no room between {low:g} and {high:g}",
            help="the lower bound comes first and is the smaller one",
        )


def _truncated(node: ast.Call, translator: ModelTranslator) -> Density:
    """``Truncated(D, low = a, high = b)`` for the families whose tails are known."""
    scope = translator.scope
    if not node.arguments or node.arguments[0].relation:
        scope.reject(
            "BL408",
            node.span,
            "`Truncated` needs a distribution first",
            help="write `Truncated(Normal(0, 1), low = 0)`",
        )
    base = density_of(node.arguments[0].value, translator)
    if base.name not in TRUNCATABLE:
        scope.reject(
            "BL411",
            node.arguments[0].span,
            f"`{base.name}` cannot be truncated exactly in the tails",
            help=f"distributions that can are {', '.join(TRUNCATABLE)}",
        )
    rest = ast.Call(
        "Truncated", node.arguments[1:], function_span=node.function_span, span=node.span
    )
    inside = base.support.kind
    ends = tuple(replace(end, range=inside) for end in _BOUNDS)
    bounds = _bind(rest, translator, Distribution("Truncated", ends, "real"))
    if not bounds:
        scope.reject(
            "BL412",
            node.span,
            "`Truncated` without a bound truncates nothing",
            help="give `low = ...`, `high = ...` or both",
        )
    least = None if inside == "real" else ir.ZERO
    most = ir.ONE if inside == "unit" else None
    limits = dict(bounds)
    support = between(limits.get("low", least), limits.get("high", most))
    _check_order(scope, node, support)
    return Density("Truncated", bounds, support, base)
