"""The table of posteriordb, with what Stan says of the posteriors whose data are at hand.

    python -m tests.posteriordb --data PATH                 # Stan's committed answers
    python -m tests.posteriordb --data PATH --stan PYTHON   # ask Stan again
    python -m tests.posteriordb --data PATH --stan PYTHON --renew earnings-earn_height

PATH is a folder with ``<data>.json`` as published and ``reference.json``; it may also stand in
``POSTERIORDB``. ``--renew`` takes new points across our posteriors, and writes ``log_prob.json``.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.posteriordb.fits import MOST_ERRORS, MOST_SHARE, compare, points
from tests.posteriordb.judge import (
    LOG_PROB,
    TOLERANCE,
    Case,
    cases,
    digest,
    read_judged,
    spread,
    write_judged,
)
from tests.posteriordb.table import AGREES, DIFFERS, Row, as_text, rows, totals


def renew(known: Mapping[str, Case], chosen: list[str], python: Path) -> None:
    """Points and Stan's answers, those of one posterior after those of another."""
    judged = read_judged() if LOG_PROB.is_file() else {}
    for name in chosen:
        case = known[name]
        values = points(case)
        answers = case.ask(python, values)
        both = zip(answers, values, strict=True)
        told = [{"log_prob": answer, "values": value} for answer, value in both]
        judged[name] = {"program": digest(case.stan), "points": told}
        made_by = f"python -m tests.posteriordb --renew (numpyro {version('numpyro')})"
        write_judged(made_by, judged)
        print(f"{name}: {min(answers):.1f} to {max(answers):.1f}", file=sys.stderr, flush=True)


def judge(case: Case, entry: Mapping[str, Any], python: Path | None) -> Row:
    """Our log density against Stan's at the points."""
    name = case.posterior.name
    if entry["program"] != digest(case.stan):
        return Row(name, DIFFERS, "Stan's program has changed since")
    values = [point["values"] for point in entry["points"]]
    stan = [point["log_prob"] for point in entry["points"]]
    if python is not None:
        stan = case.ask(python, values)
    found = spread(case.ours(values), stan)
    return Row(name, AGREES if found < TOLERANCE else DIFFERS, f"{found:.1e}")


def refit(row: Row, case: Case, reference: Mapping[str, Mapping[str, float]]) -> Row:
    errors, share = compare(case, reference)
    fine = row.status == AGREES and errors < MOST_ERRORS and share < MOST_SHARE
    what = f"{row.what}; means within {errors:.1f} standard errors, sds within {share:.1%}"
    return Row(row.name, AGREES if fine else DIFFERS, what)


def main() -> int:
    parser = argparse.ArgumentParser(description="posteriordb as a judge")
    parser.add_argument("--data", type=Path, default=os.environ.get("POSTERIORDB"))
    parser.add_argument("--stan", type=Path, help="a Python with pystan and httpstan")
    parser.add_argument("--renew", nargs="*", help="new points, of all or of these")
    parser.add_argument("--no-fits", action="store_true")
    parser.add_argument("-o", dest="out", type=Path)
    options = parser.parse_args()
    if options.data is None or not Path(options.data).is_dir():
        parser.error("the data are not here: give their folder, `--data PATH`, or set POSTERIORDB")
    folder = Path(options.data)
    known = cases(folder)
    if options.renew is not None:
        renew(known, options.renew or list(known), options.stan)
    references = json.loads((folder / "reference.json").read_text("utf-8"))
    judged: dict[str, Row] = {}
    for name, entry in read_judged().items():
        row = judge(known[name], entry, options.stan)
        if name in references and not options.no_fits:
            row = refit(row, known[name], references[name])
        judged[name] = row
        print(row, file=sys.stderr, flush=True)
    table = rows(judged)
    if options.out:
        options.out.write_text(as_text(table), encoding="utf-8", newline="\n")
    print(*table, totals(table), sep="\n")
    return int(any(row.status == DIFFERS for row in table))


if __name__ == "__main__":
    sys.exit(main())
