"""Columns that may be missing: rows masked of a response, values imputed of an input.

An input is imputed by the likelihood of its own that stands above its uses: its missing values are
unknowns without a prior, and that likelihood is of all rows. What a layer makes of such a column is
computed by the model, from constants of the values that were observed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NoReturn

from bgen.base.source import Span
from bgen.check.constants import constant_input, learn
from bgen.check.entries import Column
from bgen.check.scope import Scope, level_dim
from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import ROW
from bgen.ir.model import Density
from bgen.syntax import ast


@dataclass(frozen=True, slots=True)
class _Imputable:
    """A type that can be imputed: its support, its class in the library, its values on the line."""

    support: str
    site: str
    onto_line: Callable[[ir.Expression], ir.Expression]
    text: str
    example: str


_IMPUTABLE = {
    "real": _Imputable("real", "Imputed", lambda x: x, "{}", "gaussian"),
    "positive": _Imputable(
        "positive", "ImputedPositive", lambda x: ir.Apply("log", x), "log({})", "lognormal"
    ),
    "proportion": _Imputable(
        "unit",
        "ImputedProportion",
        lambda x: ir.Apply("log", ir.divide(x, ir.subtract(ir.ONE, x))),
        "log({0} / (1 - {0}))",
        "beta",
    ),
}


def check_declaration(scope: Scope, node: ast.ColumnDeclaration, *, block: bool) -> None:
    """``?`` stands behind the type of one column that has a value a row."""
    if block or node.by is not None or node.type in ("date", "scalar"):
        what = "a block of columns" if block else f"a {node.type}"
        what = f"a value of {node.by.id}" if node.by is not None else what
        scope.reject(
            "BL207",
            node.type_span,
            f"{what} cannot have missing values",
            help="leave the `?` out; `--na drop` leaves rows with a missing value out of a fit",
        )


def reject_missing(scope: Scope, name: str, span: Span) -> None:
    """An error where a category or a time that may be missing groups or codes the rows."""
    entry = scope.entries[name]
    if isinstance(entry, Column) and entry.spec.missing:
        _reject_type(scope, entry, span)


def _reject_type(scope: Scope, entry: Column, span: Span) -> NoReturn:
    name, kind = entry.declaration.name, entry.spec.type
    scope.broken.add(name)  # one error is enough
    remedy = f"declare a level for it: `{name}: category` reads `unknown` as any other word"
    if not entry.is_category:
        remedy = f"declare it `{name}: real?` if numbers between make sense, or leave the `?` out"
    scope.reject(
        "BL542",
        span,
        f"`{name}` is a {kind} that may be missing, and only real numbers can be imputed",
        help=remedy,
        notes=((entry.declaration.span, "declared here"),),
    )


# --- responses ------------------------------------------------------------------------------------


def filled(scope: Scope, values: ir.Expression, name: str) -> ir.Expression:
    """Host side: a response, with something that its density takes where it is missing."""
    if not scope.may_miss(name):
        return values
    entry = scope.entries[name]
    kind = entry.spec.type if isinstance(entry, Column) else "real"
    whole = kind in ("integer", "count", "binary", "category", "ordinal")
    keywords = (("whole", 1),) if whole else ()
    return ir.Helper("fill_missing", (values,), (ROW,), keywords, name)


def observation(
    scope: Scope, span: Span, names: tuple[str, ...], density: Density, *, joint: bool
) -> m.Observe:
    """The likelihood statement, with its mask; of an input it imputes the missing values."""
    site, missing = "_".join(names), tuple(n for n in names if scope.may_miss(n))
    plain = m.Observe(site, density, names if joint else ())
    read = [name for name in missing if name in scope.inputs]
    if joint and read:
        scope.reject(
            "BL547",
            span,
            f"`{read[0]}` may be missing and is used as an input, so it needs a model of its own",
            help=f"write `{read[0]} ~ gaussian(...)`, and let the other responses depend on it",
        )
    if read:
        return replace(plain, values=_impute(scope, span, read[0], density))
    if not missing:
        return plain
    columns = tuple(ir.Column(name, (ROW,)) for name in missing)
    value = ir.Helper("observed_rows", columns, (ROW,))
    words = f"whether {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} there"
    argument = m.Argument(f"{site}_observed", "observed", (ROW,), words, value=value)
    mask = scope.argument(argument, span)
    scope.density_only.add(mask.name)
    return replace(plain, mask=mask)


def _impute(scope: Scope, span: Span, name: str, density: Density) -> ir.Expression:
    """The column with its missing values, which are a site."""
    entry = scope.entries[name]
    if not isinstance(entry, Column):
        scope.broken.add(name)
        scope.reject(
            "BL545",
            span,
            f"`{name}` is computed from a column with missing values, and is read as an input too",
            help="give the column itself a likelihood, and compute from it what others read",
        )
    spec = _IMPUTABLE.get(entry.spec.type)
    if spec is None:
        _reject_type(scope, entry, span)
    if density.support.kind != spec.support:
        scope.broken.add(name)
        scope.reject(
            "BL544",
            span,
            f"`{name}` is declared {entry.spec.type}, and its density is on "
            f"{density.support.describe()}: the two must agree where values are imputed",
            help=f"declare it `{name}: real?`, or choose a link for its numbers, such as "
            f"`{spec.example}`",
            notes=((entry.declaration.span, "declared here"),),
        )
    # Where chains and guides start: about the observed values.
    value, text = spec.onto_line(ir.Column(name, (ROW,))), spec.text.format(name)
    loc = constant_input(scope, learn(scope, "mean", value, text), span)
    scale = constant_input(scope, learn(scope, "sd", value, text), span)
    axis, slot = level_dim(f"{name}_missing"), f"{name}_slot"
    scope.group(axis.name, span)
    scope.claim(slot, span, "number of each missing value")
    prior = Density(spec.site, (("loc", loc), ("scale", scale)), density.support, own=True)
    imputed = scope.sample(m.Sample(f"{name}_imputed", (axis,), prior), span, "imputed values")
    words = f"int, which of the missing values of {name}, -1 where there is one"
    column = ir.Column(slot, (ROW,))
    slots = scope.argument(m.Argument(slot, "column", (ROW,), words, value=column), span)
    scope.imputed[name] = ir.Local(name, (ROW,))
    return ir.Helper("fill_in", (scope.column_input(name, span), slots, imputed), (ROW,))


# --- inputs ---------------------------------------------------------------------------------------


def complete(scope: Scope, name: str, span: Span) -> ir.Local | ir.Unknown:
    """Model side: the values of a column that may be missing, observed or imputed."""
    if scope.marking:
        reject_gaps(scope, name, span)
    if name in scope.imputed:
        return scope.imputed[name]
    entry = scope.entries[name]
    if isinstance(entry, Column) and entry.spec.type not in _IMPUTABLE:
        _reject_type(scope, entry, span)
    scope.broken.add(name)
    if name in scope.later:
        scope.reject(
            "BL541",
            span,
            f"`{name}` may be missing and is used above the likelihood that imputes it",
            help=f"move `{name} ~ ...` above this statement; it cannot depend on what `{name}` "
            "explains",
            notes=((scope.later[name], "its likelihood is here"),),
        )
    scope.reject(
        "BL540",
        span,
        f"`{name}` may be missing, and nothing says what its missing values are like",
        help=f"write a model of it above, such as `{name} ~ gaussian(mu_{name})`, or leave the "
        "`?` out and fit with `--na drop`",
    )


def reject_gaps(scope: Scope, name: str, span: Span) -> NoReturn:
    """An error where ``encode`` computes what the model would have to impute."""
    scope.reject(
        "BL545",
        span,
        f"`{name}` may be missing, and here its values must be known before the fit",
        help="layers of columns and products, such as `linear` and `adaptive`, take imputed "
        "values; for others leave the `?` out",
    )


def has_gaps(scope: Scope, value: ir.Expression) -> bool:
    """Whether a host expression has rows without a value."""
    if isinstance(value, ir.Column):
        return scope.may_miss(value.name)
    if isinstance(value, ir.Learnt):
        return False
    return any(has_gaps(scope, child) for child in ir.children(value))


def lift(scope: Scope, value: ir.Expression, span: Span) -> ir.Expression:
    """A host expression as the model computes it."""
    match value:
        case ir.Column(name=name) if scope.may_miss(name):
            return complete(scope, name, span)
        case ir.Column(name=name):
            return scope.column_input(name, span)
        case ir.Learnt():
            return constant_input(scope, value, span)
        case ir.Gather(table=ir.Column(name=table), indices=(ir.Column(name=group),)):
            return ir.Gather(scope.column_input(table, span), (scope.index_input(group, span),))
        case ir.Apply(operand=operand) | ir.Negative(operand=operand):
            return replace(value, operand=lift(scope, operand, span))
        case ir.Add(terms=terms):
            return ir.Add(tuple((sign, lift(scope, term, span)) for sign, term in terms))
        case ir.Multiply(factors=factors):
            return ir.Multiply(tuple((sign, lift(scope, f, span)) for sign, f in factors))
        case ir.Power(base=base, exponent=exponent):
            return ir.Power(lift(scope, base, span), lift(scope, exponent, span))
        case ir.Constant():
            return value
        case _:  # what a helper of ``encode`` makes of the column
            columns = [n.name for n in ir.walk(value) if isinstance(n, ir.Column)]
            reject_gaps(scope, next(name for name in columns if scope.may_miss(name)), span)
