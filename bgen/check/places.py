"""Where ``priors scaled`` places an intercept: at the means of the other terms of its predictor.

These are the columns times their coefficients, offsets and numbers; through names of other
predictors, with the signs that they have there. Where a mean is not known before the fit, or a term
stands in another statement, the intercept is not at the mean: a lint (BL608) says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bgen.base.source import Span
from bgen.check.constants import constant_input, learn, statistic_of_columns
from bgen.check.entries import Derived, UserLayer
from bgen.check.features import is_data
from bgen.check.host import HostTranslator
from bgen.check.missing import has_gaps
from bgen.check.scope import Scope
from bgen.ir import contract
from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.expressions import Sign
from bgen.layers import layers
from bgen.syntax import ast
from bgen.syntax.printer import print_expression


def is_plain_intercept(node: ast.Expression) -> bool:
    """A call of a constant layer with its default prior, to be placed at the mean."""
    layer = layers().get(node.function) if isinstance(node, ast.Call) else None
    return layer is not None and layer.is_constant and not node.arguments  # type: ignore[union-attr]


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


def _are_centred(scope: Scope, features: Iterable[contract.Feature]) -> bool:
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


def shift_at_means(scope: Scope, span: Span) -> ir.Expression | None:
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
        return ir.MatMul(statistic_of_columns(scope, axis, "mean", span), value.table)
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
            case _ if not value.dims and not ir.has_unknowns(value):
                yield sign, value
            case ir.Negative(operand=operand):
                stack.append((signed(sign, "-"), operand, elsewhere))


def signed(left: Sign, right: Sign) -> Sign:
    return "+" if left == right else "-"
