"""A response by a distribution of NumPyro, ``y ~ Gamma(a, b)``, also inside combinators."""

from __future__ import annotations

from dataclasses import replace

from bgen.check.coding import check_coding
from bgen.check.counts import reject_unknown
from bgen.check.layers import TermTranslator
from bgen.check.link_parameters import check_support
from bgen.check.priors import density_of, prior_of
from bgen.check.scope import Scope
from bgen.check.unknowns import ModelTranslator
from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.distributions import BY_PARAMETER, DISTRIBUTIONS, OWN, Parameter
from bgen.ir.model import Density
from bgen.links.asymmetric_laplace import asymmetric_laplace
from bgen.links.scales import logits_of
from bgen.links.student_t import student_t
from bgen.syntax import ast


class _ResponseTranslator(TermTranslator):
    """The parameters of a response's distribution: each names its own layers and prior."""

    samples = True

    def __init__(self, scope: Scope, prefix: str, keyword: str) -> None:
        super().__init__(scope, prefix)
        self.keyword = keyword

    def for_parameter(self, parameter: Parameter, first: bool) -> ModelTranslator:
        if first:
            return self
        return _ResponseTranslator(self.scope, f"{self.prefix}_{parameter.name}", self.keyword)

    def sample_parameter(self, parameter: Parameter, argument: ast.Argument) -> ir.Expression:
        name = self.prefix
        if not name.endswith(f"_{parameter.name}"):
            name = f"{name}_{parameter.name}"
        if (early := self.scope.early_of(name, argument.span)) is not None:
            return early
        if parameter.range == "count":  # priors are continuous
            reject_unknown(self.scope, self.keyword, parameter.name, argument.span)
        prior = prior_of(argument.value, ModelTranslator(self.scope, ()))
        check_support(self.scope, self.keyword, parameter, prior, argument.value)
        return self.scope.sample(m.Sample(name, (), prior, default=False), argument.span)


def natural_density(scope: Scope, node: ast.Call, prefix: str) -> Density:
    """The density of a response, its parameters as wide as they must be."""
    if node.function in OWN:
        scope.reject(
            "BL434",
            node.function_span,
            f"`{node.function}` is for priors and cannot draw a response",
            help="use a link, such as `gaussian(mu)`, or a distribution of NumPyro",
        )
    density = density_of(node, _ResponseTranslator(scope, prefix, node.function))
    known = DISTRIBUTIONS[density.name]
    for name, value in density.parameters:
        parameter = known.parameter(name)
        vector = parameter is not None and parameter.range == "vector"
        if vector != any(not d.is_row for d in value.dims):
            scope.reject(
                "BL435",
                node.span,
                (
                    f"`{name}` is one number, and one for each class is needed"
                    if vector
                    else f"`{name}` is several numbers a row, and one is needed"
                ),
                help=(
                    "give it a parameter of several, such as `theta ~ Dirichlet(1, 1, 1)`"
                    if vector
                    else "combine what is several numbers wide with `sum(a)` or `dot(a, b)`"
                ),
            )
        check_coding(scope, value, node)
    return _with_all_digits(density)


def _with_all_digits(density: Density) -> Density:
    """The same distribution, where NumPyro's class of that name loses digits.

    A chance that is a sigmoid rounds to 0 or 1 long before its logit is large; and the constant of
    Student's t is a difference of numbers as large as its degrees of freedom.
    """
    given = dict(density.parameters)
    logits, df = logits_of(given.get("probs")), given.get("df")
    gate_logits = logits_of(given.get("gate"))
    if density.name in _BY_LOGITS and logits is not None:
        parameters = tuple(
            ("logits", logits) if name == "probs" else (name, value)
            for name, value in density.parameters
        )
        return replace(density, name=_BY_LOGITS[density.name], parameters=parameters)
    if density.name == "ZeroInflatedPoisson" and gate_logits is not None:
        base = Density("Poisson", (("rate", given.get("rate", ir.ONE)),), density.support)
        gate = (("gate_logits", gate_logits),)
        return Density("ZeroInflatedDistribution", gate, density.support, bases=(base,))
    if density.name == "StudentT" and df is not None:
        exact = student_t(df, given.get("loc", ir.ZERO), given.get("scale", ir.ONE))
        return exact if exact.own else density
    if density.name == "AsymmetricLaplaceQuantile" and "quantile" in given:
        loc, scale = given.get("loc", ir.ZERO), given.get("scale", ir.ONE)
        return asymmetric_laplace(loc, scale, given["quantile"])
    return density


#: A vector of chances is no vector of sigmoids.
_BY_LOGITS = {p: logits for p, logits in BY_PARAMETER.values() if p != "CategoricalProbs"}
