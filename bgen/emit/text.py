"""Text of the source -> text that is safe inside comments, docstrings and string literals."""

from __future__ import annotations

import textwrap
import unicodedata

#: Columns of a line of emitted code, black's default.
WIDTH = 88


def visible(text: str) -> str:
    """The text with all that is not plainly visible escaped, newlines included.

    A comment ends where its line ends, and Python ends lines at more than ``\\n``; bidirectional
    controls could show other code than what runs (CVE-2021-42574).
    """
    return "".join(
        c if c == " " or unicodedata.category(c)[0] not in "CZ" else _escape(c) for c in text
    )


def comment(text: str, *, indent: int = 0, lead: str = "") -> list[str]:
    """The text as comment lines of code that stands ``indent`` columns to the right."""
    return [f"# {line}" for line in wrap(lead + visible(text), WIDTH - indent - 2, f"{lead}  ")]


def wrap(text: str, width: int, following: str) -> list[str]:
    """Lines of visible text, broken at spaces alone; ``following`` begins the later ones."""
    if len(text) <= width:
        return [text]
    return textwrap.wrap(
        text,
        width,
        subsequent_indent=following,
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=True,
    )


def _escape(c: str) -> str:
    return f"\\u{ord(c):04x}" if ord(c) < 0x10000 else f"\\U{ord(c):08x}"


def docstring(text: str) -> str:
    """The text as it may stand between triple double quotes of a plain (not raw) string."""
    lines = (visible(line) for line in text.split("\n"))
    escaped = "\n".join(lines).replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    # A quote at the end would run into the closing ones.
    return escaped[:-1] + '\\"' if escaped.endswith('"') else escaped


def literal(value: str) -> str:
    """A string literal in black's quotes."""
    body = repr(value)
    if body.startswith("'") and '"' not in body:
        return f'"{body[1:-1]}"'
    return body


def names_tuple(names: list[str]) -> str:
    """A tuple of string literals."""
    # The magic comma keeps one name a line, so that a new one moves none.
    return f"({', '.join(literal(name) for name in names)}{',' if names else ''})"
