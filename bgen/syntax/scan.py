"""Text -> its tokens, its comments, and a copy in which every slip of the pen is mended.

A slip (``==``, a curly quote, an unclosed string) is reported once, here, and replaced by as many
characters of what was meant, so that the grammar finds only what else is wrong, at true places.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from bgen.base.diagnostic import Sink
from bgen.base.source import Span
from bgen.syntax import ast
from bgen.syntax.slips import mend

_TOKEN = re.compile(
    r"""
      (?P<space>   [ \t\r\n]+ )
    | (?P<comment> \#[^\n]* )
    | (?P<number>  (?: [0-9](?:_?[0-9])* (?: \. (?:[0-9](?:_?[0-9])*)? )? | \.[0-9](?:_?[0-9])* )
                   (?: [eE][+-]?[0-9]+ )? (?! [\w.] ) )
    | (?P<bad_number> \.?[0-9] (?: [eE][+-](?=[0-9]) | [\w.] )* )
    | (?P<dotted>  [^\W0-9]\w* (?: \.\w+ )+ )
    | (?P<name>    [^\W0-9]\w* )
    | (?P<string>  "(?: [^"\\\n] | \\[^\n] )*" )
    | (?P<open_string> "[^\n]* )
    | (?P<quoted>  '[^'\n]*'? | [“”„«»][^“”„«»"\n]*["“”„«»]? | [‘’‚`][^‘’‚`'\n]*['‘’‚`]? )
    | (?P<foreign> == | != | <- | <= | >= | := | -> | \*\* | \|>
                   | //[^\n]* | /\*[^\n]* | %[\w*%/]*% )
    | (?P<op>      [-+*/^:,=~?] )
    | (?P<bracket> [()\[\]{}] )
    | (?P<other>   (?P<same>.)(?P=same)* )
    """,
    re.VERBOSE | re.DOTALL,
)


MAX_SLIPS = 500


class Lexeme(NamedTuple):
    """A token as the messages speak of it; ``indent`` is -1 unless it is the first of its line."""

    kind: str
    text: str
    start: int
    end: int
    indent: int

    @property
    def first(self) -> bool:
        return self.indent >= 0

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


@dataclass(slots=True)
class Scan:
    """What the scanner found; ``text`` is as long as the text that was read."""

    text: str
    lexemes: list[Lexeme] = field(default_factory=list)
    comments: list[ast.Comment] = field(default_factory=list)
    blank_lines: list[int] = field(default_factory=list)


def scan(text: str, sink: Sink) -> Scan:
    """Report and mend every slip, then list the tokens of what results."""
    pieces: list[str] = []
    mended = False
    for match in _TOKEN.finditer(text):
        kind, word = str(match.lastgroup), match.group()
        if len(sink.found) > MAX_SLIPS:  # this is no program: do not read it to the end
            pieces.append(" " * (len(text) - match.start()))
            mended = True
            break
        if _is_plain(kind, word):
            pieces.append(word)
            continue
        replacement = mend(kind, word, match.start(), text, sink)
        assert len(replacement) == len(word), (kind, word, replacement)
        mended = mended or replacement != word
        pieces.append(replacement)
    return list_tokens("".join(pieces) if mended else text)


def _is_plain(kind: str, word: str) -> bool:
    match kind:
        case "space" | "op" | "bracket":
            return True
        case "name":
            return word.isascii() and "__" not in word
        case "string" | "comment":
            return word.isascii() and word.isprintable() and "\\" not in word
        case _:
            return False


def list_tokens(text: str) -> Scan:
    """The tokens of a text without slips."""
    result = Scan(text)
    first = True
    for match in _TOKEN.finditer(text):
        kind, word, start = str(match.lastgroup), match.group(), match.start()
        if kind == "space":
            newlines = word.count("\n")
            first = first or newlines > 0
            if newlines > 1:
                result.blank_lines.append(start)
        elif kind == "comment":
            comment = ast.Comment(word.rstrip(), first, span=Span(start, match.end()))
            result.comments.append(comment)
            first = False
        else:
            indent = start - (text.rfind("\n", 0, start) + 1) if first else -1
            result.lexemes.append(Lexeme(kind, word, start, match.end(), indent))
            first = False
    return result
