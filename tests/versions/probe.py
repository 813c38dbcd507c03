"""What every emitted golden computes in the environment that runs this: one JSON object.

    python -W error -m tests.versions.probe FOLDER RESULT [GOLDEN TO FIT ...]

Nothing of the compiler is imported: FOLDER holds what was emitted (the package ``models``, and
``fast``, with its rewritten forms), ``data`` and ``points``; see ``prepare.py``.
"""

from __future__ import annotations

import csv
import importlib
import json
import os
import platform
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

#: Read when JAX starts: figures that can be compared, and programs that are compiled quickly.
os.environ |= {
    "JAX_ENABLE_X64": "1",
    "JAX_PLATFORMS": "cpu",
    "XLA_FLAGS": "--xla_force_host_platform_device_count=2 --xla_backend_optimization_level=0",
}

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import optax
from numpyro.handlers import seed, trace
from numpyro.infer import SVI, Trace_ELBO
from numpyro.infer.util import log_density

PACKAGES = ("numpyro", "jax", "optax", "numpy")
NUTS = ["--chains", "2", "--warmup", "30", "--draws", "30"]
SVI_RUN = ["--method", "svi", "--steps", "200", "--batch", "32", "--draws", "30"]


def density(module: ModuleType, given: dict[str, Any], point: dict[str, Any]) -> dict[str, float]:
    """The log joint density at the point, and the length of its gradient there."""
    arrays = {name: jnp.asarray(value) for name, value in given.items() if np.ndim(value)}
    sizes = {name: value for name, value in given.items() if not np.ndim(value)}

    @jax.jit
    def both(values: dict[str, Any], arrays: dict[str, Any]) -> Any:
        def joint(values: dict[str, Any]) -> Any:
            return log_density(module.model, (), arrays | sizes, values)[0]

        return jax.value_and_grad(joint)(values)

    value, slope = both({name: jnp.asarray(v) for name, v in point.items()}, arrays)
    squares = sum(float(jnp.sum(jnp.square(leaf))) for leaf in slope.values())
    return {"density": float(value), "slope": squares**0.5}


def step(module: ModuleType, given: dict[str, Any]) -> None:
    """The sites are those of the contract, and a step of SVI moves every parameter."""
    arrays = {name: jnp.asarray(value) for name, value in given.items() if np.ndim(value)}
    sizes = {name: value for name, value in given.items() if not np.ndim(value)}
    drawn = trace(seed(module.guide, 0)).get_trace(**arrays, **sizes)
    latent = {name for name, site in drawn.items() if site["type"] == "sample"}
    assert latent <= set(module.SITES), latent

    def model(arrays: dict[str, Any]) -> None:
        module.model(**arrays, **sizes)

    def guide(arrays: dict[str, Any]) -> None:
        module.guide(**arrays, **sizes)

    svi = SVI(model, guide, optax.adam(0.01), Trace_ELBO())

    @jax.jit
    def run(arrays: dict[str, Any]) -> Any:
        begun = svi.init(jax.random.PRNGKey(0), arrays)
        moved, loss = svi.update(begun, arrays)
        return svi.get_params(begun), svi.get_params(moved), loss

    before, after, loss = run(arrays)
    assert np.isfinite(loss), loss
    for name, value in after.items():
        assert np.all(np.isfinite(value)) and np.any(value != before[name]), name


def verified(module: ModuleType, given: dict[str, Any]) -> float:
    """The largest difference between the fast form and the model, at three points."""
    found: float = module.PROGRAM.fast.verify(module.PROGRAM, given, 3)
    return found


def fit(module: ModuleType, data: Path) -> None:
    """The command line from end to end, by either engine."""
    for options in (NUTS, SVI_RUN):
        with tempfile.TemporaryDirectory() as folder:
            run = f"{folder}/run"
            quiet = ["--quiet", "--seed", "1"]
            told = ["fit", str(data), "-o", run, "--allow-warnings", *quiet, *options]
            assert module.main(module.PROGRAM, told) == 0
            told = ["predict", run, str(data), "-o", f"{folder}/new.csv", *quiet]
            assert module.main(module.PROGRAM, told) == 0
            with open(f"{folder}/new.csv", newline="") as file:
                rows = list(csv.DictReader(file))
            assert rows and all(np.isfinite(float(row["mean"])) for row in rows)


def look(folder: Path, name: str, *, whole: bool) -> dict[str, float]:
    module = importlib.import_module(f"models.{name}")
    data = folder / "data" / f"{name}.csv"
    given, _ = module.encode(data)
    given = {k: v for k, v in given.items() if v is not None}
    with np.load(folder / "points" / f"{name}.npz") as archive:
        found = density(module, given, dict(archive))
    step(module, given)
    for path in sorted(folder.glob(f"fast/{name}_O?.py")):
        found["verify"] = verified(importlib.import_module(f"fast.{path.stem}"), given)
    if whole:
        fit(module, data)
    return found


def main() -> None:
    folder, result, fitted = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]
    sys.path.insert(0, str(folder))
    found: dict[str, Any] = {
        "versions": {"python": platform.python_version()} | {k: version(k) for k in PACKAGES}
    }
    assert numpyro.__version__ == found["versions"]["numpyro"]
    goldens: dict[str, Any] = {}
    for path in sorted((folder / "points").glob("*.npz")):
        try:
            goldens[path.stem] = look(folder, path.stem, whole=path.stem in fitted)
        except Exception as error:  # all are looked at, and the table says what each one met
            said = str(error).splitlines()
            goldens[path.stem] = {"error": f"{type(error).__name__}: {said[0] if said else ''}"}
            print(f"{path.stem}: {goldens[path.stem]['error']}", file=sys.stderr)
    result.write_text(json.dumps(found | {"goldens": goldens}, indent=1), "utf-8")


if __name__ == "__main__":
    main()
