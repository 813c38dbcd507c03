"""Double precision for these tests alone, and tails that end at log 0."""

from __future__ import annotations

from collections.abc import Iterator

import jax
import numpy as np
import pytest


@pytest.fixture(autouse=True)
def double_precision(quick_compilation: None) -> Iterator[None]:
    with jax.enable_x64(True), np.errstate(all="ignore"):
        yield
