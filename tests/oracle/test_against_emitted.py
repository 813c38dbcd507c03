"""Every golden model: the emitted NumPyro and the evaluator have the same sites and density."""

from __future__ import annotations

from pathlib import Path

import pytest

from . import Unsupported
from .cases import bind, golden_folders, load, title
from .compare import differences

FOLDERS = golden_folders()
SEEDS = range(5)

# Compiled, but beyond this evaluator so far; a surprise here is an error too.
NOT_EVALUATED: dict[str, str] = {}


def marked(folder: Path) -> object:
    if title(folder) not in NOT_EVALUATED:
        return pytest.param(folder, id=title(folder))
    mark = pytest.mark.xfail(raises=Unsupported, strict=True, reason=NOT_EVALUATED[title(folder)])
    return pytest.param(folder, id=title(folder), marks=mark)


def test_there_are_golden_models() -> None:
    assert FOLDERS


@pytest.mark.parametrize("folder", [marked(folder) for folder in FOLDERS])
def test_emitted_model_is_what_the_language_says(folder: Path) -> None:
    missing = [f for f in ("model.bl", "model.py", "data.csv") if not (folder / f).is_file()]
    assert not missing, f"{title(folder)} lacks {', '.join(missing)}"
    bound = bind(folder)
    module = load(folder / "model.py")
    arguments, _ = module.encode(folder / "data.csv")
    found = differences(bound, module.model, arguments, SEEDS)
    assert not found, f"{title(folder)}:\n" + "\n".join(found)
