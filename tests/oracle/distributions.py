"""Calls of distributions -> sites: their names, shapes, supports and log densities."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from bgen.syntax import ast

from . import truncation
from .data import CONSTANT, BadProgram, Data, Floats, Unsupported
from .densities import DENSITIES, REQUIRED, Density
from .expressions import Expressions, Scope, to_rank
from .supports import REAL, Support
from .targets import find_order

# How a site gets its value: its name, its shape and where it lives.
Provide = Callable[[str, tuple[int, ...], Support], Floats]


@dataclass(frozen=True)
class Site:
    shape: tuple[int, ...]
    support: Support
    values: Floats
    owner: object


class Distributions(Expressions):
    """What samples."""

    def __init__(self, program: ast.Program, data: Data, provide: Provide) -> None:
        super().__init__(program, data)
        self.provide = provide
        self.sites: dict[str, Site] = {}
        self.terms: dict[str, float] = {}
        self.order = find_order(program, data)

    def given(self, argument: ast.Argument, scope: Scope) -> Floats:
        """`sigma ~ D` is a prior of the site ``scope.prefix``; anything else is a value."""
        if argument.relation != "~":
            return self.value(argument.value, scope)
        if not isinstance(argument.value, ast.Call):
            raise BadProgram("right of `~` stands a distribution")
        return self.hyper(scope.prefix, argument.value, scope, argument)

    def hyper(self, name: str, call: ast.Call, scope: Scope, owner: object) -> Floats:
        """A scalar site of a link or of a distribution."""
        constant = replace(scope, frame=CONSTANT)
        return self.sample(name, call, (), (), constant, owner)[None]

    def distribution(
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
                values.append(self.given(argument, replace(scope, prefix=prefix)))
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
        density, arguments = self.distribution(call, scope, name)
        if call.function == "Dirichlet" and arguments[0] is not None:
            # `Dirichlet(a)` infers its dimension.
            arguments = [np.broadcast_to(arguments[0], (1, shape[-1]))]
        return self.draw_site(name, density, arguments, shape, outer, owner)

    def draw_site(
        self,
        name: str,
        density: Density,
        arguments: list[Floats | None],
        shape: tuple[int, ...],
        outer: tuple[int, ...],
        owner: object,
    ) -> Floats:
        if name in self.sites:
            return self._again(name, shape, owner)
        padded = [None if a is None else to_rank(a, len(shape)) for a in arguments]
        support = density.support(*padded)
        over = replace(
            support,
            low=_outer(support.low, shape, outer),
            high=_outer(support.high, shape, outer),
        )
        values = self._obtain(name, over, shape, outer, owner)
        log_prob = np.asarray(density.log_prob(values, *padded))
        event = shape[: len(shape) - density.event]
        if event:
            log_prob = np.broadcast_to(log_prob, event)
        elif log_prob.size != 1:
            raise ValueError(f"`{name}` has a density of shape {log_prob.shape}")
        self.terms[name] = float(np.sum(log_prob))
        return values

    def special(
        self,
        name: str,
        shape: tuple[int, ...],
        outer: tuple[int, ...],
        log_prob: Callable[[Floats], object],
        owner: object,
    ) -> Floats:
        """A real site whose density is no distribution of the language."""
        if name in self.sites:
            return self._again(name, shape, owner)
        values = self._obtain(name, REAL, shape, outer, owner)
        self.terms[name] = float(np.sum(log_prob(values)))  # type: ignore[arg-type]
        return values

    def _again(self, name: str, shape: tuple[int, ...], owner: object) -> Floats:
        """The same site asked for once more."""
        theirs = self.sites[name].owner
        if theirs is not owner and not (isinstance(owner, tuple) and theirs == owner):
            raise BadProgram(f"two sites would be called `{name}`")
        return self.sites[name].values.reshape(shape)

    def _obtain(
        self,
        name: str,
        support: Support,
        shape: tuple[int, ...],
        outer: tuple[int, ...],
        owner: object,
    ) -> Floats:
        if name in self.data.columns:
            raise BadProgram(f"the site `{name}` would be called like a column")
        if name in self.order:
            support = self._in_order(name, support)
        given = np.asarray(self.provide(name, outer, support), dtype=np.float64)
        if given.shape != outer:
            raise ValueError(f"`{name}` has shape {given.shape}, not {outer}")
        values = given.reshape(shape)
        self.sites[name] = Site(outer, support, values, owner)
        return values

    def _in_order(self, name: str, support: Support) -> Support:
        """`order =`: above the components before it that are known, below those after it."""
        names, place = self.order[name]
        known = {other: self.sites[other].values for other in names if other in self.sites}
        below = [known[other] for other in names[:place] if other in known]
        above = [known[other] for other in names[place + 1 :] if other in known]
        return replace(
            support,
            low=np.max([support.low, *(v.reshape(()) for v in below)], axis=0),
            high=np.min([support.high, *(v.reshape(()) for v in above)], axis=0),
        )


def _outer(end: Floats, shape: tuple[int, ...], outer: tuple[int, ...]) -> Floats:
    if end.size == 1:
        return end.reshape(())
    return np.broadcast_to(end, shape).reshape(outer)
