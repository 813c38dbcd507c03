"""A failure of the parser -> the likely mistake behind it; one function a mistake, in order."""

from __future__ import annotations

from collections.abc import Callable

from bgen.base.diagnostic import did_you_mean
from bgen.syntax.brackets import KEYWORDS, ends_value
from bgen.syntax.failure import Failure, Finding, shortened
from bgen.syntax.scan import Lexeme

_OPERATORS = ("+", "-", "*", "/", "^", ":")
_FORMS = {
    "model": '`model name` or `model name "title"`',
    "data": "`data { column: type ... }`",
    "layer": "`layer name(x) = expression`",
    "fit": "`fit { key = value ... }`",
    "reparam": "`reparam { site = noncentered }`",
    "report": "`report name, name`",
    "priors": "`priors unit` or `priors scaled`",
}
_BLOCK_FORMS = {
    "data": ("a column is declared as `name: type`", "`y: real`"),
    "fit": ("a setting is written `key = value`", "`method = nuts`"),
    "reparam": ("a site is set by `site = value`", "`theta = noncentered`"),
}


def model_name_of_several_words(failure: Failure) -> Finding | None:
    """``model my model``: the second word begins a statement, which fails at a later line."""
    lexemes, at = failure.lexemes, min(failure.at, len(failure.lexemes) - 1)
    # The line that failed, or the one before it.
    for i in range(at, max(at - 40, -1), -1):
        if lexemes[i].text == "model" and lexemes[i].first and lexemes[i].start >= failure.begin:
            break
    else:
        return None
    line = [i + 1]
    while line[-1] + 1 < len(lexemes) and not lexemes[line[-1] + 1].first:
        line.append(line[-1] + 1)
    words = [lexemes[k] for k in line if k < len(lexemes)]
    title = words.pop() if words and words[-1].kind == "string" else None
    after = lexemes[line[-1] + 1].text if line[-1] + 1 < len(lexemes) else ""
    if (
        len(words) < 2
        or any(w.kind not in ("name", "number") and w.text != "-" for w in words)
        or words[0].kind != "name"
        or failure.at > line[-1] + 2
        or after in ("=", "~", "{", "[", ",", "(")
    ):
        return None
    own = next((k for k, w in enumerate(words) if k and w.text == "priors"), 0)
    if own:
        policy = words[own + 1].text if len(words) > own + 1 else "scaled"
        policy = policy if policy in ("unit", "scaled") else "scaled"
        name = "_".join(w.text for w in words[:own] if w.text != "-")
        return Finding(
            "BL112",
            words[0].span | words[-1].span,
            "the name of a model is one word, and `priors` begins a statement of its own",
            help=f"write `model {shortened(name)}`, and on a line of its own `priors {policy}`",
            resume=lexemes[line[-1] + 1].start if line[-1] + 1 < len(lexemes) else -1,
        )
    name = "_".join(w.text for w in words if w.text != "-")
    written = f"model {name} {title.text}" if title else f"model {name}"
    return Finding(
        "BL112",
        words[0].span | words[-1].span,
        "the name of a model is one word",
        help=f"write `{shortened(written)}`"
        + ("" if title else f'; a title stands in quotes: `model {words[0].text} "a title"`'),
        resume=lexemes[line[-1] + 1].start if line[-1] + 1 < len(lexemes) else -1,
    )


def several_targets_assigned(failure: Failure) -> Finding | None:
    """``a, b = 1``."""
    found = failure.found
    if (
        found.text != "="
        or not {"_COMMA", "TILDE"} <= failure.accepts
        or "EQUAL" in failure.accepts
    ):
        return None
    return Finding(
        "BL109",
        found.span,
        "only one name can stand left of `=`",
        label="several names are defined at once",
        help="write one statement each; a joint response is `y1, y2 ~ ...`",
    )


def value_missing_before_statement(failure: Failure) -> Finding | None:
    """``mu =`` and then the next statement: the failure shows only at its ``=`` or ``~``."""
    if failure.context != "file" or failure.found.text not in ("=", "~", "{"):
        return None
    name, sign = failure.token(-1), failure.token(-2)
    if name.kind != "name" or not name.first:
        return None
    if sign.text in ("model", "priors") and sign.first and failure.found.text != "{":
        return _incomplete(sign, name.start)
    if sign.text not in ("=", "~", *_OPERATORS):
        return None
    return _value_missing(failure, -2, name.start)


