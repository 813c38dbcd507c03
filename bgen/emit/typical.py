"""Priors -> a typical location and spread, in whose units the guide's parameters are counted.

An optimiser steps by about its learning rate whatever the unit, so a site with the prior
Normal(5000, 1000) is fitted as 5000 + 1000 times a parameter that starts at 0.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bgen.emit.expressions import MODEL
from bgen.ir import expressions as ir
from bgen.ir.dims import Dims
from bgen.ir.model import Density, Model


@dataclass(frozen=True, slots=True)
class Typical:
    """Where a site lies and how far it spreads under its prior; expressions of data alone.

    ``dims`` are the axes of the site, of which the two may have fewer.
    """

    centre: ir.Expression = ir.ZERO
    spread: ir.Expression = ir.ONE
    dims: Dims = ()

    def shift(self, loc: str) -> str:
        """``centre + spread * loc``, as far as they say anything."""
        text = self.stretch(loc)
        return text if self.centre == ir.ZERO else f"{self.operand(self.centre, 1)} + {text}"

    def stretch(self, scale: str) -> str:
        return scale if self.spread == ir.ONE else f"{self.operand(self.spread, 3)} * {scale}"

    def shift_log(self, loc: str) -> str:
        """For a positive site, whose typical size is its centre."""
        centre = self.log_centre()
        return f"{centre} + {loc}" if centre else loc

    def log_centre(self) -> str:
        """The logarithm of a positive site's typical size; empty where that is 1."""
        if self.centre in (ir.ZERO, ir.ONE):
            return ""
        if isinstance(self.centre, ir.Apply):  # exp, from LogNormal
            return self.operand(self.centre.operand, 1)
        return self.operand(ir.Apply("log", self.centre), 1)

    def operand(self, value: ir.Expression, tightness: int) -> str:
        """The code of a value along the axes of the site."""
        return MODEL.operand(value, tightness, self.dims)


PLAIN = Typical()
Factor = tuple[str, ir.Expression | None]


def typical_values(model: Model) -> dict[str, Typical]:
    """For every site, in order, so that a prior may build on earlier ones."""
    known: dict[str, Typical] = {}
    for site in model.sites():
        found = _typical(site.prior, known)
        if site.prior.support.range.is_positive and not _is_size(found.centre, site.prior):
            found = Typical(found.spread, found.spread)
        known[site.name] = replace(found, dims=site.dims)
    return known


def _is_size(centre: ir.Expression, prior: Density) -> bool:
    """Whether the centre of a prior on positive numbers is one: others are scaled by it."""
    if isinstance(centre, ir.Constant):
        return centre.value > 0
    cut = prior.base is not None or prior.name.startswith("Truncated")
    return not cut or prior.support.kind == "positive"


def _typical(prior: Density, known: dict[str, Typical]) -> Typical:
    if prior.base is not None:
        return _typical(prior.base, known)
    values = {name: fold(value, known) for name, value in prior.parameters}
    if any(value is None for value in values.values()):
        return PLAIN
    found = {name: value for name, value in values.items() if value is not None}
    one = ir.ONE
    match prior.name:
        case "Normal" | "StudentT" | "Cauchy" | "Laplace" | "Logistic" | "Gumbel" | "SoftLaplace":
            return Typical(found.get("loc", ir.ZERO), found.get("scale", one))
        case "MultivariateNormal" if isinstance(values.get("scale_tril"), ir.Constant):
            return Typical(ir.ZERO, found["scale_tril"])
        case "Imputed":
            return Typical(found["loc"], found["scale"])
        case "ImputedPositive" | "ImputedProportion":
            return Typical(ir.Apply("exp", found["loc"]))  # the guide is on the line
        case "TruncatedNormal" | "TruncatedCauchy":
            loc, scale = found.get("loc", ir.ZERO), found.get("scale", one)
            # On the positive side of zero only the size counts.
            size = loc if isinstance(loc, ir.Constant) and loc.value > 0 else scale
            return Typical(size if prior.support.kind == "positive" else loc, scale)
        case "HalfNormal" | "HalfCauchy" | "HalfStudentT":
            return Typical(found.get("scale", one))
        case "Exponential":
            return Typical(_quotient(one, found.get("rate", one)))
        case "Gamma" | "InverseGamma":
            a, b = found["concentration"], found.get("rate", one)
            return Typical(_quotient(a, b) if prior.name == "Gamma" else _quotient(b, a))
        case "LogNormal":
            loc = found.get("loc", ir.ZERO)
            return Typical(one if loc == ir.ZERO else ir.Apply("exp", loc))
        case "Weibull":
            return Typical(found["scale"])
        case _:
            return PLAIN


