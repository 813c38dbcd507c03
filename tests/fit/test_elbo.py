"""The batched ELBO: at fixed draws the mean over an epoch's batches is the full-data ELBO."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numpyro.handlers import seed, substitute, trace
from numpyro.infer.util import log_density

from tests.conftest import ROOT
from tests.golden.cases import load, runtime

GOLDEN = ROOT / "golden"
CASES = [
    ("models/radon", 900, 100),
    ("models/overdispersed", 40, 8),
    ("models/irt_2pl", 900, 225),
    ("models/kid_iq", 434, 62),
    ("models/cholesterol", 80, 8),
    ("links/multivariate_gaussian", 48, 8),
    ("links/multinomial", 35, 5),
]


def bind(name: str, rows: int) -> tuple[ModuleType, dict[str, Any], dict[str, Any]]:
    """The module, and its arguments for the first rows: those with a row axis, and the others."""
    module = load(GOLDEN / name)
    arguments, _ = module.encode(GOLDEN / name / "data.csv")
    cut = {k: jnp.asarray(arguments[k][:rows]) for k in module.PROGRAM.rows}
    assert all(len(v) == rows for v in cut.values()), "the golden has fewer rows"
    rest = {k: v if isinstance(v, int) else jnp.asarray(v) for k, v in arguments.items()}
    return module, cut, {k: v for k, v in rest.items() if k not in cut}


def fixed_draws(module: ModuleType, arguments: dict[str, Any], rows: int) -> dict[str, Any]:
    """One draw of every site from the guide, at parameters that are not where they start."""
    guide = seed(module.guide, jax.random.PRNGKey(3))
    sites = trace(guide).get_trace(**arguments, n_row=rows)
    rng = np.random.default_rng(0)
    params = {
        k: site["value"] + 0.3 * rng.random(jnp.shape(site["value"]))
        for k, site in sites.items()
        if site["type"] == "param"
    }
    moved = trace(substitute(guide, params)).get_trace(**arguments, n_row=rows)
    draws = {k: site["value"] for k, site in moved.items() if site["type"] == "sample"}
    return params | draws


def elbo(
    module: ModuleType,
    cut: dict[str, Any],
    rest: dict[str, Any],
    draws: dict[str, Any],
    at: np.ndarray,
    rows: int,
) -> float:
    """log p - log q of a batch at given draws; what is drawn for a row belongs to the row."""
    per_row = {k for k, dims in module.SITES.items() if "row" in dims}
    own = {k: v[at] if k in per_row else v for k, v in draws.items()}
    batch = {k: v[at] for k, v in cut.items()} | rest | {"n_row": rows}
    return float(
        log_density(module.model, (), batch, own)[0] - log_density(module.guide, (), batch, own)[0]
    )


@pytest.mark.parametrize(("name", "rows", "size"), CASES)
def test_epoch_mean_is_full_elbo(name: str, rows: int, size: int) -> None:
    module, cut, rest = bind(name, rows)
    draws = fixed_draws(module, cut | rest, rows)
    full = elbo(module, cut, rest, draws, np.arange(rows), rows)
    order = runtime().batch_rows(5, rows, size, 0, rows // size)
    batches = [elbo(module, cut, rest, draws, at, rows) for at in order]
    assert len(set(batches)) > 1, "batches differ, or nothing is tested"
    assert np.mean(batches) == pytest.approx(full, rel=1e-10)


@pytest.mark.parametrize(("rows", "size"), [(100, 10), (103, 10), (7, 3), (5, 5), (11, 8)])
def test_every_row_is_used_equally_often(rows: int, size: int) -> None:
    """Over many epochs; within one, no row twice."""
    each = rows // size
    epochs = 3000
    plan = runtime().batch_rows(9, rows, size, 0, each * epochs)
    assert plan.shape == (each * epochs, size)
    by_epoch = np.sort(plan.reshape(epochs, each * size), axis=1)
    assert (np.diff(by_epoch, axis=1) > 0).all()
    counts = np.bincount(plan.ravel(), minlength=rows)
    p = each * size / rows
    spread = np.sqrt(epochs * p * (1 - p))
    assert (abs(counts - epochs * p) <= 5 * spread).all()


def test_plan_does_not_depend_on_where_it_is_cut() -> None:
    """What a resumed fit sees is what an uninterrupted one would have seen."""
    batch_rows = runtime().batch_rows
    whole = batch_rows(1, 103, 10, 0, 57)
    parts = [batch_rows(1, 103, 10, a, b) for a, b in ((0, 13), (13, 14), (14, 57))]
    assert (np.concatenate(parts) == whole).all()


def test_a_guide_that_lacks_a_site_refuses_to_start() -> None:
    module, _, _ = bind("models/radon", 900)

    def lame(*args: Any, **kwargs: Any) -> None:
        from numpyro.handlers import block

        block(module.guide, hide=["mu_county_effect"])(*args, **kwargs)

    broken = module.PROGRAM._replace(guide=lame)
    with pytest.raises(runtime().StartError, match="mu_county_effect: only in the model"):
        runtime().run_fit(broken, GOLDEN / "models/radon/data.csv", method="svi", steps=10)
