"""Random programs, as many as one likes: ``python -m tests.fuzz --count N --seed S``.

Each is drawn from its own seed, S, S + 1, ..., and must pass every check of ``checks.py``. What
fails is made smaller, printed with its seed, and written to ``tests/corpus/fuzz/``, which the
suite replays. The last line is a summary; the status is 1 where anything failed.
"""

from __future__ import annotations

import os

from tests import xla

# Compiling is most of the time, and each program is compiled once and run a few times.
os.environ["XLA_FLAGS"] = (
    "--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true "
    + xla.OLDER_EMITTERS
)

import argparse
import sys
import time
import warnings
from collections import Counter
from collections.abc import Sequence

import jax
import numpy as np

from .checks import LEVELS, Case, checks_of, wrong
from .corpus import write
from .generate import PARTS, Drawn, compiled_or_codes, program
from .links import ALL
from .reduce import reduced


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--levels", nargs="+", default=list(LEVELS))
    parser.add_argument("--link", choices=ALL, help="of the first likelihood")
    parser.add_argument("--parts", action="store_true", help="only programs of parts.py")
    parser.add_argument("--minutes", type=float, default=float("inf"))
    parser.add_argument("--no-corpus", action="store_true", help="do not write what fails")
    options = parser.parse_args(argv)
    if options.parts and options.link:
        parser.error("programs of parts have links of their own: --parts or --link, not both")
    jax.config.update("jax_enable_x64", True)
    np.seterr(all="ignore")
    warnings.simplefilter("ignore")
    began = time.monotonic()
    refused: Counter[str] = Counter()
    done = failed = unsupported = 0
    for seed in range(options.seed, options.seed + options.count):
        if time.monotonic() - began > 60 * options.minutes:
            break
        drawn = program(seed, options.link, 1.0 if options.parts else PARTS)
        refused.update(drawn.refused)
        found = findings(drawn, seed, options.levels)
        done += 1
        if found and found[0].startswith("unsupported"):
            unsupported += 1
            print(f"seed {seed}: {found[0]}", flush=True)
        elif found:
            failed += 1
            report(drawn, seed, found, options.levels, save=not options.no_corpus)
        if done % 50 == 0:
            jax.clear_caches()
    share = done / max(1, done + refused.total())
    most = ", ".join(f"{code} {count}" for code, count in refused.most_common(5))
    print(
        f"{done} programs at {' '.join(options.levels)}: {failed} wrong, {unsupported} beyond the "
        f"evaluator, {time.monotonic() - began:.0f} s; {share:.0%} of what was drawn was accepted"
        + (f" (refused: {most})" if most else "")
    )
    return 1 if failed else 0


def findings(drawn: Drawn, seed: int, levels: Sequence[str]) -> list[str]:
    return wrong(Case(drawn.text, drawn.table, tuple(levels)), checks_of(seed))


def report(drawn: Drawn, seed: int, found: list[str], levels: Sequence[str], save: bool) -> None:
    kind = kind_of(found)

    def fails(text: str) -> bool:
        if compiled_or_codes(text)[0] is None:
            return False
        return kind_of(findings(Drawn(text, drawn.table), seed, levels)) == kind

    least = Drawn(reduced(drawn.text, fails), drawn.table)
    print(f"\nseed {seed}:")
    for line in findings(least, seed, levels):
        print(f"  {line}")
    print(least.text, flush=True)
    if save:
        print(f"written to {write(least, f'seed_{seed}')}", flush=True)


def kind_of(found: Sequence[str]) -> str:
    """The check and what it is about, without numbers and names: the same for the same mistake."""
    first = found[0] if found else ""
    check, _, rest = first.partition(": ")
    return f"{check}: {rest.split(':')[0]}" if rest[:1].isupper() else check


if __name__ == "__main__":
    sys.exit(main())
