"""``priors scaled``: default priors restated for variables in their own units.

The unit table applied to standardised variables (Gelman et al. 2008, A weakly informative default
prior distribution; rstanarm's autoscale): with s the sd of the response on the scale of the
predictor (1 for log and logit links), the intercept at the mean of the columns and offsets is
Normal(link(mean y), 2.5 s), a coefficient Normal(0, 2.5 s / sd x), scales HalfNormal(s), residual
sds Exponential(1 / s). Priors that the user wrote are never touched: where the scale of
coefficients is the user's, a prior or a value, it is theirs as it stands, and no sd divides it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import replace

from bgen.base.source import Span
from bgen.check.constants import Statistic, constant_input, learn
from bgen.check.features import is_data
from bgen.check.host import HostTranslator
from bgen.check.missing import has_gaps
from bgen.check.ranges import range_of
from bgen.check.scope import Derived, Scope, UserLayer
from bgen.check.targets import Target
from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import ROW, Dim
from bgen.ir.expressions import Sign
from bgen.ir.model import Density
from bgen.ir.supports import Range
from bgen.layers import layers
from bgen.layers.base import SiteSpec
from bgen.links import links
from bgen.syntax import ast
from bgen.syntax.printer import print_expression

_WIDE = ir.Constant(2.5)
_REQUIRE_MEAN = "require_mean"


def is_plain_intercept(node: ast.Expression) -> bool:
    """A call of a constant layer with its default prior, to be placed at the mean."""
    layer = layers().get(node.function) if isinstance(node, ast.Call) else None
    return layer is not None and layer.is_constant and not node.arguments  # type: ignore[union-attr]


def is_restated(spec: SiteSpec, given: Container[str]) -> bool:
    """Whether the policy has a say in a default, where the user gave the parts ``given``.

    Where another part is the scale, only in that of a coefficient, which is by the sd of its
    column, and not if that part is the user's: it is then meant as it stands.
    """
    if spec.role == "free" or _has_number(spec):
        return spec.role != "free"
    return spec.role == "coefficient" and _scale_of(spec) not in given


def _has_number(spec: SiteSpec) -> bool:
    """Whether the table itself gives the scale."""
    return spec.prior is not None and isinstance(spec.prior.arguments[-1].value, ast.Number)


def _scale_of(spec: SiteSpec) -> str:
    """The part of the layer that is the scale of another one."""
    assert spec.prior is not None
    scale = spec.prior.arguments[-1].value
    assert isinstance(scale, ast.Name)
    return scale.id


def rescale(
    scope: Scope,
    target: Target,
    spec: SiteSpec,
    prior: Density,
    dims: tuple[Dim, ...],
    span: Span,
    sign: Sign,
) -> Density:
    """A layer's default prior, one that is restated, in the units of the data.

    ``sign`` is the one that the layer enters the predictor with.
    """
    size = _spread(scope, target, span)
    match spec.role:
        case "scale":
            return _with(prior, "scale", size)
        case "effect":
            return _with(prior, "scale", _times(_WIDE, size))
        case "coefficient":
            own = prior.parameter("scale")
            assert own is not None
            wide = _times(_WIDE, size) if _has_number(spec) else own
            # Of the axes of a wide coefficient one is that of the design.
            of_columns = (a.name for a in scope.arguments.values() if a.kind == "design")
            designs = {*of_columns, *scope.patched}
            place, design = next((k, d) for k, d in enumerate(dims) if d.name in designs)
            sds: ir.Expression = sds_of_columns(scope, design, span)
            if set(wide.dims) & set(dims[place + 1 :]):
                sds = ir.Spread(sds, dims[place + 1 :])
            return _with(prior, "scale", ir.divide(wide, sds))
        case _:  # an intercept
            location = _location(scope, target, span)
            shift = _shift(scope, span)
            if shift is not None:
                ends = (location, shift) if sign == "+" else (shift, location)
                location = ir.subtract(*ends)
            elif sign == "-" and location != ir.ZERO:
                location = ir.Negative(location)
            return _with(_with(prior, "loc", location), "scale", _times(_WIDE, size))


def rescale_link(
    scope: Scope,
    target: Target,
    responses: tuple[str, ...],
    axes: tuple[Dim, ...],
    prior: Density,
    span: Span,
) -> Density:
    """A residual scale's default prior, Exponential(1 / s), s the sd of what it is about.

    Of several responses there are as many scales, along the one axis.
    """
    about = [replace(target, response=response) for response in responses]
    sds = tuple(_of_response(scope, "sd", one, span) for one in about)
    size: ir.Expression = ir.Listed(sds, axes[0]) if axes else sds[0]
    return _with(prior, "rate", ir.divide(ir.ONE, size))


# --- constants of the data ------------------------------------------------------------------------


def _learn(
    scope: Scope, statistic: Statistic, target: Target, value: ir.Expression, text: str
) -> ir.Learnt:
    """Of the rows that the link draws: where zeros are apart, of those above 0."""
    column = ir.Column(target.response, (ROW,)) if target.above_zero else None
    return learn(scope, statistic, value, text, above_zero=column)


def _response(target: Target) -> tuple[ir.Expression, str]:
    """The response on the scale of the predictor's location."""
    column, text = ir.Column(target.response, (ROW,)), target.response
    if target.above_zero:
        text = f"{text} above 0"
    if links()[target.link].on_logs:
        return ir.Apply("log", column), f"log({text})"
    return column, text


