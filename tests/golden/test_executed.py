"""Every golden case runs: its data are read, model and guide agree, and an ELBO has a gradient.

All in one process, so that JAX starts once; what a fit finds is the business of other tests.
"""

from __future__ import annotations

import ast
import os
import warnings
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest
from jax import random
from numpyro.distributions import biject_to, constraints
from numpyro.handlers import seed, substitute, trace
from numpyro.infer import Trace_ELBO

from tests.golden.cases import CASES, EXAMPLE, RUNTIME, execute, label, load

EVERY = pytest.mark.parametrize("case", CASES, ids=label)
FILES = [RUNTIME, EXAMPLE / "script.py", *(case / "model.py" for case in CASES)]
#: One evaluation is not worth an optimised program.
QUICK = {"xla_backend_optimization_level": 0, "xla_llvm_disable_expensive_passes": True}
Sites = dict[str, dict[str, Any]]


@cache
def arguments(case: Path) -> dict[str, Any]:
    found, encoding = load(case).encode(case / "data.csv")
    again, _ = load(case).encode(case / "data.csv", encoding)
    assert found.keys() == again.keys()
    # What a prediction carries on from is not told to a fit.
    known = {f"{name}_before" for name in load(case).PROGRAM.responses}
    for name, value in found.items():
        if name in known:
            assert np.isnan(value).all()
            continue
        np.testing.assert_array_equal(value, again[name], err_msg=name)
    return {k: jax.numpy.asarray(v) if np.ndim(v) else v for k, v in found.items()}


def sites(run: Callable[..., Any], given: dict[str, Any], at: dict[str, Any]) -> Sites:
    """The sites of one abstract run, which computes shapes and no numbers."""
    found: Sites = {}

    def body(values: dict[str, Any]) -> None:
        handled = trace(substitute(seed(run, random.PRNGKey(0)), data=values))
        found.update(handled.get_trace(**given))
        for site in found.values():
            if site["type"] == "sample":  # bounds are values of this run, gone with it
                site["kind"] = kind(site["fn"].support)

    jax.eval_shape(body, at)
    return found


def unknown(found: Sites) -> Sites:
    return {
        name: site
        for name, site in found.items()
        if site["type"] == "sample" and not site["is_observed"]
    }


def kind(support: Any) -> str:
    """What set of numbers a support is, open or closed, of one number or of many."""
    while hasattr(support, "base_constraint"):
        support = support.base_constraint
    if isinstance(getattr(support, "lower_bound", None), float) and support.lower_bound == 0.0:
        return "_Positive" if not hasattr(support, "upper_bound") else type(support).__name__
    return type(support).__name__.removesuffix("Eq")


def surroundings() -> tuple[Any, ...]:
    return dict(os.environ), dict(jax.config.values), os.getcwd(), list(warnings.filters)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_importing_does_nothing(path: Path) -> None:
    text = path.read_text("utf-8")
    before = surroundings()
    execute(text)
    assert surroundings() == before
    # Nothing at the top but definitions, and the guarded call of main.
    _, *body = ast.parse(text).body
    if path != RUNTIME:
        last = body.pop()
        assert isinstance(last, ast.If) and ast.unparse(last.test) == "__name__ == '__main__'"
    plain = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
    assert all(isinstance(n, (*plain, ast.Assign, ast.AnnAssign, ast.AugAssign)) for n in body)


@EVERY
def test_model_and_guide_agree(case: Path) -> None:
    module, given = load(case), arguments(case)
    guide = sites(module.guide, given, {})
    draws = {name: site["value"] for name, site in unknown(guide).items()}
    shapes = {name: jax.ShapeDtypeStruct(v.shape, v.dtype) for name, v in draws.items()}
    model = sites(module.model, given, shapes)
    assert list(unknown(model)) == list(shapes)
    for name, site in unknown(model).items():
        other = guide[name]["fn"]
        assert site["fn"].shape() == other.shape() == shapes[name].shape, name
        assert site["fn"].event_shape == other.event_shape, name
        assert site["kind"] == guide[name]["kind"], name
        assert len(module.SITES[name]) == len(shapes[name].shape), name
    reported = {name for name, site in model.items() if site["type"] == "deterministic"}
    assert set(module.SITES) == set(shapes) | reported
    # Without the responses the same model draws them.
    if module.PROGRAM.flat:
        return
    responses = module.PROGRAM.responses
    free = sites(module.model, given | dict.fromkeys(responses), {})
    joint = module.PROGRAM.joint
    drawn = {name: site for site, parts in joint.items() for name in parts}
    for name in responses:
        shape = free[drawn.get(name, name)]["value"].shape
        assert shape[: 1 if name in drawn else None] == given[name].shape
    assert all(free[site]["value"].shape[1:] == (len(parts),) for site, parts in joint.items())


@EVERY
def test_the_gradient_is_finite(case: Path) -> None:
    module, given = load(case), arguments(case)
    start = {k: s for k, s in sites(module.guide, given, {}).items() if s["type"] == "param"}
    onto = {k: biject_to(s["kwargs"].get("constraint", constraints.real)) for k, s in start.items()}
    arrays = {name: value for name, value in given.items() if np.ndim(value)}
    sizes = {name: value for name, value in given.items() if not np.ndim(value)}

    @partial(jax.jit, compiler_options=QUICK)
    def slopes(values: dict[str, jax.Array], arrays: dict[str, jax.Array]) -> Any:
        def loss(values: dict[str, jax.Array]) -> jax.Array:
            params = {name: onto[name](value) for name, value in values.items()}
            arguments = arrays | sizes
            return Trace_ELBO().loss(
                random.PRNGKey(3), params, module.model, module.guide, **arguments
            )

        return jax.value_and_grad(loss)(values)

    # Where every fit starts: locations at 0, scales near 0.1.
    values = {k: np.full(s["value"].shape, -2.3 * k.endswith("scale")) for k, s in start.items()}
    value, gradient = slopes(values, arrays)
    assert np.isfinite(value)
    for name, slope in gradient.items():
        assert np.all(np.isfinite(slope)), name
        assert np.any(slope != 0), name  # every parameter of the guide matters
