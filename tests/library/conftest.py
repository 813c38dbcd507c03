"""These tests compute in float64, with the library as every emitted folder has it."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

import jax
import pytest

from bgen.emit.files import emit_runtime
from tests.golden.cases import execute


@pytest.fixture(autouse=True)
def x64() -> Iterator[None]:
    with jax.enable_x64(True):
        yield


@pytest.fixture(scope="session")
def runtime() -> ModuleType:
    return execute(emit_runtime("O0"), "runtime")
