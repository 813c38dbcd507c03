"""Mutants -> which test finds each: run inside the mutated copy, ``python -m tests.mutants.run``.

The tests are collected once. A fork runs them all without a mutant, to see which lines each of
them runs and which of them need what is not installed here (JAX); then each mutant has a fork with
the tests that run its statement until one fails, those first that are quick and have found others.
"""

from __future__ import annotations

import functools
import gc
import json
import os
import pickle
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate
from pathlib import Path

import mutmut.mutation.trampoline as trampoline
import pytest
from _pytest.runner import runtestprotocol
from coverage import Coverage

#: Tests that need no JAX, but for a few that the first run finds out. Left out are those that
#: measure time or build a wheel, and those that throw thousands of odd texts at the compiler and
#: ask only that it does not crash: they take half of the time and find what others find.
TESTS = ("tests/check", "tests/cli", "tests/emit", "tests/golden/test_emitted.py")
TESTS += (
    "tests/golden/test_corners.py",
    "tests/golden/test_forms.py",
    "tests/passes",
    "tests/reference",
)
NOT_HERE = ("tests/emit/test_speed.py", "tests/emit/test_wheel.py")
NOT_HERE += ("tests/check/test_hostile.py", "tests/cli/test_hostile.py")
MUTATED = ("bgen.check", "bgen.passes", "bgen.emit")
MEMORY = 4 << 30  # bytes; a mutant may well never stop asking


@dataclass
class Ran:
    """A test without any mutant: in how many seconds, and why it failed."""

    seconds: float
    failed: str


@dataclass
class Outcome:
    name: str
    status: str  # killed | survived | timed out
    by: str  # the test that failed
    tests: int  # that run the statement


#: A mutant: its name, its file and the lines of its statement there.
Wanted = tuple[str, str, list[int]]
#: File -> line -> the tests that run it.
Lines = dict[str, dict[int, list[str]]]


class Mutants:
    """The plugin that takes the place of pytest's own loop over the tests."""

    def __init__(
        self, wanted: Sequence[Wanted], jobs: int, seconds: float, temporary: Path
    ) -> None:
        self.wanted, self.jobs, self.seconds = wanted, jobs, seconds
        self.temporary = temporary
        self.outcomes: list[Outcome] = []
        self.kills: Counter[str] = Counter()  # by test functions
        self.left_out: dict[str, str] = {}
        self.tests = 0

    def pytest_configure(self) -> None:
        import hypothesis  # here, since pytest wants to see it first

        profile = {"derandomize": True, "deadline": None, "database": None}
        hypothesis.settings.register_profile("mutants", **profile)
        hypothesis.settings.load_profile("mutants")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        _clear_caches()
        gc.freeze()  # else every fork copies what its collector looks at
        ran, lines = self._without(list(items.values()))
        self.tests = len(ran)
        self.left_out = {name: test.failed for name, test in ran.items() if test.failed}
        self._all(items, ran, lines)
        return True

    def _without(self, items: list[pytest.Item]) -> tuple[dict[str, Ran], Lines]:
        """Every test once, in a fork, so that nothing it computes is kept."""
        results = self.temporary / "without.pickle"
        if (child := os.fork()) == 0:
            _in_child(lambda: results.write_bytes(pickle.dumps(_run_all(items))), self.temporary)
        os.waitpid(child, 0)
        found: tuple[dict[str, Ran], Lines] = pickle.loads(results.read_bytes())
        return found

    def _all(self, items: dict[str, pytest.Item], ran: dict[str, Ran], lines: Lines) -> None:
        running: dict[int, tuple[str, Path, int]] = {}
        for name, file, own in self.wanted:
            here = lines.get(file, {})
            found = {test for line in own for test in here.get(line, ()) if test in ran}
            tests = self._in_time([test for test in found if not ran[test].failed], ran)
            if not tests:
                self._tell(Outcome(name, "survived", "", 0))
                continue
            if len(running) == self.jobs:
                self._wait(running)
            folder = Path(tempfile.mkdtemp(dir=self.temporary))
            seconds = int(20 + 4 * sum(ran[test].seconds for test in tests))
            if (child := os.fork()) == 0:
                chosen = [items[test] for test in tests]
                _in_child(functools.partial(_first_failure, chosen, name, seconds, folder), folder)
            running[child] = name, folder, len(tests)
        while running:
            self._wait(running)

    def _in_time(self, tests: Sequence[str], ran: dict[str, Ran]) -> list[str]:
        def worth(test: str) -> tuple[float, str]:
            return ran[test].seconds / (1 + self.kills[_plain(test)]), test

        ordered = sorted(tests, key=worth)
        spent = accumulate(ran[test].seconds for test in ordered)
        return [t for t, so_far in zip(ordered, spent, strict=True) if so_far <= self.seconds]

    def _wait(self, running: dict[int, tuple[str, Path, int]]) -> None:
        child, status = os.wait()
        name, folder, tests = running.pop(child)
        by = folder / "by"
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGALRM):
            self._tell(Outcome(name, "timed out", "", tests))
        elif status:
            self._tell(Outcome(name, "killed", by.read_text() if by.is_file() else "", tests))
        else:
            self._tell(Outcome(name, "survived", "", tests))
        shutil.rmtree(folder, ignore_errors=True)

    def _tell(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)
        self.kills[_plain(outcome.by)] += 1
        done = f"{len(self.outcomes)}/{len(self.wanted)}"
        print(done, outcome.status, outcome.name, outcome.by, file=sys.stderr, flush=True)


