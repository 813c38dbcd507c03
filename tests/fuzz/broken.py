"""Broken programs: ``python -m tests.fuzz.broken --count N --seed S``.

Mutations of drawn programs, byte noise, token soup, truncations and doubled lines go through the
parser and the checks, and through emission where they compile. Diagnostics may come out and nothing
else, soon, and in bounded memory. The last line is a summary; the status is 1 where anything broke.
"""

from __future__ import annotations

import argparse
import ast
import random
import resource
import sys
import time
import traceback
from collections.abc import Sequence

from bgen.base.diagnostic import Sink
from bgen.base.render import render_text
from bgen.base.source import Source
from bgen.driver import Options, analyse, script
from tests.check.programs import WORDS, mutant

from .generate import attempt

#: Seconds for one input, on a busy machine.
PATIENCE = 10.0
_SIGNS = [*"+-*/^:=~,?()[]{};%|<>.'\"#\\", "\n", "==", "**", "<-", "__", "2x", "1e", "“", "−", "é"]


def drawn(rng: random.Random) -> str:
    return attempt(rng, None).text()


def cut(rng: random.Random) -> str:
    text = drawn(rng)
    return text[: rng.randrange(len(text))]


def doubled(rng: random.Random) -> str:
    lines = drawn(rng).split("\n")
    for _ in range(rng.randint(1, 3)):
        lines.insert(rng.randrange(len(lines)), rng.choice(lines))
    return "\n".join(lines)


def swapped(rng: random.Random) -> str:
    """One word of a drawn program for another of it, or of the language."""
    words = drawn(rng).split(" ")
    for _ in range(rng.randint(1, 3)):
        words[rng.randrange(len(words))] = rng.choice([*words, *WORDS])
    return " ".join(words)


def noise(rng: random.Random) -> str:
    """Bytes put into a drawn program, as a file may hold them."""
    data = bytearray(drawn(rng).encode())
    for _ in range(rng.randint(1, 8)):
        data[rng.randrange(len(data))] = rng.randrange(256)
    return data.decode(errors="replace")


def soup(rng: random.Random) -> str:
    pieces = [rng.choice(rng.choice([WORDS, _SIGNS])) for _ in range(rng.randrange(80))]
    return rng.choice(["", " "]).join(pieces)


KINDS = (drawn, mutant, mutant, cut, doubled, swapped, swapped, noise, soup)


def run(text: str) -> bool:
    """Through the compiler; whether it compiled."""
    source = Source("broken.bl", text)
    compiled = analyse(source, sink := Sink())
    assert (compiled is None) == sink.failed, "neither a model nor an error"
    render_text(sink, source)
    if compiled is not None:
        ast.parse(script(compiled, Options()))
    return compiled is not None


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.broken", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=float("inf"))
    options = parser.parse_args(argv)
    began, compiled, broken, slowest, done = time.monotonic(), 0, 0, 0.0, 0
    for seed in range(options.seed, options.seed + options.count):
        if time.monotonic() - began > 60 * options.minutes:
            break
        rng = random.Random(seed)
        text = rng.choice(KINDS)(rng)
        start, done = time.process_time(), done + 1
        try:
            compiled += run(text)
        except Exception:
            broken += 1
            print(f"seed {seed}:\n{text}\n{traceback.format_exc(limit=-3)}", flush=True)
        seconds = time.process_time() - start
        slowest = max(slowest, seconds)
        if seconds > PATIENCE:
            broken += 1
            print(f"seed {seed} took {seconds:.0f} s:\n{text}", flush=True)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{done} inputs, {compiled} of them programs: {broken} tracebacks or too slow, the slowest "
        f"{slowest:.2f} s, {memory:.0f} MB at most, {time.monotonic() - began:.0f} s"
    )
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
