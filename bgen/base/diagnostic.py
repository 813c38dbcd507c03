"""What the compiler finds wrong, as values: a code, a place, a sentence, a remedy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum

from bgen.base.source import Span


class Severity(StrEnum):
    """``error`` stops the compilation (exit status 1), ``warning`` does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding.

    ``code`` names a page of ``bgen explain``; ``message`` stands alone; ``label`` is written under
    the carets; ``help`` is the remedy; ``notes`` are further places with a word on each.
    """

    code: str
    message: str
    span: Span
    label: str = ""
    help: str = ""
    notes: tuple[tuple[Span, str], ...] = ()
    severity: Severity = Severity.ERROR


@dataclass(slots=True)
class Sink:
    """Collects diagnostics; the same finding at the same place is kept once."""

    found: list[Diagnostic] = field(default_factory=list)
    _seen: set[tuple[str, Span]] = field(default_factory=set)

    def error(
        self,
        code: str,
        span: Span,
        message: str,
        *,
        label: str = "",
        help: str = "",
        notes: tuple[tuple[Span, str], ...] = (),
    ) -> None:
        self.add(Diagnostic(code, message, span, label, help, notes))

    def warning(
        self, code: str, span: Span, message: str, *, label: str = "", help: str = ""
    ) -> None:
        self.add(Diagnostic(code, message, span, label, help, severity=Severity.WARNING))

    def add(self, diagnostic: Diagnostic) -> None:
        key = (diagnostic.code, diagnostic.span)
        if key not in self._seen:
            self._seen.add(key)
            self.found.append(diagnostic)

    @property
    def failed(self) -> bool:
        return any(d.severity is Severity.ERROR for d in self.found)

    def __iter__(self) -> Iterator[Diagnostic]:
        """In order of place, as a reader goes through the file."""
        return iter(sorted(self.found, key=lambda d: (d.span, d.code)))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``did you mean "county"?`` where a known word is close, else an empty string."""
    near = get_close_matches(word, sorted(set(known)), n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near else ""
