"""Golden models with Stan's log densities: the evaluator differs from Stan by a constant only."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.golden.cases import GOLDEN, label

from .cases import bind

FOLDERS = sorted(path.parent for path in GOLDEN.glob("*/*/log_density.json"))


@pytest.mark.parametrize("folder", FOLDERS, ids=label)
def test_same_up_to_a_constant(folder: Path) -> None:
    bound = bind(folder)
    points = json.loads((folder / "log_density.json").read_text(encoding="utf-8"))["points"]
    constants = []
    for point in points:
        values = {name: np.asarray(v, dtype=np.float64) for name, v in point["values"].items()}
        assert {name: v.shape for name, v in values.items()} == bound.sites()
        constants.append(bound.log_joint(values) - point["log_prob"])
    assert len(points) > 1
    np.testing.assert_allclose(constants, constants[0], rtol=1e-9, atol=1e-7)
