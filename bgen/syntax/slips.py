"""A token that is not of the language -> a diagnostic, and as many characters of what was meant."""

from __future__ import annotations

import math
import re
import unicodedata

from bgen.base.diagnostic import Sink
from bgen.base.source import Span

_LOOKS_LIKE = {
    **dict.fromkeys("−–—‒―‐‑﹣－", "-"),
    **dict.fromkeys("×∗·⋅•✕＊", "*"),
    **dict.fromkeys("÷∕⁄／", "/"),
    **dict.fromkeys("∼˜～〜", "~"),
    **dict.fromkeys("＝", "="),
    **dict.fromkeys("＋", "+"),
    **dict.fromkeys("＾ˆ", "^"),
    **dict.fromkeys("：∶", ":"),
    **dict.fromkeys("，‚、", ","),
    **dict.fromkeys("（", "("),
    **dict.fromkeys("）", ")"),
}
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_NUMBER_THEN_NAME = re.compile(
    r"((?:[0-9][0-9_]*(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)([^\W\d_]\w*)"
)
_BAD_ESCAPE = re.compile(r'\\(?!["\\nt]|u\{[0-9A-Fa-f]{1,6}\}).|\\u\{([0-9A-Fa-f]+)\}')
_FOREIGN = {
    "==": ("BL020", "`==` is not an operator here", 'write `=`, which means "is"', "= "),
    "<-": ("BL021", "`<-` is not an assignment here", "write `name = expression`", "= "),
    ":=": ("BL021", "`:=` is not an assignment here", "write `name = expression`", "= "),
    "->": ("BL021", "`->` is not an assignment here", "write `name = expression`", "+ "),
    "**": ("BL022", "`**` is not an operator here", "a power is written `x^2`", "^ "),
}


def mend(kind: str, word: str, start: int, text: str, sink: Sink) -> str:
    """Report ``word`` if it is a slip; the replacement is as long as ``word``."""
    span = Span(start, start + len(word))
    match kind:
        case "number":
            return _number(word, span, sink)
        case "bad_number":
            return _bad_number(word, span, sink)
        case "name":
            return _bad_name(word, span, sink)
        case "dotted":
            return _dotted(word, span, sink)
        case "string":
            return _string(word, span, sink)
        case "comment":
            _refuse_control(word, start, sink)
            return word
        case "open_string":
            sink.error(
                "BL017",
                Span(start, start + len(word.rstrip())),
                "this text is never closed",
                label='a `"` is missing',
                help='a text ends with a second `"` on the same line',
            )
            return _close_early(word)
        case "quoted":
            return _quoted(word, span, sink)
        case "foreign":
            return _foreign(word, span, sink)
        case _:
            return _other(word, span, sink)


def _number(word: str, span: Span, sink: Sink) -> str:
    value = float(word)
    mantissa = re.split("[eE]", word)[0]
    if math.isinf(value) or (value == 0 and re.search("[1-9]", mantissa)):
        size = "large" if value else "small"
        sink.error(
            "BL016",
            span,
            f"the number `{_shown(word)}` is too {size} for floating point",
            help="numbers lie between 1e-300 and 1e300",
        )
        return "1" * len(word)
    return word


def _bad_number(word: str, span: Span, sink: Sink) -> str:
    found = _NUMBER_THEN_NAME.fullmatch(word)
    if found and found[2] not in ("e", "E"):
        number, name = found.groups()
        sink.error(
            "BL014",
            span,
            f"`{_shown(name)}` follows the number `{_shown(number)}` without an operator",
            help=f"a product is written `{_shown(number)} * {_shown(name)}`; "
            "a name cannot begin with a digit",
        )
    else:
        sink.error(
            "BL015",
            span,
            f"`{_shown(word)}` is not a number",
            help="numbers look like `2`, `0.5`, `.5`, `1e-3`, `20_000`",
        )
    return "1" * len(word)


def _bad_name(word: str, span: Span, sink: Sink) -> str:
    if not word.isascii():
        return _foreign_name(word, span, sink)
    proposal = re.sub("__+", "_", word)
    sink.error(
        "BL013",
        span,
        f"the name `{_shown(word)}` holds `__`, which is kept for the compiler",
        help=f"write `{_shown(proposal)}`; a column of that name can be declared as "
        f'`{_shown(proposal)}: real["{_shown(word)}"]`',
    )
    return word


def _foreign_name(word: str, span: Span, sink: Sink) -> str:
    plain = unicodedata.normalize("NFKD", word)
    ascii_part = "".join(c for c in plain if c.isascii() and (c.isalnum() or c == "_"))
    bare = word.rstrip("⁰¹²³⁴⁵⁶⁷⁸⁹")
    if bare != word and bare.isascii():
        power = word[len(bare) :].translate(_SUPERSCRIPTS)
        help_ = f"a power is written `{_shown(bare)}^{power}`"
    else:
        proposal = ascii_part if ascii_part and not ascii_part[0].isdigit() else "another_name"
        help_ = (
            f"choose an ASCII name; a column can be renamed: `{_shown(proposal)}: "
            f'real["{_shown(word)}"]`'
        )
    sink.error(
        "BL012",
        span,
        f"the name `{_shown(word)}` has characters other than ASCII letters, digits and `_`",
        help=help_,
    )
    return "".join(c if c.isascii() else "x" for c in word)


def _dotted(word: str, span: Span, sink: Sink) -> str:
    proposal = re.sub(r"[^A-Za-z0-9_]", "_", word)
    sink.error(
        "BL028",
        span,
        f"a name cannot hold a dot: `{_shown(word)}`",
        help=f"rename the column where it is declared: `{_shown(proposal)}: "
        f'real["{_shown(word)}"]`',
    )
    return proposal


