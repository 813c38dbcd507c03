"""One random program -> what is wrong with it, in words; nothing where all is well."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpyro.handlers import seed, substitute, trace  # type: ignore[import-untyped]
from numpyro.infer.util import log_density  # type: ignore[import-untyped]

from bgen.base.diagnostic import Sink
from bgen.base.source import Source
from bgen.driver import Compiled, Options, analyse, collection
from bgen.driver import optimised as rewritten
from bgen.ir import model as m
from bgen.passes import passes
from bgen.syntax import ast
from bgen.syntax.parse import parse
from bgen.syntax.printer import print_program
from tests.emit.test_safety import assert_runs_no_text, reads_from_outside
from tests.golden.cases import execute, runtime
from tests.oracle import Bound, Oracle, Unsupported
from tests.oracle.compare import Emitted, disagreements
from tests.passes.reports import reports_apart

from .shapes import unlike_shapes

#: Every optimisation level that rewrites something that the levels below it leave.
LEVELS = tuple(f"-O{level}" for level in sorted({0, *(p.level for p in passes())}))
Table = Mapping[str, list[str]]


@dataclass
class Case:
    """A program with its data, and its stages at the first of the levels, each made once."""

    text: str
    table: Table
    levels: tuple[str, ...] = LEVELS

    @cached_property
    def compiled(self) -> Compiled:
        found = analyse(Source("fuzz.bl", self.text), sink := Sink())
        assert found is not None, [f"{d.code} {d.message}" for d in sink]
        return found

    @cached_property
    def code(self) -> str:
        files = collection([self.compiled], Options(self.levels[0]))
        return files[f"{self.compiled.model.name}.py"]

    @cached_property
    def module(self) -> ModuleType:
        return execute(self.code, "fuzz")

    @cached_property
    def encoded(self) -> tuple[dict[str, Any], dict[str, Any]]:
        arguments, encoding = self.module.encode(self.table)
        return arguments, encoding

    @cached_property
    def emitted(self) -> Emitted:
        return Emitted(self.module.model, self.encoded[0])

    @cached_property
    def oracle(self) -> Bound:
        return Oracle(self.text).bind(self.table)


Check = Callable[[Case], Iterator[str]]


def round_trip(case: Case) -> Iterator[str]:
    """The canonical print is a program of the same meaning, and its own canonical print."""
    printed = print_program(case.compiled.program)
    again = parse(Source("fuzz.bl", printed), sink := Sink())
    if again is None:
        yield f"the canonical print does not parse: {[d.message for d in sink]}\n{printed}"
        return
    if print_program(again) != printed:
        yield "the canonical print of the canonical print is another"
    bare = [ast.Program(p.statements) for p in (again, case.compiled.program)]
    if print_program(bare[0]) != print_program(bare[1]):
        yield "the canonical print has other statements"
    other = Case(printed, case.table, case.levels)
    if other.code != case.code:
        yield "the canonical print compiles to another file"


def allowed(case: Case) -> Iterator[str]:
    """It is Python that calls only what an emitted file may."""
    assert_runs_no_text(case.code)
    if strange := reads_from_outside(case.code):
        yield f"the file calls {sorted(strange)}"


def shapes(case: Case) -> Iterator[str]:
    """Sites have the shapes of the model's dimensions."""
    sites, (arguments, encoding) = case.emitted.sites, case.encoded
    rows = len(next(iter(case.table.values())))
    yield from unlike_shapes(case.compiled.model, case.module, sites, arguments, encoding, rows)


def density(case: Case) -> Iterator[str]:
    """The log joint density is the evaluator's, and finite at some point."""
    yield from disagreements(case.oracle, case.emitted, range(2))


def optimised(case: Case) -> Iterator[str]:
    """At every level above the first, the form that NUTS samples is the model, to a constant.

    What it reports is the model's.
    """
    reported = any(isinstance(s, m.Keep) for s in case.compiled.model.statements())
    seen: set[tuple[str, ...]] = {()}
    for level in case.levels[1:]:
        notes = rewritten(case.compiled, Options(level)).notes
        applied = tuple(note.name for note in notes if note.applied)
        if applied in seen:  # the file of a level before it, or the model alone
            continue
        seen.add(applied)
        fast = Case(case.text, case.table, (level,))
        program, (arguments, _) = fast.module.PROGRAM, fast.encoded
        if program.fast:
            try:
                program.fast.verify(program, arguments, 3)
            except runtime().StartError as error:
                yield f"{level}: {error}"
            if reported and (apart := reports_apart(program, arguments)):
                yield f"{level}: other values are reported than the model's: {apart}"


