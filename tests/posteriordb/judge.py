"""Stan's log density less that of the emitted model at the same values: one constant, if both
are right.

Stan's programs (``stan/``) read the published data and are written from the models' formulas. What
Stan said is committed (``log_prob.json``), without any data.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpyro.infer.util import log_density  # type: ignore[import-untyped]

from bgen.driver import compile_text
from tests.golden.cases import execute
from tests.oracle.compare import Emitted
from tests.posteriordb.designs import LINEAR, LOGISTIC, stan_design
from tests.posteriordb.posteriors import HERE, POSTERIORS, Posterior
from tests.posteriordb.tables import Json, Table, read_data, table_of

STAN = HERE / "stan"
LOG_PROB = HERE / "log_prob.json"
ASK = HERE.parent / "stan" / "log_prob_of.py"
#: Relative to the largest absolute density among the points.
TOLERANCE = 1e-8

Values = Mapping[str, Any]


def regression(values: Values) -> dict[str, Any]:
    """The sites of a regression as `beta` and `sigma`."""
    found: dict[str, Any] = {"beta": [values["mu_intercept"]]}
    for site, value in values.items():
        if site.endswith("_coef"):
            found["beta"] = [*found["beta"], *value]
        elif site.endswith("_sigma"):
            found["sigma"] = value
    return found


def but_weights(values: Values) -> dict[str, Any]:
    return {site: value for site, value in values.items() if site != "f_weight"}


#: Sites as the parameters of another program than their own.
PARAMETERS: dict[str, Callable[[Values], dict[str, Any]]] = {
    **dict.fromkeys((*LINEAR, *LOGISTIC), regression),
    "gp_regr": but_weights,
}
#: A vector of normals in which the emitted density is quadratic, and that Stan has integrated out.
INTEGRATED = {"gp_regr": "f_weight"}


@dataclass(frozen=True)
class Case:
    """A posterior with the data that were published."""

    posterior: Posterior
    published: Json

    @property
    def model(self) -> str:
        return self.posterior.program

    @property
    def stan(self) -> str:
        return (STAN / f"{stan_name(self.model)}.stan").read_text("utf-8")

    @property
    def stan_data(self) -> Json:
        if self.model in LINEAR or self.model in LOGISTIC:
            return stan_design(self.published, self.model)
        return self.published

    @cached_property
    def table(self) -> Table:
        return table_of(self.published, self.model)

    @cached_property
    def script(self) -> str:
        return compile_text(self.posterior.path.read_text("utf-8"), self.posterior.path.name)

    def ask(self, python: Path, points: list[Values]) -> list[float]:
        """Stan's answers; it has to be compiled for that."""
        change = PARAMETERS.get(self.model, dict)
        parameters = [change(point) for point in points]
        request = {"program": self.stan, "data": self.stan_data, "points": parameters}
        done = subprocess.run(
            [python, ASK], input=json.dumps(request), capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"{self.posterior.name}: {done.stderr[-2000:]}")
        found: list[float] = json.loads(done.stdout)
        return found

    @cached_property
    def module(self) -> ModuleType:
        return execute(self.script, f"posteriordb_{self.posterior.program}")

    def sites(self) -> list[str]:
        """What the model itself samples."""
        arguments, _ = self.module.encode(self.table)
        return list(Emitted(self.module.model, arguments).sites)

    def ours(self, points: list[Values]) -> list[float]:
        """The emitted model's log density."""
        with jax.enable_x64(True):
            density = jax.jit(self.density())
            arrays = [{k: jnp.asarray(v, float) for k, v in point.items()} for point in points]
            return [float(density(point)) for point in arrays]

    def density(self) -> Callable[[dict[str, Any]], Any]:
        """Of the sites that Stan has too."""
        module = self.module
        arguments, _ = module.encode(self.table)

        def joint(values: dict[str, Any]) -> Any:
            return log_density(module.model, (), arguments, values)[0]

        site = INTEGRATED.get(self.model)
        if site is None:
            return joint

        def integrated(values: dict[str, Any]) -> Any:
            def at(x: Any) -> Any:
                return joint({**values, site: x})

            zero = jnp.zeros_like(values[site])
            slope, precision = jax.grad(at)(zero), -jax.hessian(at)(zero)
            size = zero.size * jnp.log(2.0 * jnp.pi) - jnp.linalg.slogdet(precision)[1]
            return at(zero) + 0.5 * (slope @ jnp.linalg.solve(precision, slope) + size)

        return integrated


def stan_name(model: str) -> str:
    """The file of a model's Stan program; the regressions share two."""
    return "linear" if model in LINEAR else "logistic" if model in LOGISTIC else model


def cases(folder: Path) -> dict[str, Case]:
    """The posteriors whose data the folder has."""
    found = {}
    for posterior in POSTERIORS:
        published = None if posterior.code else read_data(folder, posterior.data)
        if published is not None:
            found[posterior.name] = Case(posterior, published)
    return found


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def read_judged() -> dict[str, Any]:
    """By posterior: the Stan program's digest, the points and Stan's answers."""
    judged: dict[str, Any] = json.loads(LOG_PROB.read_text("utf-8"))["posteriors"]
    return judged


def write_judged(made_by: str, judged: Mapping[str, Any]) -> None:
    """JSON with one line a point."""
    blocks = []
    for name, entry in sorted(judged.items()):
        lines = ",\n".join("    " + json.dumps(point) for point in entry["points"])
        head = f'  "{name}": {{\n   "program": "{entry["program"]}",\n   "points": [\n'
        blocks.append(head + lines + "\n   ]\n  }")
    head = json.dumps({"made_by": made_by, "method": "stan, up to one constant"}, indent=1)[:-2]
    text = head + ',\n "posteriors": {\n' + ",\n".join(blocks) + "\n }\n}\n"
    LOG_PROB.write_text(text, encoding="utf-8", newline="\n")


def spread(ours: list[float], stan: list[float]) -> float:
    """How far the difference is from one constant, relative to the largest of Stan's."""
    largest = max(1.0, *map(abs, stan))
    return float(np.ptp(np.subtract(ours, stan))) / largest
