"""Engines that sample one posterior, and one judge of what they leave.

All engines of a race read the same Parquet file, each in a process of its own, and leave draws of
the same sites under the same names. The judge takes the least bulk effective sample size over all
elements of all sites and the greatest R-hat, both arviz's, after the time was taken. A run does not
count where R-hat is above 1.01, a transition diverged, or a posterior mean is further from the
reference's than their Monte Carlo errors explain.

All sample in float64, as an emitted file does on a CPU, unless an engine's name says otherwise;
two chains side by side, by the library's own settings (the target acceptance is 0.9 in emitted
files, 0.8 in the others). What is hand-written is vectorised, and has its data on the device.

`BENCH_ROWS` (a share of the rows) and `BENCH_DRAWS` (of each chain; of warm-up as many, 1,000 at
most) make all smaller or longer; `python -m tests.bench --rows 0.1 --draws 200` sets them.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.bench.base import Engine, Measures, Problem, emit, load
from tests.bench.tables import Table, read, write

CHAINS = 2
#: Above this many standard errors a mean is another one: for thousands of them, and for errors
#: that are estimates themselves.
FAR = 6.0
SHOWN = ("wall", "ESS", "compile", "ESS/s without compile", "leapfrogs", "R-hat", "divergences")


@dataclass(frozen=True)
class Race:
    """One posterior: the program of it, its data, and its sites.

    `table` gives the columns; labels of levels sort as their numbers do.
    """

    name: str
    title: str
    source: str
    table: Callable[[], Table]
    sites: tuple[str, ...]
    reference: str  # the engine that the others' means are compared with
    needs: tuple[str, ...] = ("pyarrow", "arviz")
    length: int = 1_000  # draws of each chain
    written: dict[str, bool] = field(default_factory=dict)

    @property
    def draws(self) -> int:
        return int(os.environ.get("BENCH_DRAWS", self.length))

    @property
    def warmup(self) -> int:
        return min(1_000, self.draws)

    def problem(self, *engines: Engine, repeats: int = 3) -> Problem:
        return Problem(
            name=self.name,
            title=self.title,
            measure="ESS/s",
            unit="least effective draws a second, of the whole process",
            engines=engines,
            shown=(*SHOWN, "error, sd", "error, se", "cpu", "memory"),
            repeats=repeats,
            objection=objection,
        )

    # --- engines ----------------------------------------------------------------------------------

    def bgen(
        self,
        level: str = "-O1",
        *,
        name: str = "",
        without: tuple[str, ...] = (),
        warm: bool = False,
    ) -> Engine:
        """As a user has it; a `warm` one finds what the engine before it compiled."""

        def before(folder: Path) -> None:
            self.write(folder)
            for old in ("run", *(() if warm else ("../cache",))):
                shutil.rmtree(folder / old, ignore_errors=True)
            emit(self.source, folder / "model.py", level, without)

        def command(folder: Path, seed: int) -> list[str]:
            data = str(folder.parent / "data.parquet")
            script = [sys.executable, str(folder / "model.py"), "fit", data, "-o"]
            given = {"seed": seed, "chains": CHAINS, "warmup": self.warmup, "draws": self.draws}
            options = [str(w) for k, v in given.items() for w in (f"--{k}", v)]
            return [*script, str(folder / "run"), "--quiet", *options]

        def after(folder: Path, measures: Measures) -> Measures:
            report = json.loads((folder / "run" / "run.json").read_text("utf-8"))
            told = {"divergences": float(report["diagnostics"]["divergences"])}
            return self.judged(folder, measures | told)

        name = name or f"bgen {level}"
        return Engine(name, command=command, before=before, after=after, needs=self.needs)

    def numpyro(
        self,
        name: str,
        model: Callable[..., None],
        arguments: Callable[[Table], Table],
        *,
        x64: bool = True,
    ) -> Engine:
        """A model of NumPyro's own; its sites have the names of the race's."""

        def run(folder: Path, seed: int) -> Measures:
            import numpyro

            numpyro.set_host_device_count(CHAINS)
            numpyro.enable_x64(x64)
            import jax
            from numpyro.infer import MCMC, NUTS

            given = jax.tree.map(on_device, arguments(read(folder)))
            sampler = MCMC(
                NUTS(model),
                num_warmup=self.warmup,
                num_samples=self.draws,
                num_chains=CHAINS,
                progress_bar=False,
            )
            extra = ("diverging", "num_steps")
            sampler.run(jax.random.PRNGKey(seed), **given, extra_fields=extra)
            self.leave(folder, sampler.get_samples(group_by_chain=True))
            told = sampler.get_extra_fields()
            return {
                "divergences": int(told["diverging"].sum()),
                "leapfrogs": float(told["num_steps"].mean()),
            }

        return self.engine(name, run)

    def nutpie(self, build: Callable[[Table], Any], name: str = "nutpie") -> Engine:
        """A model of PyMC, which `build` gives; compiled apart from sampling."""

        def run(folder: Path, seed: int) -> Measures:
            import nutpie

            model, began = build(read(folder)), time.perf_counter()
            compiled = nutpie.compile_pymc_model(model)
            seconds = time.perf_counter() - began
            found = nutpie.sample(
                compiled,
                chains=CHAINS,
                cores=CHAINS,
                tune=self.warmup,
                draws=self.draws,
                seed=seed,
                progress_bar=False,
            )
            self.leave(folder, {k: found.posterior[k].values for k in self.sites})
            told = found.sample_stats
            return {
                "compile": seconds,
                "divergences": int(told["diverging"].values.sum()),
                "leapfrogs": float(told["n_steps"].values.mean()),
            }

        return self.engine(name, run, "nutpie", "pymc")

    def stan(self, code: str, data: Callable[[Table], Table], name: str = "Stan") -> Engine:
        """Through pystan; C++ is compiled anew in each run, and told apart."""

        def run(folder: Path, seed: int) -> Measures:
            import stan

            given = data(read(folder))
            began = time.perf_counter()
            stan.build(code, data=given, random_seed=seed)
            first = time.perf_counter()
            model = stan.build(code, data=given, random_seed=seed)  # without C++, data alone
            again = time.perf_counter()
            fit = model.sample(num_chains=CHAINS, num_warmup=self.warmup, num_samples=self.draws)
            by_chain = {k: fit[k].reshape(*fit[k].shape[:-1], -1, CHAINS) for k in self.sites}
            # chains are fastest in Stan's draws
            self.leave(folder, {k: move(v) for k, v in by_chain.items()})
            return {
                "compile": (first - began) - (again - first),
                "unmeasured": again - first,
                "divergences": int(fit["divergent__"].sum()),
                "leapfrogs": float(fit["n_leapfrog__"].mean()),
            }

        def move(values: Any) -> Any:
            import numpy as np

            kept = values if values.ndim == 2 or values.shape[0] > 1 else values[0]
            return np.moveaxis(kept, (-1, -2), (0, 1))

        return self.engine(name, run, "stan")

    def engine(self, name: str, run: Callable[[Path, int], Measures], *needs: str) -> Engine:
        def before(folder: Path) -> None:
            self.write(folder)
            shutil.rmtree(folder.parent / "cache", ignore_errors=True)
            (folder / "draws.npz").unlink(missing_ok=True)

        return Engine(name, run, before=before, after=self.judged, needs=(*self.needs, *needs))

    # --- data, draws, judgement -------------------------------------------------------------------

    def write(self, folder: Path) -> None:
        """The data, once for all engines."""
        path = folder.parent / "data.parquet"
        if str(path) not in self.written:
            write(self.table(), path)
            self.written[str(path)] = True

    def leave(self, folder: Path, found: dict[str, Any]) -> None:
        import numpy as np

        np.savez(folder / "draws.npz", **{k: np.asarray(found[k]) for k in self.sites})

    def judged(self, folder: Path, measures: Measures) -> Measures:
        """What the draws are worth, and how far they are from the reference's."""
        own = Summary(folder, self.sites)
        wall = measures["wall"] - measures.get("unmeasured", 0.0)
        found = {
            "wall": wall,
            "ESS": float(own.ess.min()),
            "R-hat": float(own.r_hat.max()),
            "ESS/s": float(own.ess.min()) / wall,
            "ESS/s without compile": float(own.ess.min()) / (wall - measures.get("compile", 0.0)),
        }
        other = place(folder, self.reference)
        if other != folder and left_by(other).exists():
            there = Summary(other, self.sites)
            apart = abs(own.mean - there.mean)
            found["error, sd"] = float((apart / there.sd).max())
            error = (own.sd**2 / own.ess + there.sd**2 / there.ess) ** 0.5
            found["error, se"] = float((apart / error).max())
        return measures | found


