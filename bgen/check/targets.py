"""A program -> which predictor feeds which response, by which link, and how wide it must be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bgen.ir.dims import Dims
from bgen.links import links
from bgen.links.base import Link
from bgen.syntax import ast


@dataclass(frozen=True, slots=True)
class Target:
    """The response that a predictor feeds.

    ``location`` is the function from the mean to the predictor; ``out`` are the axes that the
    predictor has beside the rows; ``call`` is the link itself, for layers whose default priors
    depend on its parameters. ``prefix`` begins the names of the link's own sites.
    """

    response: str
    link: str
    location: str
    out: Dims = ()
    call: ast.Call | None = None
    prefix: str = ""


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
        for link, call in _plain_links(statement.value):
            target = Target(
                names[0],
                link.keyword,
                link_function(link, call),
                link.outputs(names, words_of(link, call)),
                call,
                "_".join(names),
            )
            found.setdefault("_".join(names), target)  # layers written inside the link call
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


def _spread(
    node: ast.Expression,
    target: Target,
    sums: dict[str, ast.Expression],
    found: dict[str, Target],
) -> None:
    """Give the target to every predictor that is an additive part of a location."""
    stack = [node]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Sum):
            stack.extend(term for _, term in node.terms)
        elif isinstance(node, ast.Name) and node.id in sums and node.id not in found:
            found[node.id] = target
            stack.append(sums[node.id])


def _plain_links(node: ast.Call) -> Iterator[tuple[Link, ast.Call]]:
    """The links of a likelihood that take a predictor, through combinators."""
    stack = [node]
    while stack:
        call = stack.pop()
        link = links().get(call.function)
        if link is None:
            continue
        if link.combines:
            stack.extend(a.value for a in reversed(call.arguments) if isinstance(a.value, ast.Call))
        else:
            yield link, call


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
