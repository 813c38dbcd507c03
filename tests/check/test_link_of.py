"""The predictor at a mean, for `priors scaled`: each function against NumPy's."""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.scipy.special
import numpy as np
import pytest
from scipy.special import logit, ndtri

from bgen.check.scaled import link_of
from bgen.emit.expressions import MODEL
from bgen.ir.expressions import Constant

FUNCTIONS: dict[str, tuple[Callable[[float], float], tuple[float, ...]]] = {
    "identity": (lambda m: m, (-3.0, 700.0)),
    "log": (np.log, (0.01, 700.0)),
    "sqrt": (np.sqrt, (0.25, 700.0)),
    "inverse": (lambda m: 1 / m, (0.25, 700.0)),
    "softplus": (lambda m: np.log(np.expm1(m)), (0.01, 1.0, 700.0)),
    "logit": (logit, (0.01, 0.7)),
    "probit": (ndtri, (0.01, 0.7)),
    "cloglog": (lambda p: np.log(-np.log1p(-p)), (0.01, 0.7)),
}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_link_of(function: str) -> None:
    wanted, means = FUNCTIONS[function]
    for mean in means:
        text = MODEL.print(link_of(function, Constant(mean)))
        found = eval(text, {"jnp": jax.numpy, "jax": jax})
        assert float(found) == pytest.approx(float(wanted(mean)), rel=1e-5), text
