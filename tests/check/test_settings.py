"""Numbers of a ``fit`` block that are out of range."""

from __future__ import annotations

import pytest

from bgen.base.diagnostic import Sink
from bgen.base.source import Source
from bgen.driver import analyse


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("target_accept = 1", "`target_accept` must be a positive number below 1"),
        ("target_accept = 0", "`target_accept` must be a positive number below 1"),
        ("learning_rate = 0", "`learning_rate` must be a positive number"),
        ("seed = 1.5", "`seed` must be a whole number of at least 0, and at most 1,000,000,000"),
    ],
)
def test_out_of_range(setting: str, told: str) -> None:
    sink = Sink()
    text = f"data {{ y: real }}\ny ~ gaussian(intercept())\nfit {{ {setting} }}\n"
    assert analyse(Source("model.bl", text), sink) is None
    assert [(d.code, d.message) for d in sink] == [("BL503", told)]


def test_in_range() -> None:
    text = "data { y: real }\ny ~ gaussian(intercept())\nfit { target_accept = 0.99 }\n"
    found = analyse(Source("model.bl", text), Sink())
    assert found is not None and dict(found.model.settings) == {"target_accept": 0.99}
