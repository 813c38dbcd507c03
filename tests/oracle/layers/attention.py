"""Mean-pooled self-attention over features (BLayers 0.3.0)."""

from __future__ import annotations

import numpy as np
from scipy.special import softmax  # type: ignore[import-untyped]

from ..data import Floats
from .base import LayerCall, layer, narrow, prior


@layer(
    "embedding_scale",
    "embedding",
    "bias",
    "head_scale",
    "query",
    "key",
    "value",
    "output_scale",
    "output",
)
def attention(c: LayerCall) -> Floats:
    """Each feature is a token: its value times an embedding, plus a bias that tells which it is."""
    heads, width, x = c.integer("heads", 1), c.integer("dim", 8), c.features()
    c, u, d, h = c.without("dim", "heads"), c.scope.width, x.shape[1], heads * width
    c.site("embedding_scale", (h,), prior("HalfNormal", 1), squeeze=False, restate=False)
    by_column = prior("Normal", 0, "embedding_scale")
    embedding = c.site("embedding", (d, h), by_column, squeeze=False)
    bias = c.site("bias", (d, h), by_column, squeeze=False)
    token = x[:, :, None] * embedding + bias  # n, d, h
    head_scale = c.site(
        "head_scale", (heads, width), prior("HalfNormal", 1), squeeze=False, restate=False
    )
    c.own["head_scale"] = head_scale[:, None, :]  # in a prior of the user too
    query, key, value = (
        np.einsum(
            "ndh,mhk->nmdk",
            token,
            c.site(part, (heads, h, width), prior("Normal", 0, "head_scale"), squeeze=False),
        )
        for part in ("query", "key", "value")
    )
    scores = query @ np.swapaxes(key, -1, -2) / np.sqrt(width)
    attended = softmax(scores, axis=-1) @ value  # n, m, d, k
    pooled = attended.mean(axis=2).reshape(len(x), h)
    c.scale("output_scale", (u,), of_effects=False)
    return narrow(pooled @ c.site("output", (h, u), prior("Normal", 0, "output_scale")))
