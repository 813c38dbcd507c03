"""A few of each of what ``python -m tests.faults`` does to the compiler, and its controls."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bgen.driver import compile_text
from bgen.output import write_all
from tests.conftest import ROOT
from tests.faults.fits import PROGRAM
from tests.faults.memory import BOUND, growth

FEW = {"compile-memory": 100, "compile-together": 1, "compile-signals": 2, "compile-disk": 2}


@pytest.mark.parametrize("topic", FEW)
def test_a_few(topic: str) -> None:
    given = [sys.executable, "-m", "tests.faults", topic, "--count", str(FEW[topic])]
    # as a user has it: a warning of black's own, cut short as it is imported, is not to be shown
    usual = {k: v for k, v in os.environ.items() if k != "PYTHONWARNINGS"}
    done = subprocess.run(given, cwd=ROOT, env=usual, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"| {topic} |" in done.stdout


def test_a_leak_shows() -> None:
    kept: list[str] = []
    before, after = growth(25, 5, lambda text: kept.append(compile_text(text) * 20))
    assert after - before > BOUND


def test_another_process_makes_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.mkdir

    def late(self: Path, *arguments: object, **more: bool) -> None:
        os.makedirs(self)
        real(self)

    monkeypatch.setattr(Path, "mkdir", late)
    assert write_all({tmp_path / "a" / "b" / "x.py": "x = 1\n"})


def test_an_interrupt_between_two_files_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.replace

    def replace(*paths: Path) -> None:
        real(*paths)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(os, "replace", replace)
    files = {tmp_path / "a.py": "a = 1\n", tmp_path / "b.py": "b = 1\n"}
    with pytest.raises(KeyboardInterrupt):
        write_all(files)
    assert {path: path.read_text() for path in sorted(tmp_path.iterdir())} == files
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


#: Python's own collections call this, in the middle of whatever is done then.
IN_A_CALLBACK = """
import gc, signal, sys
from bgen.__main__ import main

def collected(phase, info):
    gc.callbacks.remove(collected)
    signal.raise_signal(signal.SIGINT)

if {imported}:
    import bgen.cli
sys.argv[1:] = ["plots.bl", "-o", "plots.py"]
gc.callbacks.append(collected)
main()
"""


@pytest.mark.parametrize("imported", [False, True])
def test_an_interrupt_in_a_callback_is_heard(imported: bool, tmp_path: Path) -> None:
    (tmp_path / "plots.bl").write_text(PROGRAM, encoding="utf-8")
    given = [sys.executable, "-c", IN_A_CALLBACK.format(imported=imported)]
    done = subprocess.run(given, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (130, "bgen: interrupted\n")
    assert [path.name for path in tmp_path.iterdir()] == ["plots.bl"]
