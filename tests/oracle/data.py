"""Raw columns of a file, by their file names -> the declared columns of a program.

Rules 4 and 5 of the language and its section 6 ("Columns", "Levels"): types, blocks, patterns,
renames, fixed and learnt levels, `by` columns. Everything is float64 or an index; nothing is lazy.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import numpy as np
from numpy.typing import NDArray

from bgen.syntax import ast

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NUMERIC = {"real", "positive", "proportion", "integer", "count", "binary", "date", "scalar"}
GROUPING = {"category", "ordinal"}
_NUMBER = re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*")
_TRUTH = {"true": 1.0, "false": 0.0}


class Unsupported(Exception):
    """The program uses something that this evaluator does not know (yet)."""


class BadProgram(Exception):
    """The program or its data contradict the language page."""


@dataclass(frozen=True)
class Frame:
    """Where an expression is evaluated: the rows, the levels of a group, or nowhere in particular.

    ``codes`` gives, for each group that a place of the frame knows, the level of every place.
    """

    n: int
    codes: Mapping[str, Ints] = field(default_factory=dict)
    is_rows: bool = False


CONSTANT = Frame(1)


@dataclass(frozen=True)
class Column:
    """One declared name: numbers `(n,)`, a block `(n, d)`, or levels as indices `(n,)`.

    With ``by`` there is one entry for each level of that group instead of one a row. What is
    missing (`real?`) is NaN, or the level -1.
    """

    name: str
    type: str
    values: Floats | None = None
    codes: Ints | None = None
    levels: tuple[str | float, ...] = ()
    by: str | None = None
    missing: bool = False


class Data:
    """The training data of one program."""

    def __init__(
        self,
        declarations: Sequence[ast.ColumnDeclaration],
        table: Mapping[str, Sequence[object]],
        settings: Mapping[str, float] | None = None,
    ) -> None:
        self.columns: dict[str, Column] = {}
        self._table = table
        self.n = max((len(cells) for cells in table.values()), default=0)
        claimed = {name for d in declarations for name in _explicit(d)}
        for declaration in declarations:
            names = _file_names(declaration, table, claimed)
            is_block = len(names) != 1 or any(_is_pattern(c) for c in declaration.columns or ())
            column = self._read(declaration, names, is_block, settings or {})
            self.columns[declaration.name] = column
        for declaration in declarations:
            if declaration.by is not None:
                self._to_levels(declaration.name, declaration.by.id)
        groups = {
            c.name: c.codes for c in self.columns.values() if c.codes is not None and c.by is None
        }
        self.rows = Frame(self.n, groups, is_rows=True)

    def _read(
        self,
        declaration: ast.ColumnDeclaration,
        names: list[str],
        is_block: bool,
        settings: Mapping[str, float],
    ) -> Column:
        name, type_ = declaration.name, declaration.type
        if type_ == "scalar" and name in settings:
            return Column(name, type_, values=np.array([settings[name]], dtype=np.float64))
        for file_name in names:
            if file_name not in self._table:
                raise BadProgram(f"no column `{file_name}` in the data")
        if type_ in GROUPING:
            if is_block:
                raise BadProgram(f"a block of categories: `{name}`")
            listed = tuple(s.value for s in declaration.levels or ())
            levels, codes = read_levels(self._table[names[0]], listed, declaration.missing)
            return Column(name, type_, codes=codes, levels=levels, missing=declaration.missing)
        if type_ not in NUMERIC:
            raise BadProgram(f"column type `{type_}`")
        missing = declaration.missing
        parts = [np.array([_number(c, type_, missing) for c in self._table[f]]) for f in names]
        values = np.column_stack(parts) if is_block else parts[0]
        if type_ == "scalar":
            if not np.all(values == values[0]):
                raise BadProgram(f"`{name}` is declared scalar but is not constant")
            values = values[:1]
        return Column(name, type_, values=values, missing=missing)

    def _to_levels(self, name: str, by: str) -> None:
        """One entry a level of ``by``, checked to be constant within it."""
        column, group = self.columns[name], self.columns[by]
        if group.codes is None:
            raise BadProgram(f"`by {by}`, which is no category")
        cells = column.values if column.values is not None else column.codes
        assert cells is not None
        first = []
        for level, label in enumerate(group.levels):
            rows = np.flatnonzero(group.codes == level)
            if rows.size == 0:
                raise BadProgram(f"`{name}`: no row tells its value for `{by}` = {label}")
            if not np.all(cells[rows] == cells[rows[0]]):
                raise BadProgram(f"`{name}` varies within `{by}` = {label}")
            first.append(rows[0])
        picked = cells[np.array(first)]
        self.columns[name] = Column(
            name,
            column.type,
            values=picked if column.values is not None else None,
            codes=None if column.values is not None else picked,
            levels=column.levels,
            by=by,
            missing=column.missing,
        )

    def numbers(self, name: str, frame: Frame) -> Floats:
        """The values of a numeric column in a frame, `(n,)` or `(n, d)`; `(1,)` of a scalar."""
        column = self.columns[name]
        if column.values is None:
            raise BadProgram(f"`{name}` is a {column.type}, not a number")
        if column.type == "scalar":
            return column.values
        if column.by is not None:
            return column.values[self.codes(column.by, frame)]
        if not frame.is_rows:
            raise BadProgram(f"`{name}` has one value a row, which this place has not")
        return column.values

    def codes(self, name: str, frame: Frame) -> Ints:
        """The level of a category in each place of a frame."""
        if name in frame.codes:
            return frame.codes[name]
        column = self.columns[name]
        if column.codes is not None and column.by is not None:
            return column.codes[self.codes(column.by, frame)]
        if column.values is not None and frame.is_rows and column.values.ndim == 1:
            # A number as a group (`random_effects(year)`): its values as seen, in order.
            return np.searchsorted(np.unique(column.values), column.values).astype(np.int64)
        raise BadProgram(f"`{name}` has no level here")

    def count(self, name: str) -> int:
        """How many levels a grouping column has."""
        column = self.columns[name]
        if column.codes is not None:
            return len(column.levels)
        assert column.values is not None
        return len(np.unique(column.values))


def _is_pattern(item: ast.Name | ast.String) -> bool:
    return isinstance(item, ast.String) and "*" in item.value


def _text(item: ast.Name | ast.String) -> str:
    return item.id if isinstance(item, ast.Name) else item.value


def _explicit(declaration: ast.ColumnDeclaration) -> list[str]:
    """The file's columns that a declaration names without a pattern."""
    if declaration.columns is None:
        return [declaration.name]
    return [_text(item) for item in declaration.columns if not _is_pattern(item)]


