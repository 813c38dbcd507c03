"""A program -> a small table that it can read, of numbers made up from the columns' types."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from bgen.syntax import ast

ROWS, LEVELS, BLOCK = 24, 4, 3
Make = Callable[[np.random.RandomState], list[float | str]]

MAKE: dict[str, Make] = {
    "real": lambda random: random.normal(0.3, 1.2, ROWS).round(3).tolist(),
    "positive": lambda random: random.gamma(3.0, 0.5, ROWS).round(3).tolist(),
    "count": lambda random: random.randint(0, 6, ROWS).tolist(),
    "scalar": lambda random: [22.0] * ROWS,
    "binary": lambda random: random.permutation([0, 1] * (ROWS // 2)).tolist(),
    "integer": lambda random: random.permutation(ROWS).tolist(),
    "category": lambda random: random.permutation(list("abcd") * (ROWS // LEVELS)).tolist(),
}
#: What a type does not say: trials of which no more succeed, flags of which one at most is set,
#: the ends of intervals.
PARTICULAR: dict[str, Make] = {
    **dict.fromkeys(("N", "T", "n1", "n2"), lambda random: random.randint(8, 12, ROWS).tolist()),
    "n": lambda random: random.randint(5, 9, ROWS).tolist(),
    # Far apart, since a Gaussian process loses digits where values are close.
    "x": lambda random: random.permutation(4.0 * np.arange(ROWS)).tolist(),
    "lowest": lambda random: [1, 0, 0] * (ROWS // 3),
    "highest": lambda random: [0, 0, 1] * (ROWS // 3),
    "high": lambda random: random.normal(9.0, 1.0, ROWS).round(3).tolist(),
}


def made_up(program: ast.Program, seed: int = 1) -> dict[str, list[str]]:
    """The columns as text, by their names in the file."""
    random = np.random.RandomState(seed)
    table: dict[str, list[str]] = {}
    for statement in program.statements:
        if not isinstance(statement, ast.DataBlock):
            continue
        for declared in statement.columns:
            for name in sources(declared):
                values = (PARTICULAR.get(name) or MAKE[declared.type])(random)
                if declared.levels is not None:
                    levels = [level.value for level in declared.levels]
                    values = (levels * ROWS)[:ROWS]
                table.setdefault(name, [str(value) for value in values])
    return table


def sources(declared: ast.ColumnDeclaration) -> list[str]:
    """The file's columns that a declaration reads; three for a pattern."""
    written = [declared.name]
    if declared.columns is not None:
        written = [c.value if isinstance(c, ast.String) else c.id for c in declared.columns]
    return [
        name.replace("*", str(place))
        for name in written
        for place in range(1, (BLOCK if "*" in name else 1) + 1)
    ]
