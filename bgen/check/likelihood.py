"""``y ~ link(...)`` -> the response's density, its parameters' sites and its argument."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bgen.base.diagnostic import did_you_mean
from bgen.base.source import Span
from bgen.check.coding import check_coding, terms_of
from bgen.check.layers import TermTranslator
from bgen.check.priors import (
    check_range,
    density_of,
    prior_of,
    reject_late,
    reject_repeated,
)
from bgen.check.scaled import rescale_link
from bgen.check.scope import Column, Derived, Scope, place_of
from bgen.check.unknowns import ModelTranslator
from bgen.check.words import reject_as_link
from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import ROW
from bgen.ir.distributions import OWN, Parameter
from bgen.ir.model import Density
from bgen.ir.supports import Range
from bgen.links import Link, links
from bgen.links.base import LinkParameter
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
}


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
    if len(statement.targets) > 1:
        scope.reject(
            "BL429",
            statement.span,
            "this link takes one response",
            help="write a statement for each response",
        )
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
    if not isinstance(node, ast.Call):
        scope.reject(
            "BL401",
            node.span,
            "a link or a distribution is needed here",
            label=f"`{print_expression(node)}` is a value",
            help=f"write `{target.name} ~ gaussian({print_expression(node)})`, or another link",
        )
    if (link := links().get(node.function)) is not None:
        density, response = _by_link(scope, link, node, target)
    else:
        density, response = _by_distribution(scope, node, target)
    _check_response(scope, target, entry, density, node)
    scope.arguments.setdefault(
        target.name,
        m.Argument(
            target.name, "response", (ROW,), target.name, value=ir.Column(target.name, (ROW,))
        ),
    )
    scope.responses.append(response)
    scope.statements.append(m.Observe(target.name, density))
    scope.paragraph(print_statement(replace(statement)))


def entry_dims(entry: object) -> tuple[object, ...] | None:
    if isinstance(entry, Column) and not entry.is_category:
        return entry.dims
    return entry.dims if isinstance(entry, Derived) else None


# --- links of the language ------------------------------------------------------------------------


@dataclass(slots=True)
class _Call:
    """One use of a link, as its ``lower`` sees it."""

    scope: Scope
    link: Link
    predictor: ir.Expression
    given: dict[str, ast.Argument]
    response: str
    span: Span
    values: dict[str, ir.Expression] = field(default_factory=dict)

    def parameter(self, name: str) -> ir.Expression:
        if name not in self.values:
            spec = self.link.parameter(name)
            assert spec is not None
            self.values[name] = self._value(spec)
        return self.values[name]

    def _value(self, spec: LinkParameter) -> ir.Expression:
        argument = self.given.get(spec.name)
        name = f"{self.response}_{spec.name}"
        bounds = Parameter(spec.name, spec.range)
        if argument is not None and argument.relation == "=":
            translator = TermTranslator(self.scope, name)
            value = one_value_a_row(self.scope, translator.translate(argument.value), argument)
            check_range(translator, bounds, value, argument.value, self.link.keyword)
            check_coding(self.scope, value, argument.value)
            return value
        node = spec.prior if argument is None else argument.value
        prior = prior_of(node, ModelTranslator(self.scope, ()))
        known = prior.support.range
        fits = {"positive": known.is_nonnegative, "unit": known is Range.UNIT}
        if not fits.get(spec.range, True):
            self.scope.reject(
                "BL423",
                node.span,
                f"`{spec.name}` of `{self.link.keyword}` must be "
                f"{'positive' if spec.range == 'positive' else 'between 0 and 1'}, "
                f"and `{prior.name}` is on {prior.support.describe()}",
                help=(
                    "use a prior on the positive numbers, such as `Exponential(1)`"
                    if spec.range == "positive"
                    else "use a prior on that interval, such as `Beta(1, 1)`"
                ),
            )
        span = argument.span if argument is not None else self.span
        target = self.scope.targets.get(self.response)
        if argument is None and spec.role == "scale" and target and self.scope.policy == "scaled":
            prior = rescale_link(self.scope, target, prior, span)
        sample = m.Sample(name, (), prior, default=argument is None)
        remedy = f"write `{spec.name} = {name}` in the link to use it there, or rename it"
        return self.scope.sample(sample, span, "parameter of the link", remedy)


def _by_link(
    scope: Scope, link: Link, node: ast.Call, target: ast.Target
) -> tuple[Density, m.Response]:
    given: dict[str, ast.Argument] = {}
    predictor: ir.Expression | None = None
    translator = TermTranslator(scope, target.name)
    scope.linear_terms = ()
    for place, argument in enumerate(node.arguments):
        if not argument.relation:
            if any(a.relation for a in node.arguments[:place]):
                reject_late(scope, argument)
            if predictor is not None:
                scope.reject(
                    "BL421",
                    argument.span,
                    f"`{node.function}` takes no more arguments by position",
                    label="one too many",
                    help=f"for example `{link.example}`",
                )
            value = translator.translate(argument.value)
            predictor = one_value_a_row(scope, value, argument)
            check_coding(scope, predictor, argument.value)
            continue
        name = argument.name or ""
        if link.parameter(name) is None and name == "link":
            scope.reject(
                "BL450",
                argument.span,
                "`link = ...` is part of the language, but this version does not have it yet",
                label="this option is still to come",
            )
        if link.parameter(name) is None:
            known = [p.name for p in link.parameters]
            scope.reject(
                "BL418",
                argument.name_span,
                f"`{node.function}` has no `{name}`",
                help=did_you_mean(name, known)
                or (f"it has {', '.join(known)}" if known else "it takes no arguments by name"),
            )
        if name in given:
            reject_repeated(scope, argument)
        given[name] = argument
    if predictor is None:
        scope.reject(
            "BL420",
            node.span,
            f"`{node.function}` needs a predictor",
            help=f"for example `{link.example}`",
        )
    density = link.lower(_Call(scope, link, predictor, given, target.name, node.span))
    location_sd = _intercept_sd(scope, predictor) if scope.policy == "unit" else None
    return density, m.Response(target.name, link.location, location_sd)


class _ResponseTranslator(TermTranslator):
    """The parameters of a response's distribution: each names its own layers and prior."""

    def for_parameter(self, parameter: Parameter, first: bool) -> ModelTranslator:
        if first:
            return self
        return _ResponseTranslator(self.scope, f"{self.prefix}_{parameter.name}")

    def sample_parameter(self, parameter: Parameter, argument: ast.Argument) -> ir.Expression:
        name = self.prefix
        if not name.endswith(f"_{parameter.name}"):
            name = f"{name}_{parameter.name}"
        prior = prior_of(argument.value, ModelTranslator(self.scope, ()))
        fits = {
            "positive": prior.support.range.is_nonnegative,
            "nonnegative": prior.support.range.is_nonnegative,
            "unit": prior.support.range is Range.UNIT,
        }.get(parameter.range, True)
        if not fits:
            self.scope.reject(
                "BL423",
                argument.value.span,
                f"`{parameter.name}` must be {parameter.range}, and {prior.name} is on "
                f"{prior.support.describe()}",
                help="use a prior whose support fits, such as `Exponential(1)` or `Beta(1, 1)`",
            )
        return self.scope.sample(m.Sample(name, (), prior, default=False), argument.span)


