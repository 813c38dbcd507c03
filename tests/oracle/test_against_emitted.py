"""Every golden model: the emitted NumPyro and the evaluator have the same sites and density."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.golden.cases import CASES, label, load

from . import Unsupported
from .cases import bind
from .compare import differences

SEEDS = range(5)

# Compiled, but beyond this evaluator so far; a surprise here is an error too.
NOT_EVALUATED: dict[str, str] = {}


def marked(folder: Path) -> object:
    if label(folder) not in NOT_EVALUATED:
        return pytest.param(folder, id=label(folder))
    mark = pytest.mark.xfail(raises=Unsupported, strict=True, reason=NOT_EVALUATED[label(folder)])
    return pytest.param(folder, id=label(folder), marks=mark)


def test_there_are_golden_models() -> None:
    assert CASES


@pytest.mark.parametrize("folder", [marked(folder) for folder in CASES])
def test_emitted_model_is_what_the_language_says(folder: Path) -> None:
    bound = bind(folder)
    module = load(folder)
    arguments, _ = module.encode(folder / "data.csv")
    found = differences(bound, module.model, arguments, SEEDS)
    assert not found, f"{label(folder)}:\n" + "\n".join(found)
