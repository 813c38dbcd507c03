"""A document of texts and possible line breaks -> lines no wider than asked, where that can be.

The algebra of Wadler and of Prettier, as small as the printer needs it, and without recursion. A
group is laid out flat if it fits and broken otherwise; a fill breaks only where a line is full; a
remark (a comment at the end of a line) breaks every group around it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Line:
    """A place to break; laid out flat it is ``flat``. A hard one always breaks."""

    flat: str = " "
    hard: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment that waits for the end of its line."""

    text: str


@dataclass(frozen=True, slots=True)
class Concat:
    parts: tuple[Doc, ...]
    forced: bool


@dataclass(frozen=True, slots=True)
class Indent:
    by: int
    doc: Doc
    forced: bool


@dataclass(frozen=True, slots=True)
class Group:
    doc: Doc
    forced: bool


@dataclass(frozen=True, slots=True)
class Fill:
    """``items[0] items[1] items[2] ...``: contents at even places, lines between them."""

    items: tuple[Doc, ...]
    forced: bool
    begin: int = 0


Doc = str | Line | Remark | Concat | Indent | Group | Fill
Mode = Literal["flat", "broken"]
Command = tuple[int, Mode, Doc]


def is_forced(doc: Doc) -> bool:
    """Whether something inside must break the line."""
    match doc:
        case str():
            return False
        case Line():
            return doc.hard
        case Remark():
            return True
        case _:
            return doc.forced


def concat(*parts: Doc) -> Doc:
    return Concat(parts, any(map(is_forced, parts)))


def indent(by: int, *parts: Doc) -> Doc:
    doc = concat(*parts)
    return Indent(by, doc, is_forced(doc))


def group(*parts: Doc) -> Doc:
    doc = concat(*parts)
    return Group(doc, is_forced(doc))


def fill(items: tuple[Doc, ...]) -> Doc:
    return Fill(items, any(map(is_forced, items)))


def lay_out(doc: Doc, width: int) -> str:
    """The text of a document; lines are at most ``width`` wide where breaks allow it."""
    out: list[str] = []
    remarks: list[str] = []
    column, margin = 0, 0  # the margin is written with the first text of a line
    commands: list[Command] = [(0, "broken", doc)]
    while commands:
        level, mode, doc = commands.pop()
        match doc:
            case "":
                pass
            case str():
                out.append(" " * margin + doc)
                column, margin = column + len(doc), 0
            case Line() if mode == "flat" and not doc.hard:
                out.append(doc.flat)
                column += len(doc.flat)
            case Line():
                out += remarks
                out.append("\n")
                remarks.clear()
                column = margin = level
            case Remark():
                remarks.append("  " + doc.text)
            case Concat():
                commands += ((level, mode, part) for part in reversed(doc.parts))
            case Indent():
                commands.append((level + doc.by, mode, doc.doc))
            case Group():
                flat = not doc.forced and _fits((level, "flat", doc.doc), commands, width - column)
                commands.append((level, "flat" if flat else "broken", doc.doc))
            case Fill():
                _fill(doc, level, commands, width - column)
    return "".join([*out, *remarks])


def _fill(doc: Fill, level: int, commands: list[Command], room: int) -> None:
    """Push the next content of a fill, the line after it, and what remains."""
    items, at = doc.items, doc.begin
    if at % 2 == 0:
        content = items[at]
        flat = not is_forced(content) and _fits((level, "flat", content), [], room)
        if at + 1 < len(items):
            commands.append((level, "broken", Fill(items, doc.forced, at + 1)))
        commands.append((level, "flat" if flat else "broken", content))
        return
    line, content = items[at], items[at + 1]
    last = at + 2 >= len(items)
    following: Doc = Concat((line, content), False)
    fits = not is_forced(line) and _fits((level, "flat", following), commands if last else [], room)
    commands.append((level, "broken", Fill(items, doc.forced, at + 1)))
    commands.append((level, "flat" if fits else "broken", line))


def _fits(first: Command, rest: list[Command], room: int) -> bool:
    """Whether the text up to the next line break fits in ``room`` characters."""
    commands = [first]
    below = len(rest)
    while room >= 0:
        if not commands:
            if below == 0:
                return True
            below -= 1
            commands.append(rest[below])
        level, mode, doc = commands.pop()
        match doc:
            case str():
                room -= len(doc)
            case Line():
                if mode == "broken" or doc.hard:
                    return True
                room -= len(doc.flat)
            case Remark():
                pass
            case Concat():
                commands += ((level, mode, part) for part in reversed(doc.parts))
            case Indent():
                commands.append((level, mode, doc.doc))
            case Group():
                commands.append((level, "broken" if doc.forced else mode, doc.doc))
            case Fill():
                rest_of_fill = doc.items[doc.begin : doc.begin + room + 2]
                if mode == "broken" and doc.begin % 2:
                    return True
                commands += ((level, mode, item) for item in reversed(rest_of_fill))
    return False
