"""A program -> where each name is defined and which names its definition needs."""

from __future__ import annotations

from bgen.base.source import Span
from bgen.syntax import ast
from bgen.syntax.visit import children


def definitions(program: ast.Program) -> tuple[dict[str, Span], dict[str, tuple[str, ...]]]:
    """The place of each name that a statement defines, and the names on its right side."""
    places: dict[str, Span] = {}
    needs: dict[str, tuple[str, ...]] = {}
    for statement in program.statements:
        if isinstance(statement, ast.Assignment):
            target = statement.target
        elif isinstance(statement, ast.Distributed) and len(statement.targets) == 1:
            target = statement.targets[0]
        elif isinstance(statement, ast.Distributed):
            for one in statement.targets:
                places.setdefault(one.name, one.span)
            continue
        else:
            continue
        places.setdefault(target.name, target.span)
        needs.setdefault(target.name, tuple(dict.fromkeys(names_in(statement.value))))
    return places, needs


def names_in(node: ast.Expression) -> list[str]:
    """Every name that stands in an expression."""
    found = []
    stack = [node]
    while stack:
        part = stack.pop()
        if isinstance(part, ast.Name):
            found.append(part.id)
        elif isinstance(part, ast.Index):
            found.append(part.name)
        stack.extend(children(part))
    return found


def circle_through(
    needs: dict[str, tuple[str, ...]], start: str | None, name: str
) -> tuple[str, ...]:
    """From ``start``, which needs ``name``, back to itself; empty where no path leads back."""
    if start is None or name == start:
        return () if start is None else (start,)
    before = {name: start}
    queue = [name]
    for node in queue:  # breadth first, so that the circle is a short one
        for child in needs.get(node, ()):
            if child == start:
                path = [node]
                while before[path[-1]] != start:
                    path.append(before[path[-1]])
                return (start, *reversed(path))
            if child not in before:
                before[child] = node
                queue.append(child)
    return ()
