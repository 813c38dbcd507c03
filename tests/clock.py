"""What a piece of work costs, whatever else its process has done before."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Clock:
    """Seconds of the processor, known when the block has ended."""

    seconds = float("nan")


@contextmanager
def clock() -> Iterator[Clock]:
    """The time of this thread alone, and no garbage collected meanwhile.

    A worker that ran JAX before has millions of objects, and one collection of them takes seconds;
    XLA's own threads count in the time of a process.
    """
    clock, collects = Clock(), gc.isenabled()
    gc.disable()
    began = time.thread_time()
    try:
        yield clock
    finally:
        clock.seconds = time.thread_time() - began
        if collects:
            gc.enable()
