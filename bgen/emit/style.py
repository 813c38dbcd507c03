"""Generated code -> the same code in black's style.

black takes some milliseconds for each statement, most of the time of a large model. What the
templates lay out in black's own style already is set aside while it works: a comment holds the
place. A test compares the outcome with black's own for every golden.
"""

from __future__ import annotations

import re

import black
from black.mode import TargetVersion

WIDTH = 88
#: black's style of one year, so that a new black does not change what is emitted.
MODE = black.Mode(target_versions={TargetVersion.PY311}, line_length=WIDTH)

_SIMPLE = r"[\w.]+(?:, [\w.]+)*"  # names and numbers
_TEXT = r'"[\w ]+"'
_DISTRIBUTION = rf"dist\.\w+\({_SIMPLE}\)(?:\.expand\(\[{_SIMPLE}\]\))?(?:\.to_event\(\d\))?"
_ENTRY = "|".join(
    (
        rf"\{{{_TEXT}: {_TEXT}(?:, {_TEXT}: {_TEXT})*\}}",
        r"\(\)",
        rf"\({_TEXT},\)",
        rf"\[{_TEXT}\]",
        rf"columns\[{_TEXT}\]",
        rf"columns\.get\({_TEXT}\)",
        rf"np\.column_stack\(\[columns\[{_TEXT}\]\]\)",
    )
)
# Statements of a function's own body only: a block needs at least one statement that stays.
_SETTLED = re.compile(
    "|".join(
        (
            rf"^    \w+ = numpyro\.sample\({_TEXT}, {_DISTRIBUTION}\)\n",
            rf"^    \w+ = numpyro\.sample\(\n        {_TEXT},\n        {_DISTRIBUTION},\n    \)\n",
            rf"^    \w+, \w+ = location_scale\({_TEXT}(?:, \w+)?\)\n",
            rf"^    numpyro\.sample\({_TEXT}, {_DISTRIBUTION}\)\n",
            r"^    \w+ = \w+(?: [+-] \w+(?: @ \w+|\[\w+\])?)?\n",
            rf"^ +{_TEXT}: (?:{_ENTRY}),\n",
        )
    ),
    re.MULTILINE,
)
_PLACE = re.compile(r"^( *)# settled (\d+)$\n", re.MULTILINE)


def style(code: str) -> str:
    """The code as ``black`` would leave it."""
    aside: list[str] = []

    def set_aside(match: re.Match[str]) -> str:
        piece = match[0]
        if max(map(len, piece.split("\n"))) > WIDTH:
            return piece
        aside.append(piece)
        margin = piece[: len(piece) - len(piece.lstrip(" "))]
        return f"{margin}# settled {len(aside) - 1}\n"

    def put_back(match: re.Match[str]) -> str:
        return aside[int(match[2])]

    if "# settled " in code:  # somebody's own comment; rare, and then slower
        return black.format_str(code, mode=MODE)
    skeleton = black.format_str(_SETTLED.sub(set_aside, code), mode=MODE)
    return _PLACE.sub(put_back, skeleton)
