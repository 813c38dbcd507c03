"""A link call -> its density: its parameters' sites, what it combines, and its checks."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NoReturn

from bgen.base.diagnostic import did_you_mean
from bgen.check import combinations, vectors
from bgen.check.coding import check_coding
from bgen.check.counts import reject_unknown
from bgen.check.features import is_data
from bgen.check.groupings import grouping
from bgen.check.host import HostTranslator
from bgen.check.layers import TermTranslator
from bgen.check.link_parameters import (
    about,
    check_support,
    increasing,
    reject_category_flag,
    reject_fixed,
)
from bgen.check.link_predictors import predictors_of, reject_several, warn_sign
from bgen.check.priors import check_range, prior_of, reject_late, reject_repeated
from bgen.check.scaled import rescale_link
from bgen.check.scope import Scope
from bgen.check.series import column_by_row, history
from bgen.check.targets import link_function, part_prefixes, target_of
from bgen.check.unknowns import ModelTranslator
from bgen.check.vectors import correlations, lkj
from bgen.check.words import reject_distribution, without_quotes
from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import ROW, Classes, Dim, Dims
from bgen.ir.distributions import NAMES, Parameter
from bgen.ir.model import Density
from bgen.links import Link, links
from bgen.links.base import LinkOption, LinkParameter
from bgen.syntax import ast
from bgen.syntax.printer import print_expression


@dataclass(slots=True)
class CheckedLink:
    """One use of a link or combinator, as its ``lower`` sees it."""

    scope: Scope
    link: Link
    node: ast.Call
    responses: tuple[str, ...]
    prefix: str
    given: dict[str, ast.Argument] = field(default_factory=dict)
    predictors: tuple[ir.Expression, ...] = ()
    densities: tuple[Density, ...] = ()
    values: dict[str, ir.Expression] = field(default_factory=dict)
    demanded: int = 0  # of the response, before the links that this one combines

    @property
    def predictor(self) -> ir.Expression:
        return self.predictors[0]

    @property
    def function(self) -> str:
        return link_function(self.link, self.node)

    def has(self, name: str) -> bool:
        return name in self.given

    def classes(self, fewer: int) -> Dim:
        return Dim(f"{self.prefix}_class", Classes(self.responses[0], fewer))

    def reject(self, message: str, help: str, code: str = "BL460") -> NoReturn:
        self.scope.reject(code, self.node.span, message, help=help)

    # --- combinators ------------------------------------------------------------------------------

    def simplex(self, name: str, over: Dim) -> ir.Expression:
        given = self.given.get(name)
        if given is not None and given.relation == "=":
            fitting = combinations.fixed_simplex(self.scope, given, over)
            return self.parameter(name) if fitting is None else fitting
        node = self.prior(name)
        if node.function != "Dirichlet" and combinations.is_pair(over):
            return self.parameter(name)
        prior = vectors.dirichlet(node, ModelTranslator(self.scope, ()), over)
        return self.site(name, prior, over, default=given is None)

    def bound(
        self,
        low: ir.Expression | None = None,
        high: ir.Expression | None = None,
        below: ir.Expression | None = None,
        unless: ir.Expression | None = None,
    ) -> None:
        bounds = {"low": low, "high": high, "below": below, "unless": unless}
        combinations.demand(self.scope, self.responses[0], self.node, bounds)

    def except_zero(self) -> None:
        combinations.except_zero(self.scope, self.responses[0], self.demanded)

    def exclude(self, left: ir.Expression, right: ir.Expression) -> None:
        flags = {"left": left, "right": right}
        combinations.demand(self.scope, self.responses[0], self.node, flags, "one_flag")

    def restrict_order(self) -> None:
        combinations.restrict_order(self.scope, self.node, self.given["order"], self.prefix)

    # --- options ----------------------------------------------------------------------------------

    def word(self, option: str) -> str:
        spec, argument = self._option(option)
        if argument is None:
            assert isinstance(spec.default, str)
            return spec.default
        value = argument.value
        if spec.kind == "category":
            name = grouping(self.scope, value)
            self.scope.index_input(name, value.span)
            return name
        if not isinstance(value, ast.Name) or (spec.words and value.id not in spec.words):
            self.scope.reject(
                "BL425",
                value.span,
                f"`{option}` must be "
                + (f"one of {', '.join(spec.words)}" if spec.words else "a name"),
                help=without_quotes(option, value, spec.words)
                or f"for example `{self.link.example}`",
            )
        return value.id

    def number(self, option: str) -> int:
        spec, argument = self._option(option)
        if argument is None:
            assert isinstance(spec.default, int)
            return spec.default
        value = argument.value
        number = value.value if isinstance(value, ast.Number) else float("nan")
        if not spec.minimum <= number <= 1000 or not number.is_integer():
            self.scope.reject(
                "BL424",
                value.span,
                f"`{option}` must be a whole number of at least {spec.minimum}, and at most 1,000",
                help=f"for example `{option} = {max(1, spec.minimum)}`",
            )
        return int(number)

    def _option(self, name: str) -> tuple[LinkOption, ast.Argument | None]:
        spec = self.link.option(name)
        assert spec is not None, f"{self.link.keyword} declares no option {name}"
        return spec, self.given.get(name)

    # --- parameters -------------------------------------------------------------------------------

    def prior(self, name: str) -> ast.Call:
        spec = self.link.parameter(name)
        assert spec is not None and spec.prior is not None
        argument = self.given.get(name)
        if argument is None:
            return about(spec.prior, self.responses[0])
        if not isinstance(argument.value, ast.Call):
            prior_of(argument.value, ModelTranslator(self.scope, ()))  # reports the error
        assert isinstance(argument.value, ast.Call)
        return argument.value

    def parameter(self, name: str, *axes: Dim) -> ir.Expression:
        if name not in self.values:
            spec = self.link.parameter(name)
            assert spec is not None, f"{self.link.keyword} declares no parameter {name}"
            self.values[name] = self._value(spec, axes)
        return self.values[name]

    def _value(self, spec: LinkParameter, axes: Dims) -> ir.Expression:
        argument = self.given.get(spec.name)
        name = f"{self.prefix}_{spec.name}"
        if (early := self.scope.early_of(name, self.node.span)) is not None:
            return early
        if argument is not None and argument.relation == "=":
            if spec.prior_only:
                reject_fixed(self.scope, argument)
            return self._fixed(spec, argument, name, axes)
        if argument is not None and spec.data_only:
            reject_unknown(self.scope, self.link.keyword, spec.name, argument.span)
        if argument is None and spec.prior is None:
            assert spec.default is not None
            return ir.Constant(spec.default)
        node = argument.value if argument is not None else self.prior(spec.name)
        prior = prior_of(node, ModelTranslator(self.scope, axes))
        check_support(self.scope, self.link.keyword, spec, prior, node)
        span = argument.span if argument is not None else self.node.span
        target = self.scope.targets.get(self.prefix)
        if argument is None and spec.role == "scale" and target and self.scope.policy == "scaled":
            each = self.responses if self.link.joint else (target.response,)
            prior = rescale_link(self.scope, target, each, axes, prior, span)
        remedy = f"write `{spec.name} = {name}` in the link to use it there, or rename it"
        if name in self.scope.drawn:  # by another part of a mixture
            own = self.scope.free_name(name)
            remedy = (
                f"give this one a statement above, `{own} ~ {print_expression(node)}`, and write "
                f"`{spec.name} = {own}` in this part"
            )
        sample = m.Sample(name, axes, prior, default=argument is None)
        unknown = self.scope.sample(sample, span, "parameter of the link", remedy)
        self.scope.drawn[name] = self.node, spec.name
        return unknown

    def ordered(self, name: str, axis: Dim) -> ir.Expression:
        prior = increasing(self.scope, self.given[name], axis)
        return self.site(name, prior, axis, default=False)

    def _fixed(
        self, spec: LinkParameter, argument: ast.Argument, name: str, axes: Dims
    ) -> ir.Expression:
        drawn = isinstance(argument.value, ast.Call) and argument.value.function in NAMES
        if spec.data_only and drawn:
            reject_unknown(self.scope, self.link.keyword, spec.name, argument.span)
        reject_distribution(self.scope, argument.value, spec.name)
        if spec.range == "flag":
            reject_category_flag(self.scope, spec.name, argument.value)
        translator = TermTranslator(self.scope, name)
        self.scope.marking = spec.density_only
        try:
            value = translator.translate(argument.value)
        finally:
            self.scope.marking = False
        if any(d not in axes and not d.is_row for d in value.dims):
            reject_several(self.scope, argument.value)
        if spec.data_only and ir.has_unknowns(value):
            reject_unknown(self.scope, self.link.keyword, spec.name, argument.span)
        bounds = Parameter(spec.name, spec.range)
        check_range(translator, bounds, value, argument.value, self.link.keyword)
        check_coding(self.scope, value, argument.value)
        return value

    def site(self, suffix: str, prior: Density, *axes: Dim, default: bool = True) -> ir.Expression:
        sample = m.Sample(f"{self.prefix}_{suffix}", axes, prior, default=default)
        remedy = f"rename it: the link needs `{sample.name}` for itself"
        if sample.name in self.scope.sites and self.prefix not in self.responses:
            remedy = (
                "give the predictor of each part a name, which its sites then carry: "
                f"`{self.node.function}(a)`, `{self.node.function}(b)`"
            )
        return self.scope.sample(sample, self.node.span, "parameter of the link", remedy)

    def correlation(self, name: str, rows: Dim, columns: Dim) -> ir.Expression:
        node = correlations(self.scope, self.given.get(name), self.prior(name))
        prior = lkj(node, ModelTranslator(self.scope, ()), rows)
        factor = self.site(f"{name}_cholesky", prior, rows, columns, default=name not in self.given)
        self.report(name, ir.Helper("correlation_of", (factor,), factor.dims))
        return factor

    def require(self, rule: ir.Helper) -> None:
        self.scope.rules.append(rule)

    def data(self, name: str) -> ir.Expression | None:
        argument = self.given.get(name)
        if argument is None or not is_data(self.scope, argument.value):
            return None
        return HostTranslator(self.scope, by_row=True).translate(argument.value)

    def column(self, option: str) -> ir.Expression:
        return column_by_row(self.scope, self.given[option].value, self.link.keyword)

    def groups(self, option: str) -> ir.Expression:
        return ir.Column(grouping(self.scope, self.given[option].value), (ROW,))

    def computed(self, part: str, value: ir.Helper, comment: str) -> ir.Expression:
        name = f"{self.prefix}_{part}"
        argument = m.Argument(name, "computed", value.dims, comment, value=value)
        return self.scope.argument(argument, self.node.span)

    def history(self) -> ir.Expression:
        return history(self.scope, self.responses[0], self.node.span)

    def report(self, suffix: str, value: ir.Expression) -> ir.Expression:
        name = f"{self.prefix}_{suffix}"
        self.scope.claim(name, self.node.span, "value of the link")
        self.scope.statements.append(m.Let(name, value))
        self.scope.statements.append(m.Keep(name, value.dims))
        return ir.Local(name, value.dims)


def lower_link(
    scope: Scope,
    node: ast.Call,
    responses: tuple[str, ...],
    prefix: str = "",
    above_zero: bool = False,
) -> Density:
    """The density of a link or combinator call. Raises ``Rejected`` after reporting an error.

    ``above_zero``: it stands in one for which what is 0 is apart.
    """
    prefix = prefix or "_".join(responses)
    if node.function not in links():
        return combinations.natural_part(scope, node, prefix)
    link = links()[node.function]
    call = CheckedLink(scope, link, node, responses, prefix)
    call.demanded = len(scope.demands.get(responses[0], ()))
    positional = _sort_arguments(call)
    if link.combines:
        parts = combinations.parts(scope, link, node, positional)
        prefixes = part_prefixes(call.prefix, parts)
        call.densities = tuple(
            lower_link(scope, part, call.responses, prefix, above_zero or link.above_zero)
            for part, prefix in zip(parts, prefixes, strict=True)
        )
    else:
        # parts of a mixture may have the prefix in common: now it is the turn of this one
        scope.targets[prefix] = target_of(link, node, responses, prefix, above_zero)
        call.predictors = predictors_of(
            scope, link, node, positional, responses, prefix, _out(call)
        )
        warn_sign(scope, link, node, call.predictor)
        for response, predictor in zip(responses, call.predictors, strict=False):
            scope.locations.setdefault(response, predictor)
        scope.locations.setdefault(prefix, call.predictor)
    for parameter in link.parameters:
        if parameter.is_required and parameter.name not in call.given:
            scope.reject(
                "BL420",
                node.span,
                f"`{node.function}` needs `{parameter.name} = ...`",
                help=f"for example `{link.example}`",
            )
    for option in link.options:
        if option.required and option.name not in call.given:
            scope.reject(
                "BL422",
                node.span,
                f"`{node.function}` needs `{option.name} = ...`",
                help=f"for example `{link.example}`",
            )
    return link.lower(call)


def _sort_arguments(call: CheckedLink) -> list[ast.Argument]:
    """Arguments by name into ``given``; the rest in order."""
    scope, link, node = call.scope, call.link, call.node
    positional: list[ast.Argument] = []
    by_place = [p.name for p in link.parameters if p.by_place]
    for place, argument in enumerate(node.arguments):
        if not argument.relation:
            if any(a.relation for a in node.arguments[:place]):
                reject_late(scope, argument)
            if by_place and len(positional) == link.combines and by_place[0] not in call.given:
                name = by_place.pop(0)
                call.given[name] = replace(argument, name=name, relation="=")
                continue
            positional.append(argument)
            continue
        name = argument.name or ""
        option = link.option(name)
        if link.parameter(name) is None and option is None:
            _check_function(call, argument)
        if link.parameter(name) is None and argument.relation == "~":
            scope.reject(
                "BL419",
                argument.span,
                f"`{name}` is a setting of `{link.keyword}` and has no prior",
                help=f"write `{name} = ...`",
            )
        if name in call.given:
            reject_repeated(scope, argument)
        call.given[name] = argument
    return positional


def _check_function(call: CheckedLink, argument: ast.Argument) -> None:
    """``link = ...``, or an error for an argument that the link does not have."""
    scope, link, name = call.scope, call.link, argument.name or ""
    if name == "link" and len(link.functions) > 1:
        value = argument.value
        if not isinstance(value, ast.Name) or value.id not in link.functions:
            scope.reject(
                "BL425",
                value.span,
                f"`link` of `{link.keyword}` must be one of {', '.join(link.functions)}",
                help=without_quotes("link", value, link.functions)
                or f"for example `link = {link.functions[0]}`",
            )
        return
    known = [p.name for p in link.parameters] + [o.name for o in link.options]
    known += ["link"] if len(link.functions) > 1 else []
    scope.reject(
        "BL418",
        argument.name_span,
        f"`{link.keyword}` has no `{name}`",
        help=did_you_mean(name, known)
        or (f"it has {', '.join(known)}" if known else "it takes no arguments by name"),
    )


def _out(call: CheckedLink) -> Dims:
    words = {o.name: call.word(o.name) for o in call.link.options if o.kind == "word"}
    return call.link.outputs(call.responses, words)
