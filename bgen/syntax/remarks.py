"""The comments of a program -> the part of the tree that each one belongs to.

A comment at the end of a line belongs to what ends before it, one on a line of its own to what
follows. Only some parts can carry one (statements, columns, settings, arguments, terms, factors);
a comment anywhere else moves out to the nearest part around it that can.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bgen.base.source import Span
from bgen.syntax.ast import Comment
from bgen.syntax.layout import Doc, Line, Remark, concat


@dataclass(slots=True)
class Item:
    """A part that can carry comments, and those that it carries."""

    doc: Doc
    span: Span
    leading: list[Comment] = field(default_factory=list)
    inner: list[Comment] = field(default_factory=list)
    trailing: Comment | None = None

    @property
    def above(self) -> Doc:
        """The comments above the part, each on its line."""
        lines: list[Doc] = []
        for comment in (*self.leading, *self.inner):
            lines += [comment.text, Line(hard=True)]
        return concat(*lines)

    @property
    def has_above(self) -> bool:
        return bool(self.leading or self.inner)

    @property
    def beside(self) -> Doc:
        return Remark(self.trailing.text) if self.trailing else ""


class Remarks:
    """Hands every comment out once, by place."""

    def __init__(self, comments: Sequence[Comment]) -> None:
        self._comments = sorted(comments, key=lambda comment: comment.span)
        self._starts = [comment.span.start for comment in self._comments]
        self._left = [True] * len(self._comments)

    def take(self, begin: int, end: int) -> list[Comment]:
        taken = []
        for i in range(bisect_left(self._starts, begin), bisect_left(self._starts, end)):
            if self._left[i]:
                self._left[i] = False
                taken.append(self._comments[i])
        return taken

    def give_back(self, comments: Sequence[Comment]) -> None:
        """Leave comments to the part around."""
        for comment in comments:
            i = bisect_left(self._starts, comment.span.start)
            while self._comments[i] is not comment:
                i += 1
            self._left[i] = True

    def items(
        self, nodes: Sequence[Any], build: Callable[[Any], Doc], begin: int, end: int
    ) -> tuple[list[Item], list[Comment]]:
        """A list of parts with their comments, and the comments after the last one."""
        items: list[Item] = []
        at = begin
        for node in nodes:
            leading = self._after(items, at, node.span.start)
            doc = build(node)
            inner = self.take(node.span.start, node.span.end)
            items.append(Item(doc, node.span, leading, inner))
            at = node.span.end
        return items, self._after(items, at, end)

    def _after(self, items: list[Item], begin: int, end: int) -> list[Comment]:
        """The comments of a gap but the one that stands beside the part before it."""
        comments = self.take(begin, end)
        if comments and items and not comments[0].own_line:
            items[-1].trailing = comments.pop(0)
        return comments