def _of_response(scope: Scope, statistic: Statistic, target: Target, span: Span) -> ir.Input:
    return constant_input(scope, _learn(scope, statistic, target, *_response(target)), span)


def in_unit_size(target: Target | None) -> bool:
    """Whether what adds to a predictor is in units of 1, whatever those of the response are."""
    return target is not None and (target.location != "identity" or bool(target.out))


def _spread(scope: Scope, target: Target, span: Span) -> ir.Expression:
    if in_unit_size(target):
        return ir.ONE
    return _of_response(scope, "sd", target, span)


def sds_of_columns(scope: Scope, design: Dim, span: Span) -> ir.Expression:
    """What a coefficient of each column is divided by."""
    return _of_design(scope, design, "sd", span)


def _location(scope: Scope, target: Target, span: Span) -> ir.Expression:
    if target.out:
        return ir.ZERO  # of classes there is no mean
    value, label = _response(target)
    learnt: ir.Expression = _learn(scope, "mean", target, value, label)
    mean: ir.Expression = _of_response(scope, "mean", target, span)
    known, text = range_of(value, scope), f"mean({label})"
    if target.above_zero and not known.is_positive:
        known = Range.POSITIVE
    trials = trials_of(target)
    if trials is not None:
        total = HostTranslator(scope, by_row=True).translate(trials)
        known, text = Range.UNIT, f"{text} / {print_expression(trials)}"
        over = total
        if total.dims:
            where = f" where {target.response} is above 0" if target.above_zero else ""
            counted = print_expression(trials) + where
            over = _learn(scope, "mean", target, total, counted)
            total = constant_input(scope, over, span)
        learnt, mean = ir.divide(learnt, over), ir.divide(mean, total)
    _require_mean(scope, target.location, learnt, known, text)
    return link_of(target.location, mean)


def _require_mean(
    scope: Scope, function: str, mean: ir.Expression, known: Range, label: str
) -> None:
    """A rule that the link is finite at the mean of the data, unless their type says so."""
    match function:
        case "identity":
            return
        case "log" | "softplus" | "inverse" if known is Range.POSITIVE:
            return
        case "sqrt" if known.is_nonnegative:
            return
    rule = ir.Helper(_REQUIRE_MEAN, (mean,), (), (("link", function),), label=label)
    if rule not in scope.rules:
        scope.rules.append(rule)


def in_order(rules: Iterable[ir.Helper]) -> tuple[ir.Helper, ...]:
    """Rules about rows first: a row that is wrong is more to the point than a mean."""
    return tuple(sorted(rules, key=lambda rule: rule.function == _REQUIRE_MEAN))


def trials_of(target: Target) -> ast.Expression | None:
    """What the response is a count out of, where it is one."""
    name = links()[target.link].trials
    given = () if target.call is None else target.call.arguments
    return next((a.value for a in given if name and a.name == name), None)


def link_of(function: str, mean: ir.Expression) -> ir.Expression:
    """The predictor at a mean."""
    rest = ir.subtract(ir.ONE, mean)
    match function:
        case "log" | "sqrt":
            return ir.Apply(function, mean)
        case "logit":
            return ir.Apply("log", ir.divide(mean, rest))
        case "probit":
            return ir.Apply("ndtri", mean)
        case "cloglog":
            return ir.Apply("log", ir.Negative(ir.Apply("log", rest)))
        case "softplus":
            # log(exp(m) - 1), where exp(m) may be beyond single precision
            lost = ir.Negative(ir.Apply("expm1", ir.Negative(mean)))
            return ir.add(mean, ir.Apply("log", lost))
        case "inverse":
            return ir.divide(ir.ONE, mean)
        case _:
            return mean


