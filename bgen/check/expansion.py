"""``layer`` statements -> user layers; a call of one -> its body with the arguments put in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from bgen.base.diagnostic import did_you_mean
from bgen.check.entries import UserLayer
from bgen.check.host import FUNCTIONS, STATISTICS, TRANSFORMS
from bgen.check.planned import PLANNED
from bgen.check.scope import Rejected, Scope
from bgen.ir.distributions import DISTRIBUTIONS, OWN
from bgen.layers import layers
from bgen.links import links
from bgen.syntax import ast
from bgen.syntax.visit import children, measure, substitute

#: How large the body of a user layer may become with its arguments in place.
MAX_SIZE = 10_000
#: How deep bodies may stand in bodies, their own brackets counted.
MAX_NESTING = 40
#: How many calls of user layers one program may make, those inside bodies counted.
MAX_EXPANSIONS = 10_000


def define_layer(scope: Scope, statement: ast.LayerDefinition) -> None:
    """Enter a user layer."""
    name = statement.name
    what = _built_in(name)
    if what:
        scope.reject(
            "BL218",
            statement.name_span,
            f"`{name}` is a {what} of the language",
            help=f"give your layer another name, such as `my_{name}`",
        )
    if name not in scope.claims:
        scope.entries[name] = UserLayer(statement)  # known all the same where it is wrong
    names = [p.id for p in statement.parameters]
    for place, parameter in enumerate(statement.parameters):
        if parameter.id in names[:place]:
            scope.broken.add(name)
            scope.reject(
                "BL223",
                parameter.span,
                f"`{name}` has two parameters called `{parameter.id}`",
                help="give each parameter a name of its own",
            )
    scope.claim(name, statement.name_span, "layer")
    scope.entries[name] = UserLayer(statement)


def _built_in(name: str) -> str:
    if name in layers():
        return "layer"
    if name in links():
        return "link"
    if name in (*FUNCTIONS, *STATISTICS, "dot", "sum"):
        return "function"
    if name in TRANSFORMS:
        return "transform"
    if name in DISTRIBUTIONS or name in OWN:
        return "distribution"
    return "distribution" if name in PLANNED else ""


def reject_circles(scope: Scope) -> None:
    """An error for each circle of user layers that call each other; their uses stay silent."""
    calls = {
        name: [c.function for c in _calls(entry.definition.body)]
        for name, entry in scope.entries.items()
        if isinstance(entry, UserLayer)
    }
    done: set[str] = set()
    for start in calls:
        path: list[str] = []
        stack = [(start, iter(calls[start]))] if start not in done else []
        if stack:
            path.append(start)
        while stack:
            name, rest = stack[-1]
            following = next((c for c in rest if c in calls and c not in done), None)
            if following is None:
                stack.pop()
                path.pop()
                done.add(name)
            elif following in path:
                _report_circle(scope, path[path.index(following) :])
            else:
                path.append(following)
                stack.append((following, iter(calls[following])))


def _report_circle(scope: Scope, circle: list[str]) -> None:
    first, *others = (scope.entries[name] for name in circle)
    assert isinstance(first, UserLayer)
    if not scope.broken.isdisjoint(circle):
        return
    scope.broken.update(circle)
    shown = " -> ".join(f"`{name}`" for name in (*circle, circle[0]))
    scope.sink.error(
        "BL222",
        first.definition.name_span,
        f"the layer `{circle[0]}` is made of itself" + (f": {shown}" if others else ""),
        help="a layer can be made of layers that do not need it",
        notes=tuple(
            (entry.definition.name_span, "a part of the circle")
            for entry in others
            if isinstance(entry, UserLayer)
        ),
    )


def _calls(node: ast.Expression) -> Iterator[ast.Call]:
    stack = [node]
    while stack:
        part = stack.pop()
        if isinstance(part, ast.Call):
            yield part
        stack.extend(children(part))


def user_layers(scope: Scope) -> list[str]:
    return [name for name, entry in scope.entries.items() if isinstance(entry, UserLayer)]


def expand_call(scope: Scope, node: ast.Call) -> ast.Call:
    """A user layer with a single layer in its body is that layer, with its priors replaceable."""
    for _ in range(MAX_NESTING):
        user = scope.entries.get(node.function)
        if not isinstance(user, UserLayer) or not isinstance(user.definition.body, ast.Call):
            return node
        if not is_layer(scope, user.definition.body.function):
            return node  # of a function, such as sigmoid(linear(v)): a term as it stands
        positional = tuple(a for a in node.arguments if not a.relation)
        named = tuple(a for a in node.arguments if a.relation)
        body = expand_body(scope, user, replace(node, arguments=positional))
        assert isinstance(body, ast.Call)
        replaced = {a.name for a in named}
        kept = tuple(a for a in body.arguments if a.name not in replaced or not a.name)
        # The span of the use, so that an error points to where the reader looks.
        node = replace(
            body, arguments=(*kept, *named), span=node.span, function_span=node.function_span
        )
    _reject_nesting(scope, node)
    return node


def expand_body(scope: Scope, user: UserLayer, node: ast.Call) -> ast.Expression:
    """The body of a user layer with the arguments of a use in place of its parameters."""
    definition = user.definition
    user.used = True
    if definition.name in scope.broken:
        raise Rejected
    wanted = [p.id for p in definition.parameters]
    given = [a for a in node.arguments if not a.relation]
    for argument in node.arguments:
        if argument.relation:
            scope.reject(
                "BL418",
                argument.name_span,
                f"`{definition.name}` has no `{argument.name}`",
                help=did_you_mean(argument.name or "", wanted)
                or "the priors of a layer that is made of several are written in its definition",
                notes=((definition.name_span, "defined here"),),
            )
    if len(given) != len(wanted):
        count = f"{len(wanted)} argument{'s' if len(wanted) != 1 else ''}"
        scope.reject(
            "BL416",
            node.span,
            f"`{definition.name}` takes {count}" + (f": {', '.join(wanted)}" if wanted else ""),
            label=f"{len(given)} given",
            help=f"for example `{definition.name}({', '.join(wanted)})`",
            notes=((definition.name_span, "defined here"),),
        )
    body = substitute(definition.body, dict(zip(wanted, (a.value for a in given), strict=True)))
    scope.expansions += 1
    if scope.expansions > MAX_EXPANSIONS or measure(body, MAX_SIZE)[0] > MAX_SIZE:
        scope.reject(
            "BL224",
            node.span,
            f"`{definition.name}` becomes too large with its arguments in place",
            label=f"more than {MAX_SIZE:,} parts",
            help="give an intermediate result a statement of its own, and use its name",
        )
    return body


@contextmanager
def nested(scope: Scope, node: ast.Call, body: ast.Expression) -> Iterator[None]:
    """While the body of a user layer is read: bodies in bodies go only so deep."""
    depth = measure(body, MAX_SIZE)[1]
    scope.nesting += depth
    outermost = scope.within is None
    if outermost:
        scope.within = node.function, len(scope.claims)
    try:
        if scope.nesting > MAX_NESTING:
            _reject_nesting(scope, node)
        yield
    finally:
        scope.nesting -= depth
        if outermost:
            scope.within = None


def _reject_nesting(scope: Scope, node: ast.Call) -> None:
    scope.reject(
        "BL225",
        node.span,
        "layers made of layers go too deep here",
        label=f"more than {MAX_NESTING} levels",
        help="make the layer of fewer layers",
    )


def is_layer(scope: Scope, function: str) -> bool:
    """Whether a name that is called is a layer, of the language or of the user."""
    return function in layers() or isinstance(scope.entries.get(function), UserLayer)


def count_layers(scope: Scope, node: ast.Expression) -> int:
    """How many layers are called in an expression; what stands inside of one does not count."""
    if isinstance(node, ast.Call) and is_layer(scope, node.function):
        return 1
    return sum(count_layers(scope, part) for part in children(node))
