"""Tokens -> for each one the bracket that encloses it; what does not match is reported."""

from __future__ import annotations

from dataclasses import dataclass, field

from bgen.base.diagnostic import Sink
from bgen.base.source import Span
from bgen.syntax.scan import Lexeme

MAX_DEPTH = 100
MAX_REPORTS = 20
BLOCKS = ("data", "fit", "reparam")
KEYWORDS = ("model", "data", "layer", "fit", "reparam", "report", "priors")
_CLOSES = {"(": ")", "[": "]", "{": "}"}
_NAMED = ("model", "layer", "report", "priors")


@dataclass(slots=True)
class Brackets:
    """``opener[i]`` is the token that encloses token i, or -1; ``closer`` pairs brackets."""

    opener: list[int] = field(default_factory=list)
    closer: dict[int, int] = field(default_factory=dict)
    broken: list[int] = field(default_factory=list)


def match_brackets(lexemes: list[Lexeme], sink: Sink) -> Brackets:
    """Pair the brackets of the file; each bracket without a partner is reported once."""
    quiet = _pair(lexemes, Sink(), restart=False)
    result = quiet if not quiet.broken else _pair(lexemes, sink, restart=True)
    _check_depth(lexemes, result, sink)
    return result


def _pair(lexemes: list[Lexeme], sink: Sink, *, restart: bool) -> Brackets:
    """With ``restart``, a line that plainly begins a statement ends what is still open."""
    result = Brackets()
    stack: list[int] = []
    for i, token in enumerate(lexemes):
        if restart and stack and token.first and _restarts(lexemes, i, stack):
            _report_unclosed(lexemes, stack, result, sink)
            stack.clear()
        if token.kind == "bracket" and token.text in ")]}":
            _close(lexemes, i, stack, result, sink)
        result.opener.append(stack[-1] if stack else -1)
        if token.kind == "bracket" and token.text in _CLOSES:
            stack.append(i)
    if stack:
        _report_unclosed(lexemes, stack, result, sink)
    return result


def _close(lexemes: list[Lexeme], i: int, stack: list[int], result: Brackets, sink: Sink) -> None:
    token = lexemes[i]
    if not stack:
        result.broken.append(i)
        if len(result.broken) <= MAX_REPORTS:
            message = f"no bracket is open that this `{token.text}` could close"
            sink.error("BL030", token.span, message)
        return
    opener = lexemes[stack[-1]]
    if _CLOSES[opener.text] != token.text:
        result.broken.append(i)
        sink.error(
            "BL032",
            token.span,
            f"`{opener.text}` is closed by `{token.text}`",
            label=f"expected `{_CLOSES[opener.text]}`",
            notes=((opener.span, f"the `{opener.text}` that is open here"),),
        )
        # Take the outer bracket that it does close, if there is one: the inner one was forgotten.
        while stack and _CLOSES[lexemes[stack[-1]].text] != token.text:
            result.broken.append(stack.pop())
        if not stack:
            return
    result.closer[stack.pop()] = i


def _report_unclosed(lexemes: list[Lexeme], stack: list[int], result: Brackets, sink: Sink) -> None:
    result.broken.extend(stack)
    opener = lexemes[stack[-1]]
    closer = _CLOSES[opener.text]
    sink.error(
        "BL031",
        opener.span,
        f"this `{opener.text}` is never closed",
        label=f"a `{closer}` is missing",
    )


def _restarts(lexemes: list[Lexeme], i: int, stack: list[int]) -> bool:
    """Inside a call a line ``coef ~ ...`` goes on if it is indented and follows a comma."""
    if not begins_statement(lexemes, i):
        return False
    if lexemes[i].indent > 0 and not ends_value(lexemes[i - 1]):
        return False
    opener = stack[0]
    if lexemes[opener].text != "{":
        return True
    block = lexemes[opener - 1].text if opener else ""
    return block == "data" or lexemes[i].text in KEYWORDS or lexemes[i + 1].text != "="


def _check_depth(lexemes: list[Lexeme], brackets: Brackets, sink: Sink) -> None:
    depth = [0] * len(lexemes)
    for i, opener in enumerate(brackets.opener):
        depth[i] = depth[opener] + 1 if opener >= 0 else 0
        if depth[i] == MAX_DEPTH and lexemes[i].text in _CLOSES:
            report_depth(lexemes[i].span, sink)
            return


def report_depth(span: Span, sink: Sink) -> None:
    sink.error(
        "BL033",
        span,
        f"the expression is nested deeper than {MAX_DEPTH} levels",
        help="give its parts names: `part = ...`",
    )


def ends_value(token: Lexeme) -> bool:
    return token.kind in ("name", "number", "string") or token.text in (")", "]")


def begins_statement(lexemes: list[Lexeme], i: int) -> bool:
    """Whether a name at the outer level reads as the beginning of a statement."""
    token = lexemes[i]
    following = lexemes[i + 1] if i + 1 < len(lexemes) else None
    if token.kind != "name" or following is None:
        return False
    if following.text == "{":  # a block, or a misspelt one
        return True
    if token.text in _NAMED and following.kind == "name":
        return True
    return _left_side_ends(lexemes, i)


def _left_side_ends(lexemes: list[Lexeme], i: int) -> bool:
    """``name``, ``name[...]`` or several of them, up to ``=`` or ``~``."""
    end = min(len(lexemes), i + 200)  # looking further would make long lists quadratic
    while i < end and lexemes[i].kind == "name":
        i += 1
        if i < end and lexemes[i].text == "[":
            depth = 0
            while i < end:
                depth += {"[": 1, "]": -1}.get(lexemes[i].text, 0)
                i += 1
                if depth == 0:
                    break
        if i < end and lexemes[i].text in ("=", "~"):
            return True
        if i >= end or lexemes[i].text != ",":
            return False
        i += 1
    return False
