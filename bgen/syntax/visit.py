"""An expression of the syntax tree -> its direct parts, its size; names in it replaced."""

from __future__ import annotations

from dataclasses import replace

from bgen.syntax import ast


def children(node: ast.Expression) -> tuple[ast.Expression, ...]:
    """The direct parts of an expression, in reading order."""
    match node:
        case ast.Negate(operand=operand):
            return (operand,)
        case ast.Sum(terms=parts) | ast.Product(factors=parts):
            return tuple(part for _, part in parts)
        case ast.Power(base=base, exponent=exponent):
            return (base, exponent)
        case ast.Cross(parts=crossed):
            return crossed
        case ast.Call(arguments=arguments):
            return tuple(argument.value for argument in arguments)
        case ast.Index(indices=indices):
            return indices
        case _:
            return ()


def measure(node: ast.Expression, limit: int) -> tuple[int, int]:
    """How many parts an expression has and how deep they stand; counts no further than a limit.

    Trees that were put together share parts, so that a small program can say a very large one.
    """
    size = depth = 0
    stack = [(node, 1)]
    while stack and size <= limit:
        part, level = stack.pop()
        size += 1
        depth = max(depth, level)
        stack.extend((child, level + 1) for child in children(part))
    return size, depth


def substitute(node: ast.Expression, names: dict[str, ast.Expression]) -> ast.Expression:
    """Replace bare names by expressions, as a user layer does with its parameters."""
    match node:
        case ast.Name(id=name):
            return names.get(name, node)
        case ast.Negate(operand=operand):
            return replace(node, operand=substitute(operand, names))
        case ast.Sum(terms=terms):
            return replace(node, terms=tuple((s, substitute(t, names)) for s, t in terms))
        case ast.Product(factors=factors):
            return replace(node, factors=tuple((s, substitute(f, names)) for s, f in factors))
        case ast.Power(base=base, exponent=exponent):
            return replace(node, base=substitute(base, names), exponent=substitute(exponent, names))
        case ast.Cross(parts=parts):
            return replace(node, parts=tuple(substitute(p, names) for p in parts))
        case ast.Call(arguments=arguments):
            return replace(
                node,
                arguments=tuple(replace(a, value=substitute(a.value, names)) for a in arguments),
            )
        case ast.Index(indices=indices):
            return replace(node, indices=tuple(substitute(i, names) for i in indices))
        case _:
            return node
