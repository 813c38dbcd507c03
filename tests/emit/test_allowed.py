"""All that is emitted, in every form and at every level, keeps to the lists of ``allowed.py``."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from pathlib import Path

import pytest

from bgen.driver import Options, package
from tests.emit.allowed import BUILTINS, breaches, names_of_its_own
from tests.golden.cases import CASES, EXAMPLE, GOLDEN, RUNTIME, label
from tests.golden.emitted import compiled, member, one_file

COMMITTED = sorted(GOLDEN.rglob("*.py"))


@pytest.mark.parametrize("path", COMMITTED, ids=lambda p: "-".join(p.relative_to(GOLDEN).parts))
def test_what_is_committed_keeps_to_the_list(path: Path) -> None:
    """Modules, their runtime, a script, packages, collections, and fast forms (``fast.py``)."""
    assert not list(breaches(path.read_text("utf-8")))


def test_all_kinds_are_committed() -> None:
    names = {path.name for path in COMMITTED}
    assert {"model.py", "fast.py", "script.py", "_fit.py", "_guide.py", "__main__.py"} <= names


def test_no_name_of_python_is_taken_for_another() -> None:
    """A parameter called ``eval`` would hide a call of it from the list."""
    for path in (RUNTIME, EXAMPLE / "script.py"):
        text = path.read_text("utf-8")
        own = {name for name in names_of_its_own(text) if hasattr(builtins, name)}
        assert own <= {"__init__"} | BUILTINS, own


@pytest.mark.parametrize("case", CASES, ids=label)
def test_every_level_keeps_to_the_list(case: Path) -> None:
    for level in ("-O1", "-O2"):
        assert not list(breaches(member(case, level)))


@pytest.mark.parametrize("case", CASES[::9], ids=label)
def test_every_form_keeps_to_the_list(case: Path) -> None:
    texts = [one_file(case), *package(compiled(case), Options("-O2")).values()]
    assert not [breach for text in texts for breach in breaches(text)]


#: What each of them adds to a file that is fine.
HARM = """
import subprocess
import socket
import pickle
import urllib.request
import http.client
import ctypes
import importlib
import multiprocessing
import bgen
import os.path as p
import jax.experimental.host_callback
from os import system
from os import *
from importlib import import_module
import shutil
from shutil import copyfile
from numpy.random import *
from jax.experimental import io_callback
from .. import _fit
from ._other.deep import model
eval("1")
exec("1")
compile("1", "x", "exec")
run = eval
input()
breakpoint()
globals()["x"] = 1
setattr(model, "x", 1)
__import__("os")
__builtins__["eval"]("1")
os.system("ls")
os.remove("x")
os.execv("x", [])
os.popen("x")
np.os.remove("x")
sys.modules["os"]
sys.exit()
jax.pure_callback(print, None)
jax.experimental.io_callback(print, None)
jax.profiler.start_server(1)
np.load("x", allow_pickle=True)
np.load("x", allow_pickle=not False)
type("X", (), {})
signal.pthread_kill(1, 9)
signal.raise_signal(9)
threading.Thread(target=print).start()
np.fromfile("x")
np.ctypeslib.load_library("x", "y")
().__class__.__bases__[0].__subclasses__()
(lambda: 0).__globals__
getattr(os, "sys" + "tem")("ls")
getattr(np, f"{1}")
""".strip().splitlines()


@pytest.mark.parametrize("line", HARM)
def test_harm_is_found(line: str) -> None:
    """At the top, and inside of a function."""
    text = (EXAMPLE / "model.py").read_text("utf-8")
    known = "import os, signal, sys, threading\nimport jax\nimport numpy as np\n"
    ways: list[Callable[[str], str]] = [
        lambda line: f"{text}\n{known}{line}\n",
        lambda line: f"{text}\n{known}\n\ndef f() -> None:\n    {line}\n",
    ]
    for way in ways[: 1 if "*" in line else 2]:  # (a star can only be at the top)
        assert list(breaches(way(line))), line
