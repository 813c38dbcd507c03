"""Arguments of a layer -> the features of its design, with their labels."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from bgen.check.entries import Column, Derived
from bgen.check.host import FUNCTIONS, STATISTICS, TRANSFORMS, reject_elsewhere, reject_non_numeric
from bgen.check.missing import reject_missing
from bgen.check.scope import Scope
from bgen.check.transforms import FeatureTranslator, reject_spline_of_unknowns
from bgen.ir import contract
from bgen.ir import expressions as ir
from bgen.ir.dims import Dim
from bgen.syntax import ast
from bgen.syntax.printer import print_expression
from bgen.syntax.visit import children, substitute


def design_features(
    scope: Scope,
    nodes: tuple[ast.Expression, ...],
    *,
    full: bool = False,
    constant: bool = False,
    group: str = "",
) -> tuple[contract.Feature, ...]:
    """One feature for each argument: a column, a block, a transform, a coded category, a product.

    ``full`` codes every level of a category. Where a ``constant`` is wanted, 1 is a column too.
    ``group`` is the grouping whose levels have coefficients of their own, if any.
    """
    terms = {frozenset(map(print_expression, _parts(node))) for node in nodes}
    terms.add(frozenset())  # the constant is in the predictor
    found = [
        (
            contract.Feature("1", ir.ONE)
            if constant and _is_one(node)
            else _feature(scope, node, terms, full, _without(node, nodes, constant, group))
        )
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


def _without(
    node: ast.Expression, nodes: tuple[ast.Expression, ...], constant: bool, group: str
) -> str:
    """The remedy for a constant among the columns of a layer."""
    rest = [print_expression(n) for n in nodes if not isinstance(n, ast.Number)]
    if isinstance(node, ast.Number) and node.value == 0 and group:
        # Without its constant, a layer of correlated effects may be one of a single column.
        alone = constant and len(rest) == 1 and not any(_is_one(n) for n in nodes)
        slopes = f", and one column is `random_slopes({rest[0]}, by = {group})`" if alone else ""
        why = "without a 1 no level has a constant" if constant else "slopes have no constant"
        return f"leave the 0 out: {why} of {'its' if constant else 'their'} own{slopes}"
    if isinstance(node, ast.Number) and node.value == 0:
        return "leave the 0 out: a sum without `intercept()` has no constant"
    if not group:
        return "a constant is `intercept()`"
    joint = f"correlated_effects({', '.join(['1', *rest])}, by = {group})" if rest else ""
    return (
        f"leave it out; constants by level are `random_effects({group})`, another term of the sum"
        + (f", or `{joint}` correlates them with the slopes" if joint else "")
    )


def _full_label(feature: contract.Feature, node: ast.Expression) -> str:
    if any(_is_spline(part) for part in _parts(node)):
        coded = {c.name for c in feature.coded}
        texts = {part: print_expression(part) for part in _parts(node)}
        return ":".join(
            f"{text}[{{}}]" if _is_spline(part) else "{}" if text in coded else text
            for part, text in texts.items()
        )
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
    scope: Scope, node: ast.Expression, terms: set[frozenset[str]], full: bool, without: str
) -> contract.Feature:
    parts = _parts(node)
    for part in parts:
        for inner in children(part):
            _reject_inner_spline(scope, inner)
        _reject_category_inside(scope, part)
    categories = [p for p in parts if _is_category(scope, p)]
    numbers = tuple(p for p in parts if p not in categories)
    if categories:
        coded = tuple(_coded(scope, part, parts, terms, full) for part in categories)
        return _indicators(scope, node, coded, numbers)
    translator = FeatureTranslator(scope, by_row=True, gaps=True)
    value = translator.translate(node)
    if not value.dims:
        scope.reject(
            "BL318",
            node.span,
            f"`{print_expression(node)}` is the same number at every row",
            help=without,
        )
    blocks = reject_outer(scope, value, node)
    if not blocks:
        return contract.Feature(_label(node), value)
    if blocks[0].name in scope.splines:
        reject_spline_of_unknowns(translator, value, node)
        return contract.Feature(_label(node), value, None, block=blocks[0].name)
    entry = scope.entries[blocks[0].name]
    assert isinstance(entry, Column)
    return contract.Feature(
        _label(_rename(node, blocks[0].name)), value, width(entry.spec), block=blocks[0].name
    )


def _reject_category_inside(scope: Scope, node: ast.Expression) -> None:
    """``linear(x * g)`` and ``linear(x + g)``: products and sums of R's formulas."""
    match node:
        case ast.Product(factors=parts) if all(sign == "*" for sign, _ in parts):
            written = print_expression(ast.Cross(tuple(part for _, part in parts)))
            remedy = f"products with the levels of a category are written `{written}`"
            if len(parts) == 2:
                names = ", ".join(print_expression(part) for _, part in parts)
                remedy += f"; with the parts by themselves, as in R, `{names}, {written}`"
        case ast.Sum(terms=parts) if all(sign == "+" for sign, _ in parts):
            written = ", ".join(print_expression(part) for _, part in parts)
            remedy = f"commas stand between the columns of a layer: `{written}`"
        case _:
            return
    for _, part in parts:
        entry = scope.entries.get(part.id) if isinstance(part, ast.Name) else None
        if isinstance(entry, Column) and entry.spec.type == "category":
            reject_non_numeric(scope, entry, part.span, remedy)


