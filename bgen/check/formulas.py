"""A formula as in R, or a link in the wrong place, after ``~``: how the language writes it."""

from __future__ import annotations

from bgen.check.entries import Column, Derived, Entry
from bgen.check.features import is_data
from bgen.check.scope import Scope
from bgen.ir.distributions import DISTRIBUTIONS, NAMES
from bgen.layers import layers
from bgen.links import links
from bgen.syntax import ast
from bgen.syntax.printer import print_expression

#: The link that is usual for a type of response, where it is another than `gaussian`.
_LINKS = {
    "binary": "bernoulli",
    "count": "poisson",
    "category": "categorical",
    "ordinal": "cumulative",
}
_Terms = tuple[tuple[str, ast.Expression], ...]


def likelihood_of(scope: Scope, response: str, node: ast.Expression) -> str:
    """The remedy for a value where the link of a response stands."""
    if isinstance(node, ast.Name) and node.id not in scope.entries:
        if node.id in links():
            example = links()[node.id].example.partition(" ~ ")[2]
            return f"a link needs its predictor: `{response} ~ {example}`"
        if node.id in NAMES:
            known = DISTRIBUTIONS.get(node.id)
            names = ", ".join(p.name for p in known.parameters) if known else "..."
            return f"a distribution needs its parameters: `{response} ~ {node.id}({names})`"
        if node.id in layers():
            example = layers()[node.id].example.partition(" = ")[2]
            return f"write `{response} ~ {_link(scope, response)}({example})`, or another link"
    terms = node.terms if isinstance(node, ast.Sum) else (("+", node),)
    inside = _inside(scope, response, terms)
    if inside:
        return inside
    link = _link(scope, response)
    predictor = _predictor(scope, terms, cutpoints=links()[link].has_constants)
    return f"write `{response} ~ {link}({predictor})`, or another link"


def _link(scope: Scope, response: str) -> str:
    entry = scope.entries.get(response)
    kind = entry.spec.type if isinstance(entry, Column) else ""
    return _LINKS.get(kind, "gaussian")


def _inside(scope: Scope, response: str, terms: _Terms) -> str:
    """``y ~ gaussian(mu) + offset(x)``: the other terms stand inside of the link."""
    calls = [t for _, t in terms if isinstance(t, ast.Call)]
    if any(t.function in NAMES for t in calls):
        return f"terms stand inside, in a parameter: `{response} ~ Normal(a + b, 1)`"
    found = [t for t in calls if t.function in links()]
    if not found:
        return ""
    call = found[0]
    link = links()[call.function]
    if link.combines:
        written = f"{response} ~ {call.function}(gaussian(a + b), ...)"
        return f"the terms stand inside of its link: `{written}`"
    if len(found) > 1 or not call.arguments or call.arguments[0].relation:
        return f"the terms stand inside of one link: `{response} ~ {call.function}(a + b)`"
    first = call.arguments[0].value
    own = first.terms if isinstance(first, ast.Sum) else (("+", first),)
    rest = tuple((sign, t) for sign, t in terms if t is not call)
    given = [_predictor(scope, (*own, *rest))]
    given += [_argument(a) for a in call.arguments[1:]]
    written = f"{call.function}({', '.join(given)})"
    return f"terms stand inside of the link: `{response} ~ {written}`"


def _argument(argument: ast.Argument) -> str:
    text = print_expression(argument.value)
    return f"{argument.name} {argument.relation} {text}" if argument.relation else text


def _predictor(scope: Scope, terms: _Terms, *, cutpoints: bool = False) -> str:
    """A sum in which columns have coefficients and 1 is the intercept.

    R adds the intercept by itself, unless it is taken out; so does this where all is data.
    """
    if len(terms) == 1 and isinstance(terms[0][1], ast.Number) and terms[0][1].value != 1:
        return print_expression(terms[0][1])
    constant = all(is_data(scope, term) for _, term in terms)
    estimated = False
    columns: list[str] = []
    found: list[str] = []
    others: list[str] = []  # these stay in front, where they were
    for own, written in terms:
        sign, term = _folded(own, written)
        if isinstance(term, ast.Number) and term.value in (0, 1):
            constant = (sign, term.value) == ("+", 1)
        elif not is_data(scope, term) or isinstance(term, ast.Number):
            others.append(f"{sign} {print_expression(term)}")
            estimated = estimated or not isinstance(term, ast.Number)
        elif layer := _layer(scope, term):
            found.append(f"{sign} {layer}" if layer.startswith("offset") else f"+ {layer}")
        else:
            columns += [c for c in _columns(term) if c not in columns]
    # Without a constant, `linear` asks how a category is coded: as in R, a column for each level.
    carried = constant or cutpoints or estimated
    full = not carried and any(_is_category(scope, c) for c in columns)
    columns += ["coding = full"] * full
    text = others + ["+ intercept()"] * (constant and not cutpoints)
    text += [f"+ linear({', '.join(columns)})"] * bool(columns) + found
    return " ".join(text).removeprefix("+ ") or "intercept()"


def _folded(sign: str, term: ast.Expression) -> tuple[str, ast.Expression]:
    """``-1`` in front, as R's formulas have it, is a 1 that is taken off."""
    while isinstance(term, ast.Negate):
        sign, term = "-" if sign == "+" else "+", term.operand
    return sign, term


def _is_category(scope: Scope, name: str) -> bool:
    entry = scope.entries.get(name)
    return isinstance(entry, Column) and entry.spec.type == "category"


def _layer(scope: Scope, term: ast.Expression) -> str:
    """The layer of a column that `linear` does not take."""
    entry: Entry | None = scope.entries.get(term.id) if isinstance(term, ast.Name) else None
    kind = entry.spec.type if isinstance(entry, Column) else ""
    text = print_expression(term)
    if isinstance(entry, Column | Derived) and not entry.dims:
        return f"offset({text})"
    return {"date": f"random_walk({text})", "ordinal": f"monotonic({text})"}.get(kind, "")


def _columns(term: ast.Expression) -> list[str]:
    """The columns of one term; of ``x * z``, as in R, both and their product."""
    if isinstance(term, ast.Product) and all(
        sign == "*" and isinstance(factor, ast.Name) for sign, factor in term.factors
    ):
        names = [print_expression(factor) for _, factor in term.factors]
        return [*names, ":".join(names)] if len(names) == 2 else [":".join(names)]
    return [print_expression(term)]
