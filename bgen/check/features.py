"""Arguments of a layer -> the features of its design, with their labels."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from bgen.check.host import FUNCTIONS, STATISTICS, TRANSFORMS, HostTranslator
from bgen.check.missing import reject_missing
from bgen.check.scope import Column, Derived, Scope
from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import Dim
from bgen.syntax import ast
from bgen.syntax.printer import print_expression
from bgen.syntax.visit import children


def design_features(
    scope: Scope, nodes: tuple[ast.Expression, ...], *, full: bool = False, constant: bool = False
) -> tuple[m.Feature, ...]:
    """One feature for each argument: a column, a block, a transform, a coded category, a product.

    ``full`` codes every level of a category. Where a ``constant`` is wanted, 1 is a column too.
    """
    terms = {frozenset(map(print_expression, _parts(node))) for node in nodes}
    terms.add(frozenset())  # the constant is in the predictor
    found = [
        m.Feature("1", ir.ONE) if constant and _is_one(node) else _feature(scope, node, terms, full)
        for node in nodes
    ]
    labels = [(f.label, f.block, f.coded) for f in found]
    times = Counter(labels)
    # `linear(x, standardize(x))`: the short labels would be the same, so print these in full.
    return tuple(
        replace(f, label=_full_label(f, node)) if times[label] > 1 else f
        for f, label, node in zip(found, labels, nodes, strict=True)
    )


def _parts(node: ast.Expression) -> tuple[ast.Expression, ...]:
    return node.parts if isinstance(node, ast.Cross) else (node,)


def _is_one(node: ast.Expression) -> bool:
    return isinstance(node, ast.Number) and node.value == 1


def _full_label(feature: m.Feature, node: ast.Expression) -> str:
    names = [feature.block] if feature.block else [coded.name for coded in feature.coded]
    for name in names:
        node = _rename(node, name)
    return print_expression(node)


def reject_outer(scope: Scope, value: ir.Expression, node: ast.Expression) -> tuple[Dim, ...]:
    """The block of columns in a value, if any; an error where there are two of them."""
    blocks = tuple(d for d in value.dims if not d.is_row)
    if len(blocks) > 1:
        names = " and ".join(f"`{d.name}`" for d in blocks)
        scope.reject(
            "BL319",
            node.span,
            f"{names} are blocks of columns and cannot be combined element by element",
            help="products of two blocks are `interaction(x, z)`",
        )
    return blocks


def _feature(
    scope: Scope, node: ast.Expression, terms: set[frozenset[str]], full: bool
) -> m.Feature:
    parts = _parts(node)
    categories = [p for p in parts if _is_category(scope, p)]
    numbers = tuple(p for p in parts if p not in categories)
    if categories:
        coded = tuple(_coded(scope, part, parts, terms, full) for part in categories)
        return _indicators(scope, node, coded, numbers)
    value = HostTranslator(scope, by_row=True, gaps=True).translate(node)
    if not value.dims:
        scope.reject(
            "BL318",
            node.span,
            f"`{print_expression(node)}` is the same number at every row",
            help="a constant is `intercept()`",
        )
    blocks = reject_outer(scope, value, node)
    if not blocks:
        return m.Feature(_label(node), value)
    entry = scope.entries[blocks[0].name]
    assert isinstance(entry, Column)
    return m.Feature(
        _label(_rename(node, blocks[0].name)), value, width(entry.spec), block=blocks[0].name
    )


def _is_category(scope: Scope, node: ast.Expression) -> bool:
    if not isinstance(node, ast.Name):
        return False
    entry = scope.entries.get(node.id)
    return isinstance(entry, Column) and entry.is_category


def _coded(
    scope: Scope,
    category: ast.Expression,
    parts: tuple[ast.Expression, ...],
    terms: set[frozenset[str]],
    full: bool,
) -> m.Coded:
    """R's rule for a category in a product: a column for every level but the first.

    For the first level too where the term without the category is absent (Chambers and Hastie
    1992, Statistical Models in S, ch. 2): it would else have no mean, or no slope, of its own.
    """
    assert isinstance(category, ast.Name)
    entry = scope.lookup(category.id, category.span)
    assert isinstance(entry, Column)
    if entry.spec.type == "ordinal":
        scope.reject(
            "BL320",
            category.span,
            f"`{category.id}` is ordinal, and this layer would take its levels as unordered",
            help=f"`monotonic({category.id})` follows their order; to code the levels declare it "
            f"as `{category.id}: category`",
        )
    reject_missing(scope, category.id, category.span)
    scope.coded.add(category.id)
    others = frozenset(print_expression(part) for part in parts if part is not category)
    return m.Coded(category.id, full or others not in terms)


def _indicators(
    scope: Scope,
    node: ast.Expression,
    coded: tuple[m.Coded, ...],
    numbers: tuple[ast.Expression, ...],
) -> m.Feature:
    """The products of the indicators of categories, times the numeric factors."""
    value = None
    if numbers:
        product = ast.Cross(numbers) if len(numbers) > 1 else numbers[0]
        value = HostTranslator(scope, by_row=True, gaps=True).translate(product)
        if len(value.dims) > 1:
            crossed = ":".join(c.name for c in coded)
            scope.reject(
                "BL321",
                node.span,
                "a block of columns cannot be multiplied by a coded category",
                help=f"write `interaction({print_expression(product)}, {crossed})`",
            )
    known: int | None = 1
    for category in coded:
        entry = scope.entries[category.name]
        assert isinstance(entry, Column)
        levels = entry.spec.levels
        if levels is None or known is None:
            known = None
        else:
            known *= len(levels) - (0 if category.full else 1)
    names = {category.name for category in coded}
    label = ":".join(
        "{}" if isinstance(part, ast.Name) and part.id in names else _label(part)
        for part in _parts(node)
    )
    return m.Feature(label, value, known, coded=coded)


def width(spec: m.ColumnSpec) -> int | None:
    """How many columns a block has, where the program lists them all."""
    return None if spec.patterns else len(spec.sources or ())


def _label(node: ast.Expression) -> str:
    """As printed; standardising or centring a column leaves it its name."""
    while isinstance(node, ast.Call) and node.function in TRANSFORMS and node.arguments:
        node = node.arguments[0].value
    if isinstance(node, ast.Cross):
        return ":".join(_label(part) for part in node.parts)
    return print_expression(node)


def _rename(node: ast.Expression, block: str) -> ast.Expression:
    """The name of a block or category replaced by ``{}``, for each of its columns or levels."""
    return substitute(node, {block: ast.Name("{}")})


def substitute(node: ast.Expression, names: dict[str, ast.Expression]) -> ast.Expression:
    """Replace bare names by expressions, as a user layer does with its parameters."""
    match node:
        case ast.Name(id=name):
            return names.get(name, node)
        case ast.Negate(operand=operand):
            return replace(node, operand=substitute(operand, names))
        case ast.Sum(terms=terms):
            return replace(node, terms=tuple((s, substitute(t, names)) for s, t in terms))
        case ast.Product(factors=factors):
            return replace(node, factors=tuple((s, substitute(f, names)) for s, f in factors))
        case ast.Power(base=base, exponent=exponent):
            return replace(node, base=substitute(base, names), exponent=substitute(exponent, names))
        case ast.Cross(parts=parts):
            return replace(node, parts=tuple(substitute(p, names) for p in parts))
        case ast.Call(arguments=arguments):
            return replace(
                node,
                arguments=tuple(replace(a, value=substitute(a.value, names)) for a in arguments),
            )
        case ast.Index(indices=indices):
            return replace(node, indices=tuple(substitute(i, names) for i in indices))
        case _:
            return node


def argument_name(node: ast.Expression) -> str | None:
    """The name that an argument lends to its layer: of the one column in it, or of a crossing."""
    if isinstance(node, ast.Cross) and all(isinstance(p, ast.Name) for p in node.parts):
        return "_".join(p.id for p in node.parts if isinstance(p, ast.Name))
    names = {n.id for n in _names(node)}
    return names.pop() if len(names) == 1 else None


def _names(node: ast.Expression) -> list[ast.Name]:
    """Every bare name in an expression, in reading order."""
    if isinstance(node, ast.Name):
        return [node]
    return [name for part in children(node) for name in _names(part)]


def is_data(scope: Scope, node: ast.Expression) -> bool:
    """Whether a right side holds columns and constants alone, so that it is a derived column."""
    match node:
        case ast.Name(id=name):
            return isinstance(scope.entries.get(name), Column | Derived)
        case ast.Call(function=function, arguments=arguments):
            known = function in (*FUNCTIONS, *STATISTICS, *TRANSFORMS)
            return known and all(is_data(scope, a.value) for a in arguments)
        case ast.Index() | ast.String():
            return False
        case ast.Number():
            return True
        case ast.Negate(operand=operand):
            return is_data(scope, operand)
        case ast.Sum(terms=parts) | ast.Product(factors=parts):
            return all(is_data(scope, part) for _, part in parts)
        case ast.Power(base=base, exponent=exponent):
            return is_data(scope, base) and is_data(scope, exponent)
        case ast.Cross(parts=crossed):
            return all(is_data(scope, part) for part in crossed)