class Summary:
    """Moments and diagnostics of all elements of all sites, by arviz."""

    def __init__(self, folder: Path, sites: tuple[str, ...]) -> None:
        import numpy as np

        with np.load(left_by(folder)) as kept:
            flat = [kept[k].reshape(*kept[k].shape[:2], -1) for k in sites]
        self.draws = np.concatenate(flat, axis=2)
        self.mean, self.sd = self.draws.mean((0, 1)), self.draws.std((0, 1))

    @cached_property
    def ess(self) -> Any:
        return self.by_arviz("ess", method="bulk")

    @cached_property
    def r_hat(self) -> Any:
        return self.by_arviz("rhat", method="rank")

    def by_arviz(self, name: str, **options: str) -> Any:
        import warnings

        import numpy as np

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import arviz

            function = getattr(arviz, name)
            return np.array([function(x, **options) for x in np.moveaxis(self.draws, 2, 0)])


def objection(measures: Measures) -> str:
    """Why a run does not count; empty where it does."""
    found = []
    if not measures["R-hat"] <= 1.01:
        found.append(f"R-hat {measures['R-hat']:.3f}")
    if measures.get("divergences", 0):
        found.append(f"{measures['divergences']:.0f} divergences")
    if measures.get("error, se", 0.0) > FAR:
        found.append(f"a mean is off by {measures['error, se']:.1f} standard errors")
    return ", ".join(found)


