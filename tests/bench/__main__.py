"""Run problems: every engine in turn, several times over; medians, ratios, a table, a picture.

    python -m tests.bench [-o FOLDER] [--repeats N] [--rows SHARE] [--draws N] [--engine TEXT] ...
                          [PROBLEM ...]

All engines of a problem run in one session, one after another within each repetition, so that a
slow minute of the machine meets all of them; each repetition has a seed of its own. An engine that
needs what is not installed, or that fails, is left out, and the table says so (BLayers needs
Python 3.12). `--rows 0.1` and `--draws 200` try smaller problems of those that sample a posterior.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import platform
import statistics
import subprocess
import sys
import time
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from tests.bench import problems
from tests.bench.base import Engine, Measures, Problem

ROOT = Path(__file__).parents[2]
#: What the engines are told through the environment: how much smaller a problem is.
SIZES = ("rows", "draws")


def catalogue() -> dict[str, Problem]:
    found = {}
    for module in pkgutil.iter_modules(problems.__path__):
        for problem in importlib.import_module(f"{problems.__name__}.{module.name}").PROBLEMS:
            found[problem.name] = problem
    return found


class Failure(Exception):
    """An engine did not run to its end; the message is the last that it said."""


def run_engine(problem: Problem, engine: Engine, folder: Path, seed: int) -> Measures:
    """One run in a process of its own; `wall`, `cpu` and `memory` are of the whole process."""
    folder.mkdir(parents=True, exist_ok=True)
    if engine.before:
        engine.before(folder)
    one = ["--one", problem.name, engine.name, str(folder), str(seed)]
    command = [sys.executable, "-m", "tests.bench", *one]
    if engine.command:
        command = engine.command(folder, seed)
    environment = {k: v for k, v in os.environ.items() if k != "XLA_FLAGS"}
    # one place for all engines, emptied by those that start cold: JAX's keys have it in them
    environment["XDG_CACHE_HOME"] = str(folder.parent / "cache")
    result, said = folder / "measures.json", folder / "said.txt"
    result.unlink(missing_ok=True)
    with open(said, "w", encoding="utf-8") as file:
        began = time.monotonic()
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=file, stderr=file)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 3):  # 3: fitted, with warnings
        last = said.read_text("utf-8").strip().splitlines() or ["no word"]
        raise Failure(f"status {process.returncode}, {last[-1]}")
    own: Measures = json.loads(result.read_text()) if result.exists() else {}
    memory = used.ru_maxrss / (1e9 if sys.platform == "darwin" else 1e6)
    return {"wall": wall, "cpu": used.ru_utime + used.ru_stime, "memory": memory} | own


def table(problem: Problem, medians: dict[str, Measures], absent: dict[str, str]) -> str:
    """Markdown; ratios to the first engine."""
    names = [k for k in (problem.measure, *problem.shown) if any(k in m for m in medians.values())]
    lines = [f"## {problem.title}", ""]
    lines.append(f"| engine | {' | '.join(names)} | {problem.measure}, ratio |")
    lines.append("|---" * (len(names) + 2) + "|")
    base = next(iter(medians.values()))[problem.measure] if medians else 0.0
    for engine, found in medians.items():
        cells = [f"{found[k]:.4g}" if k in found else "" for k in names]
        ratio = f"{found[problem.measure] / base:.3g}"
        objection = problem.objection(found)
        ratio += f", does not count: {objection}" if objection else ""
        lines.append(f"| {engine} | {' | '.join(cells)} | {ratio} |")
    lines += [f"\n{engine}: left out, {why}." for engine, why in absent.items()]
    return "\n".join(lines) + "\n"


def picture(problem: Problem, medians: dict[str, Measures], path: Path) -> None:
    """A bar an engine; where matplotlib is installed."""
    try:
        import matplotlib
    except ImportError:
        return
    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 0.6 + 0.5 * len(medians)), layout="constrained")
    axes.barh(list(medians), [m[problem.measure] for m in medians.values()])
    axes.invert_yaxis()
    axes.set(xlabel=problem.unit, title=problem.title)
    figure.savefig(path, dpi=120)
    pyplot.close(figure)


def measure(problem: Problem, out: Path, repeats: int) -> str:
    absent = {e.name: f"no {', '.join(e.lacks())}" for e in problem.engines if e.lacks()}
    engines = [e for e in problem.engines if e.name not in absent]
    places = {e: (out / problem.name / e.name.replace(" ", "_")).resolve() for e in engines}
    runs: dict[str, list[Measures]] = {e.name: [] for e in engines}
    for seed in range(repeats):
        found: dict[Engine, Measures] = {}
        for engine in engines:
            if engine.name in absent:
                continue
            try:
                found[engine] = run_engine(problem, engine, places[engine], seed)
                seconds = found[engine]["wall"]
                print(f"{problem.name} {engine.name}: {seconds:.1f} s", file=sys.stderr)
            except Failure as failure:
                absent[engine.name] = str(failure)
                del runs[engine.name]
                print(problem.name, engine.name, failure, file=sys.stderr)
        for engine, measures in found.items():
            if engine.after:
                measures = engine.after(places[engine], measures)
            runs[engine.name].append(measures)
            told = {k: float(f"{v:.4g}") for k, v in measures.items()}
            print(problem.name, engine.name, told, file=sys.stderr)
    medians = {
        name: {k: statistics.median(r[k] for r in found) for k in found[0]}
        for name, found in runs.items()
    }
    (out / f"{problem.name}.json").write_text(json.dumps(runs, indent=2))
    picture(problem, medians, out / f"{problem.name}.png")
    return table(problem, medians, absent)


def only(problem: Problem, wanted: list[str]) -> Problem:
    """The problem with some of its engines."""
    found = tuple(e for e in problem.engines if any(text in e.name for text in wanted))
    return replace(problem, engines=found)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("problems", nargs="*", metavar="PROBLEM", help=", ".join(catalogue()))
    parser.add_argument("-o", dest="out", type=Path, default=ROOT / "bench")
    parser.add_argument("--repeats", type=int)
    parser.add_argument("--rows", help="a share of the rows")
    parser.add_argument("--draws", help="of each chain")
    parser.add_argument("--engine", action="append", help="those with this in their name alone")
    parser.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ |= {f"BENCH_{k.upper()}": v for k in SIZES if (v := getattr(options, k))}
    known = catalogue()
    if options.one:
        problem, name, folder, seed = options.one
        engine = next(e for e in known[problem].engines if e.name == name)
        assert engine.run
        found = engine.run(Path(folder), int(seed))
        Path(folder, "measures.json").write_text(json.dumps(found))
        return
    if options.engine:
        known = {k: only(problem, options.engine) for k, problem in known.items()}
    strange = [name for name in options.problems if name not in known]
    if strange:
        parser.error(f"no problem {', '.join(strange)}; there are {', '.join(known)}")
    options.out.mkdir(parents=True, exist_ok=True)
    versions = ", ".join(f"{k} {version(k)}" for k in ("jax", "numpyro"))
    text = f"Python {platform.python_version()}, {versions}, {os.cpu_count()} cores; medians.\n"
    smaller = [f"{k} {v}" for k in SIZES if (v := os.environ.get(f"BENCH_{k.upper()}"))]
    text += f"Smaller than the problems are: {', '.join(smaller)}.\n" if smaller else ""
    for name in options.problems or known:
        text += "\n" + measure(known[name], options.out, options.repeats or known[name].repeats)
        (options.out / "README.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
