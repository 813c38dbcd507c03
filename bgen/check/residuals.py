"""The scale of a response's errors, for layers whose priors are stated in its units."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bgen.check.entries import Column, Derived, Parameter, Predictor
from bgen.check.expansion import is_layer
from bgen.check.host import STATISTICS
from bgen.check.link_parameters import check_support
from bgen.check.order import names_in
from bgen.check.priors import prior_of
from bgen.check.scaled import rescale_link
from bgen.check.scope import Scope
from bgen.check.targets import Natural, Target
from bgen.check.unknowns import ModelTranslator
from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.distributions import DISTRIBUTIONS
from bgen.links import links
from bgen.links.joint import each_response
from bgen.syntax import ast
from bgen.syntax.visit import children

#: What stands for the errors of a link without a scale parameter (Piironen and Vehtari 2017).
_PSEUDO = {"logit": 2.0, "softmax": 2.0}


@dataclass(frozen=True, slots=True)
class Asked:
    """The layer that asks, the predictor or response that it stands in, and what else it takes."""

    node: ast.Call
    prefix: str
    instead: str


def residual_scale(scope: Scope, target: Target | None, asked: Asked) -> ir.Expression:
    """The link's scale parameter, sampled here if it is an unknown of the link; else a number."""
    if target is None and asked.prefix in scope.natural:
        return _natural(scope, scope.natural[asked.prefix], asked)
    if target is None or target.call is None:
        return ir.ONE
    spec = next((p for p in links()[target.link].parameters if p.role == "scale"), None)
    if spec is None:
        return ir.Constant(_PSEUDO.get(target.location, 1.0))
    if target.location != "identity":
        scope.reject(
            "BL488",
            asked.node.span,
            f"`{asked.node.function}` needs the residual scale on the scale of the predictor, and "
            f"`{spec.name}` of `{target.response}` is not behind `link = {target.location}`",
            help=f"write {asked.instead}; or model a response whose mean is the predictor itself, "
            "such as its logarithm by `lognormal`",
        )
    given = next((a for a in target.call.arguments if a.name == spec.name), None)
    if given is not None and given.relation == "=":
        return _given(scope, target.response, given, asked)
    joint = links()[target.link].joint
    axes = (each_response(target.responses),) if joint else ()
    name = f"{target.prefix}_{spec.name}"
    early = scope.early_of(name, target.call.span)
    if early is None:
        node = given.value if given is not None else spec.prior
        assert node is not None
        prior = prior_of(node, ModelTranslator(scope, axes))
        check_support(scope, target.link, spec, prior, node)
        span = given.span if given is not None else target.call.span
        if given is None and scope.policy == "scaled":
            about = target.responses if joint else (target.response,)
            prior = rescale_link(scope, target, about, axes, prior, span)
        sample = m.Sample(name, axes, prior, default=given is None)
        early = scope.sample(sample, span, "parameter of the link")
        scope.early[name] = target.call.span, early
        scope.drawn[name] = target.call, spec.name
    if not axes:
        return early
    place = ir.Constant(float(target.responses.index(target.response)))
    return ir.Gather(early, (place,))


def _natural(scope: Scope, natural: Natural, asked: Asked) -> ir.Expression:
    """The scale of a distribution by name, sampled here if it is an unknown of its own."""
    given, name = natural.scale, f"{natural.prefix}_scale"
    if given is None:
        return ir.ONE
    if given.relation != "~":
        return _given(scope, natural.response, replace(given, name="scale"), asked)
    early = scope.early_of(name, given.span)
    if early is None:
        prior = prior_of(given.value, ModelTranslator(scope, ()))
        parameter = DISTRIBUTIONS[natural.call.function].parameter("scale")
        assert parameter is not None
        check_support(scope, natural.call.function, parameter, prior, given.value)
        sample = m.Sample(name, (), prior, default=False)
        early = scope.sample(sample, given.span)
        scope.early[name] = given.span, early
    return early


def _given(scope: Scope, response: str, given: ast.Argument, asked: Asked) -> ir.Expression:
    """A scale that the program gives: one number, which is known where the layer stands."""
    function, names = asked.node.function, names_in(given.value)
    above = [name for name in names if name not in scope.entries and name in scope.later]
    own = any(_needs(scope, name, asked.prefix) for name in above)
    if own or _differs_by_row(scope, given.value):
        scope.reject(
            "BL487",
            asked.node.span,
            f"`{function}` needs one residual scale, and that of `{response}` differs by row",
            help=f"write {asked.instead}; or give `{given.name}` a prior, or a single value",
            notes=((given.span, "the scale is this"),),
        )
    if above:
        scope.reject(
            "BL220",
            asked.node.span,
            f"`{function}` needs the residual scale of `{response}`, and `{above[0]}` in it is "
            "defined below",
            help=f"move the statement of `{above[0]}` above this one",
            notes=((scope.later[above[0]], "defined here"),),
        )
    return ModelTranslator(scope, ()).translate(given.value)


def _needs(scope: Scope, name: str, other: str) -> bool:
    """Whether the definition of a name is, or needs, that of another."""
    stack, seen = [name], set[str]()
    while stack:
        name = stack.pop()
        if name == other:
            return True
        if name not in seen:
            seen.add(name)
            stack += scope.needs.get(name, ())
    return False


def _differs_by_row(scope: Scope, node: ast.Expression) -> bool:
    """Whether a value is one a row, or one a level."""
    match node:
        case ast.Name(id=name):
            match scope.entries.get(name):
                case Column(dims=dims) | Derived(dims=dims):
                    return bool(dims)
                case Parameter(sample=sample):
                    return bool(sample.dims)
                case Predictor(value=value):
                    return bool(value.dims)
            return False
        case ast.Index():
            return True
        case ast.Call(function=function):
            if function in STATISTICS:
                return False
            if function in ("dot", "sum") or is_layer(scope, function):
                return True
    return any(_differs_by_row(scope, part) for part in children(node))
