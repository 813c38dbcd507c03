"""The pipeline from top to bottom: source -> syntax tree -> model -> emitted files.

Only this module knows the order of the stages. Each takes values and gives values; what is wrong
goes to the sink.
"""

from __future__ import annotations

import keyword
from dataclasses import dataclass
from pathlib import Path

from bgen.base.diagnostic import Sink
from bgen.base.source import Source
from bgen.check import check
from bgen.emit import stamp
from bgen.emit.request import Request
from bgen.ir.facts import Facts
from bgen.ir.fast import Fast
from bgen.ir.model import Model
from bgen.passes import optimise
from bgen.syntax import ast
from bgen.syntax.parse import parse
from bgen.syntax.printer import print_program


@dataclass(frozen=True, slots=True)
class Options:
    """What a compilation is asked for.

    The optimisation level, the parts to emit (all if none), rewrites that are switched off, and
    what is known of the data.
    """

    level: str = "-O1"
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    facts: Facts | None = None

    @classmethod
    def parse(cls, words: str, only: tuple[str, ...] = ()) -> Options:
        """From ``words`` of others."""
        level, *rest = words.split()
        given = list(zip(rest[::2], rest[1::2], strict=True))
        without = tuple(value for name, value in given if name == "--without")
        facts = next((Facts.parse(value) for name, value in given if name == "--facts"), None)
        return cls(level, only, without, facts)

    @property
    def words(self) -> str:
        """As the last line of an emitted file says it, and the command line takes it."""
        facts = [f"--facts {self.facts}"] if self.facts else []
        return " ".join([self.level, *(f"--without {name}" for name in self.without), *facts])


@dataclass(frozen=True, slots=True)
class Compiled:
    """One program after all checks."""

    source: Source
    program: ast.Program
    model: Model
    sink: Sink

    @property
    def digest(self) -> str:
        """The fingerprint of the canonical print: layout and comments do not count."""
        bare = ast.Program(self.program.statements)
        return stamp.digest(print_program(bare))


def analyse(source: Source, sink: Sink) -> Compiled | None:
    """Parse and check; None after errors have been reported to the sink."""
    program = parse(source, sink)
    if program is None or sink.failed:
        return None
    model = check(program, sink, default_name=default_name(source.name))
    return None if model is None else Compiled(source, program, model, sink)


def default_name(source_name: str) -> str:
    """The model's name where no ``model`` statement gives one: that of the file."""
    stem = Path(source_name).name.removesuffix(".bl")
    plain = stem.isascii() and stem.isidentifier() and not keyword.iskeyword(stem)
    return stem if plain and not stem.startswith("_") and "__" not in stem else "model"


def script(compiled: Compiled, options: Options) -> str:
    """The text of the one-file form."""
    # black is the slowest import of the compiler, and only emission needs it.
    from bgen.emit.files import emit_script

    return emit_script(compiled.model, _request(compiled, options))


def package(compiled: Compiled, options: Options) -> dict[str, str]:
    """The modules of the package form, by file name."""
    from bgen.emit.files import emit_package

    return emit_package(compiled.model, _request(compiled, options))


def collection(compiled: list[Compiled], options: Options) -> dict[str, str]:
    """Several models in one folder that share ``_fit.py``, by file name."""
    from bgen.emit.files import emit_collection

    return emit_collection([(c.model, _request(c, options)) for c in compiled])


def _request(compiled: Compiled, options: Options) -> Request:
    name = "standard input" if compiled.source.name == "-" else Path(compiled.source.name).name
    fast = optimised(compiled, options)
    return Request(name, compiled.digest, options.words, options.only, fast)


def optimised(compiled: Compiled, options: Options) -> Fast:
    """The fast form at a level, with its plan."""
    level = int(options.level.removeprefix("-O"))
    return optimise(compiled.model, level, options.without, options.facts)


def plan_of(compiled: Compiled, options: Options) -> str:
    """What is rewritten at a level, what is not and why not, one rewrite a line."""
    notes = optimised(compiled, options).notes
    done = ["yes" if note.applied else "no" for note in notes]
    lines = [f"{note.name:22}{yes:5}{note.text}" for note, yes in zip(notes, done, strict=True)]
    lines = lines or [f"{options.level}: nothing is rewritten"]
    if options.facts:
        lines.insert(0, f"{'the data':27}{options.facts.describe()}")
    return "\n".join(lines)


def compile_text(text: str, name: str = "model.bl", options: Options | None = None) -> str:
    """A program's text -> the emitted script.

    Raises ``CompileError`` with the diagnostics where the program is wrong.
    """
    sink = Sink()
    compiled = analyse(Source(name, text), sink)
    if compiled is None:
        raise CompileError(sink)
    return script(compiled, options or Options())


class CompileError(Exception):
    """A program that does not compile; ``sink`` holds what was found."""

    def __init__(self, sink: Sink) -> None:
        super().__init__("; ".join(f"{d.code}: {d.message}" for d in sink))
        self.sink = sink
