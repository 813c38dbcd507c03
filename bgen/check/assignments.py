"""``name = expression``: a derived column, a derived parameter, or a predictor."""

from __future__ import annotations

from bgen.check.derived import derive
from bgen.check.entries import Predictor
from bgen.check.expansion import expand_call, is_layer
from bgen.check.features import is_data
from bgen.check.layers import TermTranslator
from bgen.check.names import frame_of, reject_known
from bgen.check.places import constants_last
from bgen.check.ranges import range_of
from bgen.check.scope import Scope
from bgen.check.unknowns import ModelTranslator
from bgen.check.words import reject_distribution
from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import ROW
from bgen.syntax import ast
from bgen.syntax.printer import print_expression, print_statement


def assign(scope: Scope, statement: ast.Assignment) -> None:
    target, value = statement.target, statement.value
    scope.current = target.name
    reject_known(scope, target, value)
    reject_distribution(scope, value, _written(target))
    if not target.indices and is_data(scope, value):
        derive(scope, statement)
    elif target.indices:
        _derive_parameter(scope, statement)
    else:
        _predict(scope, target, value)


def _written(target: ast.Target) -> str:
    indices = ", ".join(print_expression(i) for i in target.indices)
    return f"{target.name}[{indices}]" if indices else target.name


def _derive_parameter(scope: Scope, statement: ast.Assignment) -> None:
    """``theta[school] = mu + tau * z[school]``: one value a level, computed from others."""
    target = statement.target
    indices, frame = frame_of(scope, target)
    value = ModelTranslator(scope, frame).translate(statement.value)
    scope.claim(target.name, target.span, "derived parameter")
    scope.statements.append(m.Let(target.name, value))
    scope.paragraph(print_statement(statement))
    if set(value.dims) != set(frame):
        missing = " and ".join(f"`{d.name}`" for d in frame if d not in value.dims)
        scope.reject(
            "BL441",
            target.span,
            f"`{target.name}` would be the same for each level of {missing}",
            help=f"use a parameter that has one value for each level of {missing}, or define "
            f"`{target.name}` without this index",
        )
    local = ir.Local(target.name, value.dims)  # axes in the order in which they were computed
    scope.entries[target.name] = Predictor(local, indices, range_of(value, scope), target.span)


def _predict(scope: Scope, target: ast.Target, value: ast.Expression) -> None:
    """A predictor: one paragraph a term, accumulated under one name."""
    name = target.name
    written = value.terms if isinstance(value, ast.Sum) else (("+", value),)
    terms = constants_last(scope, written)
    values: list[ir.Expression] = []
    out = scope.widths.get(name, ())
    scope.linear_terms = ()
    for place, (sign, term) in enumerate(terms):
        call = expand_call(scope, term) if isinstance(term, ast.Call) else None
        alone = len(terms) == 1 and call is not None and is_layer(scope, call.function)
        contribution = TermTranslator(scope, name).term(sign, term, name if alone else None)
        if out and contribution.dims == (ROW,):  # the same for every class
            contribution = ir.Spread(contribution, out)
        if place == 0:
            _begin(scope, name, sign, contribution, target)
        else:
            scope.statements.append(m.Accumulate(name, sign, contribution))
        values.append(contribution)
        _head_term(scope, name, sign, term, place)
    _reject_bare_terms(scope, terms, values)
    total = ir.Add(tuple((sign, v) for (sign, _), v in zip(terms, values, strict=True)))
    whole = total if len(values) > 1 else values[0]
    if any(not d.is_row and d not in out for d in whole.dims) and len(values) > 1:
        pairs = zip(terms, values, strict=True)
        term = next(t for (_, t), v in pairs if any(d not in (ROW, *out) for d in v.dims))
        scope.reject(
            "BL435",
            term.span,
            f"`{print_expression(term)}` is several numbers a row, and one is needed",
            help="combine what is several numbers wide with `sum(a)` or `dot(a, b)`",
        )
    if values == [ir.Unknown(name, values[0].dims)]:
        local: ir.Expression = values[0]  # `a = intercept()`: the site carries the name itself
    else:
        local = ir.Local(name, whole.dims)
    scope.entries[name] = Predictor(local, (), range_of(whole, scope), target.span)


def _head_term(scope: Scope, name: str, sign: str, term: ast.Expression, place: int) -> None:
    """Close the paragraph of one term under its source text."""
    text = print_expression(term)
    if isinstance(term, ast.Sum):
        text = f"({text})"
    if place == 0:
        scope.paragraph(f"{name} = {'-' if sign == '-' else ''}{text}")
    else:
        scope.paragraph(f"{sign} {text}", continues=True)


def _begin(scope: Scope, name: str, sign: str, value: ir.Expression, target: ast.Target) -> None:
    """The first term; a name that is a site already needs no further statement."""
    if sign == "-":
        value = ir.Negative(value)
    if value == ir.Unknown(name, value.dims):
        return
    scope.claim(name, target.span, "predictor")
    scope.statements.append(m.Let(name, value))


def _reject_bare_terms(
    scope: Scope, terms: tuple[tuple[str, ast.Expression], ...], values: list[ir.Expression]
) -> None:
    translator = ModelTranslator(scope)
    if not any(translator.has_unknowns(value) for value in values):
        return
    for (_, term), value in zip(terms, values, strict=True):
        translator.reject_bare(term, value)
