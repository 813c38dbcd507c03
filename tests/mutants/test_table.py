"""What the table of mutants says of its sample."""

from __future__ import annotations

import pytest

from .table import interval, table


def test_an_interval_holds_what_is_known_of_small_samples() -> None:
    """Wilson's, by hand: 8 of 10, and the ends."""
    assert interval(8, 10) == pytest.approx((0.4901, 0.9433), abs=1e-3)
    low, high = interval(0, 10)
    assert low == 0 and high == pytest.approx(0.2775, abs=1e-3)
    assert interval(10, 10) == pytest.approx((1 - high, 1.0))


def test_who_runs_out_of_time_is_found() -> None:
    total = {"bgen/check": 50, "bgen/emit": 30}
    told = [("bgen/check", "killed"), ("bgen/check", "timed out"), ("bgen/emit", "survived")]
    lines = table(total, told).splitlines()
    assert lines[2].startswith("| bgen/check | 50 | 2 | 1 | 1 | 0 | 100.0 % |")
    assert lines[3].startswith("| bgen/emit | 30 | 1 | 0 | 0 | 1 | 0.0 % |")
    assert lines[4].startswith("| all | 80 | 3 | 1 | 1 | 1 | 66.7 % |")
