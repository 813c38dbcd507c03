"""Small data: from the start of the process to its end, with the summary written.

By hand is what one would write with NumPyro: the data, MCMC with four chains in parallel, and
`print_summary`. It keeps no cache, so it has one time; the emitted script has a first and a second.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from tests.bench.base import Engine, Problem, emit

MODELS = Path(__file__).parents[3] / "golden" / "models"

HEAD = """import csv, sys
import numpyro
numpyro.set_host_device_count(4)
numpyro.enable_x64()
import jax, jax.numpy as jnp, numpy as np
import numpyro.distributions as dist
from numpyro.infer import MCMC, NUTS
with open(sys.argv[1]) as file:
    rows = list(csv.DictReader(file))
def column(name): return jnp.array([float(r[name]) for r in rows])
"""
TAIL = """
kernel = NUTS(model, target_accept_prob=0.9)
mcmc = MCMC(kernel, num_warmup=1000, num_samples=1000, num_chains=4, progress_bar=False)
mcmc.run(jax.random.PRNGKey(int(sys.argv[2])), *data)
mcmc.print_summary()
"""
BY_HAND = {
    "eight_schools": {
        "centred": """
def model(se, y):
    mu = numpyro.sample("mu", dist.Normal(0, 5))
    tau = numpyro.sample("tau", dist.HalfCauchy(5))
    theta = numpyro.sample("theta", dist.Normal(mu, tau).expand([len(se)]).to_event(1))
    numpyro.sample("y", dist.Normal(theta, se), obs=y)
data = column("se"), column("effect")
""",
        "non-centred": """
def model(se, y):
    mu = numpyro.sample("mu", dist.Normal(0, 5))
    tau = numpyro.sample("tau", dist.HalfCauchy(5))
    z = numpyro.sample("z", dist.Normal().expand([len(se)]).to_event(1))
    theta = numpyro.deterministic("theta", mu + tau * z)
    numpyro.sample("y", dist.Normal(theta, se), obs=y)
data = column("se"), column("effect")
""",
    },
    "kid_iq": {
        "textbook": """
def model(x, y):
    flat = dist.ImproperUniform(dist.constraints.real, (), ())
    a = numpyro.sample("a", flat)
    b = numpyro.sample("b", dist.ImproperUniform(dist.constraints.real_vector, (), (3,)))
    sigma = numpyro.sample("sigma", dist.ImproperUniform(dist.constraints.positive, (), ()))
    numpyro.sample("y", dist.Normal(a + x @ b, sigma), obs=y)
def scaled(v): return (v - v.mean()) / (2 * v.std(ddof=1))
hs, iq = scaled(column("mom_hs")), scaled(column("mom_iq"))
data = jnp.stack([hs, iq, hs * iq], 1), column("kid_score")
""",
    },
}


def emitted(model: str, first: bool) -> Engine:
    def before(folder: Path) -> None:
        for name in ("run", *(("../cache",) if first else ())):
            shutil.rmtree(folder / name, ignore_errors=True)
        emit(MODELS / model / "model.bl", folder / "model.py")

    def command(folder: Path, seed: int) -> list[str]:
        data, run = MODELS / model / "data.csv", folder / "run"
        script = [sys.executable, str(folder / "model.py"), "fit", str(data), "-o", str(run)]
        return [*script, "--seed", str(seed)]

    return Engine(f"bgen, {'first' if first else 'second'} run", command=command, before=before)


def by_hand(model: str, form: str) -> Engine:
    def before(folder: Path) -> None:
        text = HEAD + BY_HAND[model][form] + TAIL
        (folder / "model.py").write_text(text, encoding="utf-8")

    def command(folder: Path, seed: int) -> list[str]:
        data = str(MODELS / model / "data.csv")
        return [sys.executable, str(folder / "model.py"), data, str(seed)]

    return Engine(f"by hand, {form}", command=command, before=before)


PROBLEMS = tuple(
    Problem(
        name=f"start_{model}",
        title=f"{model}: from the start of the process to the summary",
        measure="wall",
        unit="seconds",
        shown=("cpu",),
        engines=(
            emitted(model, first=True),
            emitted(model, first=False),
            *(by_hand(model, form) for form in forms),
        ),
    )
    for model, forms in BY_HAND.items()
)
