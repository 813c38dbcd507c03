"""A program and a table -> the emitted module, its arguments, draws of its prior and posterior."""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
from jax import lax
from numpyro.handlers import seed, substitute, trace
from numpyro.infer import NUTS

from bgen.driver import Options, compile_text

Arrays = dict[str, Any]


def load(text: str, level: str = "-O0") -> ModuleType:
    """The emitted script of a program as a module."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "swept.py"
        path.write_text(compile_text(text, options=Options(level)), encoding="utf-8")
        spec = importlib.util.spec_from_file_location("swept", path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["swept"] = module
        spec.loader.exec_module(module)
    return module


@dataclass
class Bound:
    """An emitted module with a table: arrays that may change, sizes that may not."""

    module: ModuleType
    data: Any
    model: Callable[[Arrays], None]
    sites: tuple[str, ...]
    responses: tuple[str, ...]
    encoding: dict[str, Any]

    def simulate(self, key: Any, given: Mapping[str, Any] | None = None) -> Arrays:
        """One draw of all sites and responses from the prior, or with some sites given."""
        return dict(self._simulate(key, dict(given or {})))

    @cached_property
    def _simulate(self) -> Callable[[Any, Arrays], Arrays]:
        hidden = {k: v for k, v in self.data.arrays.items() if k not in self.responses}

        def draw(key: Any, given: Arrays) -> Arrays:
            drawn = trace(seed(substitute(self.model, data=given), key)).get_trace(hidden)
            kept = ("sample", "deterministic")
            return {k: s["value"] for k, s in drawn.items() if s["type"] in kept}

        return jax.jit(draw)


def bind(text: str, table: Mapping[str, Any], level: str = "-O0") -> Bound:
    module = load(text, level)
    arguments, encoding = module.encode(table)
    program = module.PROGRAM
    data = module.prepare_data(program, arguments)
    model = module.take_arrays(program.model, data.sizes)
    return Bound(module, data, model, tuple(program.sites), tuple(program.responses), encoding)


Sampler = Callable[[Any, Arrays], tuple[Arrays, Any]]


def sampler(bound: Bound, warmup: int, draws: int, thin: int) -> Sampler:
    """(key, arrays) -> draws of every site and the number of divergences; traced once."""
    run = _nuts(bound.module.PROGRAM, bound.model, warmup, draws, thin)
    return jax.jit(run)


def fast_sampler(bound: Bound, warmup: int, draws: int, thin: int) -> Sampler:
    """The same by way of the fast form, with what it lacks drawn back."""
    program, whole = bound.module.PROGRAM, bound.data
    form = program.fast
    model = form.model(whole.sizes)
    run = jax.jit(_nuts(program, model, warmup, draws, thin))

    def sample(key: Any, arrays: Arrays) -> tuple[Arrays, Any]:
        given = whole._replace(arrays=arrays)
        made = form.prepare(**{k: np.asarray(v) for k, v in arrays.items()}, **whole.sizes)
        data = form.bind(made, whole.rows)
        kept, diverged = run(key, data.arrays)
        chain = {k: v[None] for k, v in kept.items()}
        full = form.complete(program, chain, data, given, int(key[-1]))
        return {k: v[0] for k, v in full.items()}, diverged

    return sample


def _nuts(program: Any, model: Any, warmup: int, draws: int, thin: int) -> Sampler:
    """The start is a draw of the prior, as the model's own script does it."""
    if program.reparam:
        model = numpyro.handlers.reparam(model, config=program.reparam)
    kernel = NUTS(
        model,
        init_strategy=numpyro.infer.init_to_median(num_samples=3),
        target_accept_prob=0.9,
        max_tree_depth=8,
    )

    def run(key: Any, arrays: Arrays) -> tuple[Arrays, Any]:
        state = kernel.init(key, warmup, None, (arrays,), {})

        def step(state: Any, _: Any) -> Any:
            return kernel.sample(state, (arrays,), {}), None

        def keep(state: Any, _: Any) -> Any:
            state, _ = lax.scan(step, state, None, length=thin)
            kept = kernel.postprocess_fn((arrays,), {})(state.z)
            return state, ({k: kept[k] for k in program.sites if k in kept}, state.diverging)

        state, _ = lax.scan(step, state, None, length=warmup)
        _, (kept, diverging) = lax.scan(keep, state, None, length=draws // thin)
        return kept, jnp.sum(diverging)

    return run


def scalars(values: Mapping[str, Any], most: int = 12) -> dict[str, np.ndarray]:
    """Each site's elements by label, at most ``most`` of a site; leading axes are kept."""
    found = {}
    for name, value in values.items():
        array = np.asarray(value)
        flat = array.reshape(array.shape[0], -1)
        for k in range(min(flat.shape[1], most)):
            found[name if flat.shape[1] == 1 else f"{name}[{k}]"] = flat[:, k]
    return found