def _of_design(scope: Scope, dim: Dim, statistic: str, span: Span) -> ir.Input:
    """The sd or the mean of each column of a design."""
    if dim.name in scope.patched:
        scope.reject(
            "BL548",
            span,
            "`priors scaled` needs the sd of each column here, and some are unknown before the fit",
            help="give this layer priors of its own, such as `coef ~ Normal(0, 1)` for "
            "standardised columns",
        )
    name = f"{dim.name}_{statistic}"
    argument = m.Argument(name, "statistic", (dim,), f"{statistic} of each column", of=dim.name)
    return scope.argument(argument, span)


def note_offset(scope: Scope, value: ir.Expression, node: ast.Expression) -> None:
    """Keep what a term without a coefficient is before the fit, if it is known then."""
    host = None
    if is_data(scope, node):
        found = HostTranslator(scope, by_row=True, gaps=True).translate(node)
        host = None if has_gaps(scope, found) else found
    scope.offsets[value] = host, print_expression(node)


def note_place(scope: Scope, site: str, span: Span, sign: Sign) -> None:
    """Keep with which sign and at the means of which terms an intercept is placed."""
    scope.placed[site] = span, sign, frozenset(_key(value) for _, value in scope.linear_terms)


def _key(value: ir.Expression) -> object:
    """What an intercept is placed at the mean of: a design, an offset or a number."""
    return value.design.dims[-1].name if isinstance(value, ir.MatMul) else value


def lint_places(scope: Scope) -> None:
    """A warning for each intercept whose predictor has terms at whose means it is not placed, or
    has it with the other sign."""
    for value in scope.locations.values():
        found = value.terms if isinstance(value, ir.Add) else (("+", value),)
        leaves = list(_leaves(scope, found))
        others = [v for _, v in leaves if not isinstance(v, ir.Unknown)]
        moving = {_key(v) for v in others if _has_other_mean(scope, v)}
        unknown = [text for v in others if (text := _unknown_mean(scope, v))]
        for sign, leaf in leaves:
            if not isinstance(leaf, ir.Unknown) or leaf.name not in scope.placed:
                continue
            span, placed_with, known = scope.placed[leaf.name]
            remedy = "give it a prior of its own, such as `coef ~ Normal(0, 1)`"
            if not moving <= known:
                where = "where terms of another statement are 0, not at their means"
            elif sign != placed_with:
                where = "with the sign that it has here, and another statement turns it"
            elif unknown:
                where = f"where {unknown[0]} 0: the mean is not known before the fit"
            else:
                continue
            if not unknown or not moving <= known:
                remedy = (
                    "write it in the sum that has the columns, such as `mu = intercept() + "
                    f"linear(x)`, or {remedy}"
                )
            del scope.placed[leaf.name]
            scope.sink.warning(
                "BL608", span, f"`priors scaled` places this intercept {where}", help=remedy
            )


def _has_other_mean(scope: Scope, value: ir.Expression) -> bool:
    """Whether the mean of a term is known before the fit, and need not be 0."""
    if isinstance(value, ir.MatMul):
        design = scope.arguments.get(value.design.dims[-1].name)
        return design is not None and not _is_centred(scope, design)
    host, _ = scope.offsets.get(value, (value, ""))
    return host is not None and not _has_mean_zero(scope, host)


def _unknown_mean(scope: Scope, value: ir.Expression) -> str:
    """The words for a term whose mean is not known before the fit."""
    if isinstance(value, ir.MatMul):
        patched = scope.patched.get(value.design.dims[-1].name)
        if patched is None or _are_centred(scope, patched.features):
            return ""
        return "columns with missing values are"
    host, text = scope.offsets.get(value, (value, ""))
    return f"`offset({text})` is" if host is None else ""


def _is_centred(scope: Scope, design: m.Argument) -> bool:
    """Whether the means of all columns are 0, in the training data at least."""
    return design.standardized or _are_centred(scope, design.features)


def _are_centred(scope: Scope, features: Iterable[m.Feature]) -> bool:
    return all(
        f.value is not None and not f.coded and _has_mean_zero(scope, f.value) for f in features
    )


def _has_mean_zero(scope: Scope, value: ir.Expression) -> bool:
    """What ``center`` and ``standardize`` make of a value by row."""
    match value:
        case ir.Column(name=name) if isinstance(entry := scope.entries.get(name), Derived):
            return _has_mean_zero(scope, entry.derived.value)
        case ir.Add(terms=(("+", whole), ("-", ir.Learnt(statistic="mean", of=of)))):
            return whole == of and any(dim.is_row for dim in whole.dims)
        case ir.Multiply(factors=(("*", first), ("/", ir.Learnt()))):
            return _has_mean_zero(scope, first)
        case _:
            return False


def _shift(scope: Scope, span: Span) -> ir.Expression | None:
    """What the other terms of this predictor so far add at their means."""
    means = ((sign, _mean_of(scope, value, span)) for sign, value in scope.linear_terms)
    parts = tuple((sign, mean) for sign, mean in means if mean is not None)
    return ir.Add(parts) if parts else None