def _is_spline(node: ast.Expression) -> bool:
    return isinstance(node, ast.Call) and node.function == "bspline"


def _reject_inner_spline(scope: Scope, node: ast.Expression) -> None:
    """A spline is columns by themselves: their logarithms and the like have no meaning."""
    if isinstance(node, ast.Call) and _is_spline(node):
        reject_elsewhere(scope, node)
    for part in children(node):
        _reject_inner_spline(scope, part)


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
) -> contract.Coded:
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
    return contract.Coded(category.id, full or others not in terms)


def _indicators(
    scope: Scope,
    node: ast.Expression,
    coded: tuple[contract.Coded, ...],
    numbers: tuple[ast.Expression, ...],
) -> contract.Feature:
    """The products of the indicators of categories, times the numeric factors."""
    value, block = None, None
    if numbers:
        product = ast.Cross(numbers) if len(numbers) > 1 else numbers[0]
        translator = FeatureTranslator(scope, by_row=True, gaps=True)
        value = translator.translate(product)
        block = next((d.name for d in value.dims if d.name in scope.splines), None)
        if block is not None:
            reject_spline_of_unknowns(translator, value, node)
        elif len(value.dims) > 1:
            crossed = ":".join(c.name for c in coded)
            scope.reject(
                "BL321",
                node.span,
                "a block of columns cannot be multiplied by a coded category",
                help=f"write `interaction({print_expression(product)}, {crossed})`",
            )
    known: int | None = None if block else 1
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
    # Where the columns of the spline run among those of the categories.
    place = next((k for k, p in enumerate(_parts(node)) if block and p in numbers), 0)
    place -= sum(p in numbers for p in _parts(node)[:place])
    return contract.Feature(label, value, known, block=block, coded=coded, place=place)


def width(spec: contract.ColumnSpec) -> int | None:
    """How many columns a block has, where the program lists them all."""
    return None if spec.patterns else len(spec.sources or ())


def _label(node: ast.Expression) -> str:
    """As printed; standardising or centring a column leaves it its name."""
    named = (*TRANSFORMS, "measured")
    while isinstance(node, ast.Call) and node.function in named and node.arguments:
        node = node.arguments[0].value
    if isinstance(node, ast.Call) and _is_spline(node):
        return f"bspline({print_expression(node.arguments[0].value)})[{{}}]"
    if isinstance(node, ast.Cross):
        return ":".join(_label(part) for part in node.parts)
    return print_expression(node)


def _rename(node: ast.Expression, block: str) -> ast.Expression:
    """The name of a block or category replaced by ``{}``, for each of its columns or levels."""
    return substitute(node, {block: ast.Name("{}")})


def argument_name(node: ast.Expression) -> str | None:
    """The name that an argument lends to its layer: of the one column in it, or of a crossing."""
    if isinstance(node, ast.Cross):
        parts = [argument_name(part) for part in node.parts]
        return None if None in parts else "_".join(part for part in parts if part)
    if isinstance(node, ast.Call) and node.function == "measured":
        return argument_name(node.arguments[0].value) if node.arguments else None
    names = {n.id for n in _names(node)}
    return names.pop() if len(names) == 1 else None


def _names(node: ast.Expression) -> list[ast.Name]:
    """Every bare name in an expression, in reading order."""
    if isinstance(node, ast.Name):
        return [node]
    if isinstance(node, ast.Call) and node.function in STATISTICS:
        return []  # a constant
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
