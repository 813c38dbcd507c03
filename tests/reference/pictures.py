"""Pictures for the reference: curves that a layer's prior draws, priors of coefficients, what a
link draws at three predictors.

    python -m tests.reference.pictures [WORD ...]

writes golden/reference/<kind>/<word>.png. They need matplotlib, and nothing checks their pixels.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import matplotlib
import numpy as np

from bgen.links import links
from bgen.syntax.printer import print_expression
from tests.conftest import ROOT
from tests.sweeps.emitted import bind
from tests.sweeps.programs import example_call, plain_of, with_predictors

matplotlib.use("Agg")
from matplotlib import pyplot

FOLDER = ROOT / "golden" / "reference"
SMOOTH = {
    "pspline": "pspline(x)",
    "hsgp": "hsgp(x)",
    "gp": "gp(x)",
    "random_walk": "random_walk(t)",
    "ar1": "ar1(t)",
    "monotonic": "monotonic(o)",
}
COEFFICIENTS = {
    "linear": "linear(x)",
    "adaptive": "adaptive(x)",
    "horseshoe": "horseshoe(x, relevant = 3)",
    "mixture_prior": "mixture_prior(x)",
    "spike_and_slab": "spike_and_slab(x)",
    "r2d2": "r2d2(x)",
}
INK = ("#1b4965", "#ca6702", "#3a7d44")


def canvas() -> tuple[Any, Any]:
    figure, axes = pyplot.subplots(figsize=(5.2, 3.0), dpi=110, layout="constrained")
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def curves(word: str, call: str) -> Any:
    """Twelve draws of the layer's contribution under its default priors."""
    rows = 60
    x = np.linspace(-2, 2, rows)
    table = {
        "y": [0.0] * rows,
        "x": x.tolist(),
        "t": list(range(rows)),
        "o": [1 + k * 6 // rows for k in range(rows)],
    }
    program = f"""data {{ y: real  x: real  t: integer  o: ordinal }}
f = {call}
y ~ gaussian(f, sigma = 0.1)
report f
"""
    bound = bind(program, table)
    figure, axes = canvas()
    for k in range(12):
        f = np.asarray(bound.simulate(jax.random.PRNGKey(k))["f"])
        where = {"t": "t", "o": "o"}.get(call.split("(")[1][0], "x")
        style = "steps-mid" if where == "o" else "default"
        axes.plot(table[where], f, color=INK[k % 3], alpha=0.7, linewidth=1.2, drawstyle=style)
    axes.set_xlabel(where)
    axes.set_title(f"12 draws of {call} from its prior", fontsize=9)
    return figure


def coefficients(word: str, call: str) -> Any:
    """The prior of one coefficient, beside the standard normal."""
    columns = ", ".join(f"x{k}" for k in range(20))
    program = f"""data {{ y: real  x: real[{columns}] }}
f = {call}
y ~ gaussian(f, sigma = 1)
"""
    rng = np.random.RandomState(1)
    table = {f"x{k}": rng.normal(size=50).tolist() for k in range(20)} | {"y": [0.0] * 50}
    bound = bind(program, table)
    draw = jax.jit(lambda key: bound.simulate(key))
    drawn = [draw(jax.random.PRNGKey(k)) for k in range(1000)]
    if "f_coef" in bound.sites:
        beta = np.concatenate([np.asarray(d["f_coef"]) for d in drawn])
    else:
        beta = np.concatenate([np.asarray(d["f_gate"] * d["f_slab"]) for d in drawn])
    figure, axes = canvas()
    bins = np.linspace(-3, 3, 121)
    axes.hist(beta, bins, density=True, histtype="stepfilled", color=INK[0], alpha=0.8)
    middle = (bins[1:] + bins[:-1]) / 2
    normal = np.exp(-(middle**2) / 2) / np.sqrt(2 * np.pi)
    axes.plot(middle, normal, color=INK[1], linewidth=1.2, label="Normal(0, 1)")
    axes.set_xlabel("a coefficient of 20")
    axes.set_title(f"prior of a coefficient in {call}", fontsize=9)
    axes.legend(frameon=False, fontsize=8)
    return figure


def responses(word: str) -> Any | None:
    """What the link draws where the predictor is -1, 0 and 1, its parameters at a typical value."""
    spec = plain_of(word)
    if spec.joint or spec.outputs(("y",), {}):
        return None
    kind = "real" if word == "hurdle" and spec.responses[0] == "positive" else spec.responses[0]
    levels = '("a", "b", "c", "d")' if kind == "ordinal" else ""
    program = f"""data {{ y: {kind}{levels}  e: real  e2: real  n: count  trials: count
  w: positive  died: binary  c: binary  upper: positive  t: integer  g: category }}
eta = offset(e)
eta2 = offset(e2)
y ~ {with_predictors(word)}
"""
    rows = 6000
    etas = np.repeat([-1.0, 0.0, 1.0], rows // 3)
    first = {"ordinal": ["a", "b", "c", "d"] * (rows // 4), "binary": [0, 1] * (rows // 2)}
    table: dict[str, Any] = {
        "y": first.get(kind, [0.5 if kind == "proportion" else 1] * rows),
        "e": etas.tolist(),
        "e2": (etas + 3).tolist(),
        **dict.fromkeys(("n", "trials"), [12] * rows),
        **dict.fromkeys(("w", "upper"), [1.0] * rows),
        **dict.fromkeys(("died", "c"), [0] * rows),
        "t": list(range(rows)),
        "g": ["a", "b"] * (rows // 2),
    }
    bound = bind(program, table)
    y = _draws(bound)
    figure, axes = canvas()
    whole = bool(np.all(y == np.round(y)))
    low, high = np.quantile(y, [0.005, 0.985])
    for k, eta in enumerate((-1.0, 0.0, 1.0)):
        part = y[etas == eta]
        if whole:
            at = np.arange(int(low), int(high) + 1)
            share = [np.mean(part == v) for v in at]
            axes.vlines(at + 0.18 * (k - 1), 0, share, color=INK[k], linewidth=3)
            axes.plot([], [], color=INK[k], linewidth=3, label=f"eta = {eta:g}")
        else:
            bins = np.linspace(low, high, 60)
            axes.hist(
                part, bins, density=True, histtype="step", color=INK[k], label=f"eta = {eta:g}"
            )
    axes.legend(frameon=False, fontsize=8)
    axes.set_xlabel("y")
    axes.set_title(f"draws of {print_expression(example_call(word))}", fontsize=9)
    return figure


def _draws(bound: Any) -> np.ndarray:
    """Responses with every unknown at the median of its prior."""
    draw = jax.jit(lambda key: {k: bound.simulate(key)[k] for k in bound.sites})
    many = [draw(jax.random.PRNGKey(k)) for k in range(101)]
    middle = {k: jnp.median(jnp.stack([d[k] for d in many]), axis=0) for k in bound.sites}
    middle = {k: v / v.sum() if k.endswith("_weights") else v for k, v in middle.items()}
    drawn = bound.simulate(jax.random.PRNGKey(500), middle)
    found: np.ndarray = np.asarray(drawn["y"], float)
    return found


def makers() -> dict[tuple[str, str], Callable[[], Any]]:
    """Every picture by its kind and word."""
    found: dict[tuple[str, str], Callable[[], Any]] = {}
    for word, call in SMOOTH.items():
        found["layers", word] = lambda word=word, call=call: curves(word, call)  # type: ignore[misc]
    for word, call in COEFFICIENTS.items():
        found["layers", word] = lambda word=word, call=call: coefficients(word, call)  # type: ignore[misc]
    for link in links().values():
        if link.keyword == "weighted":
            continue
        kind = "combinators" if link.combines else "links"
        found[kind, link.keyword] = lambda word=link.keyword: responses(word)  # type: ignore[misc]
    return found


def main(argv: Sequence[str]) -> int:
    failed = 0
    for (kind, word), make in makers().items():
        if argv and word not in argv:
            continue
        try:
            figure = make()
        except Exception as error:  # the others are still wanted
            print(f"{kind}/{word}: {type(error).__name__}: {str(error).splitlines()[0]}")
            failed += 1
            continue
        if figure is None:
            continue
        path = Path(FOLDER / kind / f"{word}.png")
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, metadata={"Software": None})
        pyplot.close(figure)
        jax.clear_caches()
        print(path.relative_to(ROOT), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
