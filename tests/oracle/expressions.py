"""An expression, in a frame -> its values: arithmetic, columns, parameters, layers.

Values are arrays whose first axis is the places of the frame (or 1 where all places agree);
further axes are widths (a block of columns, an embedding, a vector parameter).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from bgen.syntax import ast

from .data import CONSTANT, BadProgram, Data, Floats, Frame, Ints
from .features import Group, design, group_of, home
from .layers import LAYERS, LayerCall
from .names import names_in, positional, stem
from .special import softplus
from .splines import basis, knots_of
from .targets import find_scales, find_targets, find_widths
from .userlayers import calls_in, expand, is_additive, layer_calls, transform

FUNCTIONS: Mapping[str, Callable[[Floats], Any]] = {
    "exp": np.exp,
    "log": np.log,
    "log1p": np.log1p,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "sigmoid": lambda x: np.exp(-softplus(-x)),  # SciPy's is 0 below -709
    "softplus": softplus,
    "tanh": np.tanh,
}
STATISTICS: Mapping[str, Callable[[Floats], Any]] = {
    "mean": lambda x: np.nanmean(x, axis=0),
    "sd": lambda x: np.nanstd(x, axis=0, ddof=1),
    "min": lambda x: np.nanmin(x, axis=0),
    "max": lambda x: np.nanmax(x, axis=0),
}
SCALINGS = {"standardize", "center"}


@dataclass(frozen=True)
class Scope:
    """Where an expression stands: its places, what its layers are called after, nearest names.

    ``width``: how many outputs a layer has here, unless it says so itself. ``observed``: missing
    values stay missing (for what is learnt from data), imputed or not.
    """

    frame: Frame
    prefix: str
    own: Mapping[str, Floats] = field(default_factory=dict)
    width: int = 1
    observed: bool = False


@dataclass(frozen=True)
class Parameter:
    """A table over its dimensions (none, one or two groups, or the rows), then its own axes."""

    dims: tuple[Group | None, ...]  # None is `row`
    values: Floats


@dataclass(frozen=True)
class Predictor:
    """``name = expression`` with unknowns in it."""

    node: ast.Expression
    values: Floats


class Expressions(ABC):
    """What is known so far, and how an expression is read in its light."""

    def __init__(self, program: ast.Program, data: Data) -> None:
        self.data = data
        self.layers = {s.name: s for s in program.statements if isinstance(s, ast.LayerDefinition)}
        self.derived: dict[str, ast.Expression] = {}
        self.parameters: dict[str, Parameter] = {}
        self.predictors: dict[str, Predictor] = {}
        self.expanded: dict[int, tuple[ast.Call, ast.Expression]] = {}
        self.imputed: dict[str, Floats] = {}
        self.reported: dict[str, Floats] = {}
        self.curved = 0  # products, powers and functions around what is read
        self.at_mean: dict[int, Floats] = {}  # what a linear layer adds at the means of its columns
        self.policy = next(
            (s.policy.id for s in program.statements if isinstance(s, ast.Priors)), "unit"
        )
        self.targets = find_targets(program, data)
        self.scales = find_scales(program, data)
        self.widths = find_widths(program, data)

    @abstractmethod
    def sample(
        self,
        name: str,
        call: ast.Expression,
        shape: tuple[int, ...],
        outer: tuple[int, ...],
        scope: Scope,
        owner: object,
    ) -> Floats:
        """A site's value at ``shape``; outside it is known at ``outer``."""

    @abstractmethod
    def special(
        self,
        name: str,
        shape: tuple[int, ...],
        outer: tuple[int, ...],
        log_prob: Callable[[Floats], object],
        owner: object,
    ) -> Floats:
        """A real site whose density is no distribution of the language."""

    @abstractmethod
    def residual_scale(self, scope: Scope) -> float:
        """The scale of the residuals of the link whose location stands here; 2 for logits."""

    @abstractmethod
    def intercept_at_means(
        self, name: str, prefix: str, shape: tuple[int, ...], owner: object
    ) -> Floats:
        """Under `priors scaled`: an intercept whose prior is of the predictor at the means."""

    @abstractmethod
    def measured(self, node: ast.Call, scope: Scope) -> Floats:
        """`measured(x, se)`: the true values of a column known with error."""

    # --- expressions ---

    def value(self, node: ast.Expression, scope: Scope) -> Floats:
        match node:
            case ast.Number():
                return np.array([node.value])
            case ast.Name():
                return self._name(node.id, scope)
            case ast.Negate():
                return -self.value(node.operand, scope)
            case ast.Sum():
                total = np.zeros(1)
                for sign, term in node.terms:
                    a, b = align(total, self.value(term, scope))
                    total = a + b if sign == "+" else a - b
                return total
            case ast.Product():
                product = np.ones(1)
                for operator, factor in node.factors:
                    a, b = align(product, self.bent(factor, scope))
                    product = a * b if operator == "*" else a / b
                return product
            case ast.Power():
                a, b = align(self.bent(node.base, scope), self.bent(node.exponent, scope))
                return np.asarray(a**b)
            case ast.Cross():
                columns = design([node], self, scope)
                return columns[:, 0] if columns.shape[1] == 1 else columns
            case ast.Index():
                return self._index(node, scope)
            case ast.Call():
                return self._call(node, scope)
            case _:
                raise BadProgram("a text in an expression")

    def bent(self, node: ast.Expression, scope: Scope) -> Floats:
        """The value of what is no additive part of the whole."""
        self.curved += 1
        try:
            return self.value(node, scope)
        finally:
            self.curved -= 1

    def _name(self, name: str, scope: Scope) -> Floats:
        if name in scope.own:
            return scope.own[name]
        if name in self.data.columns:
            if self.data.columns[name].missing and not scope.observed:
                if name not in self.imputed or not scope.frame.is_rows:
                    raise BadProgram(f"`{name}` has missing values and no model above")
                return self.imputed[name]
            return self.data.numbers(name, scope.frame)
        if name in self.derived:
            inner = Scope(scope.frame, name, observed=scope.observed)
            return self.value(self.derived[name], inner)
        if name in self.parameters:
            if self.parameters[name].dims:
                raise BadProgram(f"`{name}` is indexed")
            return self.parameters[name].values[None]
        if name in self.predictors:
            known = self.predictors[name]
            if known.values.shape[0] == 1 or scope.frame.is_rows:
                return known.values
            return self.named_value(name, known.node, scope.frame)
        raise BadProgram(f"`{name}` is not defined here")

    def _index(self, node: ast.Index, scope: Scope) -> Floats:
        if node.name not in self.parameters:
            raise BadProgram(f"`{node.name}` is no indexed parameter")
        parameter = self.parameters[node.name]
        dims, _ = self.dims(node.indices)
        if [d and d.names for d in dims] != [d and d.names for d in parameter.dims]:
            raise BadProgram(f"`{node.name}` is indexed by something else")
        places = []
        for dim in parameter.dims:
            if dim is None and not scope.frame.is_rows:
                raise BadProgram(f"`{node.name}[row]` where there are no rows")
            places.append(
                np.arange(self.data.n) if dim is None else dim.codes(self.data, scope.frame)
            )
        return np.asarray(parameter.values[tuple(places)])

    def _call(self, node: ast.Call, scope: Scope) -> Floats:
        name, arguments = node.function, positional(node)
        if name in LAYERS or name in self.layers:
            return self._layer(node, scope, None)
        if name in FUNCTIONS:
            return np.asarray(FUNCTIONS[name](self.bent(arguments[0], scope)))
        if name in STATISTICS:
            return self._statistic(name, arguments[0], scope)
        if name in SCALINGS:
            centred = self.value(arguments[0], scope) - self._statistic("mean", arguments[0], scope)
            if name == "center":
                return centred
            return np.asarray(centred / self._statistic("sd", arguments[0], scope))
        if name == "dot":
            left, right = (self.bent(a, scope) for a in arguments)
            return np.asarray(np.sum(left * right, axis=1))
        if name == "sum":
            return np.asarray(np.sum(self.bent(arguments[0], scope), axis=1))
        if name == "bspline":
            return self._bspline(node, scope)
        if name == "measured":
            return self.measured(node, scope)
        raise BadProgram(f"`{name}(...)`")

    def _bspline(self, node: ast.Call, scope: Scope) -> Floats:
        """A cubic basis less its first column, as R's `bs`; knots from the training data."""
        inside = next((a.value for a in node.arguments if a.name == "knots"), None)
        count = 10 if inside is None else int(self.value(inside, scope).item())
        x = positional(node)[0]
        learnt = self.value(x, Scope(home(x, self), scope.prefix, observed=True))
        values = np.broadcast_to(self.value(x, scope), (scope.frame.n,))
        return basis(values, knots_of(learnt, count))[:, 1:]

    def observed(self, response: str) -> Floats:
        """A response's values, the levels of a category as numbers; NaN where missing."""
        column = self.data.columns.get(response)
        if column is not None and column.codes is not None:
            codes = self.data.codes(response, self.data.rows)
            return np.where(codes < 0, np.nan, codes.astype(np.float64))
        scope = Scope(self.data.rows, response, observed=True)
        return np.broadcast_to(self.value(ast.Name(response), scope), (self.data.n,))

    def constant_rows(self, node: ast.Expression) -> Floats:
        """An expression of data, a value a row."""
        return self.value(node, Scope(self.data.rows, ""))

    def _statistic(self, name: str, node: ast.Expression, scope: Scope) -> Floats:
        """A constant learnt from the training data; of a `by` column over its levels."""
        values = self.value(node, Scope(home(node, self), scope.prefix, observed=True))
        return np.asarray(STATISTICS[name](values))[None]

    # --- layers ---

    def _layer(self, call: ast.Call, scope: Scope, named: str | None) -> Floats:
        # A layer's arguments are read as if outside any prior.
        scope = replace(scope, own={})
        if call.function in LAYERS:
            own_stem = named or stem(call, scope.prefix, {*self.data.columns, *self.derived})
            return LAYERS[call.function](LayerCall(call, own_stem, self, scope))
        if id(call) not in self.expanded:
            self.expanded[id(call)] = (call, expand(call, self.layers))
        body = self.expanded[id(call)][1]
        inner = layer_calls(body, {*LAYERS, *self.layers})
        if len(inner) != 1:
            # Reading: "a predictor of that name" is the statement's name where the call is a
            # whole statement (`x_part = cubic(x)`), else the user layer's (`mu_cubic`).
            prefix = named or f"{scope.prefix}_{call.function}"
            if scope.prefix in self.targets:  # its layers are parts of the same location
                self.targets.setdefault(prefix, self.targets[scope.prefix])
            if scope.prefix in self.scales:
                self.scales.setdefault(prefix, self.scales[scope.prefix])
            return self.value(body, replace(scope, prefix=prefix))
        # "A user layer with one layer in its body is that layer": the names are those that the
        # inner call would get in its place, also where there is arithmetic around it.
        inside = not is_additive(inner[0], body)
        self.curved += inside
        value = self._layer(inner[0], scope, named)
        self.curved -= inside
        hole = ast.Name("(layer)")
        filled = transform(body, lambda node: hole if node is inner[0] else None)
        return self.value(filled, replace(scope, own={hole.id: value}))

    # --- what an expression is made of ---

    def is_data(self, node: ast.Expression) -> bool:
        """Only columns and constants: the right side of a derived column."""
        calls = {c.function for c in calls_in(node)}
        allowed = {*FUNCTIONS, *STATISTICS, *SCALINGS}
        known = {*self.data.columns, *self.derived}
        return calls <= allowed and set(names_in(node)) <= known

    def is_known(self, node: ast.Expression) -> bool:
        """Only columns whose values are known before the fit."""
        measured = any(call.function == "measured" for call in calls_in(node))
        return not measured and not self.imputed.keys() & set(self.columns_of(node))

    def columns_of(self, node: ast.Expression) -> list[str]:
        """The data columns of an expression, also through derived columns."""
        found: list[str] = []
        for name in names_in(node):
            if name in self.data.columns:
                found.append(name)
            elif name in self.derived:
                found += self.columns_of(self.derived[name])
        return found

    def named_value(self, name: str, node: ast.Expression, frame: Frame) -> Floats:
        """A statement whose right side is exactly one layer call is a named layer."""
        scope = Scope(frame, name, width=self.widths.get(name, 1))
        if isinstance(node, ast.Call) and (node.function in LAYERS or node.function in self.layers):
            return self._layer(node, scope, name)
        return self.value(node, scope)

    def dims(self, indices: tuple[ast.Expression, ...]) -> tuple[tuple[Group | None, ...], Frame]:
        """The dimensions of an indexed parameter and the frame of all its elements, row-major."""
        dims = tuple(
            (
                None
                if isinstance(i, ast.Name) and i.id == "row" and "row" not in self.data.columns
                else group_of(i, self.data)
            )
            for i in indices
        )
        if not dims:
            return dims, CONSTANT
        frames = [self.data.rows if d is None else d.frame for d in dims]
        if len(frames) == 1:
            return dims, frames[0]
        grid = np.indices([f.n for f in frames]).reshape(len(frames), -1)
        codes: dict[str, Ints] = {}
        for places, frame in zip(grid, frames, strict=True):
            codes |= {name: levels[places] for name, levels in frame.codes.items()}
        return dims, Frame(grid.shape[1], codes)


def align(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """Both with as many axes as the longer has, the first axis being the places."""
    rank = max(a.ndim, b.ndim)
    return to_rank(a, rank), to_rank(b, rank)


def to_rank(a: Floats, rank: int) -> Floats:
    """Axes of length 1 at the end; a value that all places share may lose its one axis."""
    if rank == 0:
        return a.reshape(())
    return a.reshape(a.shape + (1,) * (rank - a.ndim))
