"""A layer call and where it stands -> the stem of its sites (rule 7 and section 6, "Names")."""

from __future__ import annotations

from collections.abc import Collection

from bgen.syntax import ast


def positional(call: ast.Call) -> list[ast.Expression]:
    """The arguments without a name; `by =`, priors and options have one."""
    return [a.value for a in call.arguments if a.name is None]


CONSTANTS = {"mean", "sd", "min", "max"}


def names_in(expression: ast.Expression) -> list[str]:
    """Every bare name of an expression, in order, each once; none from `mean(x)`, a constant."""
    found: list[str] = []

    def walk(node: ast.Expression) -> None:
        match node:
            case ast.Name():
                found.append(node.id)
            case ast.Sum():
                for _, term in node.terms:
                    walk(term)
            case ast.Product():
                for _, factor in node.factors:
                    walk(factor)
            case ast.Cross():
                for part in node.parts:
                    walk(part)
            case ast.Negate():
                walk(node.operand)
            case ast.Power():
                walk(node.base)
                walk(node.exponent)
            case ast.Call() if node.function not in CONSTANTS:
                for value in positional(node):
                    walk(value)
            case ast.Index():
                found.append(node.name)
            case _:
                pass

    walk(expression)
    return list(dict.fromkeys(found))


def argument_name(expression: ast.Expression, columns: Collection[str]) -> str | None:
    """`x` of `x`; a transform of one column counts as that column; `a_b` of `a:b`; else none.

    Reading: the parts of a crossing are named each by this rule, so that `sex:center(x)` is
    `sex_x`. An argument of two columns that is no crossing (`x * z`) has no name.
    """
    match expression:
        case ast.Name():
            return expression.id
        case ast.Call(function="measured"):
            return argument_name(positional(expression)[0], columns)  # its label is x
        case ast.Cross():
            parts = [argument_name(part, columns) for part in expression.parts]
            return None if None in parts else "_".join(p for p in parts if p is not None)
        case _:
            used = [name for name in names_in(expression) if name in columns]
            return used[0] if len(used) == 1 else None


def stem(call: ast.Call, prefix: str, columns: Collection[str]) -> str:
    """`mu_county` of `random_effects(county)` in `mu`; `mu_adaptive` where no one name serves."""
    arguments = [a for a in positional(call) if not isinstance(a, ast.Number)]
    if call.function == "multi_membership":
        return "_".join([prefix, *(a.id for a in arguments if isinstance(a, ast.Name))])
    name = argument_name(arguments[0], columns) if len(arguments) == 1 else None
    return f"{prefix}_{name or call.function}"
