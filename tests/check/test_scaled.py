"""`priors scaled`: every default that has a size is restated, or is said to be left as it is."""

from __future__ import annotations

import pytest

from bgen.layers import layers
from bgen.layers.base import SiteSpec
from bgen.syntax import ast

#: Defaults of a size that no units have: weights of standard functions, logits of components.
WITHOUT_UNITS = {("hsgp", "weight"), ("gp", "weight"), ("mixture_prior", "logit")}
#: They are relative to another part of the layer.
RELATIVE = {("horseshoe", "lambda"), ("horseshoe_interaction", "lambda")}
SIZED = {"Normal", "HalfNormal", "Laplace", "HalfCauchy"}


def _is_sized(spec: SiteSpec) -> bool:
    """Whether the default has a size of its own, a number."""
    if spec.prior is None or spec.prior.function not in SIZED:
        return False
    return isinstance(spec.prior.arguments[-1].value, ast.Number)


@pytest.mark.parametrize("keyword", list(layers()))
def test_defaults_with_a_size(keyword: str) -> None:
    for spec in layers()[keyword].sites:
        if spec.role == "free" and _is_sized(spec):
            assert spec.unit is not None or (keyword, spec.part) in WITHOUT_UNITS | RELATIVE
