"""Specs -> the pages of the reference: one for each layer, link, combinator, rewrite,
guide and optimizer.

A page says what the word means, what it takes, and what it becomes. With a program that uses the
word (its golden) it also shows the sites and the emitted paragraph.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable, Sequence

from bgen.base.diagnostic import Sink
from bgen.base.source import Source
from bgen.driver import analyse
from bgen.emit.approximation import Guide
from bgen.emit.functions import model_paragraphs
from bgen.emit.guide import GUIDES
from bgen.emit.optimizer import OPTIMIZERS, Optimizer
from bgen.ir import model as m
from bgen.layers import Layer, layers
from bgen.layers.base import Option
from bgen.links import Link, links
from bgen.links.base import LinkOption, LinkParameter
from bgen.passes import Pass, passes
from bgen.priors import prior_rows
from bgen.syntax.printer import print_expression


def words() -> dict[str, list[str]]:
    """Every word that has a page, by the kind of its page."""
    own = {link.keyword: link for link in links().values()}
    return {
        "layers": list(layers()),
        "links": sorted(k for k, link in own.items() if not link.combines),
        "combinators": sorted(k for k, link in own.items() if link.combines),
        "rewrites": [each.name for each in passes()],
        "guides": list(GUIDES),
        "optimizers": list(OPTIMIZERS),
    }


def listing() -> str:
    """A line for each word."""
    lines = []
    for kind, found in words().items():
        lines += [kind, *(f"  {word:22} {_spec(word).summary}" for word in found), ""]
    return "\n".join(lines)


def _spec(word: str) -> Layer | Link | Pass | Guide | Optimizer:
    others = {each.name: each for each in passes()} | GUIDES | OPTIMIZERS
    return layers().get(word) or links().get(word) or others[word]


def page(word: str, program: str | None = None, picture: str | None = None) -> str | None:
    """The page of a word in Markdown; None where there is no such word."""
    try:
        spec = _spec(word)
    except KeyError:
        return None
    if isinstance(spec, Pass):
        return _rewrite_page(spec)
    if isinstance(spec, Guide):
        return _guide_page(spec)
    if isinstance(spec, Optimizer):
        return _optimizer_page(spec)
    parts = [f"# `{spec.keyword}`", spec.summary, f"    {spec.formula}"]
    parts += _layer_parts(spec) if isinstance(spec, Layer) else _link_parts(spec)
    parts += [f"**Source**: {spec.source}."]
    if picture:
        parts.append(f"![{spec.keyword}]({picture})")
    parts.append("## Example\n\n" + _fenced(program or spec.example, "bl"))
    if program is not None:
        parts += _emitted(spec, program)
    return "\n\n".join(parts) + "\n"


def _rewrite_page(rewrite: Pass) -> str:
    """What its module says of it, which has the algebra."""
    text = inspect.cleandoc(sys.modules[rewrite.apply.__module__].__doc__ or "")
    _, _, algebra = text.partition("\n\n")
    parts = [
        f"# `{rewrite.name}`",
        rewrite.summary,
        algebra,
        f"**From** `-O{rewrite.level}` **on**; `--without {rewrite.name}` switches it off.",
        f"**Exact when** {rewrite.exact}.",
        f"**Source**: {rewrite.source}.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _guide_page(guide: Guide) -> str:
    """What its module says of it."""
    text = inspect.cleandoc(sys.modules[guide.body.__module__].__doc__ or "")
    _, _, rules = text.partition("\n\n")
    parts = [
        f"# `{guide.name}`",
        guide.summary,
        rules,
        f"**Chosen by** `fit {{ method = svi  guide = {guide.chosen or guide.name} }}`"
        + ("; it is the default." if guide.name == next(iter(GUIDES)) else "."),
        f"**Source**: {guide.source}.",
    ]
    return "\n\n".join(parts) + "\n"


def _optimizer_page(optimizer: Optimizer) -> str:
    parts = [
        f"# `{optimizer.name}`",
        optimizer.summary,
        optimizer.text,
        f"**Chosen by** `fit {{ method = svi  optimizer = {optimizer.name} }}`"
        + ("; it is the default." if optimizer.name == next(iter(OPTIMIZERS)) else "."),
        f"**Source**: {optimizer.source}.",
    ]
    return "\n\n".join(parts) + "\n"


# --- what a spec says -----------------------------------------------------------------------------

_SLOTS = {
    "features": "columns, transforms of columns, categories (treatment coded), products `a:b`",
    "category": "a category, or a crossing `a:b`",
    "time": "a column of integers or dates",
    "ordinal": "an ordinal column",
    "expression": "arithmetic of data and parameters",
}


def _layer_parts(layer: Layer) -> Iterable[str]:
    rows = []
    for slot in layer.slots:
        if slot.constant:
            rows.append(("`1`", "the level's own constant, among the columns", ""))
        name = f"{slot.name}..." if slot.many else slot.name
        taken = "a column of numbers, or a transform of one" if slot.single else _SLOTS[slot.kind]
        rows.append((f"`{name}`", taken, "" if slot.optional else "must be given"))
    for o in layer.options:
        default = _default(o.default, o.optional)
        rows.append((f"`{o.name} = ...`", _option(o), _where(default, o.when)))
    if rows:
        yield "## Arguments\n\n" + markdown_table(("argument", "what it takes", "default"), rows)
    priors = [
        (f"`{s.part}`", _where(f"`{print_expression(s.prior)}`", s.when))
        for s in layer.sites
        if s.prior is not None
    ]
    if priors:
        known = [f"`{s.part} = 0.5`" for s in layer.sites if s.takes_a_number]
        fixed = f" A number can stand for it: {', '.join(known)}." if known else ""
        yield (
            f"## Default priors\n\nEach can be replaced by `part ~ Distribution(...)`.{fixed}\n\n"
            + markdown_table(("part", "prior"), priors)
        )


def _where(default: str, when: str) -> str:
    return f"{default}, {when}" if when else default


def _option(option: Option | LinkOption) -> str:
    if option.words:
        return "one of " + ", ".join(f"`{word}`" for word in option.words)
    return {
        "integer": f"a whole number of at least {option.minimum}",
        "real": "a positive number",
        "category": "a category, or a crossing `a:b`",
        "features": "a block of columns",
        "column": "a column",
        "name": "a name",
    }.get(option.kind, option.kind)


def _default(value: object, optional: bool) -> str:
    if value is None:
        return "" if optional else "must be given"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def _link_parts(link: Link) -> Iterable[str]:
    if link.aliases:
        yield f"Also written {', '.join(f'`{a}`' for a in link.aliases)}."
    rows = [(f"`{p.name}`", _range(p), _in_force(p)) for p in link.parameters]
    rows += [
        (f"`{o.name} = ...`", _option(o), _default(o.default, not o.required)) for o in link.options
    ]
    if len(link.functions) > 1:
        taken = ", ".join(f"`{f}`" for f in link.functions)
        rows.append(("`link = ...`", f"one of {taken}", f"`{link.functions[0]}`"))
    if rows:
        yield "## Parameters\n\n" + markdown_table(("parameter", "what it is", "default"), rows)
    if link.responses:
        yield "**Responses**: " + ", ".join(f"`{r}`" for r in link.responses) + "."


def _range(parameter: LinkParameter) -> str:
    found = {"unit": "between 0 and 1", "count": "a count"}.get(parameter.range, parameter.range)
    return f"{found}; only the density needs it" if parameter.density_only else found


def _in_force(parameter: LinkParameter) -> str:
    if parameter.prior is not None:
        return f"`~ {print_expression(parameter.prior)}`"
    if parameter.default is not None:
        return f"`{parameter.default:g}`"
    return "" if parameter.optional else "must be given"


# --- what its golden becomes ----------------------------------------------------------------------


def _emitted(spec: Layer | Link, program: str) -> Iterable[str]:
    compiled = analyse(Source("model.bl", program), Sink())
    assert compiled is not None, f"the golden of {spec.keyword} does not compile"
    model = compiled.model
    names = {spec.keyword, *(spec.aliases if isinstance(spec, Link) else ())}
    shown = [p for p in model.paragraphs if any(f"{name}(" in p.heading for name in names)]
    sites = {s.name for p in shown for s in p.statements if isinstance(s, m.Sample)}
    rows = [
        (f"`{site}`", f"`{prior}`", support)
        for site, prior, _, support in prior_rows(model)
        if site.partition("[")[0] in sites
    ]
    if rows:
        yield "## Sites\n\n" + markdown_table(("site", "prior", "support"), rows)
    yield "## Emitted\n\n" + _fenced(model_paragraphs(shown), "python")


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown, whose cells may hold any text."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(
        "| " + " | ".join(c.replace("|", "\\|") for c in line) + " |" for line in lines
    )


def _fenced(text: str, language: str) -> str:
    return f"```{language}\n{text.strip(chr(10))}\n```"


def index(kinds: dict[str, list[str]]) -> str:
    """The first page: every word with its summary."""
    lines = ["# Reference", "", "Generated from the declarations of the compiler; do not edit."]
    for kind, found in kinds.items():
        lines += ["", f"## {kind.capitalize()}", "", "| | |", "| --- | --- |"]
        lines += [f"| [`{w}`]({kind}/{w}.md) | {_spec(w).summary} |" for w in found]
    return "\n".join(lines) + "\n"
