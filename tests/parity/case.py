"""One program, and the BLayers model that must have the same density.

BLayers is handed in, so that the table itself can be read where it is not installed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from jax import Array

Arguments = Mapping[str, Any]
#: BLayers' layers, links and our model's arguments -> their model, as it is run by NumPyro.
Theirs = Callable[[ModuleType, ModuleType, Arguments], object]


@dataclass(frozen=True)
class Case:
    """``names`` maps their sites to ours; ``exception`` says where their density is not ours."""

    name: str
    covers: tuple[str, ...]
    program: str
    theirs: Theirs
    names: dict[str, str] = field(default_factory=dict)
    exception: str = ""


#: What every program declares; the tests simulate these columns.
DATA = """
data {
  y: real  positive_y: positive  binary_y: binary  count_y: count  se: positive
  share_y: proportion  level_y: ordinal
  x: real  z: real  u: real[a, b, c]  v: real[d, e]
  g: category  h: category  t: integer
}
"""
GAUSSIAN = "y ~ gaussian(mu)"
SIGMA = {"sigma": "y_sigma"}


def layer(
    name: str,
    term: str,
    theirs: Callable[[ModuleType, Arguments], Any],
    names: dict[str, str],
    *,
    covers: tuple[str, ...] | None = None,
    before: str = "",
) -> Case:
    """A layer alone in a predictor, under the Gaussian link."""

    def model(layers: ModuleType, links: ModuleType, a: Arguments) -> object:
        return links.gaussian_link(theirs(layers, a), a["y"])

    program = f"{before}\nmu = {term}\n{GAUSSIAN}"
    return Case(name, covers or (name.split()[0],), program, model, names | SIGMA)


def link(
    name: str,
    likelihood: str,
    theirs: Callable[[ModuleType, Array, Arguments], object],
    names: dict[str, str],
    *,
    exception: str = "",
) -> Case:
    """A link under a predictor of two layers."""

    def model(layers: ModuleType, links: ModuleType, a: Arguments) -> object:
        eta = layers.InterceptLayer()("c", units=1) + layers.AdaptiveLayer()("u", a["eta_u"])
        return theirs(links, eta, a)

    shared = {
        "InterceptLayer_c_beta": "eta_intercept",
        "AdaptiveLayer_u_scale": "eta_u_scale",
        "AdaptiveLayer_u_beta": "eta_u_coef",
    }
    program = f"eta = intercept() + adaptive(u)\n{likelihood}"
    return Case(name, (name.split()[0],), program, model, shared | names, exception)
