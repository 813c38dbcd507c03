"""Diagnostics as a reader sees them: carets, windows, colours, and no tricks by the source."""

from __future__ import annotations

import io
import json

import pytest

from bgen.base.diagnostic import Diagnostic, Severity
from bgen.base.render import render_json, render_text, wants_colour
from bgen.base.source import Source, Span


def one(text: str, span: Span, **fields: object) -> str:
    diagnostic = Diagnostic("BL999", "it is wrong", span, **fields)  # type: ignore[arg-type]
    return render_text([diagnostic], Source("m.bl", text))


def test_a_line_with_label_note_and_help() -> None:
    text = "a = 1\nb = f(a]\n"
    shown = one(
        text, Span(13, 14), label="expected `)`", help="close it", notes=((Span(11, 12), "open"),)
    )
    assert shown == """\
error[BL999]: it is wrong
 --> m.bl:2:8
  |
2 | b = f(a]
  |        ^ expected `)`
 --> m.bl:2:6
  |
2 | b = f(a]
  |      - open
  = help: close it
"""


def test_several_lines() -> None:
    text = "f(\n  a,\n  b\n)\n" + "x\n" * 10
    assert one(text, Span(0, 12), label="here") == """\
error[BL999]: it is wrong
 --> m.bl:1:1
  |
1 | f(
  | ^^
  | ...
3 |   b
  |   ^ here
"""


def test_tabs_and_wide_characters() -> None:
    shown = one('\ta = "日本" $', Span(10, 11))
    line, marks = shown.splitlines()[-2:]
    assert line == '1 |     a = "日本" $'
    assert marks == "  |" + " " * 16 + "^"  # each of the two wide characters takes two columns


def test_long_lines_show_a_window() -> None:
    text = "x + " * 500 + "y y" + " + x" * 500
    shown = one(text, Span(2000, 2003), label="here").splitlines()
    assert max(map(len, shown)) <= 110
    assert shown[-2].startswith("1 | ...") and shown[-2].endswith("...")
    begin = shown[-1].index("^")
    assert shown[-2][begin : begin + 3] == "y y" and shown[-1][begin:] == "^^^ here"


@pytest.mark.parametrize("c", ["\x1b", "\x07", "\x9b", "\u202e", "\u2066", "\u2028", "\x00", "\r"])
def test_what_a_terminal_would_act_upon_is_spelt_out(c: str) -> None:
    shown = one(f"a {c} b", Span(4, 5), label=c, help=c)
    assert c not in shown and f"<U+{ord(c):04X}>" in shown


@pytest.mark.parametrize("text", ["", "a", "a\n", "\n\n"])
def test_places_at_and_past_the_end(text: str) -> None:
    for start in range(4):
        assert one(text, Span(start, start + 2)).startswith("error[BL999]")


def test_colours() -> None:
    diagnostic = Diagnostic("BL999", "m", Span(0, 1), severity=Severity.WARNING)
    plain = render_text([diagnostic], Source("m", "a"))
    coloured = render_text([diagnostic], Source("m", "a"), colour=True)
    assert "\x1b" not in plain and "\x1b[33m" in coloured


def test_colours_are_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert wants_colour(Terminal()) and not wants_colour(io.StringIO())
    monkeypatch.setenv("NO_COLOR", "1")
    assert not wants_colour(Terminal())


def test_json() -> None:
    diagnostic = Diagnostic("BL999", "m", Span(2, 4), "l", "h", ((Span(0, 1), "n"),))
    lines = render_json([diagnostic, diagnostic], Source("m.bl", "a\nbc\n")).splitlines()
    assert len(lines) == 2
    assert json.loads(lines[0]) == {
        "code": "BL999",
        "severity": "error",
        "message": "m",
        "file": "m.bl",
        "line": 2,
        "column": 1,
        "end_line": 2,
        "end_column": 3,
        "label": "l",
        "help": "h",
        "notes": [{"message": "n", "line": 1, "column": 1, "end_line": 1, "end_column": 2}],
    }
