"""The last line of an emitted file: what it was made from, and whether it was edited since."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

_LINE = re.compile(
    r"^# bgen (?P<level>-O\d(?: --without \w+)*(?: --facts [\w=.,]+)?)"
    r"(?: --only (?P<only>[a-z,]+))? "
    r"source (?P<source>[0-9a-z]+) body (?P<body>[0-9a-f]+)\n\Z",
    re.MULTILINE,
)

#: The last definition of a text, with nothing after its indented lines.
_FUNCTION_LAST = re.compile(r"^(?:def |class |\)).*:\n(?:(?: .*)?\n)*\Z", re.MULTILINE)

#: Stands for the source in a file that is the same for every model.
GENERIC = "generic"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the last line says; ``intact`` when the body is as it was emitted."""

    level: str
    only: tuple[str, ...]
    source: str
    intact: bool


def digest(text: str) -> str:
    """A short fingerprint; it tells versions apart and guards against nothing else."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def add(body: str, source: str, level: str, only: tuple[str, ...] = ()) -> str:
    """The body with its last line."""
    parts = f" --only {','.join(only)}" if only else ""
    # After a function black wants one line more.
    body += "\n" if _FUNCTION_LAST.search(body) else ""
    return f"{body}\n# bgen {level}{parts} source {source} body {digest(body)}\n"


def read(text: str) -> Stamp | None:
    """The stamp of an emitted file; None where bgen did not write it."""
    match = _LINE.search(text)
    if match is None:
        return None
    only = tuple(match["only"].split(",")) if match["only"] else ()
    body = text[: match.start()].removesuffix("\n")
    return Stamp(match["level"], only, match["source"], digest(body) == match["body"])