def _mean_of(scope: Scope, value: ir.Expression, span: Span) -> ir.Expression | None:
    """A term at the means of the training data, if these are known before the fit."""
    if isinstance(value, ir.MatMul):
        axis = value.design.dims[-1]
        design = scope.arguments.get(axis.name)
        if design is None or design.kind != "design":
            return None
        return ir.MatMul(_of_design(scope, axis, "mean", span), value.table)
    host, text = scope.offsets.get(value, (value, ""))
    if host is None or not host.dims:
        return None if host is None else value
    learnt = learn(scope, "mean", host, f"offset({text})")
    return constant_input(scope, learnt, span, numbered=True)


def constants_last(
    scope: Scope, terms: tuple[tuple[Sign, ast.Expression], ...]
) -> tuple[tuple[Sign, ast.Expression], ...]:
    """The terms in the order of sampling: an intercept is placed once the columns are known."""
    if scope.policy != "scaled":
        return terms
    return tuple(sorted(terms, key=lambda term: _adds_intercept(scope, term[1])))


def _adds_intercept(scope: Scope, node: ast.Expression) -> bool:
    """Whether an intercept is to be placed in a term, a sum in brackets or a user layer say."""
    stack, seen = [node], set[str]()
    while stack:
        node = stack.pop()
        if is_plain_intercept(node):
            return True
        match node:
            case ast.Sum(terms=terms):
                stack += [term for _, term in terms]
            case ast.Negate(operand=operand):
                stack.append(operand)
            case ast.Call(function=function) if function not in seen:
                seen.add(function)
                user = scope.entries.get(function)
                if isinstance(user, UserLayer):
                    stack.append(user.definition.body)
    return False


def linear_terms(
    scope: Scope, values: Iterable[tuple[Sign, ir.Expression]]
) -> tuple[tuple[Sign, ir.Expression], ...]:
    """The terms that move a predictor's mean: columns times coefficients, offsets, numbers; through
    the names of other predictors.

    A sum that stands here has noted its own; one of another statement has not.
    """
    leaves = _leaves(scope, values)
    return tuple((sign, value) for sign, value in leaves if not isinstance(value, ir.Unknown))


def known_part(scope: Scope, predictor: ir.Expression) -> ir.Expression | None:
    """The offsets and numbers of a predictor, as the model computes them."""
    parts = tuple(
        (sign, value)
        for sign, value in _leaves(scope, [("+", predictor)], elsewhere=True)
        if not isinstance(value, ir.Unknown | ir.MatMul)
        and scope.offsets.get(value, (value, ""))[0] is not None
    )
    return ir.Add(parts) if parts else None


def _leaves(
    scope: Scope, values: Iterable[tuple[Sign, ir.Expression]], *, elsewhere: bool = False
) -> Iterator[tuple[Sign, ir.Expression]]:
    """The columns times coefficients, the sites, the offsets and the numbers that some values are
    the sum of. Sums are taken apart that stand ``elsewhere``, and those in them."""
    stack = [(sign, value, elsewhere) for sign, value in values][::-1]
    while stack:
        sign, value, elsewhere = stack.pop()
        if value in scope.offsets:
            yield sign, value
            continue
        match value:
            case ir.MatMul(design=ir.Input()) | ir.Unknown():
                yield sign, value
            case ir.MatMul(design=ir.Local(name=name)) if name in scope.patched:
                yield sign, value
            case ir.Local(name=name):
                parts = scope.signed_definitions().get(name, [])
                stack += [(signed(sign, own), part, True) for own, part in reversed(parts)]
            case ir.Spread(operand=operand):  # the same for every class
                stack.append((sign, operand, elsewhere))
            case ir.Add(terms=terms):
                if elsewhere:
                    stack += [(signed(sign, own), part, True) for own, part in reversed(terms)]
            case _ if not value.dims and _is_known(value):
                yield sign, value
            case ir.Negative(operand=operand):
                stack.append((signed(sign, "-"), operand, elsewhere))


def _is_known(value: ir.Expression) -> bool:
    """Whether nothing in it is estimated."""
    return not any(isinstance(node, ir.Unknown | ir.Local) for node in ir.walk(value))


def signed(left: Sign, right: Sign) -> Sign:
    return "+" if left == right else "-"


def _times(left: ir.Expression, right: ir.Expression) -> ir.Expression:
    return left if right == ir.ONE else ir.multiply(left, right)


def _with(prior: Density, name: str, value: ir.Expression) -> Density:
    parameters = tuple((k, value if k == name else v) for k, v in prior.parameters)
    return replace(prior, parameters=parameters)
