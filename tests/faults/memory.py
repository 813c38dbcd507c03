"""Compilations one after another in one process: does it grow?"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from pathlib import Path

from bgen.driver import compile_text
from tests.faults.fits import PROGRAM

#: Megabytes that a process may gain; its allocator is not exact.
BOUND = 4.0


def different(number: int) -> str:
    """A program that none was before, so that a cache of programs would show."""
    text = PROGRAM.replace("plots", f"plots_{number}").replace("x", f"x{number}")
    return text.replace("linear", ("linear", "adaptive", "horseshoe")[number % 3])


def resident() -> float:
    """Megabytes of this process in memory."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def growth(
    count: int, warm: int, compile_one: Callable[[str], object] = compile_text
) -> tuple[float, float]:
    """Megabytes after the first compilations, and after all of them."""
    for number in range(warm):
        compile_one(different(number))
    before = resident()
    for number in range(warm, count):
        compile_one(different(number))
    return before, resident()
