"""What is set aside from black comes back as black would have left it."""

from __future__ import annotations

from pathlib import Path

import black
import pytest

from bgen.base.diagnostic import Sink
from bgen.base.source import Source
from bgen.driver import analyse
from bgen.emit.data import data_part
from bgen.emit.functions import model_function
from bgen.emit.guide import guide_function
from bgen.emit.style import MODE, style
from tests.conftest import ROOT

SOURCES = sorted(
    path
    for kind in ("layers", "links", "models")
    for path in (ROOT / "golden" / kind).glob("*/model.bl")
)


def _check(text: str) -> None:
    compiled = analyse(Source("model.bl", text), Sink())
    assert compiled is not None
    for part in (model_function, guide_function, data_part):
        code = part(compiled.model)
        assert style(code) == black.format_str(code, mode=MODE)


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.parent.name)
def test_goldens(path: Path) -> None:
    _check(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("width", [1, 20, 24, 28, 32, 36, 40, 60])
def test_names_of_any_length(width: int) -> None:
    """Around the widths at which black begins to wrap."""
    x = "x" * width
    _check(
        f"data {{ y: real  {x}: real  g{x}: category }}\n"
        f"{x}_s ~ HalfNormal(1)\n{x}_t ~ Exponential(0.5)\n"
        f"mu = intercept() + linear({x}) + random_effects(g{x})\n"
        f"y ~ gaussian(mu, sigma = {x}_s + {x}_t)\n"
    )


def test_a_comment_that_looks_like_a_place() -> None:
    code = "def f():\n    # settled 0\n    a = b\n    c = d + e\n"
    assert style(code) == code
