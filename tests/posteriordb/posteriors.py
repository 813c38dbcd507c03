"""``posteriors.tsv`` -> the posteriors, and what the compiler makes of their programs."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from bgen.base.diagnostic import Sink
from bgen.base.source import Source
from bgen.driver import Compiled, analyse

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Posterior:
    """One posterior: its data and model, and the program; a code where that is refused."""

    name: str
    program: str
    code: str
    what_is_missing: str

    @property
    def data(self) -> str:
        return self.name.split("-")[0]

    @property
    def path(self) -> Path:
        return HERE / ("refused" if self.code else "programs") / f"{self.program}.bl"


def read_posteriors() -> list[Posterior]:
    with (HERE / "posteriors.tsv").open(encoding="utf-8", newline="") as file:
        return [Posterior(**row) for row in csv.DictReader(file, delimiter="\t", restval="")]


POSTERIORS = read_posteriors()


def analysed(path: Path) -> tuple[Compiled | None, Sink]:
    """A program after all checks, with what was found."""
    sink = Sink()
    return analyse(Source(path.name, path.read_text("utf-8")), sink), sink
