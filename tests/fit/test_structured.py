"""The structured guide: the sites of the model, an unbiased ELBO, exact where it can be.

What it makes of real data stands in `tests/golden/test_posteriors.py`.
"""

from __future__ import annotations

from functools import cache, partial
from types import ModuleType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree
from numpyro.handlers import seed, trace
from numpyro.infer import Trace_ELBO
from numpyro.infer.util import log_density

from bgen.base.diagnostic import Sink
from bgen.base.source import Source
from bgen.driver import analyse, compile_text
from tests.golden.cases import execute

#: These are computed once, and compiled without care.
QUICK = {"xla_backend_optimization_level": 0, "xla_llvm_disable_expensive_passes": True}
#: A site of each kind; what is emitted of more stands in `golden/corners/structured.py`.
KINDS = """data { y: real  x: real[p, q]  g: category  h: category  o: ordinal("l", "m", "h") }
m ~ Normal(2, 3)
s ~ HalfNormal(2)
above ~ TruncatedNormal(1, 1, low = s)
size[g] ~ LogNormal(0, s)
odds[h] ~ Beta(2, 2)
eps[row] ~ Normal(0, s)
mu = m * size[g] + odds[h] + above + eps[row] + correlated_effects(1, x, by = g) + monotonic(o)
y ~ gaussian(mu)
"""
GROUPS = """data { y: real  g: category }
mu = intercept() + random_effects(g, scale = 0.5)
y ~ gaussian(mu, sigma = 1)
"""
STRUCTURED = "fit { method = svi  guide = structured }\n"


@cache
def emitted(text: str) -> ModuleType:
    return execute(compile_text(text, "model.bl"))


def table(rows: int = 48) -> dict[str, Any]:
    """Columns of the names and types of `KINDS`."""
    rng = np.random.default_rng(0)
    g = np.arange(rows) % 4
    found: dict[str, Any] = {k: rng.normal(size=rows) for k in ("y", "p", "q")}
    found |= {"g": np.array(list("abcd"))[g], "h": np.array(list("xyz"))[g % 3]}
    return found | {"o": rng.permutation(np.resize(list("lmh"), rows))}


def functions(module: ModuleType, data: dict[str, Any]) -> tuple[Any, Any, Any]:
    """The data, and the model and the guide of its arrays."""
    ready = module.prepare_data(module.PROGRAM, module.encode(data)[0])
    sizes = ready.sizes | {"n_row": ready.rows}
    return ready, module.take_arrays(module.model, sizes), module.take_arrays(module.guide, sizes)


def start(guide: Any, arrays: Any) -> tuple[Any, Any]:
    """All parameters as one vector that is not where they start, and the way back."""
    sites = trace(seed(guide, 0)).get_trace(arrays)
    params = {k: s["value"] for k, s in sites.items() if s["type"] == "param"}
    flat, unravel = ravel_pytree(params)
    return flat + 0.02 * np.random.default_rng(1).random(flat.shape), unravel


def agrees_with_the_model(module: ModuleType) -> None:
    """The guide has the sites of the model, a loss, and no parameter that does not matter."""
    ready, model, guide = functions(module, table())
    flat, unravel = start(guide, ready.arrays)

    @partial(jax.jit, compiler_options=QUICK)
    def slope(flat: Any, key: Any, arrays: Any) -> Any:
        loss = lambda flat: module.path_loss(key, unravel(flat), model, guide, arrays)  # noqa: E731
        return jax.value_and_grad(loss)(flat)

    def sites(run: Any) -> dict[str, tuple[int, ...]]:
        found = trace(seed(run, 0)).get_trace(ready.arrays)
        unknown = (s for s in found.values() if s["type"] == "sample" and not s["is_observed"])
        return {s["name"]: s["fn"].shape() for s in unknown}

    assert sites(guide) == sites(model)
    value, found = slope(flat, jax.random.PRNGKey(3), ready.arrays)
    assert np.isfinite(value) and np.isfinite(found).all()
    untouched = [k for k, v in unravel(found).items() if not np.any(v != 0)]
    assert untouched == [], "every parameter of the guide matters"


def test_the_gradient_along_the_path_is_unbiased() -> None:
    """It has the mean of the whole one, and less noise."""
    module = emitted(GROUPS + STRUCTURED)
    rng = np.random.default_rng(0)
    ready, model, guide = functions(module, {"y": rng.normal(size=12), "g": list("abc") * 4})
    flat, unravel = start(guide, ready.arrays)
    keys = jax.random.split(jax.random.PRNGKey(0), 4000)

    def slopes(loss: Any) -> np.ndarray:
        def one(flat: Any, key: Any) -> Any:
            return loss(key, unravel(flat), model, guide, ready.arrays)

        return np.asarray(jax.jit(jax.vmap(jax.grad(one), in_axes=(None, 0)))(flat, keys))

    path, whole = slopes(module.path_loss), slopes(Trace_ELBO().loss)
    error = np.sqrt((path.var(axis=0) + whole.var(axis=0)) / len(keys))
    assert (abs(path.mean(axis=0) - whole.mean(axis=0)) < 5 * error + 1e-12).all()
    assert not np.allclose(path[0], whole[0])


