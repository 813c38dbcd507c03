"""A second opinion on what a program means: its log joint density from the language's formulas.

Plain NumPy and SciPy in float64. Of the compiler it knows the syntax tree and nothing else, so
that an error in one reading of the language shows as a difference between the two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from bgen.base.diagnostic import Sink
from bgen.base.source import Source
from bgen.syntax import ast
from bgen.syntax.parse import parse

from .data import BadProgram, Data, Floats, Unsupported
from .evaluate import Evaluator
from .supports import Support

__all__ = ["BadProgram", "Bound", "Oracle", "Unsupported"]


class Oracle:
    """One program."""

    def __init__(self, text: str) -> None:
        sink = Sink()
        program = parse(Source("model.bl", text), sink)
        if program is None:
            raise BadProgram("; ".join(d.message for d in sink))
        self.program = program

    def bind(
        self, table: Mapping[str, Sequence[object]], settings: Mapping[str, float] | None = None
    ) -> Bound:
        """The program with its training data: raw columns by their names in the file."""
        declarations = [
            column
            for statement in self.program.statements
            if isinstance(statement, ast.DataBlock)
            for column in statement.columns
        ]
        return Bound(self.program, Data(declarations, table, settings))


class Bound:
    """A program with its data: a density over its sites."""

    def __init__(self, program: ast.Program, data: Data) -> None:
        self._program = program
        self._data = data
        shapes = Evaluator(program, data, lambda _, shape, support: support.middle(shape))
        self._sites = shapes.sites
        self._ordered = set(shapes.order)

    def sites(self) -> dict[str, tuple[int, ...]]:
        """The shape of every unknown, in the parameterisation that the program writes."""
        return {name: site.shape for name, site in self._sites.items()}

    def supports(self) -> dict[str, str]:
        """`real`, `positive`, `unit`, `interval(0, 3)`, `above(1)`, `below(0)`, `integer`,
        `simplex`, `ordered`, `correlation_cholesky`.

        Ends that depend on other sites are those at an arbitrary point; see ``draw``.
        """
        return {name: site.support.word for name, site in self._sites.items()}

    def up_to_a_constant(self) -> set[str]:
        """Sites whose joint density has no normalising constant: components put in order."""
        return self._ordered

    def draw(self, seed: int) -> dict[str, Floats]:
        """A valid point, not from the prior: each site in its support given those before it."""
        rng = np.random.default_rng(seed)
        drawn = self._evaluate(lambda _, shape, support: support.draw(rng, shape))
        return {name: site.values.reshape(site.shape) for name, site in drawn.sites.items()}

    def log_joint(self, values: Mapping[str, Floats]) -> float:
        """The sum of ``terms``: log priors on their own space (no Jacobians) and likelihoods."""
        return float(sum(self.terms(values).values()))

    def terms(self, values: Mapping[str, Floats]) -> dict[str, float]:
        """The same by site and by response."""
        return self._at(values).terms

    def rows(self, values: Mapping[str, Floats]) -> dict[str, Floats]:
        """Log likelihoods by response and row; 0 where a response is missing."""
        return self._at(values).rows

    def predictor(self, values: Mapping[str, Floats]) -> dict[str, Floats]:
        """Every named predictor and derived parameter."""
        return self._at(values).named()

    def _at(self, values: Mapping[str, Floats]) -> Evaluator:
        unknown = values.keys() - self._sites.keys()
        if unknown:
            raise KeyError(f"no such site: {', '.join(sorted(unknown))}")

        def provide(name: str, shape: tuple[int, ...], _: Support) -> Floats:
            return np.asarray(values[name], dtype=np.float64)

        return self._evaluate(provide)

    def _evaluate(self, provide: object) -> Evaluator:
        return Evaluator(self._program, self._data, provide)  # type: ignore[arg-type]
