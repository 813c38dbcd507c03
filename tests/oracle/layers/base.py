"""One call of a layer: its arguments, and its sites as they are sampled.

Shapes are written as in the table of section 3, with the output axis `u` last; it goes when it has
length 1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from bgen.syntax import ast

from ..data import CONSTANT, BadProgram, Floats, Frame, Ints
from ..features import Group, design, group_of
from ..names import positional
from ..scaled import restated

if TYPE_CHECKING:
    from ..expressions import Expressions, Scope

Shape = tuple[int, ...]
Parameter = float | str | ast.Expression


def prior(family: str, *parameters: Parameter) -> ast.Call:
    """`Normal(0, scale)` as the table writes it."""
    nodes: list[ast.Expression] = []
    for p in parameters:
        match p:
            case str():
                nodes.append(ast.Name(p))
            case int() | float():
                nodes.append(ast.Number(float(p), f"{p:g}"))
            case _:
                nodes.append(p)
    return ast.Call(family, tuple(ast.Argument(node) for node in nodes))


@dataclass
class LayerCall:
    """What a layer of the table is written with."""

    call: ast.Call
    stem: str
    evaluator: Expressions
    scope: Scope
    own: dict[str, Floats] = field(default_factory=dict)
    owner: object = None

    # --- arguments ---

    def argument(self, name: str, relation: str) -> ast.Expression | None:
        for a in self.call.arguments:
            if a.name == name and a.relation == relation:
                return a.value
        return None

    @property
    def arguments(self) -> list[ast.Expression]:
        return positional(self.call)

    def number(self, name: str, default: float | None = None) -> float:
        node = self.argument(name, "=")
        if node is None:
            if default is None:
                raise BadProgram(f"`{self.call.function}` needs `{name} = ...`")
            return default
        return float(self.evaluator.value(node, replace(self.scope, frame=CONSTANT)).item())

    def integer(self, name: str, default: int | None = None) -> int:
        return int(self.number(name, default))

    def word(self, name: str, default: str) -> str:
        """An option that is a bare word."""
        node = self.argument(name, "=")
        return node.id if isinstance(node, ast.Name) else default

    def without(self, *options: str) -> LayerCall:
        """The call less options that are spelt like sites of it (`step = 7`, `scale = raw`)."""
        kept = tuple(a for a in self.call.arguments if a.name not in options or a.relation == "~")
        return replace(self, call=replace(self.call, arguments=kept), owner=self.owner or self.call)

    @property
    def outputs(self) -> int:
        return self.integer("dim", self.scope.width)

    def features(self, *arguments: ast.Expression) -> Floats:
        full = self.word("coding", "") == "full"
        return design(arguments or self.arguments, self.evaluator, self.scope, full)

    def value(self) -> Floats:
        """The first argument, a value a row."""
        value = self.evaluator.value(self.arguments[0], self.scope)
        return np.broadcast_to(value, (self.scope.frame.n, *value.shape[1:]))

    def group(self, node: ast.Expression | None = None) -> tuple[Group, Ints]:
        """The levels, and the level of each row."""
        group = group_of(node if node is not None else self.arguments[0], self.evaluator.data)
        return group, group.codes(self.evaluator.data, self.scope.frame)

    def by(self) -> tuple[Group, Ints]:
        by = self.argument("by", "=")
        if by is None:
            raise BadProgram(f"`{self.call.function}` needs `by = ...`")
        return self.group(by)

    # --- sites ---

    def site(
        self,
        name: str,
        shape: Shape,
        default: ast.Call,
        *,
        frame: Frame = CONSTANT,
        squeeze: bool = True,
        site: str | None = None,
        design: Floats | None = None,
        restate: bool = True,
    ) -> Floats:
        """The value of a site at its full shape; a fixed one (`scale = 0.5`) is no site.

        In its prior the layer's own parameters come before everything else, aligned with the
        last axes of the site; ``frame`` tells which columns its first axis can see. ``design``:
        the columns that the site multiplies along its last axis but one.
        """
        fixed = self.argument(name, "=")
        given = self.argument(name, "~")
        if fixed is None and given is None and restate:
            default = restated(self, name, default, design)
        own = {
            key: value.reshape((1,) * (len(shape) - value.ndim) + value.shape)
            for key, value in ((key, _squeezed(v, len(shape))) for key, v in self.own.items())
            if value.ndim <= len(shape)
        }
        scope = replace(self.scope, frame=frame, own=own)
        if fixed is not None:
            value = _pad(self.evaluator.value(fixed, scope), len(shape))
            result = np.broadcast_to(value, shape)
        else:
            outer = shape[:-1] if squeeze and shape and shape[-1] == 1 else shape
            result = self.evaluator.sample(
                site or self.named(name), given or default, shape, outer, scope, self.identity
            )
        self.own[name] = result
        return result

    def special(self, name: str, shape: Shape, log_prob: Callable[[Floats], object]) -> Floats:
        """A real site whose density is no distribution of the language."""
        squeezed = shape[:-1] if shape[-1] == 1 and len(shape) > 1 else shape
        result = self.evaluator.special(self.named(name), shape, squeezed, log_prob, self.identity)
        self.own[name] = result
        return result

    def log_density(self, name: str, default: ast.Call) -> Callable[[Floats], Floats]:
        """The log density of a part that is given a distribution and is no site."""
        given = self.argument(name, "~") or default
        assert isinstance(given, ast.Call)
        constant = replace(self.scope, frame=CONSTANT, own={})
        family, parameters = self.evaluator.distribution(given, constant, self.named(name))
        return lambda x: np.asarray(family.log_prob(x, *parameters))

    def named(self, name: str) -> str:
        return f"{self.stem}_{name}"

    @property
    def identity(self) -> object:
        return self.owner or self.call

    def scale(self, name: str, shape: Shape, *, of_effects: bool = True) -> Floats:
        """A scale; one that is not ``of_effects``, but of factors, has no unit of the response."""
        return self.site(name, shape, prior("HalfNormal", 1), restate=of_effects)

    def times(self, x: Floats, coef: Floats) -> Floats:
        """Columns times coefficients, whose sum at the means goes into an intercept's prior.

        That of columns which are known before the fit, that is: of others there is no mean yet.
        """
        if all(self.evaluator.is_known(argument) for argument in self.arguments):
            self.evaluator.at_mean[id(self.identity)] = x.mean(axis=0) @ coef
        return narrow(x @ coef)


def _squeezed(value: Floats, ndim: int) -> Floats:
    """Without the output axis, where that has length 1 and the site has none."""
    return value[..., 0] if value.ndim > ndim and value.shape[-1] == 1 else value


def _pad(value: Floats, ndim: int) -> Floats:
    """Leading axis first, then as many axes of length 1 as are missing."""
    if ndim == 0:
        return value.reshape(())
    return value.reshape(value.shape + (1,) * (ndim - value.ndim))


def narrow(contribution: Floats) -> Floats:
    """`(n, u)` without its output axis when that has length 1."""
    return contribution[..., 0] if contribution.shape[-1] == 1 else contribution


Contribution = Callable[[LayerCall], Floats]
LAYERS: dict[str, Contribution] = {}
# Names that are a layer's own inside its priors, whatever else is called so.
OWN: dict[str, Sequence[str]] = {}


def layer(*own: str) -> Callable[[Contribution], Contribution]:
    """Enter a layer in the table under its function's name, with the names of its sites."""

    def enter(contribution: Contribution) -> Contribution:
        LAYERS[contribution.__name__] = contribution
        OWN[contribution.__name__] = own
        return contribution

    return enter
