"""The rewrites: one file each; a module of this package that holds ``PASS`` is registered."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from bgen.ir.facts import Facts
from bgen.ir.fast import Fast, Note
from bgen.ir.model import Model
from bgen.passes.base import Pass, StandsAside, called_names, taken_names
from bgen.passes.reported import leave_to_model

__all__ = ["Pass", "optimise", "passes"]


@cache
def passes() -> tuple[Pass, ...]:
    """Every rewrite, in the order in which they run."""
    found = (
        getattr(import_module(f"{__name__}.{module.name}"), "PASS", None)
        for module in iter_modules(__path__)
    )
    return tuple(sorted((p for p in found if p is not None), key=lambda p: p.order))


def optimise(
    model: Model, level: int, without: Collection[str] = (), facts: Facts | None = None
) -> Fast:
    """The fast form at a level, with the plan in its notes; unchanged where nothing applies."""
    fast = Fast(model, model.paragraphs, facts=facts, level=level, without=frozenset(without))
    for each in passes():
        if each.level > level:
            continue
        if each.name in fast.without:
            note = Note(each.name, False, "switched off")
            fast = fast.with_(notes=(*fast.notes, note))
            continue
        try:
            done, text = each.apply(fast)
            _refuse(fast, done)
            fast = done.with_(notes=(*done.notes, Note(each.name, True, text)))
        except StandsAside as reason:
            fast = fast.with_(notes=(*fast.notes, Note(each.name, False, str(reason))))
    return leave_to_model(fast) if fast.changed else fast


def _refuse(before: Fast, after: Fast) -> None:
    """Raises ``StandsAside`` where any rewrite would have to."""
    if before.sampled() and not after.sampled():
        raise StandsAside("nothing would be left to sample")
    for name in sorted(called_names(after) & taken_names(after)):
        raise StandsAside(f"`{name}` of the source is the name of a function that it calls")
