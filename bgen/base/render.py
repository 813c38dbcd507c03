"""Diagnostics -> text with source lines and carets for people, JSON for machines."""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Iterable
from typing import IO

import click

from bgen.base.diagnostic import Diagnostic, Severity
from bgen.base.source import Source, Span

WIDTH = 100
TAB = 4
_ELLIPSIS = "..."
_FAR = 1000
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow"}
# They reorder what a terminal shows after them, so that code reads as what it is not.
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def wants_colour(stream: IO[str]) -> bool:
    """On a terminal, unless ``NO_COLOR`` is set to anything (no-color.org)."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and stream.isatty()


def render_text(
    diagnostics: Iterable[Diagnostic], source: Source, *, colour: bool = False, width: int = WIDTH
) -> str:
    """Every diagnostic as a paragraph, with a blank line between two; ends in a newline."""
    painter = _Painter(source, colour, width)
    return "\n".join(painter.paragraph(diagnostic) for diagnostic in diagnostics)


def render_json(diagnostics: Iterable[Diagnostic], source: Source) -> str:
    """One JSON object a line; columns count characters from 1, ``end_column`` is one past."""
    return "".join(
        json.dumps(as_object(diagnostic, source), ensure_ascii=True) + "\n"
        for diagnostic in diagnostics
    )


def as_object(diagnostic: Diagnostic, source: Source) -> dict[str, object]:
    return {
        "code": diagnostic.code,
        "severity": str(diagnostic.severity),
        "message": diagnostic.message,
        "file": source.name,
        **_place(source, diagnostic.span),
        "label": diagnostic.label,
        "help": diagnostic.help,
        "notes": [{"message": text, **_place(source, span)} for span, text in diagnostic.notes],
    }


def _place(source: Source, span: Span) -> dict[str, int]:
    line, column = source.position(min(span.start, len(source.text)))
    end_line, end_column = source.position(min(max(span.end, span.start), len(source.text)))
    return {"line": line, "column": column, "end_line": end_line, "end_column": end_column}


def neutral(text: str, tab: int = TAB) -> str:
    """Text that a terminal shows as it is: no control sequences, no reordering, no tabs."""
    return "".join(_cell(c, tab) for c in text)


def _cell(c: str, tab: int = TAB) -> str:
    if c == "\t":
        return " " * tab
    if c in _BIDI or unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp"):
        return f"<U+{ord(c):04X}>"
    return c


def _columns(text: str) -> int:
    """How many columns of a terminal a neutral text takes."""
    return sum(_char_width(c) for c in text)


def _char_width(c: str) -> int:
    if c.isascii():
        return 1
    if unicodedata.combining(c) or unicodedata.category(c) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(c) in ("W", "F") else 1


class _Painter:
    """Draws the diagnostics of one source."""

    def __init__(self, source: Source, colour: bool, width: int) -> None:
        self._source = source
        self._colour = colour
        self._width = width

    def paragraph(self, diagnostic: Diagnostic) -> str:
        colour = _COLOURS[diagnostic.severity]
        head = self._style(f"{diagnostic.severity}[{diagnostic.code}]", fg=colour, bold=True)
        lines = [head + self._style(f": {neutral(diagnostic.message)}", bold=True)]
        last = max(self._last_line(span) for span in (diagnostic.span, *_spans(diagnostic)))
        gutter = len(str(last))
        lines += self._excerpt(diagnostic.span, diagnostic.label, "^", colour, gutter)
        for span, text in diagnostic.notes:
            lines += self._excerpt(span, text, "-", "blue", gutter)
        if diagnostic.help:
            mark = self._style("=", fg="blue", bold=True)
            lines.append(f"{' ' * gutter} {mark} help: {neutral(diagnostic.help)}")
        return "\n".join(line.rstrip() for line in lines) + "\n"

    def _last_line(self, span: Span) -> int:
        return self._source.position(min(max(span.start, span.end), len(self._source.text)))[0]

    def _excerpt(self, span: Span, label: str, mark: str, colour: str, gutter: int) -> list[str]:
        """``--> file:line:col``, the first line of the span and, below an ellipsis, the last."""
        place = _place(self._source, span)
        pad, bar = " " * gutter, self._style("|", fg="blue", bold=True)
        arrow = self._style("-->", fg="blue", bold=True)
        name = neutral(self._source.name)
        if not self._source.text:  # the file as a whole: there is no line to show
            return [f"{pad}{arrow} {name}"]
        lines = [f"{pad}{arrow} {name}:{place['line']}:{place['column']}", f"{pad} {bar}"]
        first, last = place["line"], place["end_line"]
        begin, end = place["column"] - 1, place["end_column"] - 1
        if end == 0 and last > first:  # the span ends with a newline
            last -= 1
            end = len(self._source.line(last))
        rows = [(first, begin, end if first == last else len(self._source.line(first)))]
        if last > first:
            text = self._source.line(last)
            rows.append((last, len(text) - len(text.lstrip()), end))
        for row, (number, left, right) in enumerate(rows):
            if row and last > first + 1:
                lines.append(f"{pad} {bar} ...")
            shown, under = self._underline(self._source.line(number), left, right, mark)
            text = label if row + 1 == len(rows) else ""
            under = self._style(f"{under} {neutral(text)}".rstrip(), fg=colour, bold=True)
            label_of_line = self._style(str(number).rjust(gutter), fg="blue", bold=True)
            lines += [f"{label_of_line} {bar} {shown}", f"{pad} {bar} {under}"]
        return lines

    def _underline(self, line: str, left: int, right: int, mark: str) -> tuple[str, str]:
        """The line as shown, in a window around the marked part, and the marks below it."""
        if left > _FAR:  # of a very long line look only at what is near
            line, right, left = line[left - _FAR :], right - left + _FAR, _FAR
        cells = _cells(line[: left + 2 * _FAR])
        left = min(left, len(cells))
        right = min(max(right, left), len(cells))
        begin, end = self._window(cells, left, right)
        before = _ELLIPSIS if begin else ""
        after = _ELLIPSIS if end < len(cells) else ""
        shown = before + "".join(cells[begin:end]) + after
        space = len(before) + _columns("".join(cells[begin:left]))
        marks = max(1, _columns("".join(cells[left : min(right, end)])))
        return shown, " " * space + mark * marks

    def _window(self, cells: list[str], left: int, right: int) -> tuple[int, int]:
        """Which cells fit in the width, the marked ones with what stands around them."""
        widths = [_columns(cell) for cell in cells]
        if sum(widths) <= self._width:
            return 0, len(cells)
        room = self._width - 2 * len(_ELLIPSIS)
        begin = left
        context = max(room // 4, (room - sum(widths[left:right])) // 2)
        while begin > 0 and context >= widths[begin - 1]:
            begin -= 1
            context -= widths[begin]
        end = begin
        while end < len(cells) and room >= widths[end]:
            room -= widths[end]
            end += 1
        while begin > 0 and room >= widths[begin - 1]:  # near the end of the line
            begin -= 1
            room -= widths[begin]
        return begin, end

    def _style(self, text: str, *, fg: str | None = None, bold: bool = False) -> str:
        return click.style(text, fg=fg, bold=bold) if self._colour and text else text


def _cells(line: str) -> list[str]:
    """One neutral text a character; a tab reaches to the next stop."""
    cells: list[str] = []
    column = 0
    for c in line:
        cell = _cell(c, TAB - column % TAB)
        cells.append(cell)
        column += _columns(cell)
    return cells


def _spans(diagnostic: Diagnostic) -> tuple[Span, ...]:
    return tuple(span for span, _ in diagnostic.notes)