def _file_names(
    declaration: ast.ColumnDeclaration, table: Mapping[str, object], claimed: set[str]
) -> list[str]:
    """A pattern takes the file's order and leaves out declared columns."""
    if declaration.columns is None:
        return [declaration.name]
    names: list[str] = []
    for item in declaration.columns:
        if not _is_pattern(item):
            names.append(_text(item))
            continue
        found = [f for f in table if fnmatchcase(f, _text(item)) and f not in claimed]
        if not found:
            raise BadProgram(f"`{declaration.name}`: no column matches {_text(item)!r}")
        names += found
    return names


def _is_missing(text: str) -> bool:
    return text in ("", "NA", "nan")


def _number(cell: object, type_: str, missing: bool) -> float:
    text = str(cell).strip()
    if missing and _is_missing(text):
        return float("nan")
    if type_ == "date":
        # Days; only differences matter, so the origin is of no consequence.
        return float(datetime.date.fromisoformat(text[:10]).toordinal())
    if type_ == "binary" and text.lower() in _TRUTH:
        return _TRUTH[text.lower()]
    if _is_missing(text):
        raise BadProgram("a missing value in a column that may not have any")
    return float(text)


def as_level(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def read_levels(
    cells: Sequence[object], listed: tuple[str, ...], missing: bool = False
) -> tuple[tuple[str | float, ...], Ints]:
    """Levels in their order and the index of each cell.

    Listed levels keep their order. Otherwise: numeric order if all parse as numbers (so that
    1, 1.0 and "1" are one level), else by code point. `NA` and the empty text are missing unless
    listed.
    """
    everything = [as_level(cell) for cell in cells]
    absent = np.array([t in ("", "NA") and t not in listed for t in everything])
    if absent.any():
        if not missing:
            raise BadProgram("a missing level in a column that may not have any")
        texts = [t for t, gone in zip(everything, absent, strict=True) if not gone]
        levels, seen = read_levels(texts, listed)
        codes = np.full(len(everything), -1, dtype=np.int64)
        codes[~absent] = seen
        return levels, codes
    texts = everything
    candidates = listed or tuple(texts)
    keys: list[str | float]
    if all(_NUMBER.fullmatch(t) for t in (*candidates, *texts)):
        keys = [float(t) for t in texts]
        levels = tuple(float(t) for t in listed) or tuple(sorted({float(t) for t in texts}))
    else:
        keys = list(texts)
        levels = listed or tuple(sorted(set(texts)))
    position = {level: i for i, level in enumerate(levels)}
    unknown = [k for k in keys if k not in position]
    if unknown:
        raise BadProgram(f"level {unknown[0]!r} is not among those listed")
    return levels, np.array([position[k] for k in keys], dtype=np.int64)
