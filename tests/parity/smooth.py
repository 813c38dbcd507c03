"""Levels that move through time, and smooth curves."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import jax.numpy as jnp
from jax import Array

from tests.parity.case import Arguments, layer


def _walks(layers: ModuleType, a: Arguments) -> Array:
    walks = layers.RandomWalkLayer()("t", a["t_slot"], a["n_t_slot"], embedding_dim=3)
    return jnp.sum(walks, axis=1)


def _pspline(layers: ModuleType, a: Arguments) -> Any:
    """They take the knots; the offset is there so that x itself is among the arguments."""
    x = a["x"]
    inside = jnp.quantile(x, jnp.linspace(0, 1, 12)[1:-1])
    knots = jnp.concatenate([jnp.repeat(x.min(), 4), inside, jnp.repeat(x.max(), 4)])
    return layers.PSplineLayer()("x", x, knots) + x[:, None]


CASES = (
    layer(
        "random_walk",
        "random_walk(t)",
        lambda layers, a: layers.RandomWalkLayer()(
            "t", a["t_slot"], a["n_t_slot"], embedding_dim=1
        ),
        {"RandomWalkLayer_t_scale": "mu_scale", "RandomWalkLayer_t_theta": "mu_step"},
    ),
    layer(
        "random_walk in three dimensions",
        "sum(random_walk(t, dim = 3))",
        _walks,
        {"RandomWalkLayer_t_scale": "mu_t_scale", "RandomWalkLayer_t_theta": "mu_t_step"},
    ),
    layer(
        "ar1",
        "ar1(t)",
        lambda layers, a: layers.AR1Layer()("t", a["t_slot"], a["n_t_slot"]),
        {
            "AR1Layer_t_rho": "mu_rho",
            "AR1Layer_t_scale": "mu_scale",
            "AR1Layer_t_theta": "mu_state",
        },
    ),
    layer(
        "pspline",
        "pspline(x) + offset(x)",
        _pspline,
        {
            "PSplineLayer_x_scale": "mu_x_scale",
            "PSplineLayer_x_differences": "mu_x_difference",
            "PSplineLayer_x_trend": "mu_x_trend",
        },
    ),
    layer(
        "hsgp",
        "hsgp(x, m = 12, c = 1.3, scale = raw) + offset(x)",
        lambda layers, a: layers.HSGPLayer()("x", a["x"], L=1.3 * float(abs(a["x"]).max()), m=12)
        + a["x"][:, None],
        {
            "HSGPLayer_x_lengthscale": "mu_x_lengthscale",
            "HSGPLayer_x_sigma": "mu_x_amplitude",
            "HSGPLayer_x_beta": "mu_x_weight",
        },
    ),
)
