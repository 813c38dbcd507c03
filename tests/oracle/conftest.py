"""Double precision for these tests alone; the rest of the suite keeps what it had."""

from __future__ import annotations

from collections.abc import Iterator

import jax
import numpy as np
import pytest


@pytest.fixture(autouse=True)
def infinities() -> Iterator[None]:
    """Tails end at log 0, as they should."""
    with np.errstate(all="ignore"):
        yield


@pytest.fixture(autouse=True)
def double_precision(quick_compilation: None) -> Iterator[None]:
    before = bool(jax.config.read("jax_enable_x64"))  # type: ignore[no-untyped-call]
    jax.config.update("jax_enable_x64", True)  # type: ignore[no-untyped-call]
    yield
    jax.config.update("jax_enable_x64", before)  # type: ignore[no-untyped-call]
