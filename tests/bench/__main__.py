"""Run problems: every engine in turn, several times over; medians, ratios, a table, a picture.

    python -m tests.bench [-o FOLDER] [--repeats N] [PROBLEM ...]

All engines of a problem run in one session, one after another within each repetition, so that a
slow minute of the machine meets all of them. An engine that needs what is not installed is left
out, and the table says so (BLayers needs Python 3.12).
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
from importlib.metadata import version
from pathlib import Path

from tests.bench import problems
from tests.bench.base import Engine, Measures, Problem

ROOT = Path(__file__).parents[2]


def catalogue() -> dict[str, Problem]:
    found = {}
    for module in pkgutil.iter_modules(problems.__path__):
        for problem in importlib.import_module(f"{problems.__name__}.{module.name}").PROBLEMS:
            found[problem.name] = problem
    return found


def run_engine(problem: Problem, engine: Engine, folder: Path) -> Measures:
    """One run in a process of its own; `wall` and `cpu` are of the whole process."""
    folder.mkdir(parents=True, exist_ok=True)
    if engine.before:
        engine.before(folder)
    command = [sys.executable, "-m", "tests.bench", "--one", problem.name, engine.name, str(folder)]
    if engine.command:
        command = engine.command(folder)
    environment = {k: v for k, v in os.environ.items() if k != "XLA_FLAGS"}
    environment["XDG_CACHE_HOME"] = str(folder / "cache")
    result = folder / "measures.json"
    result.unlink(missing_ok=True)
    began, used = time.monotonic(), os.times()
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    wall, after = time.monotonic() - began, os.times()
    if done.returncode not in (0, 3):  # 3: fitted, with warnings
        raise SystemExit(f"{problem.name}, {engine.name}:\n{done.stderr}")
    cpu = sum(after[2:4]) - sum(used[2:4])
    own: Measures = json.loads(result.read_text()) if result.exists() else {}
    return {"wall": wall, "cpu": cpu} | own


def table(problem: Problem, medians: dict[str, Measures], absent: dict[str, list[str]]) -> str:
    """Markdown; ratios to the first engine."""
    names = (problem.measure, *problem.shown)
    lines = [f"## {problem.title}", ""]
    lines.append(f"| engine | {' | '.join(names)} | {problem.measure}, ratio |")
    lines.append("|---" * (len(names) + 2) + "|")
    base = next(iter(medians.values()))[problem.measure]
    for engine, found in medians.items():
        cells = [f"{found[k]:.4g}" if k in found else "" for k in names]
        ratio = found[problem.measure] / base
        lines.append(f"| {engine} | {' | '.join(cells)} | {ratio:.2f} |")
    lines += [f"\n{engine}: left out, no {', '.join(lacks)}." for engine, lacks in absent.items()]
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
    engines = [e for e in problem.engines if not e.lacks()]
    absent = {e.name: e.lacks() for e in problem.engines if e.lacks()}
    runs: dict[str, list[Measures]] = {e.name: [] for e in engines}
    for _ in range(repeats):
        for engine in engines:
            folder = (out / problem.name / engine.name.replace(" ", "_")).resolve()
            runs[engine.name].append(run_engine(problem, engine, folder))
            told = {k: float(f"{v:.4g}") for k, v in runs[engine.name][-1].items()}
            print(problem.name, engine.name, told, file=sys.stderr)
    medians = {
        name: {k: statistics.median(r[k] for r in found) for k in found[0]}
        for name, found in runs.items()
    }
    (out / f"{problem.name}.json").write_text(json.dumps(runs, indent=2))
    picture(problem, medians, out / f"{problem.name}.png")
    return table(problem, medians, absent)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("problems", nargs="*")
    parser.add_argument("-o", dest="out", type=Path, default=ROOT / "bench")
    parser.add_argument("--repeats", type=int)
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    known = catalogue()
    if options.one:
        problem, name, folder = options.one
        engine = next(e for e in known[problem].engines if e.name == name)
        assert engine.run
        found = engine.run(Path(folder))
        Path(folder, "measures.json").write_text(json.dumps(found))
        return
    options.out.mkdir(parents=True, exist_ok=True)
    versions = ", ".join(f"{k} {version(k)}" for k in ("jax", "numpyro"))
    text = f"Python {platform.python_version()}, {versions}, {os.cpu_count()} cores; medians.\n"
    for name in options.problems or known:
        text += "\n" + measure(known[name], options.out, options.repeats or known[name].repeats)
        (options.out / "README.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
