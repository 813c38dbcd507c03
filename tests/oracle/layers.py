"""The layers of section 3: their sites, default priors and contributions, as the table has them.

Shapes are written as in the table, with the output axis `u` last; it goes when it has length 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from bgen.syntax import ast

from .data import CONSTANT, BadProgram, Floats, Frame, Ints
from .features import Group, design, group_of
from .names import positional

if TYPE_CHECKING:
    from .expressions import Expressions, Scope

Shape = tuple[int, ...]


def prior(family: str, *parameters: str | float) -> ast.Call:
    """`Normal(0, scale)` as the table writes it."""
    nodes: list[ast.Expression] = [
        ast.Name(p) if isinstance(p, str) else ast.Number(float(p), str(p)) for p in parameters
    ]
    return ast.Call(family, tuple(ast.Argument(node) for node in nodes))


@dataclass
class LayerCall:
    """One call of a layer: its arguments, and its sites as they are sampled."""

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

    def integer(self, name: str, default: int | None = None) -> int:
        node = self.argument(name, "=")
        if node is None:
            if default is None:
                raise BadProgram(f"`{self.call.function}` needs `{name} = ...`")
            return default
        return int(self.evaluator.value(node, replace(self.scope, frame=CONSTANT)).item())

    @property
    def outputs(self) -> int:
        return self.integer("dim", 1)

    def features(self, *arguments: ast.Expression) -> Floats:
        coding = self.argument("coding", "=")
        full = isinstance(coding, ast.Name) and coding.id == "full"
        return design(arguments or self.arguments, self.evaluator, self.scope, full)

    def group(self, node: ast.Expression | None = None) -> tuple[Group, Ints]:
        """The levels, and the level of each row."""
        group = group_of(node if node is not None else self.arguments[0], self.evaluator.data)
        return group, group.codes(self.evaluator.data, self.scope.frame)

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
    ) -> Floats:
        """The value of a site at its full shape; a fixed one (`scale = 0.5`) is no site.

        In its prior the layer's own parameters come before everything else, aligned with the
        last axes of the site; ``frame`` tells which columns its first axis can see.
        """
        own = {
            key: value.reshape((1,) * (len(shape) - value.ndim) + value.shape)
            for key, value in self.own.items()
        }
        scope = replace(self.scope, frame=frame, own=own)
        fixed = self.argument(name, "=")
        if fixed is not None:
            value = _pad(self.evaluator.value(fixed, scope), len(shape))
            result = np.broadcast_to(value, shape)
        else:
            given = self.argument(name, "~") or default
            outer = shape[:-1] if squeeze and shape and shape[-1] == 1 else shape
            result = self.evaluator.sample(
                site or f"{self.stem}_{name}", given, shape, outer, scope, self.owner or self.call
            )
        self.own[name] = result
        return result


def _pad(value: Floats, ndim: int) -> Floats:
    """Leading axis first, then as many axes of length 1 as are missing."""
    if ndim == 0:
        return value.reshape(())
    return value.reshape(value.shape + (1,) * (ndim - value.ndim))


def _narrow(contribution: Floats) -> Floats:
    """`(n, u)` without its output axis when that has length 1."""
    return contribution[:, 0] if contribution.shape[-1] == 1 else contribution


# --- the table --------------------------------------------------------------------------------


def intercept(c: LayerCall) -> Floats:
    coef = c.site("coef", (c.outputs,), prior("Normal", 0, 1), site=c.stem)
    return _narrow(coef[None, :])


def linear(c: LayerCall) -> Floats:
    x = c.features()
    return _narrow(x @ c.site("coef", (x.shape[1], c.outputs), prior("Normal", 0, 1)))


def adaptive(c: LayerCall) -> Floats:
    x, u = c.features(), c.outputs
    c.site("scale", (u,), prior("HalfNormal", 1))
    return _narrow(x @ c.site("coef", (x.shape[1], u), prior("Normal", 0, "scale")))


def fixed_effects(c: LayerCall) -> Floats:
    group, level = c.group()
    shape = (group.count, c.outputs)
    effect = c.site("effect", shape, prior("Normal", 0, 1), frame=group.frame)
    return _narrow(effect[level])


def random_effects(c: LayerCall) -> Floats:
    group, level = c.group()
    u = c.outputs
    c.site("scale", (u,), prior("HalfNormal", 1))
    effect = c.site("effect", (group.count, u), prior("Normal", 0, "scale"), frame=group.frame)
    return _narrow(effect[level])


def random_slopes(c: LayerCall) -> Floats:
    by = c.argument("by", "=")
    if by is None:
        raise BadProgram("`random_slopes` needs `by = ...`")
    group, level = c.group(by)
    x, u = c.features(), c.outputs
    d = x.shape[1]
    c.site("slope_scale", (d, u), prior("HalfNormal", 1))
    slope = c.site(
        "slope", (group.count, d, u), prior("Normal", 0, "slope_scale"), frame=group.frame
    )
    return _narrow(np.einsum("ij,iju->iu", x, slope[level]))


def embedding(c: LayerCall) -> Floats:
    # Reading: `dim` is the k of the table, not the output axis: it stays when it is 1.
    group, level = c.group()
    c.site("scale", (), prior("HalfNormal", 1))
    vector = c.site(
        "vector",
        (group.count, c.integer("dim")),
        prior("Normal", 0, "scale"),
        frame=group.frame,
        squeeze=False,
    )
    return vector[level]


def _factors(c: LayerCall) -> tuple[Floats, Floats]:
    x, u = c.features(), c.outputs
    c.site("factor_scale", (u,), prior("HalfNormal", 1))
    shape = (x.shape[1], c.integer("rank"), u)
    return x, c.site("factor", shape, prior("Normal", 0, "factor_scale"))


def _power_sum(x: Floats, v: Floats, m: int) -> Floats:
    """p_m = (x^m) @ (V^m), `(n, k, u)`."""
    return np.asarray(np.einsum("ij,jku->iku", x**m, v**m))


def fm(c: LayerCall) -> Floats:
    x, v = _factors(c)
    return _narrow(0.5 * np.sum(_power_sum(x, v, 1) ** 2 - _power_sum(x, v, 2), axis=1))


def fm3(c: LayerCall) -> Floats:
    x, v = _factors(c)
    p1, p2, p3 = (_power_sum(x, v, m) for m in (1, 2, 3))
    return _narrow(np.sum(p1**3 - 3.0 * p1 * p2 + 2.0 * p3, axis=1) / 6.0)


def interaction(c: LayerCall) -> Floats:
    x, u = c.features(c.arguments[0]), c.outputs
    if len(c.arguments) == 1:
        left, right = np.triu_indices(x.shape[1], k=1)
        pairs = x[:, left] * x[:, right]
    else:
        z = c.features(c.arguments[1])
        pairs = (x[:, :, None] * z[:, None, :]).reshape(len(x), -1)
    c.site("scale", (u,), prior("HalfNormal", 1))
    return _narrow(pairs @ c.site("coef", (pairs.shape[1], u), prior("Normal", 0, "scale")))


def lowrank_interaction(c: LayerCall) -> Floats:
    x, z = c.features(c.arguments[0]), c.features(c.arguments[1])
    k, u = c.integer("rank"), c.outputs
    c.site("left_scale", (u,), prior("HalfNormal", 1))
    c.site("right_scale", (u,), prior("HalfNormal", 1))
    left = c.site("left", (x.shape[1], k, u), prior("Normal", 0, "left_scale"))
    right = c.site("right", (z.shape[1], k, u), prior("Normal", 0, "right_scale"))
    return _narrow(
        np.sum(np.einsum("ij,jku->iku", x, left) * np.einsum("ij,jku->iku", z, right), axis=1)
    )


def random_walk(c: LayerCall) -> Floats:
    """Slots `(t - min) / step`; gaps keep theirs, `horizon` adds some; zero before slot 0."""
    # Reading: `step = 7` is the width of a slot, `step ~ ...` the prior of the site.
    t = c.evaluator.value(c.arguments[0], c.scope)
    width_node = c.argument("step", "=")
    constant = replace(c.scope, frame=CONSTANT)
    width = 1.0 if width_node is None else float(c.evaluator.value(width_node, constant).item())
    exact = (t - t.min()) / width
    slot = np.rint(exact).astype(np.int64)
    if not np.allclose(exact, slot, rtol=0.0, atol=1e-9):
        raise BadProgram("a time off the grid")
    count = int(slot.max()) + 1 + c.integer("horizon", 0)
    without_step = tuple(a for a in c.call.arguments if a.name != "step" or a.relation == "~")
    inner = replace(c, call=replace(c.call, arguments=without_step), owner=c.call)
    # Reading: `dim` here is the output axis, so `step` is `(g,)` when it is 1.
    inner.site("scale", (), prior("HalfNormal", 1))
    step = inner.site("step", (count, c.outputs), prior("Normal", 0, "scale"))
    return _narrow(np.cumsum(step, axis=0)[slot])


def offset(c: LayerCall) -> Floats:
    return c.evaluator.value(c.arguments[0], c.scope)


LAYERS: Mapping[str, Callable[[LayerCall], Floats]] = {
    f.__name__: f
    for f in (
        intercept,
        linear,
        adaptive,
        fixed_effects,
        random_effects,
        random_slopes,
        embedding,
        fm,
        fm3,
        interaction,
        lowrank_interaction,
        random_walk,
        offset,
    )
}

# Names that are a layer's own inside its priors, whatever else is called so.
OWN = {
    "scale",
    "coef",
    "effect",
    "slope_scale",
    "slope",
    "vector",
    "factor_scale",
    "factor",
    "left_scale",
    "right_scale",
    "left",
    "right",
    "step",
}