def fold(expression: ir.Expression, known: dict[str, Typical]) -> ir.Expression | None:
    """The expression with unknowns at their typical values; None where that says nothing."""
    match expression:
        case ir.Constant() | ir.Input():
            return expression
        case ir.Unknown(name=name, dims=dims):
            typical = known.get(name, PLAIN)
            return typical.centre if not dims or not typical.centre.dims else None
        case ir.Negative(operand=operand):
            inner = fold(operand, known)
            if isinstance(inner, ir.Constant):
                return ir.Constant(-inner.value) if inner.value else ir.ZERO
            return None if inner is None else ir.Negative(inner)
        case ir.Add(terms=terms):
            return _sum([(sign, fold(term, known)) for sign, term in terms])
        case ir.Multiply(factors=factors):
            return _product([(sign, fold(factor, known)) for sign, factor in factors])
        case ir.Gather(table=table):
            inner = fold(table, known)
            return inner if isinstance(inner, ir.Constant) else None
        case ir.Filled(value=value):
            return fold(value, known)
        case ir.Helper(function="scaled_factor", operands=(scale, _)):
            return fold(scale, known)  # a factor of correlations is about the identity
        case _:
            return None


def _sum(terms: list[tuple[str, ir.Expression | None]]) -> ir.Expression | None:
    kept: list[tuple[str, ir.Expression]] = []
    constant = 0.0
    for sign, term in terms:
        if term is None:
            return None
        if isinstance(term, ir.Constant):
            constant += term.value if sign == "+" else -term.value
        else:
            kept.append((sign, term))
    if not kept:
        return ir.Constant(constant)
    if constant:
        kept.append(("+", ir.Constant(constant)))
    if len(kept) == 1 and kept[0][0] == "+":
        return kept[0][1]
    return ir.Add(tuple(kept))  # type: ignore[arg-type]


def _product(factors: list[Factor]) -> ir.Expression | None:
    kept: list[tuple[str, ir.Expression]] = []
    constant = 1.0
    for sign, factor in _flat(factors):
        if factor is None:
            return None
        if isinstance(factor, ir.Constant):
            if sign == "/" and factor.value == 0:
                return None
            constant = constant * factor.value if sign == "*" else constant / factor.value
        else:
            kept.append((sign, factor))
    if constant == 0.0 or not kept:
        return ir.Constant(constant)
    if constant != 1.0:
        kept.insert(0, ("*", ir.Constant(constant)))
    if len(kept) == 1 and kept[0][0] == "*":
        return kept[0][1]
    return ir.Multiply(tuple(kept))  # type: ignore[arg-type]


def _flat(factors: list[Factor]) -> list[Factor]:
    """Products within a product taken apart: 1 / (1 / x) is x."""
    flat: list[Factor] = []
    for sign, factor in factors:
        if isinstance(factor, ir.Multiply):
            turned = {"*": "/", "/": "*"}
            inner: list[Factor] = [(s if sign == "*" else turned[s], f) for s, f in factor.factors]
            flat += _flat(inner)
        else:
            flat.append((sign, factor))
    return flat


def _quotient(a: ir.Expression, b: ir.Expression) -> ir.Expression:
    found = _product([("*", a), ("/", b)])
    return ir.ONE if found is None else found