def test_every_kind_of_site_agrees_with_the_model() -> None:
    agrees_with_the_model(emitted(KINDS + STRUCTURED))


def exact(y: np.ndarray, g: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Means and sds of intercept and effects, in closed form."""
    x = np.column_stack([np.ones(len(y)), np.eye(g.max() + 1)[g]])
    precision = x.T @ x + np.diag([1.0, *np.full(g.max() + 1, 4.0)])
    covariance = np.linalg.inv(precision)
    return covariance @ x.T @ y, np.sqrt(np.diag(covariance))


@pytest.mark.parametrize("batch", [None, 20])
def test_exact_where_all_is_gaussian(batch: int | None) -> None:
    """On all rows the loss has no noise at the optimum; in batches the sds are right too."""
    rng = np.random.default_rng(0)
    g = np.arange(60) % 6
    y = 1.0 + rng.normal(size=60) + 0.5 * rng.normal(size=6)[g]
    data = {"y": y, "g": np.array(list("abcdef"))[g]}
    mean, sd = exact(y, g)
    options: dict[str, Any] = {"method": "svi", "steps": 3000, "draws": 8000, "batch": batch}

    def away(source: str) -> tuple[float, float]:
        posterior = emitted(source).fit(data, **options).posterior
        draws = [posterior["mu_intercept"][0][:, None], posterior["mu_g_effect"][0]]
        found = np.concatenate(draws, axis=1)
        return max(abs(found.mean(0) - mean) / sd), max(abs(np.log(found.std(0) / sd)))

    off, ratio = away(GROUPS + STRUCTURED)
    assert off < (0.06 if batch is None else 0.3) and ratio < (0.05 if batch is None else 0.12)
    if batch is None:
        assert away(GROUPS)[1] > 0.2, "mean field cannot"


def test_epoch_mean_is_full_elbo() -> None:
    """With row latents, at fixed draws."""
    module = emitted(KINDS + STRUCTURED)
    arguments, _ = module.encode(table())
    rows = {k: jnp.asarray(arguments[k]) for k in module.PROGRAM.rows}
    rest = {k: v for k, v in arguments.items() if k not in rows} | {"n_row": 48}
    sites = trace(seed(module.guide, 3)).get_trace(**rows, **rest)
    kept = {k: s["value"] for k, s in sites.items() if s["type"] in ("sample", "param")}
    per_row = {k for k, dims in module.SITES.items() if "row" in dims}

    def elbo(at: Any) -> Any:
        own = {k: v[at] if k in per_row else v for k, v in kept.items()}
        batch = {k: v[at] for k, v in rows.items()} | rest
        p, q = (log_density(f, (), batch, own)[0] for f in (module.model, module.guide))
        return p - q

    @partial(jax.jit, compiler_options=QUICK)
    def both(order: Any) -> Any:
        return jax.vmap(elbo)(order), elbo(jnp.arange(48))

    batches, full = both(np.random.default_rng(0).permutation(48).reshape(-1, 8))
    assert np.ptp(batches) > 1.0, "batches differ, or nothing is tested"
    assert np.mean(batches) == pytest.approx(float(full), rel=1e-9)


def test_a_wide_site_stays_out_of_the_block() -> None:
    """201 coefficients have a scale each and no triangle; 200 have one."""
    text = 'data { y: real  x: real["x_*"] }\ny ~ gaussian(intercept() + linear(x))\n' + STRUCTURED
    for width in (200, 201):
        rng = np.random.default_rng(0)
        data = {"y": rng.normal(size=8)} | {f"x_{k}": rng.normal(size=8) for k in range(width)}
        ready, _, guide = functions(emitted(text), data)
        sites = trace(seed(guide, 0)).get_trace(ready.arrays)
        shapes = {k: np.shape(s["value"]) for k, s in sites.items() if s["type"] == "param"}
        assert ("y_x_coef__scale_tril" in shapes) is (width == 200)
        # what follows depends on the intercept, and on the coefficients where they are few
        assert shapes["y_sigma__slope"] == (1, 201 if width == 200 else 1)
        assert sites["y_x_coef"]["value"].shape == (width,)


def test_a_name_that_the_guide_needs() -> None:
    text = "data { y: real  given_block: real }\ny ~ gaussian(linear(given_block))\n" + STRUCTURED
    assert analyse(Source("model.bl", text), sink := Sink()) is None
    assert [d.code for d in sink if d.code != "BL601"] == ["BL202"]
