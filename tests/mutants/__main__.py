"""``python -m tests.mutants --count N|all --seed S``: a table; survivors as diffs into a file.

The checkout stays as it is: what is mutated is a copy in a temporary folder, and what is compared
with goldens is the copy's. A mutant that no test calls has survived; one that takes much longer
than its tests do without it is found.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from .mutate import Mutant, mutated_copy, places, sample
from .table import table

MOST_LEFT_OUT = 0.05  # of the tests; more means that something else is wrong


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--count", default="400", help="how many mutants, or `all`")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seconds", type=float, default=60, help="of tests for each mutant")
    parser.add_argument("--only", default="", help="files whose path holds this text")
    parser.add_argument("-o", "--output", type=Path, help="where the table goes too")
    parser.add_argument("--survivors", type=Path, default=Path("survivors.diff"))
    options = parser.parse_args(argv)
    found, modules = places(options.only)
    count = None if options.count == "all" else int(options.count)
    chosen = sample(found, count, options.seed)
    print(f"{len(chosen)} of {len(found)} mutants", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="mutated-") as folder:
        mutants = mutated_copy(Path(folder), chosen, modules)
        outcomes = _run(mutants, Path(folder), options.jobs, options.seconds)
    by_name = {mutant.name: mutant for mutant in mutants}
    total = Counter(place.folder for place in found)
    statuses = [(by_name[o["name"]].folder, o["status"]) for o in outcomes]
    text = f"Seed {options.seed}.\n\n{table(total, statuses)}"
    print(text, end="")
    if options.output:
        options.output.write_text(text, "utf-8")
    survived = [o for o in outcomes if o["status"] == "survived"]
    diffs = [f"{by_name[o['name']].diff}\n({o['tests']} tests run it)\n" for o in survived]
    options.survivors.write_text("\n".join(sorted(diffs)), "utf-8")
    return 0


def _run(mutants: Sequence[Mutant], copy: Path, jobs: int, seconds: float) -> list[dict[str, str]]:
    wanted = [(mutant.name, mutant.file, mutant.lines) for mutant in mutants]
    random.Random(0).shuffle(wanted)  # so that the first of them tell already how it goes
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.mutants.run", str(jobs), str(seconds)],
        cwd=copy,
        env=environment,
        input=json.dumps(wanted),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    results = json.loads(done.stdout)
    for test, why in results["left_out"].items():
        print("left out:", test, why.strip().splitlines()[-1], file=sys.stderr)
    if len(results["left_out"]) > MOST_LEFT_OUT * results["tests"]:
        sys.exit("too many tests fail without any mutant")
    return list(results["outcomes"])


if __name__ == "__main__":
    sys.exit(main())
