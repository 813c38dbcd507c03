"""A syntax tree, data and values of its sites -> the log joint density, term by term.

It walks the statements in their order, as a reader would with a pencil. Values are arrays whose
first axis is the places of a frame (or 1 where all places agree); further axes are widths.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from scipy.special import expit

from bgen.syntax import ast

from . import truncation
from .counts import VECTOR_PARAMETERS
from .data import CONSTANT, BadProgram, Data, Floats, Frame, Ints, Unsupported
from .densities import DENSITIES, REQUIRED, Density, softplus
from .features import Group, design, flatten, group_of, home, is_category
from .layers import LAYERS, LayerCall
from .links import LINKS
from .names import names_in, positional, stem
from .supports import Support
from .userlayers import count_layers, expand

FUNCTIONS: Mapping[str, Callable[[Floats], Any]] = {
    "exp": np.exp,
    "log": np.log,
    "log1p": np.log1p,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "sigmoid": expit,
    "softplus": softplus,
    "tanh": np.tanh,
}
STATISTICS: Mapping[str, Callable[[Floats], Any]] = {
    "mean": lambda x: x.mean(axis=0),
    "sd": lambda x: x.std(axis=0, ddof=1),
    "min": lambda x: x.min(axis=0),
    "max": lambda x: x.max(axis=0),
}
SCALINGS = {"standardize", "center"}
REDUCTIONS = {"dot", "sum"}

# How a site gets its value: its name, its shape and where it lives.
Provide = Callable[[str, tuple[int, ...], Support], Floats]


@dataclass(frozen=True)
class Scope:
    """Where an expression stands: its places, what its layers are called after, nearest names."""

    frame: Frame
    prefix: str
    own: Mapping[str, Floats] = field(default_factory=dict)


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


@dataclass(frozen=True)
class Site:
    shape: tuple[int, ...]
    support: Support
    values: Floats
    owner: object


class Evaluator:
    """One pass over a program; afterwards ``sites``, ``terms`` and ``named`` are filled."""

    def __init__(self, program: ast.Program, data: Data, provide: Provide) -> None:
        self.data = data
        self.provide = provide
        self.layers = {s.name: s for s in program.statements if isinstance(s, ast.LayerDefinition)}
        self.derived: dict[str, ast.Expression] = {}
        self.parameters: dict[str, Parameter] = {}
        self.predictors: dict[str, Predictor] = {}
        self.sites: dict[str, Site] = {}
        self.terms: dict[str, float] = {}
        self._expanded: dict[int, tuple[ast.Call, ast.Expression]] = {}
        with np.errstate(all="ignore"):
            for statement in program.statements:
                self._statement(statement)

    # --- statements ---

    def _statement(self, statement: ast.Statement) -> None:
        match statement:
            case ast.Assignment():
                self._assign(statement.target, statement.value)
            case ast.Distributed():
                if len(statement.targets) > 1:
                    raise Unsupported("a joint response")
                if not isinstance(statement.value, ast.Call):
                    raise BadProgram("right of `~` stands a distribution or a link")
                target = statement.targets[0]
                if target.name in self.data.columns or target.name in self.derived:
                    self._likelihood(target.name, statement.value)
                else:
                    self._parameter(target, statement.value)
            case ast.Priors():
                if statement.policy.id != "unit":
                    raise Unsupported(f"priors {statement.policy.id}")
            case _:
                pass  # model, data, layer: read before; fit, reparam, report: not the density

    def _assign(self, target: ast.Target, node: ast.Expression) -> None:
        name = target.name
        if target.indices:
            dims, frame = self._dims(target.indices)
            values = self.value(node, Scope(frame, name))
            self.parameters[name] = Parameter(dims, _fold(values, frame, dims))
        elif self._is_data(node):
            self.derived[name] = node
        else:
            self.predictors[name] = Predictor(node, self._named(name, node, self.data.rows))

    def _named(self, name: str, node: ast.Expression, frame: Frame) -> Floats:
        """A statement whose right side is exactly one layer call is a named layer."""
        scope = Scope(frame, name)
        if isinstance(node, ast.Call) and (node.function in LAYERS or node.function in self.layers):
            return self._layer(node, scope, name)
        return self.value(node, scope)

    def _parameter(self, target: ast.Target, call: ast.Call) -> None:
        dims, frame = self._dims(target.indices)
        name = target.name
        scope = Scope(frame, name)
        density, arguments = self._distribution(call, scope, name)
        counts = tuple(self.data.n if d is None else d.count for d in dims)
        trailing = _trailing(density, arguments)
        values = self._sample(
            name, density, arguments, (frame.n, *trailing), (*counts, *trailing), target
        )
        self.parameters[name] = Parameter(dims, values.reshape((*counts, *trailing)))

    def _dims(
        self, indices: tuple[ast.Expression, ...]
    ) -> tuple[tuple[Group | None, ...], Frame]:
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

    def _likelihood(self, response: str, call: ast.Call) -> None:
        scope = Scope(self.data.rows, response)
        if response in self.data.columns and self.data.columns[response].codes is not None:
            y = self.data.codes(response, self.data.rows).astype(np.float64)
        else:
            y = self.value(ast.Name(response), scope)
        if call.function in LINKS:
            density = self._linked(response, call, y, scope)
        else:
            family, arguments = self._distribution(call, scope, response)
            vector = call.function in VECTOR_PARAMETERS
            density = _log_prob(family, y, arguments, pad=not vector)
        if response in self.terms:
            raise BadProgram(f"`{response}` has two likelihoods")
        self.terms[response] = float(np.sum(np.broadcast_to(density, y.shape)))

    def _linked(self, response: str, call: ast.Call, y: Floats, scope: Scope) -> Floats:
        link = LINKS[call.function]
        given: dict[str, ast.Argument] = {}
        function = link.default
        predictors: list[ast.Expression] = []
        # Reading: positional arguments after the first are the parameters in the table's order.
        free = list(link.parameters)
        for argument in call.arguments:
            if argument.name is None and not predictors:
                predictors.append(argument.value)
            elif argument.name == "link" and isinstance(argument.value, ast.Name):
                function = argument.value.id
            else:
                given[argument.name or free.pop(0)] = argument
        unknown = given.keys() - link.parameters.keys()
        if unknown:
            raise Unsupported(f"`{call.function}({', '.join(sorted(unknown))})`")
        eta = self.value(predictors[0], scope)
        values = []
        for name, default in link.parameters.items():
            inner = replace(scope, prefix=f"{response}_{name}")
            if name in given:
                values.append(self._given(given[name], inner))
            elif isinstance(default, ast.Call):
                values.append(self._hyper(inner.prefix, default, inner, call))
            elif default is REQUIRED:
                raise BadProgram(f"`{call.function}` needs `{name}`")
            else:
                values.append(np.array([default]))
        return link.log_density(y, eta, function, *values)

    # --- distributions and sites ---

    def _given(self, argument: ast.Argument, scope: Scope) -> Floats:
        """`sigma ~ D` is a prior of the site ``scope.prefix``; anything else is a value."""
        if argument.relation != "~":
            return self.value(argument.value, scope)
        if not isinstance(argument.value, ast.Call):
            raise BadProgram("right of `~` stands a distribution")
        return self._hyper(scope.prefix, argument.value, scope, argument)

    def _hyper(self, name: str, call: ast.Call, scope: Scope, owner: object) -> Floats:
        """A scalar site of a link or of a distribution."""
        constant = replace(scope, frame=CONSTANT)
        return self.sample(name, call, (), (), constant, owner)[None]

    def _distribution(
        self, call: ast.Call, scope: Scope, target: str
    ) -> tuple[Density, list[Floats | None]]:
        """The family and its parameters in order; layers in the first take the target's name."""
        if call.function == "Truncated":
            inner = call.arguments[0].value
            if not isinstance(inner, ast.Call):
                raise BadProgram("`Truncated` takes a distribution")
            density = truncation.truncated(inner.function)
            ends = [replace(a, name=a.name or end) for a, end in zip(
                call.arguments[1:], ("low", "high"), strict=False
            )]
            listed = (*inner.arguments, *ends)
        elif call.function in DENSITIES:
            density, listed = DENSITIES[call.function], call.arguments
        else:
            raise Unsupported(f"distribution `{call.function}`")
        if call.function == "Dirichlet":
            parts = [self.value(a.value, scope) for a in listed]
            return density, [np.stack(parts, axis=-1) if len(parts) > 1 else parts[0]]
        bound: dict[str, ast.Argument] = {}
        order = list(density.parameters)
        for position, argument in enumerate(listed):
            bound[argument.name or order[position]] = argument
        if bound.keys() - density.parameters.keys():
            raise BadProgram(f"parameters of `{call.function}`: {', '.join(bound)}")
        values: list[Floats | None] = []
        for position, (name, default) in enumerate(density.parameters.items()):
            prefix = f"{target}_{name}"
            if name in bound:
                argument = bound[name]
                if argument.relation != "~" and position == 0:
                    prefix = target
                values.append(self._given(argument, replace(scope, prefix=prefix)))
            elif default is REQUIRED:
                raise BadProgram(f"`{call.function}` needs `{name}`")
            else:
                values.append(None if default is None else np.array([default]))
        return density, values

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
        if not isinstance(call, ast.Call):
            raise BadProgram(f"the prior of `{name}` is no distribution")
        density, arguments = self._distribution(call, scope, name)
        return self._sample(name, density, arguments, shape, outer, owner)

    def _sample(
        self,
        name: str,
        density: Density,
        arguments: list[Floats | None],
        shape: tuple[int, ...],
        outer: tuple[int, ...],
        owner: object,
    ) -> Floats:
        if name in self.sites:
            if self.sites[name].owner is not owner:
                raise BadProgram(f"two sites would be called `{name}`")
            return self.sites[name].values.reshape(shape)
        if name in self.data.columns:
            raise BadProgram(f"the site `{name}` would be called like a column")
        padded = [_to_rank(a, len(shape)) for a in arguments]
        support = density.support(*padded)
        over = replace(
            support,
            low=_outer(support.low, shape, outer),
            high=_outer(support.high, shape, outer),
        )
        given = np.asarray(self.provide(name, outer, over), dtype=np.float64)
        if given.shape != outer:
            raise ValueError(f"`{name}` has shape {given.shape}, not {outer}")
        values = given.reshape(shape)
        self.sites[name] = Site(outer, over, values, owner)
        log_prob = density.log_prob(values, *padded)
        event = shape[: len(shape) - density.event]
        self.terms[name] = float(np.sum(np.broadcast_to(log_prob, event)))
        return values

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
                    a, b = _align(total, self.value(term, scope))
                    total = a + b if sign == "+" else a - b
                return total
            case ast.Product():
                product = np.ones(1)
                for sign, factor in node.factors:
                    a, b = _align(product, self.value(factor, scope))
                    product = a * b if sign == "*" else a / b
                return product
            case ast.Power():
                a, b = _align(self.value(node.base, scope), self.value(node.exponent, scope))
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

    def _name(self, name: str, scope: Scope) -> Floats:
        if name in scope.own:
            return scope.own[name]
        if name in self.data.columns:
            return self.data.numbers(name, scope.frame)
        if name in self.derived:
            return self.value(self.derived[name], Scope(scope.frame, name))
        if name in self.parameters:
            if self.parameters[name].dims:
                raise BadProgram(f"`{name}` is indexed")
            return self.parameters[name].values[None]
        if name in self.predictors:
            known = self.predictors[name]
            if known.values.shape[0] == 1 or scope.frame.is_rows:
                return known.values
            return self._named(name, known.node, scope.frame)
        raise BadProgram(f"`{name}` is not defined here")

    def _index(self, node: ast.Index, scope: Scope) -> Floats:
        if node.name not in self.parameters:
            raise BadProgram(f"`{node.name}` is no indexed parameter")
        parameter = self.parameters[node.name]
        dims, _ = self._dims(node.indices)
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
            return np.asarray(FUNCTIONS[name](self.value(arguments[0], scope)))
        if name in STATISTICS:
            return self._statistic(name, arguments[0], scope)
        if name in SCALINGS:
            centred = self.value(arguments[0], scope) - self._statistic("mean", arguments[0], scope)
            if name == "center":
                return centred
            return np.asarray(centred / self._statistic("sd", arguments[0], scope))
        if name == "dot":
            left, right = (self.value(a, scope) for a in arguments)
            return np.asarray(np.sum(left * right, axis=-1))
        if name == "sum":
            return np.asarray(np.sum(self.value(arguments[0], scope), axis=-1))
        raise Unsupported(f"`{name}(...)`")

    def _statistic(self, name: str, node: ast.Expression, scope: Scope) -> Floats:
        """A constant learnt from the training data; of a `by` column over its levels."""
        values = self.value(node, Scope(home(node, self), scope.prefix))
        return np.asarray(STATISTICS[name](values))[None]

    # --- layers ---

    def _layer(self, call: ast.Call, scope: Scope, named: str | None) -> Floats:
        own_stem = named or stem(call, scope.prefix, {*self.data.columns, *self.derived})
        # A layer's arguments are read as if outside any prior.
        inner = replace(scope, prefix=own_stem, own={})
        if call.function in LAYERS:
            return LAYERS[call.function](LayerCall(call, own_stem, self, inner))
        if id(call) not in self._expanded:
            self._expanded[id(call)] = (call, expand(call, self.layers))
        body = self._expanded[id(call)][1]
        if count_layers(body, {*LAYERS, *self.layers}) != 1:
            return self.value(body, inner)
        return self._value_with(body, inner, own_stem)

    def _value_with(self, body: ast.Expression, scope: Scope, name: str) -> Floats:
        """The value of a body with one layer in it, which takes the name of the whole."""
        if isinstance(body, ast.Call) and (body.function in LAYERS or body.function in self.layers):
            return self._layer(body, scope, name)
        # The layer stands deeper: its value is put in place of its call.
        calls = [c for c in _calls(body) if c.function in LAYERS or c.function in self.layers]
        value = self._layer(calls[0], scope, name)
        hole = ast.Name("(layer)")
        filled = _replace(body, calls[0], hole)
        return self.value(filled, replace(scope, own={**scope.own, hole.id: value}))

    # --- what an expression is made of ---

    def _is_data(self, node: ast.Expression) -> bool:
        """Only columns and constants: the right side of a derived column."""
        calls = {c.function for c in _calls(node)}
        allowed = {*FUNCTIONS, *STATISTICS, *SCALINGS}
        known = {*self.data.columns, *self.derived}
        return calls <= allowed and set(names_in(node)) <= known

    def columns_of(self, node: ast.Expression) -> list[str]:
        """The data columns of an expression, also through derived columns."""
        found: list[str] = []
        for name in names_in(node):
            if name in self.data.columns:
                found.append(name)
            elif name in self.derived:
                found += self.columns_of(self.derived[name])
        return found
