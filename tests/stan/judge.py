"""Ask Stan for the log density of the programs in tests/stan/judge, at ten points each.

    python tests/stan/judge.py            # all of them, half a minute each
    python tests/stan/judge.py arma gp    # these

writes judge/log_prob.json, so that the comparison (test_judge.py) needs no Stan. Each program
`<name>.stan` was written from the language page, not from what the compiler makes of
`<name>.bl`; its parameters are the sites, in their own coordinates.
"""

import argparse
import functools
import importlib
import json
import math
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import numpy as np
from judge_data import JUDGE
from run import digest
from stan_data import declarations, read_table, stan_data

SEED, POINTS, SPREAD = 1936, 10, 0.35
LOG_PROB = JUDGE / "log_prob.json"
NAMES = sorted(path.stem for path in JUDGE.glob("*.stan"))

#: How many unconstrained numbers stand behind the last dimension of a bound parameter.
FREE = {"simplex": lambda k: k - 1, "cholesky_factor_corr": lambda k: k * (k - 1) // 2}


def build_quickly() -> None:
    """A few densities are not worth an optimised program."""
    models = importlib.import_module("httpstan.models")
    models.build_services_extension_module = functools.partial(
        models.build_services_extension_module, extra_compile_args=["-O0", "-std=c++14"]
    )


def points_of(name: str) -> list[dict[str, Any]]:
    """Random points of the parameters' space with Stan's log density, no Jacobian."""
    program = (JUDGE / f"{name}.stan").read_text(encoding="utf-8")
    data = stan_data(program, read_table(JUDGE / "data.csv"))
    model = importlib.import_module("stan").build(program, data=data, random_seed=SEED)
    kinds = {one.name: one.kind for one in declarations(program, "parameters")}
    shapes = dict(zip(model.param_names, map(tuple, model.dims), strict=True))
    free = sum(
        FREE[kind](shapes[site][-1]) if kind in FREE else math.prod(shapes[site])
        for site, kind in kinds.items()
    )
    random = np.random.RandomState(SEED)
    points = []
    for _ in range(POINTS):
        flat = model.constrain_pars(random.normal(0.0, SPREAD, size=free).tolist())
        values: dict[str, Any] = {}
        for site, kind in kinds.items():
            size = math.prod(shapes[site])
            array = np.reshape(flat[:size], shapes[site], order="F")
            flat = flat[size:]
            # Rounding keeps the file small, but would break a simplex.
            values[site] = (array if kind in FREE else array.round(6)).tolist()
        density = model.log_prob(model.unconstrain_pars(values), adjust_transform=False)
        points.append({"log_prob": density, "values": values})
    return points


def as_text(judged: dict[str, Any]) -> str:
    """JSON with one line a point."""
    blocks = []
    for name, entry in sorted(judged["models"].items()):
        lines = ",\n".join("    " + json.dumps(point) for point in entry["points"])
        head = f'  "{name}": {{\n   "program": "{entry["program"]}",\n   "points": [\n'
        blocks.append(head + lines + "\n   ]\n  }")
    head = json.dumps({k: v for k, v in judged.items() if k != "models"}, indent=1)[:-2]
    return head + ',\n "models": {\n' + ",\n".join(blocks) + "\n }\n}\n"


def main(arguments: Sequence[str] | None = None) -> None:
    """Rewrite the points of the programs named, or of all."""
    parser = argparse.ArgumentParser(description="Stan's log densities of small programs")
    parser.add_argument("name", nargs="*", choices=[*NAMES, []])
    names = parser.parse_args(arguments).name or NAMES
    before = json.loads(LOG_PROB.read_text(encoding="utf-8")) if LOG_PROB.is_file() else {}
    table = digest(JUDGE / "data.csv")
    models = before.get("models", {}) if before.get("table") == table else {}
    models = {name: entry for name, entry in models.items() if name in NAMES}
    build_quickly()
    for name in names:
        models[name] = {"program": digest(JUDGE / f"{name}.stan"), "points": points_of(name)}
        judged = {
            "made_by": "python tests/stan/judge.py (pystan {}, httpstan {})".format(
                *map(version, ("pystan", "httpstan"))
            ),
            "method": "stan, up to one constant a model, on the scale of the sites",
            "table": table,
            "models": models,
        }
        LOG_PROB.write_text(as_text(judged), encoding="utf-8", newline="\n")
        densities = [point["log_prob"] for point in models[name]["points"]]
        print(f"{name}: {min(densities):.1f} to {max(densities):.1f}", file=sys.stderr)


if __name__ == "__main__":
    main()