def keyword_value_missing(failure: Failure) -> Finding | None:
    """``linear(x, coef ~)``."""
    name, sign = failure.token(-2), failure.token(-1)
    if (
        failure.context != "call"
        or not failure.wants_value
        or sign.text not in ("=", "~")
        or failure.found.text not in (")", ",")
        or name.kind != "name"
    ):
        return None
    example = "0.5" if sign.text == "=" else "Normal(0, 1)"
    return Finding(
        "BL104",
        name.span | sign.span,
        f"the argument `{shortened(name.text)}` has no value",
        label=f"a value is missing after `{sign.text}`",
        help=f"for example `{shortened(name.text)} {sign.text} {example}`",
    )


def value_missing(failure: Failure) -> Finding | None:
    """``a + * b``, ``(a +)``, ``mu =`` at the end of the file."""
    sign = failure.previous
    if not failure.wants_value or sign.text not in ("=", "~", *_OPERATORS):
        return None
    resume = failure.found.start if failure.at < len(failure.lexemes) else -1
    return _value_missing(failure, -1, resume if failure.found.kind == "name" else -1)


def _value_missing(failure: Failure, offset: int, resume: int) -> Finding:
    sign = failure.token(offset)
    found = failure.token(offset + 1)
    what = "an expression" if sign.text == "=" else "a value"
    if sign.text == "~":
        what = "a distribution or a link"
    after = f"; {failure.written(found)} follows" if found.text not in ("", ")") else ""
    return Finding(
        "BL103",
        sign.span,
        f"`{sign.text}` needs {what} after it{after}",
        label=f"expected {what} after this",
        resume=resume,
    )


def keyword_incomplete(failure: Failure) -> Finding | None:
    """``model "title"``, ``report`` alone, ``modle radon``: a statement by keyword gone wrong."""
    if not failure.after_target:
        return None
    name, found = failure.previous, failure.found
    if name.kind != "name" or found.text in ("[", ","):
        return None
    word = name.text
    if word in KEYWORDS:
        return _incomplete(name)
    looks_like_one = found.text == "{" or (found.kind in ("name", "string") and not found.first)
    if not looks_like_one or (failure.after_expression(-2) and not name.first):
        return None
    guess = did_you_mean(word, KEYWORDS)
    if not guess:
        return None
    return Finding(
        "BL112", name.span, f"`{shortened(word)}` does not begin a statement", help=guess
    )


def _incomplete(word: Lexeme, resume: int = -1) -> Finding:
    return Finding(
        "BL112",
        word.span,
        f"the `{word.text}` statement is incomplete",
        help=f"it is written {_FORMS[word.text]}",
        resume=resume,
    )


def call_at_statement(failure: Failure) -> Finding | None:
    """``random_effects(g)`` on a line of its own: a forgotten ``+``, ``layer`` or name."""
    name, found = failure.previous, failure.found
    if not failure.after_target or found.text != "(" or name.kind != "name":
        return None
    call = f"{shortened(name.text)}(...)"
    following = failure.after_closer_of(failure.at)
    if following == "=":
        return Finding(
            "BL107",
            name.span,
            f"`{call} = ...` needs the word `layer` before it",
            help=f"a layer is defined by `layer {call} = ...`; any other name takes no arguments",
        )
    if following == "~":
        return Finding(
            "BL108",
            name.span,
            "left of `~` stands a name, not a call",
            help=f"define the column first, `z = {call}`, and write `z ~ ...`",
        )
    if failure.after_expression(-2) and name.first:
        return Finding(
            "BL101",
            name.span,
            f"`{call}` begins a line without an operator before it",
            label="a `+` is missing here",
            help=f"a line that goes on with a sum begins with `+`: `+ {call}`",
        )
    if failure.after_expression(-2):
        return _operator_missing(failure, -2)
    return Finding(
        "BL108",
        name.span,
        f"`{call}` alone is not a statement",
        help=f"give it a name: `mu = {call}`",
    )


def operator_missing(failure: Failure) -> Finding | None:
    """``mu = a b``, ``2 (x)``: two values side by side."""
    found = failure.found
    target = failure.target_offset
    if (
        failure.after_target
        and not failure.token(target).first
        and failure.after_expression(target - 1)
    ):
        return _operator_missing(failure, target - 1)
    begins_value = found.kind in ("name", "number", "string") or found.text in ("(", "[")
    if failure.context == "file" and failure.at_statement:
        same_line = not found.first and begins_value
        if same_line and failure.after_expression(-1):
            return _operator_missing(failure, -1)
    if failure.context == "group" and begins_value and ends_value(failure.previous):
        return _operator_missing(failure, -1)
    return None


def _operator_missing(failure: Failure, offset: int) -> Finding:
    left, right = failure.token(offset), failure.token(offset + 1)
    return Finding(
        "BL110",
        left.span | right.span,
        f"no operator stands between {failure.written(left)} and {failure.written(right)}",
        label="an operator is missing",
        help="a product is written `a * b`, a sum `a + b`; a new statement begins its own line",
    )


