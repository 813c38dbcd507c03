"""A syntax tree, data and values of its sites -> the log joint density, term by term.

It walks the statements in their order, as a reader would with a pencil.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from bgen.syntax import ast

from . import truncation
from .counts import VECTOR_PARAMETERS
from .data import CONSTANT, BadProgram, Data, Floats, Unsupported
from .densities import DENSITIES, REQUIRED, Density
from .expressions import Expressions, Parameter, Predictor, Scope, to_rank
from .features import Group
from .links import LINKS
from .supports import Support

# How a site gets its value: its name, its shape and where it lives.
Provide = Callable[[str, tuple[int, ...], Support], Floats]


@dataclass(frozen=True)
class Site:
    shape: tuple[int, ...]
    support: Support
    values: Floats
    owner: object


class Evaluator(Expressions):
    """One pass over a program; afterwards ``sites``, ``terms`` and ``named`` are filled."""

    def __init__(self, program: ast.Program, data: Data, provide: Provide) -> None:
        super().__init__(program, data)
        self.provide = provide
        self.sites: dict[str, Site] = {}
        self.terms: dict[str, float] = {}
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
            dims, frame = self.dims(target.indices)
            values = self.value(node, Scope(frame, name))
            full = np.broadcast_to(values, (frame.n, *values.shape[1:]))
            table = full.reshape((*self._counts(dims), *values.shape[1:]))
            self.parameters[name] = Parameter(dims, table)
        elif self.is_data(node):
            self.derived[name] = node
        else:
            self.predictors[name] = Predictor(node, self.named_value(name, node, self.data.rows))

    def _parameter(self, target: ast.Target, call: ast.Call) -> None:
        dims, frame = self.dims(target.indices)
        name = target.name
        scope = Scope(frame, name)
        density, arguments = self._distribution(call, scope, name)
        counts = self._counts(dims)
        trailing = _trailing(density, arguments)
        values = self._sample(
            name, density, arguments, (frame.n, *trailing), (*counts, *trailing), target
        )
        self.parameters[name] = Parameter(dims, values.reshape((*counts, *trailing)))

    def _counts(self, dims: tuple[Group | None, ...]) -> tuple[int, ...]:
        return tuple(self.data.n if d is None else d.count for d in dims)

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

    def named(self) -> dict[str, Floats]:
        """Predictors, a value a row or one for all, and derived indexed parameters, as tables."""
        found = {
            name: (p.values[0] if p.values.shape[0] == 1 < self.data.n else p.values)
            for name, p in self.predictors.items()
        }
        tables = {name: p.values for name, p in self.parameters.items() if name not in self.sites}
        return {**found, **tables}

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
            ends = [
                replace(a, name=a.name or end)
                for a, end in zip(call.arguments[1:], ("low", "high"), strict=False)
            ]
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
        # Reading: Bernoulli(logits = ...) has one parameter, whichever of the two is spelt.
        spelt = [n for n, d in density.parameters.items() if n in bound or d is not None]
        for name, default in density.parameters.items():
            prefix = f"{target}_{name}"
            if name in bound:
                argument = bound[name]
                if argument.relation != "~" and name == spelt[0]:
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
        padded = [None if a is None else to_rank(a, len(shape)) for a in arguments]
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


def _trailing(density: Density, arguments: list[Floats | None]) -> tuple[int, ...]:
    """The axes that a parameter has of its own: those of its distribution's parameters."""
    return np.broadcast_shapes(*(a.shape[1:] for a in arguments if a is not None))


def _outer(end: Floats, shape: tuple[int, ...], outer: tuple[int, ...]) -> Floats:
    if end.size == 1:
        return end.reshape(())
    return np.broadcast_to(end, shape).reshape(outer)


def _log_prob(family: Density, y: Floats, arguments: list[Floats | None], pad: bool) -> Floats:
    rank = y.ndim
    padded = [a if a is None or not pad else to_rank(a, rank) for a in arguments]
    return family.log_prob(y, *padded)
