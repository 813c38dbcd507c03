"""Ctrl-C: one line and status 130, at the first time of asking."""

import os
import sys
from typing import NoReturn

STATUS = 130  # as shells have it


def end() -> NoReturn:
    _say()
    sys.exit(STATUS)


def hear_all() -> None:
    """Raised inside a callback of a weak reference or of the garbage collector a Ctrl-C is lost,
    and a traceback tells of it: have it end bgen there."""

    def lost(raised: "sys.UnraisableHookArgs") -> None:
        if not issubclass(raised.exc_type, KeyboardInterrupt):
            usual(raised)
            return
        _say()
        # Nothing is half written: while files are swapped an interrupt waits (`output.py`).
        os._exit(STATUS)

    usual, sys.unraisablehook = sys.unraisablehook, lost


def _say() -> None:
    print("bgen: interrupted", file=sys.stderr, flush=True)
