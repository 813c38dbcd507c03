"""A failure of the parser -> one diagnostic in the reader's words, and the place to read on."""

from __future__ import annotations

from bgen.base.diagnostic import Sink
from bgen.base.source import Span
from bgen.syntax.brackets import ends_value
from bgen.syntax.failure import Failure, Finding
from bgen.syntax.mistakes import MISTAKES

__all__ = ["Failure", "blame"]

_OPERATORS = frozenset({"PLUS", "MINUS", "STAR", "SLASH", "_CARET"})
_SIGNS = {
    "EQUAL": "`=`",
    "TILDE": "`~`",
    "_COLON": "`:`",
    "_COMMA": "`,`",
    "LPAR": "`(`",
    "RPAR": "`)`",
    "_LSQB": "`[`",
    "RSQB": "`]`",
    "LBRACE": "`{`",
    "RBRACE": "`}`",
}


def blame(failure: Failure, sink: Sink) -> int:
    """Report the first mistake that fits, else what was expected; the offset to read on from."""
    for mistake in MISTAKES:
        finding = mistake(failure)
        if finding is not None:
            break
    else:
        finding = _unexpected(failure)
    sink.error(
        finding.code,
        finding.span,
        finding.message,
        label=finding.label,
        help=finding.help,
        notes=finding.notes,
    )
    if finding.resume >= 0:
        return finding.resume
    found = failure.found
    return found.start if failure.begins_statement else found.start + 1


def _unexpected(failure: Failure) -> Finding:
    found = failure.found
    expected = expectation(failure)
    span = found.span if found.text else Span(found.start, found.start)
    return Finding(
        "BL100",
        span,
        f"expected {expected}, found {failure.written(found)}",
        label=f"expected {expected}",
    )


def expectation(failure: Failure) -> str:
    """What could have stood here, as a reader would say it."""
    accepts = failure.accepts
    words: list[str] = []
    # The tables of an LALR parser forget what could have continued a value that was complete.
    goes_on = not failure.wants_value and (
        bool(accepts & _OPERATORS)
        or (failure.at_statement and failure.after_expression(-1))
        or (failure.context in ("call", "group", "index") and ends_value(failure.previous))
    )
    if failure.wants_value:
        words.append("a value")
    elif failure.at_statement:
        words.append("a statement")
    elif "NAME" in accepts:
        words.append(
            {"data": "a column", "fit": "a setting", "reparam": "a site"}.get(
                failure.context, "a name"
            )
        )
    if "STRING" in accepts and "NUMBER" not in accepts:
        words.append("a quoted text")
    if goes_on:
        words.append("an operator")
    # After a complete value an index or a call is possible too, but hardly what was meant.
    plain = not goes_on and not failure.at_statement
    for terminal, sign in _SIGNS.items():
        if terminal in accepts and (plain or terminal in ("_COMMA", "RPAR", "RSQB", "RBRACE")):
            if terminal == "LPAR" and failure.wants_value:
                continue
            if terminal == "_COMMA" and failure.context in ("data", "fit", "reparam"):
                continue
            words.append(sign)
    if not words:
        return "something else"
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
