"""Every golden model: the emitted NumPyro and the evaluator have the same sites and density."""

from __future__ import annotations

from pathlib import Path

import pytest

from .cases import bind, golden_folders, load, title
from .compare import differences

FOLDERS = golden_folders()
SEEDS = range(5)


def test_there_are_golden_models() -> None:
    assert FOLDERS


@pytest.mark.parametrize("folder", FOLDERS, ids=title)
def test_emitted_model_is_what_the_language_says(folder: Path) -> None:
    missing = [f for f in ("model.bl", "model.py", "data.csv") if not (folder / f).is_file()]
    assert not missing, f"{title(folder)} lacks {', '.join(missing)}"
    bound = bind(folder)
    module = load(folder / "model.py")
    arguments, _ = module.encode(folder / "data.csv")
    for seed in SEEDS:
        found = differences(bound, module.model, arguments, bound.draw(seed))
        assert not found, f"{title(folder)}, seed {seed}:\n" + "\n".join(found)
