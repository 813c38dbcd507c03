"""Children of this process: cheap, since what it has imported need not be imported again.

JAX may be imported here but not started, which a fork does not survive: whoever uses this is a
process of its own (``python -m tests.faults``).
"""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO


@dataclass
class Child:
    pid: int
    said: IO[bytes]

    def wait(self) -> tuple[int, str]:
        """Its status, negative where a signal ended it, and what it wrote to standard error."""
        _, status = os.waitpid(self.pid, 0)
        self.said.seek(0)
        with self.said:
            return os.waitstatus_to_exitcode(status), self.said.read().decode("utf-8", "replace")


def forked(function: Callable[[], int | None]) -> Child:
    """Run a function in a child, which ends with its status as a script does."""
    said = tempfile.TemporaryFile()  # noqa: SIM115 - the parent reads it when the child has ended
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return Child(pid, said)
    status = 99
    try:
        os.dup2(said.fileno(), 2)
        status = function() or 0
    except SystemExit as stop:
        status = stop.code if isinstance(stop.code, int) else 1
    except KeyboardInterrupt:  # as Python itself, when it is not caught
        traceback.print_exc()
        status = 130
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)