def relation_missing(failure: Failure) -> Finding | None:
    """``mu`` alone, or ``mu intercept()``: no ``=`` and no ``~`` after the name."""
    last = failure.previous
    if not failure.after_target or not (last.kind == "name" or last.text == "]"):
        return None
    found, name = failure.found, failure.token(failure.target_offset)
    span = name.span | last.span
    shown = shortened(name.text) + ("[...]" if last.text == "]" else "")
    if found.text == ":" and last.kind == "name":
        help_ = f"a column is declared inside the block: `data {{ {shown}: ... }}`"
    elif found.text in _OPERATORS and failure.after_expression(failure.target_offset - 1):
        help_ = "if the line goes on with the expression above it, begin it with an operator"
    else:
        help_ = f"write `{shown} = ...` or `{shown} ~ ...`"
    return Finding(
        "BL102",
        span,
        f"`=` or `~` is missing after `{shown}`",
        label=f"{failure.written(found)} follows",
        help=help_,
        resume=found.start if found.kind == "name" and found.first else -1,
    )


def bracket_begins_statement(failure: Failure) -> Finding | None:
    found = failure.found
    if failure.context != "file" or not failure.at_statement or found.text not in ("(", "[", "{"):
        return None
    return Finding(
        "BL106",
        found.span,
        "a statement cannot begin with a bracket",
        help="several responses are written without brackets: `y1, y2 ~ ...`",
    )


def comma_missing(failure: Failure) -> Finding | None:
    """``f(a b)``."""
    left, right = failure.previous, failure.found
    inside = failure.context in ("call", "index", "levels", "columns", "parameters")
    begins_value = right.kind in ("name", "number", "string") or right.text == "("
    if not inside or not begins_value or not ends_value(left) or "_COMMA" not in failure.accepts:
        return None
    return Finding(
        "BL111",
        left.span | right.span,
        f"no comma stands between {failure.written(left)} and {failure.written(right)}",
        label="a comma or an operator is missing",
    )


def keyword_is_no_name(failure: Failure) -> Finding | None:
    """``f(a + b = 3)``, ``f(g(x) ~ Normal(0, 1))``."""
    found = failure.found
    if failure.context != "call" or found.text not in ("=", "~"):
        return None
    return Finding(
        "BL114",
        found.span,
        f"left of `{found.text}` in an argument stands one name",
        help="an argument is `value`, `name = value` or `name ~ Distribution(...)`",
    )


def level_unquoted(failure: Failure) -> Finding | None:
    found = failure.found
    if failure.context != "levels" or found.kind != "name":
        return None
    word = shortened(found.text)
    return Finding(
        "BL116", found.span, "the levels of a category are quoted", help=f'write `"{word}"`'
    )


def group_missing(failure: Failure) -> Finding | None:
    """``uranium: real by }``: the word ``by`` reads as the next column."""
    name = failure.previous
    if failure.context != "data" or name.text != "by" or failure.found.text == ":":
        return None
    return Finding(
        "BL113",
        name.span,
        "`by` needs the category whose levels have the value",
        help="for example `uranium: real by county`",
    )


def wrong_sign_in_block(failure: Failure) -> Finding | None:
    """``data { y = real }``, ``fit { method: nuts }``."""
    found, name = failure.found, failure.previous
    if failure.context not in _BLOCK_FORMS or found.text not in ("=", "~", ":"):
        return None
    if name.kind != "name":
        return None
    rule, example = _BLOCK_FORMS[failure.context]
    return Finding("BL115", found.span, f"{rule}, not with `{found.text}`", help=f"as in {example}")


def type_missing(failure: Failure) -> Finding | None:
    """``data { y  x: real }``, ``data { y: }``."""
    if failure.context != "data":
        return None
    previous = failure.previous
    name = failure.token(-2) if previous.text == ":" else previous
    if previous.text != ":" and not (previous.kind == "name" and "_COLON" in failure.accepts):
        return None
    word = shortened(name.text)
    return Finding(
        "BL105",
        name.span | previous.span,
        f"the column `{word}` has no type",
        label="a type is missing",
        help=f"write `{word}: real`, or one of positive, proportion, integer, count, binary, date, "
        "category, ordinal, scalar",
        resume=failure.found.start,
    )


MISTAKES: tuple[Callable[[Failure], Finding | None], ...] = (
    model_name_of_several_words,
    several_targets_assigned,
    value_missing_before_statement,
    keyword_value_missing,
    value_missing,
    keyword_incomplete,
    call_at_statement,
    operator_missing,
    relation_missing,
    bracket_begins_statement,
    level_unquoted,
    comma_missing,
    keyword_is_no_name,
    group_missing,
    wrong_sign_in_block,
    type_missing,
)