def _plain(test: str) -> str:
    return test.partition("[")[0]


def _in_child(work: Callable[[], object], temporary: Path) -> None:
    """A fork's whole life: it must not come back into the parent's loop."""
    os.environ["PYTEST_DEBUG_TEMPROOT"] = str(temporary)
    try:
        work()
    except BaseException:
        os._exit(3)
    os._exit(0)


def _run_all(items: list[pytest.Item]) -> tuple[dict[str, Ran], Lines]:
    here = Path.cwd()
    seen = Coverage(data_file=None, config_file=False, source=[str(here / "bgen")])
    found = {}
    seen.start()
    for item, reports in _reports(items):
        seen.switch_context(item.nodeid)
        began = time.process_time()
        failed = [str(report.longrepr) for report in reports() if report.failed]
        found[item.nodeid] = Ran(time.process_time() - began, (failed or [""])[0])
    seen.stop()
    data = seen.get_data()
    files = {file: data.contexts_by_lineno(file) for file in data.measured_files()}
    return found, {str(Path(f).relative_to(here)): lines for f, lines in files.items()}


def _first_failure(items: list[pytest.Item], name: str, seconds: int, folder: Path) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(10 * seconds)  # one that waits for ever
    trampoline.set_mutant_under_test(name)
    for item, reports in _reports(items):
        if any(report.failed for report in reports()):
            (folder / "by").write_text(item.nodeid)
            os._exit(1)


def _reports(
    items: list[pytest.Item],
) -> Iterator[tuple[pytest.Item, Callable[[], list[pytest.TestReport]]]]:
    for item, following in zip(items, [*items[1:], None], strict=True):
        yield item, functools.partial(runtestprotocol, item, log=False, nextitem=following)


def _clear_caches() -> None:
    """What tests and the mutated modules have computed and kept, while tests were collected too."""
    for found in gc.get_objects():
        if isinstance(found, functools._lru_cache_wrapper):
            module = getattr(found, "__module__", None) or ""
            if module.startswith(("tests.", *MUTATED)):
                found.cache_clear()


def main() -> None:
    """``run.py JOBS SECONDS < mutants > outcomes``, JSON both; SECONDS of tests for each mutant."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as temporary:
        jobs, seconds = int(sys.argv[1]), float(sys.argv[2])
        plugin = Mutants(json.load(sys.stdin), jobs, seconds, Path(temporary))
        output, sys.stdout = sys.stdout, sys.stderr
        ignored = [f"--ignore={path}" for path in NOT_HERE]
        arguments = ["-p", "no:cacheprovider", "--continue-on-collection-errors", "--tb=short"]
        pytest.main([*arguments, *ignored, *TESTS], plugins=[plugin])
        results = {
            "outcomes": list(map(asdict, plugin.outcomes)),
            "left_out": plugin.left_out,
            "tests": plugin.tests,
        }
        json.dump(results, output)


if __name__ == "__main__":
    main()
