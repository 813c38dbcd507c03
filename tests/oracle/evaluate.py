"""A syntax tree, data and values of its sites -> the log joint density, term by term.

It walks the statements in their order, as a reader would with a pencil.
"""

from __future__ import annotations

import numpy as np

from bgen.syntax import ast
from bgen.syntax.printer import print_expression

from .conditional import Conditional
from .data import BadProgram, Data, Floats
from .densities import DENSITIES, Density, normal
from .distributions import Provide
from .expressions import Parameter, Predictor, Scope
from .features import Group
from .likelihoods import Likelihoods, Place
from .links import JOINT, LINKS
from .scaled import at_mean, centre, sign_of, size, target_of
from .supports import POSITIVE, REAL, UNIT
from .targets import Target, names_used

TYPES = {"positive": POSITIVE, "proportion": UNIT}


class Evaluator(Likelihoods):
    """One pass over a program; afterwards ``sites``, ``terms`` and ``named`` are filled."""

    def __init__(self, program: ast.Program, data: Data, provide: Provide) -> None:
        super().__init__(program, data, provide)
        self.used = names_used(program)
        self.rows: dict[str, Floats] = {}
        self._true: dict[tuple[str, str], Floats] = {}
        self._at_means: list[tuple[str, str, Target, object]] = []
        with np.errstate(all="ignore"):
            for statement in program.statements:
                self._statement(statement)
            for name, prefix, target, owner in self._at_means:
                self._place_intercept(name, prefix, target, owner)

    # --- statements ---

    def _statement(self, statement: ast.Statement) -> None:
        match statement:
            case ast.Assignment():
                self._assign(statement.target, statement.value)
            case ast.Distributed():
                if not isinstance(statement.value, ast.Call):
                    raise BadProgram("right of `~` stands a distribution or a link")
                names = [target.name for target in statement.targets]
                if all(name in self.data.columns or name in self.derived for name in names):
                    self._likelihood(names, statement.value)
                elif len(names) == 1:
                    self._parameter(statement.targets[0], statement.value)
                else:
                    raise BadProgram("several names at once that are not all columns")
            case _:
                pass  # model, data, layer, priors: read before; fit, reparam, report: no density

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
        density, arguments = self.distribution(call, Scope(frame, name), name)
        counts = self._counts(dims)
        trailing = _trailing(arguments)
        values = self.draw_site(
            name, density, arguments, (frame.n, *trailing), (*counts, *trailing), target
        )
        self.parameters[name] = Parameter(dims, values.reshape((*counts, *trailing)))

    def _counts(self, dims: tuple[Group | None, ...]) -> tuple[int, ...]:
        return tuple(self.data.n if d is None else d.count for d in dims)

    def _likelihood(self, names: list[str], call: ast.Call) -> None:
        response = "_".join(names)
        if response in self.terms:
            raise BadProgram(f"`{response}` has two likelihoods")
        scope = Scope(self.data.rows, response)
        conditional = self.conditional(call, Place(tuple(names), response, scope))
        columns = [self.observed(name) for name in names]
        if len(names) == 1 and self._is_imputed(names[0]):
            columns = [self._impute(names[0], columns[0])]
        y = columns[0] if len(columns) == 1 else np.column_stack(columns)
        self._observe(response, conditional, y)

    def _observe(self, response: str, conditional: Conditional, y: Floats) -> None:
        """The rows whose response is known count; of several responses, all of them."""
        known = ~np.isnan(y) if y.ndim == 1 else ~np.isnan(y).any(axis=1)
        stand_in = y[np.argmax(known)]
        filled = np.where(known if y.ndim == 1 else known[:, None], y, stand_in)
        log_prob = np.broadcast_to(conditional.log_prob(filled), known.shape)
        self.rows[response] = np.where(known, log_prob, 0.0)
        self.terms[response] = float(np.sum(self.rows[response]))

    # --- missing inputs, inputs with error ---

    def _is_imputed(self, name: str) -> bool:
        column = self.data.columns.get(name)
        return column is not None and column.missing and name in self.used

    def _impute(self, name: str, y: Floats) -> Floats:
        """The missing values are a flat site, in order of rows; the likelihood is of all rows."""
        column, missing = self.data.columns[name], np.isnan(y)
        if column.type not in {"real", *TYPES}:
            raise BadProgram(f"`{name}` cannot be imputed: it is no real number")
        filled = y.copy()
        if missing.any():
            shape = (int(missing.sum()),)
            support = TYPES.get(column.type, REAL)
            flat = Density({}, lambda: support, lambda x: np.zeros_like(x))
            filled[missing] = self.draw_site(f"{name}_imputed", flat, [], shape, shape, column)
        self.imputed[name] = filled
        return filled

    def measured(self, node: ast.Call, scope: Scope) -> Floats:
        """Sites for the true values, a likelihood of those read off; made once."""
        column, error = (a.value for a in node.arguments)
        if not isinstance(column, ast.Name):
            raise BadProgram("`measured` takes a column and its standard error")
        if not scope.frame.is_rows:
            raise BadProgram("`measured` where there are no rows")
        name, key = column.id, (column.id, print_expression(error))
        if key not in self._true:
            if name in self.terms:
                raise BadProgram(f"`{name}` has two likelihoods")
            x = self.observed(name)
            m, s = np.asarray(np.nanmean(x)), np.asarray(np.nanstd(x, ddof=1))
            rows, owner = (self.data.n,), (id(column), "measured")
            arguments: list[Floats | None] = [m[None], s[None]]
            mean = self.draw_site(
                f"{name}_true_mean", DENSITIES["Normal"], arguments, (), (), owner
            )
            sd = self.draw_site(
                f"{name}_true_sd", DENSITIES["HalfNormal"], [s[None]], (), (), owner
            )
            true = self.draw_site(
                f"{name}_true", DENSITIES["Normal"], [mean[None], sd[None]], rows, rows, owner
            )
            se = self.value(error, scope)
            self._observe(name, Conditional(lambda y: normal(y, true, se)), x)
            self._true[key] = true
        return self._true[key]

    # --- what layers ask about the link they stand in ---

    def residual_scale(self, scope: Scope) -> float:
        target = self.targets.get(scope.prefix)
        if target is None and scope.prefix in self.scales:
            prefix, written = self.scales[scope.prefix]
            if written is None:
                return 1.0
            rows = Scope(self.data.rows, f"{prefix}_scale")
            return self._single(self.given(written, rows))
        if target is not None and target.call.function in JOINT:
            return self.joint_scale(target)
        if target is None or target.call.function not in LINKS:
            return 2.0 if target is not None and target.function == "softmax" else 1.0
        parameters = LINKS[target.call.function].parameters
        if "sigma" not in parameters:
            return 2.0 if target.function == "logit" else 1.0
        given = {a.name: a for a in target.call.arguments if a.name is not None}
        unnamed = [a for a in target.call.arguments if a.name is None][1:]
        free = [name for name in parameters if name not in given]
        given |= dict(zip(free, unnamed, strict=False))
        rows = Scope(self.data.rows, target.prefix)
        place = Place((target.response,), target.prefix, rows)
        sigma = self.link_parameter(
            target.call, "sigma", parameters["sigma"], given.get("sigma"), place
        )
        return self._single(sigma)

    def _single(self, sigma: Floats) -> float:
        if sigma.size != 1:
            raise BadProgram("the scale of the residuals is not one number")
        return float(sigma.item())

    def intercept_at_means(
        self, name: str, prefix: str, shape: tuple[int, ...], owner: object
    ) -> Floats:
        flat = Density({}, lambda: REAL, lambda x: np.zeros_like(x))
        outer = () if shape == (1,) else shape
        values = self.draw_site(name, flat, [], shape, outer, owner)
        target = target_of(self, prefix)
        assert target is not None
        self._at_means.append((name, prefix, target, owner))
        return values

    def _place_intercept(self, name: str, prefix: str, target: Target, owner: object) -> None:
        """The predictor at the means of the columns is Normal(link(mean y), 2.5 s)."""
        # Of the columns of its own statement, and of the predictors that this one includes.
        own = self.predictors.get(prefix)
        whole = target.predictor if own is None else own.node
        sign = sign_of(self, whole, owner)
        middle = sign * self.sites[name].values + at_mean(self, whole)
        spread = np.asarray(2.5 * size(self, target))
        self.terms[name] = float(np.sum(normal(middle, np.asarray(centre(self, target)), spread)))

    # --- results ---

    def named(self) -> dict[str, Floats]:
        """Predictors, a value a row or one for all, derived tables, and what layers report."""
        found = {
            name: (p.values[0] if p.values.shape[0] == 1 < self.data.n else p.values)
            for name, p in self.predictors.items()
        }
        tables = {name: p.values for name, p in self.parameters.items() if name not in self.sites}
        return {**found, **tables, **self.reported}


def _trailing(arguments: list[Floats | None]) -> tuple[int, ...]:
    """The axes that a parameter has of its own: those of its distribution's parameters."""
    return np.broadcast_shapes(*(a.shape[1:] for a in arguments if a is not None))
