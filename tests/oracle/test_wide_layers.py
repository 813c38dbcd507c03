"""Every layer of the registry under a link of three classes: as wide as it, guide included."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
import pytest
from numpyro.handlers import seed, substitute, trace  # type: ignore[import-untyped]

from bgen.driver import compile_text
from bgen.layers import layers
from tests.golden.cases import execute

from . import Oracle
from .compare import differences

DATA = """
data {
  y: category  x: real  z: real  w: real  g: category  h: category  t: integer
  o: ordinal("low", "middle", "high")
}
"""
ROWS = 24
#: Where the example of a layer does not suit these columns.
TERMS = {"offset": "offset(x)", "horseshoe": "horseshoe(x, z, w, relevant = 2)"}


def columns() -> dict[str, list[Any]]:
    """Slot 2 of ``t`` is a gap; every level occurs."""
    rng = np.random.RandomState(4)
    found: dict[str, list[Any]] = {name: rng.normal(size=ROWS).tolist() for name in "xzw"}
    found["y"] = ["red", "green", "blue"] * (ROWS // 3)
    found["g"] = [f"g{k % 4}" for k in range(ROWS)]
    found["h"] = [f"g{(k * k) % 5}" for k in range(ROWS)]
    found["t"] = [(0, 1, 3, 4)[k % 4] for k in range(ROWS)]
    found["o"] = [("low", "middle", "high")[k % 3] for k in range(ROWS)]
    return found


def program(keyword: str, policy: str = "unit") -> str:
    """The example of a layer, beside an intercept."""
    sum_of_terms = layers()[keyword].example.partition("=")[2]
    if keyword in TERMS:
        sum_of_terms = f"intercept() + {TERMS[keyword]}"
    return f"{DATA}priors {policy}\neta = {sum_of_terms}\ny ~ categorical(eta)\n"


@pytest.mark.parametrize("policy", ["unit", "scaled"])
@pytest.mark.parametrize("keyword", layers())
def test_a_layer_is_as_wide_as_its_link(keyword: str, policy: str) -> None:
    source = program(keyword, policy)
    module = execute(compile_text(source))
    arguments, _ = module.encode(columns())
    bound = Oracle(source).bind(columns())
    assert not differences(bound, module.model, arguments, range(2))


@pytest.mark.parametrize("keyword", layers())
def test_the_predictor_has_a_value_for_each_class(keyword: str) -> None:
    """And the guide draws what the model samples, in its shapes."""
    module = execute(compile_text(program(keyword) + "report eta\n"))
    arguments, _ = module.encode(columns())
    found: dict[str, Any] = {}

    def run() -> None:
        drawn = trace(seed(module.guide, 0)).get_trace(**arguments)
        values = {k: s["value"] for k, s in drawn.items() if s["type"] == "sample"}
        model = trace(seed(substitute(module.model, data=values), 1)).get_trace(**arguments)
        found.update(model)
        latent = {k for k, s in model.items() if s["type"] == "sample" and k != "y"}
        assert latent == set(values)
        assert all(model[k]["fn"].shape() == drawn[k]["fn"].shape() for k in values)

    jax.eval_shape(run)
    shape = np.shape(found["eta"]["value"])
    if keyword != "intercept":
        assert shape == (ROWS, 2)
    for name in set(module.SITES) & set(found):
        assert len(module.SITES[name]) == np.ndim(found[name]["value"]), name
