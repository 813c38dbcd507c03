"""A program -> the names that it reads, beside what it says of them in their own statements."""

from __future__ import annotations

from collections.abc import Container

from bgen.check.host import FUNCTIONS, STATISTICS, TRANSFORMS
from bgen.syntax import ast
from bgen.syntax.visit import children


def names_read(program: ast.Program, columns: Container[str]) -> set[str]:
    """What stands right of a sign, constants of the training data apart.

    Of a derived column only where that is itself read: it may be a response.
    """
    read: set[str] = set()
    needs: dict[str, set[str]] = {}
    for statement in program.statements:
        match statement:
            case ast.Assignment(target=target, value=value):
                names = _names(value).union(*map(_names, target.indices))
                if all(name in columns or name in needs for name in names) and _is_plain(value):
                    needs[target.name] = names
                else:
                    read |= names
            case ast.Distributed(targets=targets, value=value):
                read |= _names(value).union(*(_names(i) for t in targets for i in t.indices))
            case ast.LayerDefinition(parameters=parameters, body=body):
                read |= _names(body) - {p.id for p in parameters}
            case _:
                pass
    for name in reversed(needs):  # each needs what stands above it
        if name in read:
            read |= needs[name]
    return read


def _names(node: ast.Expression) -> set[str]:
    if isinstance(node, ast.Call) and node.function in STATISTICS:
        return set()
    own = {node.id} if isinstance(node, ast.Name) else set()
    return own.union(*map(_names, children(node)))


def _is_plain(node: ast.Expression) -> bool:
    if isinstance(node, ast.Index):
        return False
    if isinstance(node, ast.Call) and node.function not in (*FUNCTIONS, *STATISTICS, *TRANSFORMS):
        return False
    return all(map(_is_plain, children(node)))
