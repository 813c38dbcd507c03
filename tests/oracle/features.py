"""Arguments of layers -> feature columns `(n, d)` and groups of levels.

Section 1 rule 5 and section 3: categories are treatment coded, first level the reference;
products follow R's marginality within their call; in an effects layer `a:b` are crossed levels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bgen.syntax import ast
from bgen.syntax.printer import print_expression

from .data import CONSTANT, BadProgram, Data, Floats, Frame, Ints

if TYPE_CHECKING:
    from .expressions import Expressions, Scope


@dataclass(frozen=True)
class Group:
    """A category, combinations seen of several (`a:b`), or the rows themselves (`row`)."""

    names: tuple[str, ...]
    combinations: Ints  # (levels, names): the level of each part

    @property
    def count(self) -> int:
        return len(self.combinations)

    @property
    def frame(self) -> Frame:
        """One place a level: each level knows its parts."""
        return Frame(
            self.count, {name: self.combinations[:, i] for i, name in enumerate(self.names)}
        )

    def codes(self, data: Data, frame: Frame) -> Ints:
        """Which level each place of a frame has."""
        parts = [data.codes(name, frame) for name in self.names]
        if len(parts) == 1:
            return parts[0]
        position = {tuple(row): i for i, row in enumerate(self.combinations.tolist())}
        return np.array([position[row] for row in zip(*(p.tolist() for p in parts), strict=True)])


def group_of(expression: ast.Expression, data: Data) -> Group:
    """Reading: the combinations of `a:b` stand in the order of the levels, `a` slowest."""
    if isinstance(expression, ast.Name):
        name = expression.id
        if name not in data.columns:
            raise BadProgram(f"`{name}` is no column to group by")
        return Group((name,), np.arange(data.count(name))[:, None])
    if isinstance(expression, ast.Cross):
        names = []
        for part in flatten(expression):
            if not isinstance(part, ast.Name):
                raise BadProgram(f"a crossing of {print_expression(part)}")
            names.append(part.id)
        codes = np.column_stack([data.codes(name, data.rows) for name in names])
        return Group(tuple(names), np.unique(codes, axis=0))
    raise BadProgram(f"grouping by {print_expression(expression)}")


def flatten(expression: ast.Expression) -> list[ast.Expression]:
    """The parts of a crossing, of crossings inside it too."""
    if isinstance(expression, ast.Cross):
        return [leaf for part in expression.parts for leaf in flatten(part)]
    return [expression]


def is_category(expression: ast.Expression, data: Data) -> bool:
    if not isinstance(expression, ast.Name) or expression.id not in data.columns:
        return False
    # Reading: an `ordinal` in a linear layer is coded as a category; `monotonic` knows its order.
    return data.columns[expression.id].type in ("category", "ordinal")


def design(
    arguments: Sequence[ast.Expression],
    evaluator: Expressions,
    scope: Scope,
    full: bool = False,
) -> Floats:
    """The columns of all arguments side by side, `(n, d)`."""
    terms = [flatten(argument) for argument in arguments]
    known = {frozenset(map(print_expression, term)) for term in terms}
    known.add(frozenset())  # a constant is somewhere in the predictor
    blocks = [_term(term, known, evaluator, scope, full) for term in terms]
    n = scope.frame.n
    return np.concatenate([np.broadcast_to(b, (n, b.shape[1])) for b in blocks], axis=1)


def _term(
    parts: Sequence[ast.Expression],
    known: set[frozenset[str]],
    evaluator: Expressions,
    scope: Scope,
    full: bool,
) -> Floats:
    """The product of the parts' columns, row-major: the last part's columns run fastest."""
    printed = frozenset(map(print_expression, parts))
    columns = np.ones((1, 1))
    for part in parts:
        if is_category(part, evaluator.data):
            assert isinstance(part, ast.Name)
            # R: a factor is coded by contrasts where the term without it is in the model,
            # else by an indicator of every level.
            contrasts = not full and printed - {print_expression(part)} in known
            block = _indicators(part.id, evaluator.data, scope.frame)[:, int(contrasts) :]
        else:
            value = evaluator.value(part, scope)
            block = value[:, None] if value.ndim == 1 else value
        product = columns[:, :, None] * block[:, None, :]
        columns = product.reshape(product.shape[0], -1)
    return columns


def _indicators(name: str, data: Data, frame: Frame) -> Floats:
    codes = data.codes(name, frame)
    return np.asarray(codes[:, None] == np.arange(data.count(name))[None, :], dtype=np.float64)


def home(expression: ast.Expression, evaluator: Expressions) -> Frame:
    """Where a data constant is learnt: over levels for a `by` column, else over rows."""
    data = evaluator.data
    columns = [data.columns[name] for name in evaluator.columns_of(expression)]
    groups = {column.by for column in columns if column.type != "scalar"}
    if not groups:
        return CONSTANT
    by = groups.pop()
    if groups or by is None:
        return data.rows
    return group_of(ast.Name(by), data).frame
