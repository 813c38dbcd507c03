"""What is reported where a rewrite changed what it is computed from: left to the model itself.

A rewrite moves terms between the named values of a predictor, or takes them out. The density is
the same, and a named value that somebody reports need not be. A fit computes what the fast form
does not report by the model, from the draws of all sites.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache

from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.fast import Fast
from bgen.passes.base import definitions, reads


def leave_to_model(fast: Fast) -> Fast:
    """Without reports of what is not computed as in the model, and without what nothing reads."""
    sites = {s.name for s in fast.model.sites()}
    own = {s.name for s in fast.model.statements() if isinstance(s, m.Keep)} - sites
    same = _is_same(fast, sites)
    kept = _statements(
        fast, lambda s: not isinstance(s, m.Keep) or s.name not in own or same(s.name)
    )
    return _without_unread(kept)


def _is_same(fast: Fast, sites: set[str]) -> Callable[[str], bool]:
    """Whether a named value is computed as in the model, and so is all that it reads: of what was
    integrated out there is nothing."""
    textbook = Fast(fast.model, fast.model.paragraphs)
    integrated = {name for drawn in fast.drawn for name in drawn.sites}

    @cache
    def same(name: str) -> bool:
        found = definitions(fast, name)
        if found != definitions(textbook, name):
            return False
        read = _names(value for _, value in found)
        return not read & integrated and all(same(each) for each in read - sites)

    return same


def _without_unread(fast: Fast) -> Fast:
    """A named value is there where the density, a report or a value that is there reads it."""
    needed = {name for drawn in fast.drawn for name in _names(m.values_of(drawn.given))}
    for s in reversed(fast.statements()):
        if isinstance(s, m.Keep):
            needed.add(s.name)
        elif not isinstance(s, m.Let | m.Accumulate) or s.name in needed:
            needed |= _names(reads(s))
    return _statements(fast, lambda s: not isinstance(s, m.Let | m.Accumulate) or s.name in needed)


def _names(values: Iterable[ir.Expression]) -> set[str]:
    nodes = (node for value in values for node in ir.walk(value))
    return {n.name for n in nodes if isinstance(n, ir.Unknown | ir.Local)}


def _statements(fast: Fast, keeps: Callable[[m.Statement], bool]) -> Fast:
    """Those that are kept; a paragraph that had others alone goes with its heading."""
    paragraphs = (
        (p, replace(p, statements=tuple(s for s in p.statements if keeps(s))))
        for p in fast.paragraphs
    )
    kept = (new for old, new in paragraphs if new.statements or not old.statements)
    return fast.with_(paragraphs=tuple(kept))
