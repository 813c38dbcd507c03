"""The table of all posteriors, and its text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tests.posteriordb.posteriors import POSTERIORS, Posterior, analysed

AGREES, DIFFERS = "agrees", "DIFFERS"
NOT_CHECKED, REFUSED = "compiles, not checked", "refused"
HEAD = """# posteriordb

What the language says of the posteriors of [posteriordb](https://github.com/stan-dev/posteriordb).
Programs are in `tests/posteriordb`. `make posteriordb DATA=...` compares those whose data are at
hand with Stan: the worst difference between the log densities, constant removed, at 20 points
relative to the largest of them, and where posteriordb has reference draws the worst mean (in its
standard error) and sd. The others compile and state the model as it was described.
"""


@dataclass(frozen=True)
class Row:
    """One posterior, what came of it, and the details."""

    name: str
    status: str
    what: str

    def __str__(self) -> str:
        return f"| {self.name} | {self.status} | {self.what} |"


def unjudged(posterior: Posterior) -> Row:
    """What can be said without data."""
    found, sink = analysed(posterior.path)
    if not posterior.code:
        return Row(posterior.name, NOT_CHECKED if found else DIFFERS, "")
    said = {d.code: d.message for d in sink}
    if found or posterior.code not in said:
        return Row(posterior.name, DIFFERS, f"not refused by {posterior.code}")
    message = said[posterior.code].replace("|", "\\|")
    what = f"{posterior.what_is_missing}; {posterior.code}: {message}"
    return Row(posterior.name, REFUSED, what)


def rows(judged: Mapping[str, Row]) -> list[Row]:
    return [judged.get(p.name) or unjudged(p) for p in POSTERIORS]


def totals(table: Iterable[Row]) -> str:
    found = [row.status for row in table]
    said = [f"{found.count(status)} {status}" for status in (AGREES, NOT_CHECKED, REFUSED)]
    wrong = [f"{found.count(DIFFERS)} {DIFFERS}"] if DIFFERS in found else []
    return f"{len(found)} posteriors: {', '.join([*said, *wrong])}."


def as_text(table: list[Row]) -> str:
    head = "| posterior | status | worst difference, or what is missing |\n|---|---|---|\n"
    return f"{HEAD}\n{totals(table)}\n\n{head}" + "".join(f"{row}\n" for row in table)
