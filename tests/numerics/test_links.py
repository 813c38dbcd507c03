"""Each link's emitted log density and its derivative in the predictor, against 60 digits.

The norm: |emitted - exact| / max(1, |exact|), at every row: below 1e-5 in float32, below 1e-10
in float64; every value and every derivative, in the other sites too, is finite. Rows whose exact
value or derivative float32 cannot hold (beyond 1e37) are left out there.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray
from numpyro import handlers  # type: ignore[import-untyped]

from bgen.cli import main
from tests.golden.cases import load

from .cases import CASES
from .exact import exact, rows_of
from .gaps import FLOAT32, FLOAT64, NOT_YET

Floats = NDArray[np.float64]
TOLERANCE = {"float32": 1e-5, "float64": 1e-10}
LARGEST = 1e37


class Model:
    """A case's emitted model, evaluated at its grid."""

    def __init__(self, name: str, folder: Path) -> None:
        self.case = CASES[name]
        source, emitted = folder / "model.bl", folder / "model.py"
        source.write_text(self.case.text, encoding="utf-8")
        run = CliRunner().invoke(main, [str(source), "-o", str(emitted)])
        assert run.exit_code == 0, run.output
        table = folder / "data.csv"
        with table.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["y", *self.case.columns])
            constants = [value for _, value in self.case.columns.values()]
            writer.writerows([y, *constants] for y, _ in rows_of(self.case))
        self.module = load(emitted)
        self.arguments = self.module.encode(table)[0]

    def evaluate(self, precision: str) -> tuple[Floats, Floats, bool]:
        """Log densities by row, derivatives by row, whether those of other sites are finite."""
        with jax.enable_x64(precision == "float64"):
            eta = jnp.asarray([eta for _, eta in rows_of(self.case)], dtype=precision)
            others = {k: jnp.asarray(v, dtype=precision) for k, v in self.case.values.items()}
            # Under x64 the data are float64 as they were read, else float32.
            data = {k: _in(precision, v) for k, v in self.arguments.items()}

            def rows(eta: Any, others: dict[str, Any]) -> Any:
                given = handlers.substitute(self.module.model, {"e": eta, **others})
                trace = handlers.trace(handlers.seed(given, 0)).get_trace(**data)
                total = jnp.zeros(eta.shape, dtype=precision)
                for site in trace.values():
                    if site["type"] == "sample" and site["is_observed"]:
                        scale = 1.0 if site["scale"] is None else site["scale"]
                        total = total + scale * site["fn"].log_prob(site["value"])
                return total

            @jax.jit
            def both(eta: Any, others: dict[str, Any]) -> Any:
                values, back = jax.vjp(rows, eta, others)
                return values, *back(jnp.ones_like(values))

            values, slopes, rest = both(eta, others)
            assert values.dtype == slopes.dtype == precision
            finite = all(bool(jnp.isfinite(g).all()) for g in rest.values())
            return np.asarray(values, np.float64), np.asarray(slopes, np.float64), finite


@pytest.fixture(name="model", scope="module")
def compile_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Model]:
    return cache(lambda name: Model(name, tmp_path_factory.mktemp("model")))


def _in(precision: str, value: Any) -> Any:
    array = np.asarray(value)
    return jnp.asarray(array, dtype=precision) if array.dtype.kind == "f" else value


def failures(model: Model, name: str, precision: str) -> list[str]:
    values, slopes, finite = model.evaluate(precision)
    right, steep = exact(name)
    held = np.ones(len(right), dtype=bool)
    if precision == "float32":
        held = (np.abs(right) < LARGEST) & (np.abs(steep) < LARGEST)
    found = [] if finite or not held.all() else ["a derivative in another site is not finite"]
    for what, ours, theirs in (("value", values, right), ("slope", slopes, steep)):
        with np.errstate(all="ignore"):
            error = np.abs(ours - theirs) / np.maximum(1.0, np.abs(theirs))
        wrong = held & ~(error < TOLERANCE[precision])
        for (y, eta), bad, a, b in zip(rows_of(CASES[name]), wrong, ours, theirs, strict=True):
            if bad:
                found.append(f"{what} at y = {y}, eta = {eta:g}: {a!r}, exactly {b!r}")
    return found


def marked(table: dict[str, str]) -> list[Any]:
    known = {**NOT_YET, **table}
    return [
        (
            pytest.param(name, marks=pytest.mark.xfail(reason=known[name], strict=True))
            if name in known
            else name
        )
        for name in CASES
    ]


@pytest.mark.parametrize("name", marked(FLOAT64))
def test_float64(name: str, model: Callable[[str], Model]) -> None:
    found = failures(model(name), name, "float64")
    assert not found, f"{len(found)} of {name}:\n" + "\n".join(found[:12])


@pytest.mark.parametrize("name", marked(FLOAT32))
def test_float32(name: str, model: Callable[[str], Model]) -> None:
    found = failures(model(name), name, "float32")
    assert not found, f"{len(found)} of {name}:\n" + "\n".join(found[:12])


def test_the_lists_of_gaps_name_cases() -> None:
    for table in (NOT_YET, FLOAT32, FLOAT64):
        assert set(table) <= set(CASES)
