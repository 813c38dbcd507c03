"""Double precision for these tests alone, and tails that end at log 0."""

from __future__ import annotations

from collections.abc import Iterator

import jax
import numpy as np
import pytest


@pytest.fixture(autouse=True)
def double_precision() -> Iterator[None]:
    with jax.enable_x64(True), np.errstate(all="ignore"):
        yield


@pytest.fixture(autouse=True)
def quick_compilation() -> Iterator[None]:
    """What is compiled here runs once or twice."""
    jax.config.update("jax_disable_most_optimizations", True)
    yield
    jax.config.update("jax_disable_most_optimizations", False)