def predicts(case: Case) -> Iterator[str]:
    """Draws of the guide at its start predict every response, with finite numbers."""
    program, (arguments, encoding) = case.module.PROGRAM, case.encoded
    drawn = case.oracle.draw(1)

    @jax.jit
    def values() -> dict[str, Any]:
        sites = trace(seed(substitute(program.model, drawn), 0)).get_trace(**arguments)
        return {k: jnp.stack([sites[k]["value"]] * 2)[None] for k in program.sites}

    posterior = {k: np.asarray(v) for k, v in values().items()}
    rows = runtime().predict_rows(program, posterior, arguments, encoding, "error", 0)
    found = {row["response"] for row in rows}
    if found != set(program.responses):
        yield f"predicts {sorted(found)}, and the responses are {sorted(program.responses)}"


def guide_draw(case: Case, rows: int) -> dict[str, Any]:
    """A draw of every site, and the parameters of the guide that it was drawn with."""

    @jax.jit
    def values() -> dict[str, Any]:
        sites = trace(seed(case.module.guide, 3)).get_trace(**case.encoded[0], n_row=rows)
        return {k: v["value"] for k, v in sites.items() if v["type"] in ("sample", "param")}

    return values()


def batches(case: Case) -> Iterator[str]:
    """At fixed draws the mean of the batches' ELBOs is that of the full data."""
    module, (encoded, _) = case.module, case.encoded
    if module.PROGRAM.series:
        return
    # As a fit hands them over: an index of JAX's own finds no place in an array of NumPy's.
    arguments = {k: jnp.asarray(v) if np.ndim(v) else v for k, v in encoded.items()}
    rows = {k: np.asarray(v) for k, v in arguments.items() if k in module.PROGRAM.rows}
    n = len(next(iter(rows.values()))) // 2 * 2
    kept = guide_draw(case, n)
    per_row = {k for k, dims in module.SITES.items() if "row" in dims}

    def elbo(at: Any) -> Any:
        own = {k: v[at] if k in per_row else v for k, v in kept.items()}
        batch = arguments | {k: jnp.asarray(v)[at] for k, v in rows.items()} | {"n_row": n}
        p, q = (log_density(f, (), batch, own)[0] for f in (module.model, module.guide))
        return p - q

    @jax.jit
    def both() -> tuple[Any, Any]:
        halves = np.random.RandomState(0).permutation(n).reshape(2, -1)
        return elbo(np.arange(n)), jnp.mean(jax.vmap(elbo)(jnp.asarray(halves)))

    full, mean = map(float, both())
    if not np.isfinite(full):
        sites = {k: np.asarray(kept[k]) for k in case.oracle.sites()}
        if np.isneginf(case.oracle.log_joint(sites)):
            return  # data that the model cannot have: no point has a density
        yield f"the ELBO at a draw of the guide is {full}"
    elif not np.isclose(mean, full, rtol=1e-8, atol=1e-8):
        yield f"the mean over two batches is {mean!r}, and over all rows {full!r}"


#: What the data contract says of a table that a drawn program rightly refuses.
REFUSED = (
    "a cubic spline of",
    "has no sd",
    "cannot be used: it is",
    "cannot be fitted: all rows have the same value",
    "is to be fewer than the columns",
    "different columns, and the data",
)
#: Checks of every program, and those of a share of them, with how often.
ALWAYS: tuple[Check, ...] = (round_trip, allowed, shapes, density, optimised)
SOMETIMES: tuple[tuple[Check, int], ...] = ((predicts, 6), (batches, 6))


def wrong(case: Case, checks: tuple[Check, ...]) -> list[str]:
    """Everything that the checks find; an exception is a finding too."""
    found = []
    for check in checks:
        try:
            found += [f"{check.__name__}: {text}" for text in check(case)]
        except Unsupported as error:
            return [f"unsupported: {error}"]
        except runtime().DataError as error:
            if not any(words in str(error) for words in REFUSED):
                found.append(f"{check.__name__}: DataError: {error}")
            else:
                return [f"unsupported: these data: {error}"]
        except Exception as error:
            found.append(f"{check.__name__}: {type(error).__name__}: {error}")
    return found


def checks_of(seed: int) -> tuple[Check, ...]:
    return (*ALWAYS, *(check for k, (check, every) in enumerate(SOMETIMES) if seed % every == k))
