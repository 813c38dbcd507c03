"""A syntax tree -> its canonical text: at most 100 columns, one rule for every layout.

Parsing the text gives an equal tree, and printing that tree gives the same text. Comments stay
where they stood as far as the layout has a place for them; none is lost. Numbers stay as written.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Literal

from bgen.base.source import Span
from bgen.syntax import ast
from bgen.syntax.layout import Concat, Doc, Line, concat, fill, group, indent, lay_out
from bgen.syntax.remarks import Item, Remarks

WIDTH = 100
NO_LIMIT = 10**9
_BLOCK, _CONTINUED = 2, 3  # indents: the body of a block, the rest of an expression
_HARD = Line(hard=True)
_SOFT = Line("")
_SPACE = Line(" ")
_WIDEST_ALIGNED = 40

# How tightly an expression binds, loosest first.
_SUM, _PRODUCT, _CROSS, _NEGATE, _POWER, _ATOM = range(1, 7)
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}


def print_program(program: ast.Program, width: int = WIDTH) -> str:
    """The whole file; one blank line is kept where there was at least one."""
    remarks = Remarks(program.comments)
    printer = _Printer(remarks)
    items, rest = remarks.items(program.statements, printer.statement, 0, NO_LIMIT)
    doc = _stack(items, rest, program.blank_lines)
    text = lay_out(doc, width)
    return text + "\n" if text else ""


def print_statement(statement: ast.Statement, width: int = WIDTH) -> str:
    """One statement without a newline at its end, in several lines only if it is wider."""
    return lay_out(_Printer(Remarks(())).statement(statement), width)


def print_expression(expression: ast.Expression) -> str:
    """One line, whatever the layout it was read from: ``x^2``, ``z_hs:z_iq``."""
    return lay_out(_Printer(Remarks(())).expression(expression), NO_LIMIT)


def quote(value: str) -> str:
    """A string literal; what cannot be seen is escaped."""
    return '"' + "".join(_ESCAPES.get(c) or _visible(c) for c in value) + '"'


def _visible(c: str) -> str:
    return c if c.isprintable() else f"\\u{{{ord(c):x}}}"


class _Printer:
    """Builds documents; ``remarks`` hands out the comments on the way."""

    def __init__(self, remarks: Remarks) -> None:
        self._remarks = remarks

    # --- statements ---

    def statement(self, node: ast.Statement) -> Doc:
        match node:
            case ast.ModelStatement():
                title = "" if node.title is None else " " + quote(node.title)
                return f"model {node.name}{title}"
            case ast.DataBlock():
                return self._data(node)
            case ast.LayerDefinition():
                parameters = ", ".join(parameter.id for parameter in node.parameters)
                return concat(f"layer {node.name}({parameters}) = ", self.expression(node.body))
            case ast.Assignment():
                return concat(self._target(node.target), " = ", self.expression(node.value))
            case ast.Distributed():
                targets = [self._target(target) for target in node.targets]
                return concat(_listed(targets), " ~ ", self.expression(node.value))
            case ast.FitBlock():
                return self._settings("fit", node)
            case ast.ReparamBlock():
                return self._settings("reparam", node)
            case ast.Report():
                return concat("report ", _listed([name.id for name in node.names]))
            case ast.Priors():
                return f"priors {node.policy.id}"

    def _data(self, node: ast.DataBlock) -> Doc:
        widths = [len(column.name) for column in node.columns]
        pad = max((w for w in widths if w <= _WIDEST_ALIGNED), default=0)
        items, rest = self._remarks.items(
            node.columns, lambda column: self._column(column, pad), node.span.start, node.span.end
        )
        if not items and not rest:
            return "data { }"
        return concat("data {", indent(_BLOCK, _HARD, _stack(items, rest, ())), _HARD, "}")

    def _column(self, node: ast.ColumnDeclaration, pad: int) -> Doc:
        parts: list[Doc] = [f"{node.name.ljust(pad)} : {node.type}"]
        if node.levels is not None:
            parts.append(self._bracketed("(", node.levels, ")", node.type_span.end, filled=True))
        if node.columns is not None:
            parts.append(self._bracketed("[", node.columns, "]", node.type_span.end, filled=True))
        parts.append("?" if node.missing else "")
        parts.append(f" by {node.by.id}" if node.by else "")
        return concat(*parts)

    def _settings(self, word: str, node: ast.FitBlock | ast.ReparamBlock) -> Doc:
        items, rest = self._remarks.items(
            node.settings, self._setting, node.span.start, node.span.end
        )
        if not items and not rest:
            return f"{word} {{ }}"
        body = _joined(items, "", Line("  "))
        if rest:
            body = concat(body, _HARD if items else "", _lines(rest))
        return group(f"{word} {{", indent(_BLOCK, _SPACE, body), _SPACE, "}")

    def _setting(self, node: ast.Setting) -> Doc:
        return concat(f"{node.key} = ", self.expression(node.value))

    def _target(self, node: ast.Target) -> Doc:
        if not node.indices:
            return node.name
        return concat(node.name, self._bracketed("[", node.indices, "]", node.span.start))

    # --- expressions ---

    def expression(self, node: ast.Expression, at_least: int = 0) -> Doc:
        """The document of an expression, in brackets if it binds looser than ``at_least``."""
        doc = self._bare(node)
        if _tightness(node) < at_least:
            return group("(", indent(_CONTINUED, _SOFT, doc), _SOFT, ")")
        return doc

    def _bare(self, node: ast.Expression) -> Doc:
        match node:
            case ast.Number():
                return node.text or repr(node.value)
            case ast.String():
                return quote(node.value)
            case ast.Name():
                return node.id
            case ast.Sum():
                return self._chain(node.terms, node.span)
            case ast.Product():
                return self._chain(node.factors, node.span)
            case ast.Cross():
                parts = [self.expression(part, _NEGATE) for part in node.parts]
                return concat(parts[0], *(concat(":", part) for part in parts[1:]))
            case ast.Negate():
                return concat("-", self.expression(node.operand, _POWER))
            case ast.Power():
                return self._power(node)
            case ast.Call():
                end = node.function_span.end
                listed = self._bracketed("(", node.arguments, ")", end, node.span.end)
                return concat(node.function, listed)
            case ast.Index():
                end = node.name_span.end
                listed = self._bracketed("[", node.indices, "]", end, node.span.end)
                return concat(node.name, listed)

    def _power(self, node: ast.Power) -> Doc:
        base = self.expression(node.base, _ATOM)
        exponent = node.exponent
        if isinstance(exponent, ast.Negate):
            # `2^-1` needs no brackets: nothing but the operand can follow the sign.
            return concat(base, "^-", self.expression(exponent.operand, _POWER))
        return concat(base, "^", self.expression(exponent, _POWER))

    def _chain(
        self, signed: Sequence[tuple[Literal["+", "-", "*", "/"], ast.Expression]], span: Span
    ) -> Doc:
        """A sum or a product, broken before its operators."""
        signs = iter(sign for sign, _ in signed)
        first = True

        def build(operand: ast.Expression) -> Doc:
            nonlocal first
            sign = next(signs)
            if first:
                first = False
                return self.expression(operand, _PRODUCT if sign in "+-" else _CROSS)
            if sign in "+-":
                tight = isinstance(operand, ast.Negate) or _begins_with_sign(operand)
                doc = self.expression(operand, _ATOM if tight else _PRODUCT)
            else:
                doc = self.expression(operand, _CROSS)
            return concat(f"{sign} ", doc)

        operands = [operand for _, operand in signed]
        items, rest = self._remarks.items(operands, build, span.start, span.end)
        # Above the first operand and after the last one there is no line: leave them to others.
        self._remarks.give_back([*items[0].leading, *items[0].inner, *rest])
        items[0].leading, items[0].inner = [], []
        return indent(_CONTINUED, _filled(items))

    def _argument(self, node: ast.Argument | ast.Expression) -> Doc:
        if not isinstance(node, ast.Argument):
            return self.expression(node)
        if node.name is None:
            return self.expression(node.value)
        return concat(f"{node.name} {node.relation} ", self.expression(node.value))

    def _bracketed(
        self,
        opening: str,
        nodes: Sequence[ast.Argument | ast.Expression],
        closing: str,
        begin: int,
        end: int | None = None,
        *,
        filled: bool = False,
    ) -> Doc:
        """A list in brackets: in one line, or one a line (or as many a line as it takes)."""
        last = nodes[-1].span.end if nodes else begin
        items, rest = self._remarks.items(
            nodes, self._argument, begin, last if end is None else end
        )
        if not items and not rest:
            return opening + closing
        if filled and not any(item.has_above or item.trailing for item in items):
            body = _listed([item.doc for item in items])
        else:
            body = _joined(items, ",", _SPACE)
        if rest:
            body = concat(body, _HARD if items else "", _lines(rest))
        return group(opening, indent(_CONTINUED, _SOFT, body), _SOFT, closing)


def _tightness(node: ast.Expression) -> int:
    match node:
        case ast.Sum():
            return _SUM
        case ast.Product():
            return _PRODUCT
        case ast.Cross():
            return _CROSS
        case ast.Negate():
            return _NEGATE
        case ast.Power():
            return _POWER
        case _:
            return _ATOM


def _begins_with_sign(node: ast.Expression) -> bool:
    """Whether ``a - `` before it would put two signs side by side: ``a - -b * c``."""
    while isinstance(node, ast.Product | ast.Cross):
        node = node.factors[0][1] if isinstance(node, ast.Product) else node.parts[0]
    return isinstance(node, ast.Negate)


def _listed(docs: Sequence[Doc]) -> Doc:
    """``a, b, c``, as many a line as it takes."""
    items: list[Doc] = []
    for i, doc in enumerate(docs):
        items.append(concat(doc, ",") if i + 1 < len(docs) else doc)
        if i + 1 < len(docs):
            items.append(_SPACE)
    return indent(_CONTINUED, fill(tuple(items)))


def _filled(items: Sequence[Item]) -> Doc:
    """As many a line as fit; a comment ends a line."""
    docs: list[Doc] = []
    for i, item in enumerate(items):
        if i:
            broken = item.has_above or items[i - 1].trailing is not None
            docs.append(_HARD if broken else _SPACE)
        docs.append(concat(item.above, item.doc, item.beside))
    return fill(tuple(docs))


def _joined(items: Sequence[Item], separator: str, line: Line) -> Doc:
    """All in one line or one a line."""
    parts: list[Doc] = []
    for i, item in enumerate(items):
        last = i + 1 == len(items)
        parts += [item.above, item.doc, "" if last else separator, item.beside]
        parts.append("" if last else line)
    return concat(*parts)


def _lines(comments: Iterable[ast.Comment]) -> Doc:
    """Comments, each on its line, without a line break after the last."""
    parts: list[Doc] = []
    for comment in comments:
        parts += [_HARD, comment.text] if parts else [comment.text]
    return Concat(tuple(parts), forced=True)


def _stack(items: Sequence[Item], rest: Sequence[ast.Comment], blank_lines: Sequence[int]) -> Doc:
    """Parts below one another, with the comments between them and the blank lines kept."""
    parts: list[Doc] = []
    previous = -1

    def begin_line(span: Span | None) -> None:
        nonlocal previous
        if parts:
            parts.append(_HARD)
            if span is not None and _holds(blank_lines, previous, span.start):
                parts.append(_HARD)
        previous = max(previous, span.end if span is not None else previous)

    for item in items:
        for comment in item.leading:
            begin_line(comment.span)
            parts.append(comment.text)
        for i, comment in enumerate(item.inner):
            begin_line(None if i or not parts else Span(item.span.start, item.span.start))
            parts.append(comment.text)
        begin_line(None if item.inner else item.span)
        previous = item.span.end
        parts += [item.doc, item.beside]
    for comment in rest:
        begin_line(comment.span)
        parts.append(comment.text)
    return concat(*parts)


def _holds(offsets: Sequence[int], begin: int, end: int) -> bool:
    at = bisect_left(offsets, begin)
    return at < len(offsets) and offsets[at] < end
