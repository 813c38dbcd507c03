"""What all tests share: where things are, and text goldens with ``pytest --update``."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import xla

# Before anything starts JAX.
os.environ.setdefault("XLA_FLAGS", f"{xla.DEVICES} {xla.OLDER_EMITTERS}")
# A warning is an error in the commands that tests start too, as it is in this process.
os.environ.setdefault("PYTHONWARNINGS", "error")
# A job in the background of a shell is started with interrupts ignored, and tests send some.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).resolve().parents[1]
Golden = Callable[[Path, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite the text goldens")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Rewriting runs the tests that hold a golden and no other, so it takes seconds."""
    if config.getoption("--update"):
        hold = {item: "golden" in getattr(item, "fixturenames", ()) for item in items}
        items[:] = [item for item, holds in hold.items() if holds]
        config.hook.pytest_deselected(items=[item for item, holds in hold.items() if not holds])


@pytest.fixture(scope="session")
def update(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update"))


@pytest.fixture
def quick_compilation() -> Iterator[None]:
    """For tests in which what is compiled runs once or twice."""
    import jax

    jax.config.update("jax_disable_most_optimizations", True)
    yield
    jax.config.update("jax_disable_most_optimizations", False)


@pytest.fixture(scope="session")
def golden(update: bool) -> Golden:
    """``golden(path, text)``: the file holds just this text (``--update`` writes it)."""

    def compare(path: Path, text: str) -> None:
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.is_file() or path.read_bytes() != text.encode():
                path.write_bytes(text.encode())
            return
        assert path.is_file(), f"{path.relative_to(ROOT)} is missing: run `pytest --update`"
        assert path.read_bytes().decode() == text, f"{path.relative_to(ROOT)} has changed"

    return compare
