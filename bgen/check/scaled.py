"""``priors scaled``: default priors restated for variables in their own units.

The unit table applied to standardised variables (Gelman et al. 2008, A weakly informative default
prior distribution; rstanarm's autoscale): with s the sd of the response on the scale of the
predictor (1 for log and logit links; sd(y) times the slope of the link at the mean for softplus,
sqrt and inverse), the intercept at the mean of the columns and offsets is
Normal(link(mean y), 2.5 s), a coefficient Normal(0, 2.5 s / sd x), scales HalfNormal(s), residual
sds Exponential(1 / s). Priors that the user wrote are never touched: where the scale of
coefficients is the user's, a prior or a value, it is theirs as it stands, and no sd divides it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import replace

from bgen.base.source import Span
from bgen.check.constants import Statistic, constant_input, learn, statistic_of_columns
from bgen.check.host import HostTranslator
from bgen.check.places import shift_at_means
from bgen.check.ranges import range_of
from bgen.check.scope import Scope
from bgen.check.targets import Target
from bgen.ir import expressions as ir
from bgen.ir.dims import ROW, Dim
from bgen.ir.expressions import Sign
from bgen.ir.model import Density
from bgen.ir.supports import Range
from bgen.layers.base import SiteSpec
from bgen.links import links
from bgen.syntax import ast
from bgen.syntax.printer import print_expression

_WIDE = ir.Constant(2.5)
#: Links whose predictors are in units of 1, whatever those of the response are.
_UNIT = ("log", "logit", "probit", "cloglog")
_REQUIRE_MEAN = "require_mean"


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
            shift = shift_at_means(scope, span)
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
    return target is not None and (target.location in _UNIT or bool(target.out))


def _spread(scope: Scope, target: Target, span: Span) -> ir.Expression:
    """The sd of the response on the scale of the predictor: by the link's slope at the mean."""
    if in_unit_size(target):
        return ir.ONE
    sd: ir.Expression = _of_response(scope, "sd", target, span)
    if target.location == "identity":
        return sd
    _location(scope, target, span)  # with the rule that the mean suits the link
    mean = _of_response(scope, "mean", target, span)
    match target.location:
        case "softplus":
            return ir.divide(sd, ir.Negative(ir.Apply("expm1", ir.Negative(mean))))
        case "sqrt":
            return ir.divide(sd, ir.multiply(ir.Constant(2.0), ir.Apply("sqrt", mean)))
        case _:  # inverse
            return ir.divide(sd, ir.multiply(mean, mean))


def sds_of_columns(scope: Scope, design: Dim, span: Span) -> ir.Expression:
    """What a coefficient of each column is divided by."""
    return statistic_of_columns(scope, design, "sd", span)


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
        case "sqrt" if known.is_nonnegative:  # all of them 0 have no sd, which is told
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


def _times(left: ir.Expression, right: ir.Expression) -> ir.Expression:
    return left if right == ir.ONE else ir.multiply(left, right)


def _with(prior: Density, name: str, value: ir.Expression) -> Density:
    parameters = tuple((k, value if k == name else v) for k, v in prior.parameters)
    return replace(prior, parameters=parameters)
