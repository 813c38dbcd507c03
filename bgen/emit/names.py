"""The names that a piece of emitted code looks up and defines."""

from __future__ import annotations

import symtable
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Names:
    """The names that a piece of code looks up, and those that it defines at its top."""

    used: frozenset[str]
    defined: frozenset[str]


@lru_cache(maxsize=64)
def names_in(text: str) -> Names:
    used: set[str] = set()
    top = symtable.symtable(text, "<emitted>", "exec")
    tables = [top]
    while tables:
        table = tables.pop()
        tables += table.get_children()
        for symbol in table.get_symbols():
            if symbol.is_referenced() and (symbol.is_global() or table is top):
                used.add(symbol.get_name())
    defined = {symbol.get_name() for symbol in top.get_symbols() if symbol.is_assigned()}
    return Names(frozenset(used), frozenset(defined))