def _string(word: str, span: Span, sink: Sink) -> str:
    _refuse_control(word, span.start, sink)
    for found in _BAD_ESCAPE.finditer(re.sub(r'\\[\\"]', "__", word)):
        if found[1] and len(found[1]) <= 6:
            value = int(found[1], 16)
            if value <= 0x10FFFF and not 0xD800 <= value <= 0xDFFF:
                continue
        sink.error(
            "BL019",
            Span(span.start + found.start(), span.start + found.end()),
            f"`{_shown(found[0])}` is not an escape",
            help='the escapes are `\\"`, `\\\\`, `\\n`, `\\t` and `\\u{e9}`',
        )
        return '"' + "x" * (len(word) - 2) + '"'
    return word


def _refuse_control(word: str, start: int, sink: Sink) -> None:
    for i, c in enumerate(word):
        if _is_control(c):
            _report_control(c, Span(start + i, start + i + 1), sink)
            return


def _is_control(c: str) -> bool:
    return c not in "\t\r\n" and unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")


def _report_control(c: str, span: Span, sink: Sink) -> None:
    sink.error(
        "BL029",
        span,
        f"a control character (U+{ord(c):04X}) stands in the text",
        help=f'delete it; inside a text it is written "\\u{{{ord(c):x}}}"',
    )


def _close_early(word: str) -> str:
    """End an unclosed text before the next comma or bracket, and keep the brackets after it."""
    found = re.search(r"[,()\[\]{}]", word[1:])
    length = found.start() + 1 if found else len(word)
    head = '"' + "x" * (length - 2) + '"' if length > 1 else "0"
    return head + "".join(c if c in "()[]{}" else " " for c in word[length:])


def _quoted(word: str, span: Span, sink: Sink) -> str:
    closed = len(word) > 1 and word[-1] in "'\"“”„«»‘’‚`"
    inner = re.sub(r'["\\]', "x", word[1:-1] if closed else word[1:].rstrip())
    shown = _shown('"' + inner + '"')
    if word[0] in "'`":
        name = "single quotes" if word[0] == "'" else "back quotes"
        sink.error(
            "BL018", span, f"a text stands in double quotes, not in {name}", help=f"write {shown}"
        )
    else:
        sink.error(
            "BL011",
            Span(span.start, span.start + 1),
            f"`{word[0]}` (U+{ord(word[0]):04X}) is a typographic quote",
            help=f"use the plain one: {shown}",
        )
    return '"' + inner + '"' if closed else _close_early(word)


def _foreign(word: str, span: Span, sink: Sink) -> str:
    if word in _FOREIGN:
        code, message, help_, replacement = _FOREIGN[word]
        sink.error(code, span, message, help=help_)
        return replacement
    if word[:2] in ("//", "/*"):
        sink.error(
            "BL025",
            Span(span.start, span.start + 2),
            f"`{word[:2]}` does not begin a comment here",
            help="a comment begins with `#` and ends with its line",
        )
        return " " * len(word)
    if word[0] == "%":
        _report_percent(word, span, sink)
        return "*" + " " * (len(word) - 1)
    if word == "|>":
        _report_bar(word, span, sink)
    else:
        _report_comparison(word, span, sink)
    return "+ "


def _report_percent(word: str, span: Span, sink: Sink) -> None:
    sink.error(
        "BL023",
        span,
        f"`{_shown(word)}` is not an operator here",
        help="the operators are `+ - * / ^`; a comment begins with `#`",
    )


def _report_bar(word: str, span: Span, sink: Sink) -> None:
    sink.error(
        "BL026",
        span,
        f"`{word}` is not an operator here",
        help="brms' `(1 | g)` is `random_effects(g)`, `(1 + x | g)` is "
        "`correlated_effects(1, x, by = g)`",
    )


def _report_comparison(word: str, span: Span, sink: Sink) -> None:
    sink.error(
        "BL027",
        span,
        f"`{word}` is not an operator here",
        help="there are no comparisons; a bound is an argument: `TruncatedNormal(0, 1, low = 0)`, "
        "`Flat(low = 0)`",
    )


def _other(run: str, span: Span, sink: Sink) -> str:
    """One character, or the same one several times."""
    return _other_character(run[0], span, sink) * len(run)


def _other_character(c: str, span: Span, sink: Sink) -> str:
    if c == ";":
        sink.error("BL024", span, "a statement needs no `;`", help="delete it")
        return " "
    if c == "%":
        _report_percent(c, span, sink)
        return "*"
    if c == "|":
        _report_bar(c, span, sink)
        return "+"
    if c in "<>!":
        _report_comparison(c, span, sink)
        return "+"
    if c in _LOOKS_LIKE:
        plain = _LOOKS_LIKE[c]
        sink.error(
            "BL011",
            span,
            f"`{c}` (U+{ord(c):04X}) only looks like `{plain}`",
            help=f"type the plain `{plain}`",
        )
        return plain
    if _is_control(c):
        _report_control(c, span, sink)
    elif c.isspace() or unicodedata.category(c) == "Cf":
        name = unicodedata.name(c, "unnamed").lower()
        sink.error(
            "BL011",
            span,
            f"an invisible character stands here: {name} (U+{ord(c):04X})",
            help="delete it or type a plain space",
        )
    else:
        shown = f"`{c}`" if c.isprintable() else "this character"
        sink.error("BL010", span, f"{shown} (U+{ord(c):04X}) has no meaning here")
    return " "


def _shown(word: str) -> str:
    return word if len(word) <= 40 else word[:37] + "..."
