"""Every kind of character that Unicode has, in every place that takes a text of the source."""

from __future__ import annotations

import sys
import unicodedata
from functools import cache

import pytest

from tests.emit.test_safety import HOSTILE, PLACES, check, compiled_or_none, program

#: Surrogates are no text; a source that holds them is not UTF-8, and is refused.
CATEGORIES = sorted({unicodedata.category(chr(k)) for k in range(sys.maxunicode + 1)} - {"Cs"})
#: What turns text around: a reviewer would read other code than Python runs.
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@cache
def of_category(category: str) -> str:
    """Some forty characters, from the first to the last."""
    found = [c for k in range(sys.maxunicode + 1) if unicodedata.category(c := chr(k)) == category]
    return "".join(found[:: max(1, len(found) // 40)]).replace("*", "")


def emitted(text: str, raw: bool) -> str | None:
    """In all places; where a column may not be called so, in a title and a level."""
    code = compiled_or_none(program(text, PLACES, raw=raw))
    return code or compiled_or_none(program(text, ("title", "level"), raw=raw))


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_stays_text(category: str) -> None:
    text = of_category(category)
    assert len(text) >= 1
    for raw in (False, True):
        code = emitted(text, raw)
        assert code is not None or raw, "escaped, any text is a text"
        if code is not None:
            check(code, text)


@pytest.mark.parametrize("bidi", BIDI, ids=ascii)
def test_nothing_turns_the_code_around(bidi: str) -> None:
    text = f'{bidi}"""{bidi} import os {bidi}#'
    code = emitted(text, False)
    assert code is not None and bidi not in code
    check(code, text)


@pytest.mark.parametrize("one", ['"""', "\\", "{{ 7 * 7 }}", "{% raw %}", "\n", BIDI], ids=ascii)
def test_two_hostile_texts_side_by_side_stay_text(one: str) -> None:
    """What is harmless alone may not be beside another: an escape before a quote, say."""
    for other in ('"""', "\\", "'", "\n", "{%", "}}", "\u2028", "#"):
        for text in (one + other, other + one, f"{other}{one}{other}"):
            code = emitted(text, False)
            assert code is not None, text
            check(code, text)


def test_the_list_of_hostile_texts_has_what_it_must() -> None:
    for part in (
        '"""',
        "\\",
        "\n",
        "\r",
        "{{",
        "{%",
        "{#",
        "\u202e",
        "\u2066",
        "\ufeff",
        "import os",
    ):
        assert any(part in text for text in HOSTILE), ascii(part)
