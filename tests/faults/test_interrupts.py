"""Ctrl-C is never lost, ends in 130 and one line, and leaves what --resume continues."""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest

from tests.faults.fits import SVI, command, outcome

LONG = [*SVI, "--steps", "4000"]


@contextmanager
def interrupted_at(module: ModuleType, write: int, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """An interrupt that arrives inside a callback of the garbage collector, where what Python
    raises is lost: JAX has such a callback."""
    real, count = os.replace, 0

    def collected(phase: str, info: dict[str, int]) -> None:
        gc.callbacks.remove(collected)
        signal.raise_signal(signal.SIGINT)

    def replace(*paths: str) -> None:
        nonlocal count
        real(*paths)
        count += 1
        if count == write:
            gc.callbacks.append(collected)
            gc.collect()

    with patch.context() as at:
        at.setattr(os, "replace", replace)
        yield
    assert count >= write and collected not in gc.callbacks


# Writes 1 to 3 are before the first block, the next ones among the blocks, 9 after the last.
@pytest.mark.parametrize("write", [2, 6, 9])
def test_interrupt(
    plots: ModuleType, data: Path, tmp_path: Path, write: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = tmp_path / "run"
    with interrupted_at(plots, write, monkeypatch):
        status, said = command(plots, "fit", data, "-o", run, *LONG)
    assert status == 130 and said == "interrupted; the same command with --resume continues\n"
    assert not list(run.rglob("*.tmp"))
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert command(plots, "fit", data, "-o", run, "--resume", *LONG) == (0, "")
    assert command(plots, "fit", data, "-o", tmp_path / "whole", *LONG) == (0, "")
    assert outcome(run) == outcome(tmp_path / "whole")


def test_a_second_one_is_the_systems(plots: ModuleType) -> None:
    with pytest.raises(KeyboardInterrupt), plots.holding_interrupts():
        signal.raise_signal(signal.SIGINT)
        assert plots.INTERRUPTED.is_set()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_DFL
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    plots.stop_if_interrupted()  # it is over


def test_a_handler_of_somebody_else_stays(plots: ModuleType) -> None:
    """nohup's, a notebook's; and in another thread there is nothing to handle."""
    for theirs in (signal.SIG_IGN, lambda *_: None):
        before = signal.signal(signal.SIGINT, theirs)
        try:
            with plots.holding_interrupts():
                assert signal.getsignal(signal.SIGINT) is theirs
            assert signal.getsignal(signal.SIGINT) is theirs
        finally:
            signal.signal(signal.SIGINT, before)
    failed: list[BaseException] = []

    def elsewhere() -> None:
        try:
            with plots.holding_interrupts():
                assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert not failed
