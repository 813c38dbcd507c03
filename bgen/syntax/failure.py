"""A failure of the LALR parser -> where it stood: what was found, what could have stood there."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from lark import UnexpectedCharacters, UnexpectedToken

from bgen.base.source import Span
from bgen.syntax.brackets import BLOCKS, KEYWORDS, Brackets, begins_statement, ends_value
from bgen.syntax.scan import Lexeme

_NONE = Lexeme("end", "", 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Failure:
    """``at`` is the index of the token that did not fit (the number of tokens at the end)."""

    lexemes: list[Lexeme]
    brackets: Brackets
    at: int
    begin: int
    accepts: frozenset[str]

    @staticmethod
    def of(
        problem: UnexpectedToken | UnexpectedCharacters,
        lexemes: list[Lexeme],
        brackets: Brackets,
        begin: int,
    ) -> Failure:
        at_end = isinstance(problem, UnexpectedToken) and problem.token.type == "$END"
        offset = problem.pos_in_stream or 0
        at = len(lexemes) if at_end else bisect_left(lexemes, offset, key=lambda t: t.start)
        accepts = problem.accepts if isinstance(problem, UnexpectedToken) else problem.allowed
        return Failure(lexemes, brackets, at, begin, frozenset(accepts or ()))

    def token(self, offset: int) -> Lexeme:
        """The token that stands ``offset`` places from the one found; an empty one outside."""
        i = self.at + offset
        if 0 <= i < len(self.lexemes) and self.lexemes[i].start >= self.begin:
            return self.lexemes[i]
        if i >= len(self.lexemes) and self.lexemes:
            end = self.lexemes[-1].end
            return Lexeme("end", "", end, end, 0)
        return _NONE

    @property
    def found(self) -> Lexeme:
        return self.token(0)

    @property
    def previous(self) -> Lexeme:
        return self.token(-1)

    @property
    def context(self) -> str:
        """What encloses the token: a block, call, group, index, ... or the file."""
        i = self._opener()
        if i < 0:
            return "file"
        text, before = self.lexemes[i].text, self.lexemes[i - 1] if i else _NONE
        if text == "{":
            return before.text if before.text in BLOCKS else "block"
        outer = self.brackets.opener[i]
        in_data = outer > 0 and self.lexemes[outer - 1].text == "data"
        if in_data and self.lexemes[outer].text == "{":
            return "levels" if text == "(" else "columns"
        if text == "[":
            return "index"
        if before.kind != "name":
            return "group"
        defines = i > 1 and self.lexemes[i - 2].text == "layer" and outer < 0
        return "parameters" if defines else "call"

    def _opener(self) -> int:
        if self.at >= len(self.lexemes):
            return -1
        if self.found.text in (")", "]", "}"):
            return self.opener_of(self.at)
        return self.brackets.opener[self.at]

    def opener_of(self, closing: int) -> int:
        """The index of the bracket that the one at ``closing`` closes."""
        pairs = self.brackets.closer.items()
        return next((opening for opening, closer in pairs if closer == closing), -1)

    @property
    def at_statement(self) -> bool:
        """Whether a statement could have begun here."""
        return "MODEL" in self.accepts

    @property
    def begins_statement(self) -> bool:
        """Whether what was found is the first word of the next statement."""
        return (
            self.at < len(self.lexemes)
            and self.found.first
            and self.context == "file"
            and begins_statement(self.lexemes, self.at)
        )

    @property
    def wants_value(self) -> bool:
        return "NUMBER" in self.accepts and "MINUS" in self.accepts and "PLUS" not in self.accepts

    @property
    def after_target(self) -> bool:
        """Whether only the left side of a statement has been read so far."""
        return self.context == "file" and "TILDE" in self.accepts and "PLUS" not in self.accepts

    @property
    def target_offset(self) -> int:
        """Where the name of the left side stands that has just been read."""
        if self.previous.text != "]":
            return -1
        return self.opener_of(self.at - 1) - 1 - self.at

    def after_expression(self, offset: int) -> bool:
        """Whether the token there ends the right side of a statement."""
        i = self.at + offset
        if i < 0 or self.lexemes[i].start < self.begin or not ends_value(self.lexemes[i]):
            return False
        start = self.statement_start(i)
        first = self.lexemes[start].text
        following = self.lexemes[start + 1].text if start + 1 < len(self.lexemes) else ""
        is_keyword = first in KEYWORDS and following not in ("=", "~", "[", ",")
        return not is_keyword or first == "layer"

    def statement_start(self, i: int) -> int:
        """The index of the token that begins the statement of token i."""
        while i > 0 and self.lexemes[i - 1].start >= self.begin:
            if self.brackets.opener[i] < 0 and begins_statement(self.lexemes, i):
                return i
            i -= 1
        return i

    def after_closer_of(self, i: int) -> str:
        """What follows the bracket that closes the one at index i."""
        closing = self.brackets.closer.get(i, len(self.lexemes))
        return self.lexemes[closing + 1].text if closing + 1 < len(self.lexemes) else ""

    def written(self, token: Lexeme) -> str:
        return f"`{shortened(token.text)}`" if token.text else "the end of the file"


@dataclass(frozen=True, slots=True)
class Finding:
    """A diagnostic in the making; ``resume`` is where to read on, when not after the failure."""

    code: str
    span: Span
    message: str
    label: str = ""
    help: str = ""
    notes: tuple[tuple[Span, str], ...] = ()
    resume: int = -1


def shortened(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