def _by_distribution(
    scope: Scope, node: ast.Call, target: ast.Target
) -> tuple[Density, m.Response]:
    if node.function in OWN:
        scope.reject(
            "BL434",
            node.function_span,
            f"`{node.function}` is for priors and cannot draw a response",
            help="use a link, such as `gaussian(mu)`, or a distribution of NumPyro",
        )
    density = density_of(node, _ResponseTranslator(scope, target.name))
    for name, value in density.parameters:
        if any(not d.is_row for d in value.dims):
            scope.reject(
                "BL435",
                node.span,
                f"`{name}` is several numbers a row, and one is needed",
                help="combine what is several numbers wide with `sum(a)` or `dot(a, b)`",
            )
        check_coding(scope, value, node)
    return density, m.Response(target.name, "natural")


def one_value_a_row(scope: Scope, value: ir.Expression, argument: ast.Argument) -> ir.Expression:
    if all(d.is_row for d in value.dims):
        return value
    scope.reject(
        "BL435",
        argument.value.span,
        f"`{print_expression(argument.value)}` is several numbers a row, and one is needed",
        help="combine what is several numbers wide with `sum(a)` or `dot(a, b)`",
    )


def _check_response(
    scope: Scope, target: ast.Target, entry: object, density: Density, node: ast.Call
) -> None:
    """The declared type must be one that the density can draw."""
    link = links().get(node.function)
    types = link.responses if link is not None else _TYPES.get(density.support.kind)
    if types is None:
        return
    remedy = link.remedy if link is not None else types[0]
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


def _intercept_sd(scope: Scope, predictor: ir.Expression) -> float | None:
    """The prior sd of the intercept where it is the default one, for the unit-prior warning."""
    for term in terms_of(scope, predictor):
        site = scope.sites.get(term.name) if isinstance(term, ir.Unknown) else None
        if site is not None and site.default and site.prior.name == "Normal":
            scale = site.prior.parameter("scale")
            return scale.value if isinstance(scale, ir.Constant) else None
    return None