def left_by(folder: Path) -> Path:
    """The draws of an engine: its own, or those of an emitted file's run."""
    own = folder / "draws.npz"
    return own if own.exists() else folder / "run" / "posterior.npz"


def on_device(value: Any) -> Any:
    """An array; a number of levels stays one."""
    import jax.numpy as jnp

    return value if isinstance(value, int) else jnp.asarray(value)


def place(folder: Path, engine: str) -> Path:
    """The folder of another engine of the same problem."""
    return folder.parent / engine.replace(" ", "_")


def emitted(source: str, folder: Path, level: str = "-O1") -> Any:
    """The module that a program becomes."""
    emit(source, folder / "model.py", level)
    return load(folder / "model.py")


def paced(source: str, data: Path, folder: Path, seed: int, level: str = "-O1") -> Measures:
    """The seconds of the parts of one chain: to read, to prepare, to sample once compiled."""
    import jax
    import numpyro
    from numpyro.infer import NUTS

    numpyro.enable_x64()
    module = emitted(source, folder, level)
    program, times = module.PROGRAM, [time.perf_counter()]
    arguments, _ = program.encode(data)
    times.append(time.perf_counter())
    made = program.fast.prepare(**arguments)
    times.append(time.perf_counter())
    bound = program.fast.bind(made, 1)
    model = numpyro.handlers.reparam(program.fast.model(bound.sizes), config=program.reparam)
    kernel, number = NUTS(model, target_accept_prob=0.9), 1_000

    def sample(state: Any, arrays: Any) -> Any:
        def step(state: Any, _: Any) -> Any:
            state = kernel.sample(state, (arrays,), {})
            return state, state.num_steps

        return jax.lax.scan(step, state, length=2 * number)

    state = kernel.init(jax.random.PRNGKey(seed), number, None, (bound.arrays,), {})
    run = jax.jit(sample).lower(state, bound.arrays).compile()
    times.append(time.perf_counter())
    _, steps = jax.block_until_ready(run(state, bound.arrays))
    sampling = time.perf_counter() - times[-1]
    return {
        "read": times[1] - times[0],
        "prepare": times[2] - times[1],
        "compile": times[3] - times[2],
        "sampling": sampling,
        "leapfrogs": float(steps.mean()),
        "microseconds a leapfrog": 1e6 * sampling / float(steps.sum()),
    }
