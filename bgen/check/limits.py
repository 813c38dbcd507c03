"""How large a program may be, so that every compilation ends soon and fits in memory."""

from __future__ import annotations

from bgen.check.scope import Scope
from bgen.syntax import ast

#: Columns declared by name; a block by pattern counts as one.
MAX_COLUMNS = 10_000
#: Statements outside of data blocks.
MAX_STATEMENTS = 5_000
#: Ranks, dimensions and other widths that an option of a layer asks for.
MAX_WIDTH = 10_000
#: Slots of time to be forecast, or the days between two slots.
MAX_SLOTS = 1_000_000


def reject_giants(scope: Scope, program: ast.Program) -> None:
    """An error for a program that is larger than any that a person writes."""
    blocks = [s for s in program.statements if isinstance(s, ast.DataBlock)]
    columns = [column for block in blocks for column in block.columns]
    if len(columns) > MAX_COLUMNS:
        scope.reject(
            "BL550",
            columns[MAX_COLUMNS].span,
            f"more than {MAX_COLUMNS:,} columns are declared one by one",
            label="one too many",
            help='declare many columns as one block, by a pattern: `x: real["gene_*"]`',
        )
    if len(program.statements) > MAX_STATEMENTS:
        scope.reject(
            "BL551",
            program.statements[MAX_STATEMENTS].span,
            f"the program has more than {MAX_STATEMENTS:,} statements",
            label="one too many",
            help="parameters that differ by an index are one indexed parameter: "
            "`theta[school] ~ Normal(0, 1)`",
        )
