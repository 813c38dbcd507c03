"""A Stan program and a table -> the data that the program's `data` block asks for.

The names of the block say what is wanted:

    n_row                    the number of rows
    n_county                 the number of levels of the column county
    array[n_row] int county  the place of each row's level, from 1, where n_county is declared
    vector[n_county] uranium one value a level, which must be constant within it
    n_missing_x, missing_x   how many cells of x are empty, and in which rows, from 1
    anything else            the column as it stands; an empty cell reads 0

Levels are in numeric order if all are numbers, else by code point.
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

Table = dict[str, list[str]]


@dataclass(frozen=True)
class Declaration:
    """A variable of a data or parameters block: its name, type and dimensions."""

    name: str
    kind: str
    dims: tuple[str, ...]


DECLARATION = re.compile(
    r"(?:array\s*\[(?P<array>[^\]]*)\]\s*)?(?P<kind>\w+)\s*(?:<[^;]*?>)?\s*"
    r"(?:\[(?P<dims>[^\]]*)\])?\s+(?P<name>\w+)\s*$"
)


def declarations(program: str, block: str = "data") -> list[Declaration]:
    """The declarations of a block of a Stan program."""
    bare = re.sub(r"//.*", "", program)
    found = re.search(rf"^{block}\s*\{{(.*?)^\}}", bare, re.MULTILINE | re.DOTALL)
    if found is None:
        return []
    declared = []
    for statement in found[1].split(";"):
        if not statement.strip():
            continue
        match = DECLARATION.match(statement.strip())
        if match is None:
            raise ValueError(f"not a declaration: {statement.strip()}")
        dims = f"{match['array'] or ''},{match['dims'] or ''}".split(",")
        found_dims = tuple(dim.strip() for dim in dims if dim.strip())
        declared.append(Declaration(match["name"], match["kind"], found_dims))
    return declared


def read_table(path: Path) -> Table:
    """The columns of a CSV file, as text."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: [row[name] for row in rows] for name in rows[0]}


def is_number(text: str) -> bool:
    """Whether a level reads as a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def sorted_levels(values: Sequence[str]) -> list[str]:
    """Levels in numeric order if all are numbers, else by code point."""
    levels = set(values) - {""}
    if all(is_number(level) for level in levels):
        return sorted(levels, key=float)
    return sorted(levels)


def level_values(table: Table, name: str, group: str) -> list[float]:
    """The one value of `name` within each level of `group`."""
    pairs = set(zip(table[group], table[name], strict=True))
    value = {level: float(text) for level, text in pairs}
    if len(pairs) != len(value):
        raise ValueError(f"{name} is not constant within {group}")
    return [value[level] for level in sorted_levels(table[group])]


def stan_data(program: str, table: Table) -> dict[str, object]:
    """What the program's data block asks for."""
    declared = declarations(program)
    names = {one.name for one in declared}
    data: dict[str, object] = {}
    for one in declared:
        name = one.name
        if name == "n_row":
            data[name] = len(next(iter(table.values())))
        elif name.startswith("n_missing_"):
            data[name] = table[name.removeprefix("n_missing_")].count("")
        elif name.startswith("missing_"):
            cells = table[name.removeprefix("missing_")]
            data[name] = [row for row, cell in enumerate(cells, start=1) if not cell]
        elif name.startswith("n_"):
            data[name] = len(sorted_levels(table[name.removeprefix("n_")]))
        elif f"n_{name}" in names:
            place = {level: i for i, level in enumerate(sorted_levels(table[name]), start=1)}
            data[name] = [place[cell] for cell in table[name]]
        elif one.dims == ("n_row",):
            number = int if one.kind == "int" else float
            data[name] = [number(cell or 0) for cell in table[name]]
        elif one.dims and one.dims[0].startswith("n_"):
            data[name] = level_values(table, name, one.dims[0].removeprefix("n_"))
        else:
            raise ValueError(f"what {name} is to be, its declaration does not say")
    return data
