"""A program -> which predictor feeds which response, by which link, and how wide it must be."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from bgen.ir.dims import Dims
from bgen.ir.distributions import DISTRIBUTIONS
from bgen.links import links
from bgen.links.base import Link
from bgen.syntax import ast
from bgen.syntax.visit import children


@dataclass(frozen=True, slots=True)
class Target:
    """The response that a predictor feeds.

    ``location`` is the function from the mean to the predictor; ``out`` are the axes that the
    predictor has beside the rows; ``call`` is the link itself, for layers whose default priors
    depend on its parameters. ``prefix`` begins the names of the link's own sites; ``responses``
    are all that it draws together. ``above_zero``: it draws what is above 0, zeros being apart.
    """

    response: str
    link: str
    location: str
    out: Dims = ()
    call: ast.Call | None = None
    prefix: str = ""
    responses: tuple[str, ...] = ()
    above_zero: bool = False


def target_of(
    link: Link, call: ast.Call, names: tuple[str, ...], prefix: str, above_zero: bool
) -> Target:
    """What the layers inside a link call feed, and the predictor that it names."""
    out, function = link.outputs(names, words_of(link, call)), link_function(link, call)
    return Target(names[0], link.keyword, function, out, call, prefix, names, above_zero)


def find_targets(program: ast.Program) -> dict[str, Target]:
    """For every predictor that is an additive part of a location, through sums of predictors.

    One that is not (a modelled scale, a non-linear formula) has no entry.
    """
    sums = {s.target.name: s.value for s in program.statements if isinstance(s, ast.Assignment)}
    found: dict[str, Target] = {}
    for statement in program.statements:
        if not isinstance(statement, ast.Distributed) or not isinstance(statement.value, ast.Call):
            continue
        names = tuple(target.name for target in statement.targets)
        for link, call, prefix, above_zero in _plain_links(statement.value, "_".join(names)):
            target = target_of(link, call, names, prefix, above_zero)
            found.setdefault(prefix, target)  # layers written inside the link call
            stack = [a.value for a in call.arguments if not a.relation]
            if link.joint and not target.out:  # a predictor for each response
                pairs = zip(stack, names, strict=False)
                own = [(node, replace(target, response=name)) for node, name in pairs]
                found |= {one.response: one for _, one in own if one.response not in found}
            else:
                own = [(node, target) for node in stack]
            for node, one in own:
                _spread(node, one, sums, found)
    return found


@dataclass(frozen=True, slots=True)
class Natural:
    """The ``call`` of a distribution whose location a predictor feeds, its scale where written.

    ``prefix`` begins the names of its own sites.
    """

    response: str
    prefix: str
    call: ast.Call
    scale: ast.Argument | None


def find_natural(program: ast.Program, columns: Container[str]) -> dict[str, Natural]:
    """For every predictor that is an additive part of a location, of a distribution by name."""
    sums = {s.target.name: s.value for s in program.statements if isinstance(s, ast.Assignment)}
    found: dict[str, Natural] = {}
    for statement in program.statements:
        if not isinstance(statement, ast.Distributed) or not isinstance(statement.value, ast.Call):
            continue
        name = statement.targets[0].name
        if len(statement.targets) > 1 or (name not in columns and name not in sums):
            continue
        for call, prefix in _natural_parts(statement.value, name):
            order = [p.name for p in DISTRIBUTIONS[call.function].parameters]
            given = {a.name or n: a for a, n in zip(call.arguments, order, strict=False)}
            one = Natural(name, prefix, call, given.get("scale"))
            found.setdefault(prefix if order[0] == "loc" else f"{prefix}_loc", one)
            if "loc" in given:
                _spread(given["loc"].value, one, sums, found)
    return found


def _natural_parts(node: ast.Call, prefix: str) -> Iterator[tuple[ast.Call, str]]:
    """The distributions with a location and a scale, through combinators, and their prefixes."""
    link, known = links().get(node.function), DISTRIBUTIONS.get(node.function)
    if link is not None and link.combines:
        parts = parts_of(node)
        for part, own in zip(parts, part_prefixes(prefix, parts), strict=True):
            yield from _natural_parts(part, own)
    elif link is None and known is not None and known.parameter("loc") and known.parameter("scale"):
        yield node, prefix


def find_widths(program: ast.Program) -> dict[str, Dims]:
    """The axes of every predictor that reaches a link of several classes, in whatever form."""
    sums = {s.target.name: s.value for s in program.statements if isinstance(s, ast.Assignment)}
    found: dict[str, Dims] = {}
    for statement in program.statements:
        if not isinstance(statement, ast.Distributed) or not isinstance(statement.value, ast.Call):
            continue
        names = tuple(target.name for target in statement.targets)
        for link, call, prefix, _ in _plain_links(statement.value, "_".join(names)):
            out = link.outputs(names, words_of(link, call))
            if not out:
                continue
            found.setdefault(prefix, out)
            stack = [a.value for a in call.arguments if not a.relation]
            while stack:
                node = stack.pop()
                if isinstance(node, ast.Name) and node.id in sums and node.id not in found:
                    found[node.id] = out
                    stack.append(sums[node.id])
                elif isinstance(node, ast.Call):
                    stack.extend(a.value for a in node.arguments if not a.relation)
                else:
                    stack.extend(children(node))
    return found


_Fed = TypeVar("_Fed", Target, Natural)


def _spread(
    node: ast.Expression,
    target: _Fed,
    sums: dict[str, ast.Expression],
    found: dict[str, _Fed],
) -> None:
    """Give the target to every predictor that is an additive part of a location."""
    stack = [node]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Sum):
            stack.extend(term for _, term in node.terms)
        elif isinstance(node, ast.Negate):
            stack.append(node.operand)
        elif isinstance(node, ast.Name) and node.id in sums and node.id not in found:
            found[node.id] = target
            stack.append(sums[node.id])


def _plain_links(node: ast.Call, prefix: str) -> Iterator[tuple[Link, ast.Call, str, bool]]:
    """The links of a likelihood that take a predictor, through combinators, what their sites
    begin with, and whether they are about what is above 0 alone."""
    stack = [(node, prefix, False)]
    while stack:
        call, prefix, above_zero = stack.pop()
        link = links().get(call.function)
        if link is None:
            continue
        if link.combines:
            parts = parts_of(call)
            above_zero = above_zero or link.above_zero
            pairs = zip(parts, part_prefixes(prefix, parts), strict=True)
            stack += [(part, own, above_zero) for part, own in pairs][::-1]
        else:
            yield link, call, prefix, above_zero


def plain_links(node: ast.Call) -> list[ast.Call]:
    """The links and distributions of a likelihood, without its combinators."""
    link = links().get(node.function)
    if link is None or not link.combines:
        return [node]
    return [plain for part in parts_of(node) for plain in plain_links(part)]


def parts_of(call: ast.Call) -> list[ast.Call]:
    """What a combinator takes: the calls among its arguments without a name, up to its number."""
    link = links()[call.function]
    found = [a.value for a in call.arguments if not a.relation and isinstance(a.value, ast.Call)]
    return found[:1] if link.combines == 1 else found


def plain_link(node: ast.Call) -> ast.Call:
    """The first link of a likelihood that takes a predictor, inside its combinators."""
    while (link := links().get(node.function)) is not None and link.combines:
        parts = parts_of(node)
        if not parts:
            break
        node = parts[0]
    return node


def part_prefixes(prefix: str, parts: list[ast.Call]) -> list[str]:
    """What the sites of each combined link begin with; of several, with its predictor too."""
    if len(parts) == 1:
        return [prefix]
    names = []
    for part in parts:
        plain = plain_link(part)
        first = plain.arguments[0].value if plain.arguments else None
        names.append(first.id if isinstance(first, ast.Name) else plain.function)
    return [f"{prefix}_{name}" for name in names]


def words_of(link: Link, call: ast.Call) -> dict[str, str]:
    """The options of a link that are words, as far as they are given."""
    return {
        a.name: a.value.id
        for a in call.arguments
        if a.name and isinstance(a.value, ast.Name) and link.option(a.name)
    }


def link_function(link: Link, call: ast.Call) -> str:
    """``link = ...`` of a call, or the link's own."""
    said = next((a.value for a in call.arguments if a.name == "link"), None)
    if isinstance(said, ast.Name) and said.id in link.functions:
        return said.id
    return link.functions[0]
