"""Whether the gradient of a fast form is that of its density."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
from numpyro.infer.util import log_density  # type: ignore[import-untyped]

STEP = 1e-5


def assert_gradient(program: Any, data: Any, sites: dict[str, Any]) -> None:
    """By central differences, each site moved in all its values at once."""
    model = program.fast.model(data.sizes)

    def at(values: Any) -> Any:
        return log_density(model, (data.arrays,), {}, values)[0]

    gradient = jax.grad(at)(sites)
    for name, value in sites.items():
        up, down = (at(sites | {name: value + step}) for step in (STEP, -STEP))
        assert np.isclose(gradient[name].sum(), (up - down) / (2 * STEP), rtol=1e-7), name
