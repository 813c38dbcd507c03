"""Stan's log density of a program at points, up to one constant, on the scale of the parameters.

    python tests/stan/log_prob_of.py < request.json

reads {"program": text, "data": {...}, "points": [{parameter: value}, ...]} and prints the list of
log densities, so that what runs without Stan can ask an environment that has it.
"""

import importlib
import json
import sys
from contextlib import redirect_stdout
from typing import Any

from judge import SEED, build_quickly


def log_probs(program: str, data: dict[str, Any], points: list[dict[str, Any]]) -> list[float]:
    """One number a point, without the Jacobian of Stan's own coordinates."""
    build_quickly()
    model = importlib.import_module("stan").build(program, data=data, random_seed=SEED)
    return [
        model.log_prob(model.unconstrain_pars(point), adjust_transform=False) for point in points
    ]


if __name__ == "__main__":
    with redirect_stdout(sys.stderr):  # pystan tells of its progress
        found = log_probs(**json.load(sys.stdin))
    print(json.dumps(found))
