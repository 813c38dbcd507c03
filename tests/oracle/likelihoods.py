"""A call of a link, combinators around it or not -> what it says of a response.

The names of a link's own parameters begin with ``prefix``: the response, or in a mixture the
response and the component.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.special import gammaln  # type: ignore[import-untyped]

from bgen.syntax import ast

from . import combinators
from .conditional import Conditional, of_family
from .counts import VECTOR_PARAMETERS
from .data import BadProgram, Floats
from .densities import DENSITIES, REQUIRED, Density
from .distributions import Distributions
from .expressions import Scope, to_rank
from .features import group_of
from .layers.base import prior
from .links import CUTPOINTS, JOINT, LINKS, WIDE
from .links import classes as class_links
from .links import joint as joint_links
from .scaled import spread, target_of
from .special import softplus
from .supports import COUNTS, Support
from .targets import (
    COMBINATORS,
    Target,
    component_prefix,
    components,
    first_argument,
    has_reference,
)


@dataclass(frozen=True)
class Place:
    """Whose likelihood: the responses, what parameters are called after, where it stands."""

    responses: tuple[str, ...]
    prefix: str
    scope: Scope
    positive: bool = False  # whether it is about what is above 0, behind a hurdle

    def under(self, prefix: str) -> Place:
        return replace(self, prefix=prefix, scope=replace(self.scope, prefix=prefix))


class Likelihoods(Distributions):
    """How links are read."""

    def conditional(self, call: ast.Call, place: Place) -> Conditional:
        name = call.function
        if name in COMBINATORS:
            return self._combined(call, place)
        if name in WIDE:
            return self._classes(call, place)
        if name in JOINT:
            return self._joint(call, place)
        if name in LINKS:
            return self._linked(call, place)
        family, arguments = self.distribution(call, place.scope, place.prefix)
        rank = 2 if len(place.responses) > 1 else 1
        if name not in VECTOR_PARAMETERS:
            arguments = [a if a is None else to_rank(a, rank) for a in arguments]
        return of_family(name, family, arguments, family.support(*arguments) is COUNTS)

    # --- one response, one predictor ---

    def _linked(self, call: ast.Call, place: Place) -> Conditional:
        link = LINKS[call.function]
        # The components of a mixture may share a prefix: now it is the turn of this one.
        (response,) = place.responses
        first = first_argument(call)
        target = Target(response, place.prefix, call, first, positive=place.positive)
        self.targets[place.prefix] = target
        eta, given, function = self._read(call, list(link.parameters), place)
        values = [
            self.link_parameter(call, name, default, given.get(name), place)
            for name, default in link.parameters.items()
        ]
        return link.conditional(eta, function or link.default, *values)

    def _read(
        self, call: ast.Call, names: Sequence[str], place: Place
    ) -> tuple[Floats, dict[str, ast.Argument], str | None]:
        """The predictor, the other arguments by name, and the word after `link =`.

        Reading: positional arguments after the first are the parameters in the table's order.
        """
        given: dict[str, ast.Argument] = {}
        function, first, free = None, None, list(names)
        for argument in call.arguments:
            if argument.name is None and first is None:
                first = argument.value
            elif argument.name == "link" and isinstance(argument.value, ast.Name):
                function = argument.value.id
            elif argument.name is None and not free:
                raise BadProgram(f"`{call.function}` has too many arguments")
            else:
                given[argument.name or free.pop(0)] = argument
        if first is None or given.keys() - set(names):
            raise BadProgram(f"`{call.function}({', '.join(given)})`")
        width = self.widths.get(place.prefix, 1) if call.function in WIDE else 1
        return self.value(first, replace(place.scope, width=width)), given, function

    def link_parameter(
        self, call: ast.Call, name: str, default: Any, given: ast.Argument | None, place: Place
    ) -> Floats:
        inner = replace(place.scope, prefix=f"{place.prefix}_{name}")
        if name == "cutpoints":
            return self._cutpoints(call, default, given, place, inner)
        if name == "quantile":  # by its logits
            if given is not None and given.relation != "~":
                chance, rest = self.log_probability(given.value, inner)
                return chance - rest
            drawn = np.asarray(default) if given is None else self.given(given, inner)
            return np.log(drawn) - np.log1p(-drawn)
        if given is not None:
            return self.given(given, inner)
        if default is REQUIRED:
            raise BadProgram(f"`{call.function}` needs `{name}`")
        if callable(default):
            default = default(place.responses[0])
        if not isinstance(default, ast.Call):
            return np.array([default])
        target = target_of(self, place.prefix)
        # Both are in the units of the response: the sd of what is normal, the mean of the rest.
        if name in {"sigma", "beta"} and target is not None:
            default = prior("Exponential", 1.0 / spread(self, target))
        return self.hyper(inner.prefix, default, inner, (id(call), name))

    def _cutpoints(
        self, call: ast.Call, default: Any, given: ast.Argument | None, place: Place, inner: Scope
    ) -> Floats:
        """One less than levels; of `cumulative` in their order."""
        name, count = inner.prefix, len(self.data.columns[place.responses[0]].levels) - 1
        owner = (id(call), "cutpoints")
        if given is not None and given.relation != "~":
            value = self.value(given.value, inner)
            if value.shape[-1] != count:
                raise BadProgram(f"{count} cutpoints, not {value.shape[-1]}")
            return value
        if given is None and default is CUTPOINTS:
            first = self.hyper(
                f"{place.prefix}_cutpoint_first", prior("Normal", 0, 2), inner, owner
            )
            name, shape = f"{place.prefix}_cutpoint_gaps", (count - 1,)
            gaps = self.sample(name, prior("Exponential", 1), shape, shape, inner, owner)
            cutpoints = np.cumsum(np.concatenate([first, gaps]))
            self.reported[inner.prefix] = cutpoints
            return cutpoints[None]
        written = default if given is None else given.value
        if not isinstance(written, ast.Call):
            raise BadProgram("right of `~` stands a distribution")
        family, arguments = self.distribution(written, inner, name)
        if default is CUTPOINTS:
            family = ordered(family)
        return self.draw_site(name, family, arguments, (count,), (count,), owner)[None]

    # --- several predictors ---

    def _classes(self, call: ast.Call, place: Place) -> Conditional:
        options = ["trials", "reference"]
        eta, given, _ = self._read(call, options, place)
        if call.function == "categorical":
            count = len(self.data.columns[place.responses[0]].levels)
            return class_links.categorical(eta, count, has_reference(call))
        trials = None if "trials" not in given else self.given(given["trials"], place.scope)
        return class_links.multinomial(eta, trials, has_reference(call))

    def _joint(self, call: ast.Call, place: Place) -> Conditional:
        predictors = [a.value for a in call.arguments if a.name is None]
        named = {a.name: a for a in call.arguments if a.name is not None}
        k = len(place.responses)
        if len(predictors) != k:
            raise BadProgram(f"{k} responses, {len(predictors)} predictors")
        scopes = [replace(place.scope, prefix=name) for name in place.responses]
        values = [self.value(p, scope) for p, scope in zip(predictors, scopes, strict=True)]
        rows = [np.broadcast_to(value, (self.data.n,)) for value in values]
        scale = self._vector(call, "scale", prior("Exponential", 1), named.get("scale"), k, place)
        corr = prior("LKJ", 2) if "corr" not in named else named["corr"].value
        if not isinstance(corr, ast.Call) or corr.function not in ("LKJ", "LKJCholesky"):
            raise BadProgram("the prior of `corr` is LKJ")
        site, shape = f"{place.prefix}_corr_cholesky", (k, k)
        cholesky = ast.Call("LKJCholesky", corr.arguments)
        root = self.sample(site, cholesky, shape, shape, place.scope, (id(call), "corr"))
        self.reported[f"{place.prefix}_corr"] = root @ root.T
        mean = np.column_stack(rows)
        if scale.shape != (k,):  # one a row, for all responses
            by_row = scale[:, None]
            unit = self._joint_density(call, mean / by_row, root, named, place)
            return Conditional(lambda y: unit.log_prob(y / by_row) - k * np.log(scale))
        return self._joint_density(call, mean, scale[:, None] * root, named, place)

    def joint_scale(self, target: Target) -> float:
        """The scale of one of several responses, for layers that count in it."""
        given = next((a for a in target.call.arguments if a.name == "scale"), None)
        name, default = "_".join(target.responses), prior("Exponential", 1)
        place = Place(target.responses, name, Scope(self.data.rows, name))
        count = len(target.responses)
        scale = self._vector(target.call, "scale", default, given, count, place)
        if scale.shape != (count,):
            raise BadProgram("the scale of the residuals is not one number")
        return float(scale[target.responses.index(target.response)])

    def _joint_density(
        self,
        call: ast.Call,
        mean: Floats,
        factor: Floats,
        named: dict[str, ast.Argument],
        place: Place,
    ) -> Conditional:
        if call.function == "multivariate_gaussian":
            return joint_links.multivariate_gaussian(mean, factor)
        df = self.link_parameter(call, "df", 4.0, named.get("df"), place)
        return joint_links.multivariate_student_t(mean, factor, df)

    def _vector(
        self,
        call: ast.Call,
        name: str,
        default: ast.Call,
        given: ast.Argument | None,
        length: int,
        place: Place,
    ) -> Floats:
        """A parameter of a link that is a vector."""
        scope = replace(place.scope, prefix=f"{place.prefix}_{name}")
        if given is not None and given.relation != "~":
            value = self.value(given.value, scope)
            by_row = name == "scale" and value.shape[0] > 1
            return value if by_row else np.broadcast_to(value[0], (length,))
        written = default if given is None else given.value
        shape = (length,)
        targets = [target_of(self, response) for response in place.responses]
        if (
            name == "scale" and given is None and None not in targets
        ):  # each in units of its response
            sizes = np.array([spread(self, target) for target in targets if target is not None])
            exponential, owner = DENSITIES["Exponential"], (id(call), name)
            return self.draw_site(scope.prefix, exponential, [1 / sizes], shape, shape, owner)
        return self.sample(scope.prefix, written, shape, shape, scope, (id(call), name))

    # --- combinators ---

    def _combined(self, call: ast.Call, place: Place) -> Conditional:
        if call.function == "mixture":
            return self._mixture(call, place)
        inner = first_argument(call)
        if not isinstance(inner, ast.Call):
            raise BadProgram(f"`{call.function}` takes a link")
        behind = place.positive or call.function == "hurdle"
        link = self.conditional(inner, replace(place, positive=behind))
        orders = {
            "zero_inflated": ["gate"],
            "hurdle": ["gate"],
            "censored": ["left", "right", "interval"],
            "truncated": ["low", "high"],
            "weighted": ["weight"],
            "autoregressive": ["time", "by", "p", "q", "ar", "ma"],
        }
        free = orders[call.function]
        given: dict[str, ast.Argument] = {}
        for argument in call.arguments:
            if argument.value is not inner:
                given[argument.name or free[len(given)]] = argument
        if given.keys() - set(free):
            raise BadProgram(f"`{call.function}({', '.join(given)})`")

        def row(name: str) -> Floats | None:
            return None if name not in given else self.given(given[name], place.scope)

        match call.function:
            case "zero_inflated":
                gate = self._gate(call, given.get("gate"), prior("Beta", 1, 10), place)
                return combinators.zero_inflated(link, *gate)
            case "hurdle":
                gate = self._gate(call, given.get("gate"), prior("Beta", 1, 1), place)
                return combinators.hurdle(link, *gate)
            case "censored":
                return combinators.censored(link, row("left"), row("right"), row("interval"))
            case "truncated":
                return combinators.truncated(link, row("low"), row("high"))
            case "weighted":
                weight = row("weight")
                if weight is None:
                    raise BadProgram("`weighted` needs the weights")
                return combinators.weighted(link, weight)
            case _:
                return self._autoregressive(call, link, given, place)

    def _gate(
        self, call: ast.Call, given: ast.Argument | None, default: ast.Call, place: Place
    ) -> tuple[Floats, Floats]:
        """log gate, log(1 - gate)."""
        scope = replace(place.scope, prefix=f"{place.prefix}_gate")
        if given is not None and given.relation != "~":
            return self.log_probability(given.value, scope)
        written = given.value if given is not None else default
        if not isinstance(written, ast.Call):
            raise BadProgram("right of `~` stands a distribution")
        gate = self.hyper(scope.prefix, written, scope, (id(call), "gate"))
        return np.log(gate), np.log1p(-gate)

    def log_probability(self, node: ast.Expression, scope: Scope) -> tuple[Floats, Floats]:
        """log p and log(1 - p), by the logits where p is a sigmoid, also through names."""
        while isinstance(node, ast.Name) and node.id in self.predictors:
            scope = replace(scope, prefix=node.id)
            node = self.predictors[node.id].node
        if isinstance(node, ast.Call) and node.function == "sigmoid":
            logits = self.value(node.arguments[0].value, scope)
            return -softplus(-logits), -softplus(logits)
        p = self.value(node, scope)
        return np.log(p), np.log1p(-p)

    def _mixture(self, call: ast.Call, place: Place) -> Conditional:
        inner = components(call)
        prefixes = [component_prefix(place.prefix, component) for component in inner]
        links = [
            self.conditional(component, place.under(prefix))
            for component, prefix in zip(inner, prefixes, strict=True)
        ]
        given = next((a for a in call.arguments if a.name == "weights"), None)
        scope = replace(place.scope, prefix=f"{place.prefix}_weights")
        if given is not None and given.relation != "~":
            value = self.value(given.value, scope)
            if value.ndim == 1 and len(links) == 2:
                return combinators.mixture(links, self.log_probability(given.value, scope))
        else:
            written = prior("Dirichlet", *[1.0] * len(links)) if given is None else given.value
            vector = isinstance(written, ast.Call) and written.function == "Dirichlet"
            shape = (len(links),) if vector else ()
            owner = (id(call), "weights")
            value = self.sample(scope.prefix, written, shape, shape, scope, owner)[None]
            if not vector:
                return combinators.mixture(links, [np.log(value), np.log1p(-value)])
        if value.shape[-1] != len(links):
            raise BadProgram(f"{len(links)} components, {value.shape[-1]} weights")
        return combinators.mixture(links, [np.log(value[:, k]) for k in range(len(links))])

    def _autoregressive(
        self, call: ast.Call, link: Conditional, given: dict[str, ast.Argument], place: Place
    ) -> Conditional:
        """Rows are put in order of `time` within `by`."""
        rows = np.arange(self.data.n)
        if "time" in given:
            rows = np.argsort(self.value(given["time"].value, place.scope), kind="stable")
        groups = np.zeros(self.data.n, dtype=np.int64)
        if "by" in given:
            groups = group_of(given["by"].value, self.data).codes(self.data, self.data.rows)
        order = [rows[groups[rows] == g].tolist() for g in np.unique(groups)]
        coefficients = []
        for name, option, default in (("ar", "p", 1), ("ma", "q", 0)):
            argument = given.get(option)
            count = default if argument is None else int(self.value(argument.value, place.scope)[0])
            coefficients.append(
                self._vector(call, name, prior("Normal", 0, 0.5), given.get(name), count, place)
                if count
                else np.zeros(0)
            )
        return combinators.autoregressive(link, *coefficients, order)


def ordered(family: Density) -> Density:
    """Independent values restricted to their order: the density is k! times as high there."""

    def support(*parameters: Floats) -> Support:
        return replace(family.support(*parameters), kind="ordered")

    def log_prob(x: Floats, *parameters: Floats) -> Floats:
        each = np.broadcast_to(family.log_prob(x, *parameters), x.shape)
        return np.asarray(each.sum(axis=-1) + gammaln(x.shape[-1] + 1.0))

    return Density(family.parameters, support, log_prob, event=1)
