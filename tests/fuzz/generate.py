"""A seed -> a random program that type-checks, with a table that it can be fitted to.

The words come from the registries of layers, links and distributions, so that a new one is drawn
as soon as it exists. What the compiler refuses is drawn again; ``Drawn.refused`` has the codes.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from hypothesis import strategies as st

from bgen.base.diagnostic import Severity, Sink
from bgen.base.source import Source
from bgen.driver import Compiled, analyse

from .columns import Columns, Table
from .draft import Draft
from .expressions import data, parameter, prior
from .layers import predictor, user_layer
from .links import likelihood
from .parts import program_of_parts

ATTEMPTS = 200
PARTS = 0.3


@dataclass(frozen=True)
class Drawn:
    """One program with its table, whose cells are the texts of a file."""

    text: str
    table: dict[str, list[str]]
    refused: tuple[str, ...] = field(default=(), compare=False)


def program(seed: int, link: str | None = None, parts: float = PARTS) -> Drawn:
    """The program of a seed; ``link`` fixes its first likelihood.

    ``parts`` is the share of those of ``parts.py``, of which none has a given link.
    """
    return draw(random.Random(seed), link, parts)


def programs() -> st.SearchStrategy[Drawn]:
    """The same for hypothesis, which makes a failing one smaller."""
    return st.randoms(use_true_random=False).map(draw)


def draw(rng: random.Random, link: str | None = None, parts: float = PARTS) -> Drawn:
    refused: list[str] = []
    for _ in range(ATTEMPTS):
        d = attempt(rng, link, parts)
        text = d.text()
        compiled, codes = compiled_or_codes(text)
        if compiled is not None:
            text = finish(d, text, compiled)
            return Drawn(text, written(d.columns.table), tuple(refused))
        refused += codes
    raise AssertionError(f"no program in {ATTEMPTS} attempts: {sorted(set(refused))}")


def written(table: Table) -> dict[str, list[str]]:
    return {name: [str(cell) for cell in cells] for name, cells in table.items()}


def compiled_or_codes(text: str) -> tuple[Compiled | None, list[str]]:
    compiled = analyse(Source("fuzz.bl", text), sink := Sink())
    errors = [d.code for d in sink if d.severity is Severity.ERROR]
    return compiled, errors[:1]


def attempt(rng: random.Random, link: str | None, parts: float = PARTS) -> Draft:
    """A program that is mostly right."""
    d = Draft(rng, Columns(rng, rng.randint(12, 18)))
    if d.chance(0.08):
        d.write("priors scaled")
    if link is None and d.chance(parts):
        program_of_parts(d)
        return d
    while d.chance(0.2):
        user_layer(d)
    while d.chance(0.3):
        name = d.fresh("d")
        d.write(f"{name} = {data(d)}")
        d.derived.append(name)
    while d.chance(0.45):
        parameter(d)
    if d.chance(0.08):
        impute(d)
    if d.chance(0.3):
        name = d.fresh("eta")
        d.write(f"{name} = {predictor(d)}")
        d.predictors.append(name)
    likelihood(d, link)
    while d.chance(0.15):
        likelihood(d)
    return d


def impute(d: Draft) -> None:
    """A column with gaps, and the likelihood that imputes them."""
    key = d.one(("gap", "pgap"))
    name = d.columns(key)
    link = {"gap": "gaussian", "pgap": "lognormal"}[key]
    d.write(f"{name} ~ {link}({predictor(d)}, sigma ~ {prior(d, 'positive')})")
    d.imputed.append(name)


def finish(d: Draft, text: str, compiled: Compiled) -> str:
    """Blocks that need the names of sites: reports, parameterisations, settings of the fit."""
    lines = []
    reported = [*d.predictors, *d.named]
    if reported and d.chance(0.6 if d.named else 0.2):
        lines.append(f"report {', '.join(d.several(reported, 3))}")
    movable = [r.site for r in compiled.model.reparameterisations]
    if movable and d.chance(0.3):
        ways = ("centered", "noncentered", "0.4")
        found = "  ".join(f"{site} = {d.one(ways)}" for site in d.several(movable, 3))
        lines.append(f"reparam {{ {found} }}")
    if d.chance(0.1):
        lines.append("fit { method = svi  batch = 6  steps = 200  learning_rate = 0.01 }")
    if d.chance(0.1):
        text = f'model fuzz "A title with \\"quotes\\" and a \\\\"\n{text}'
    longer = text + "".join(f"{line}\n" for line in lines)
    return longer if compiled_or_codes(longer)[0] is not None else text
