"""What ``prepare`` learns of levels for their centring."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

LEVEL = np.array([0, 0, 0, 2, 2, 3])


def test_log_odds(runtime: ModuleType) -> None:
    found = runtime.log_odds_by_level(np.array([1, 0, 1, 1, 1, 0]), LEVEL, 4)
    np.testing.assert_allclose(found.estimate, np.log([2.5 / 1.5, 1.0, 5.0, 1 / 3]))
    share = 4.5 / 7
    np.testing.assert_allclose(found.information, np.array([3, 0, 2, 1]) * share * (1 - share))


def test_log_odds_of_trials(runtime: ModuleType) -> None:
    trials = np.array([5, 1, 4, 2, 2, 6])
    won = np.array([1, 0, 1, 1, 1, 0])
    each = runtime.log_odds_by_level(won, LEVEL, 4, trials)
    np.testing.assert_allclose(each.information / each.information[3], [10 / 6, 0, 4 / 6, 1])
    np.testing.assert_allclose(
        each.variance, 1 / (np.array([2, 0, 2, 0]) + 0.5) + 1 / (np.array([8, 0, 2, 6]) + 0.5)
    )


def test_counts(runtime: ModuleType) -> None:
    counts = np.array([0, 10, 5, 3, 3, 1])
    plain = runtime.log_means_by_level(counts, LEVEL, 4)
    np.testing.assert_allclose(plain.information, [15, 0, 6, 1])
    dispersed = runtime.log_means_by_level(counts, LEVEL, 4, dispersed=1)
    assert (dispersed.information[[0, 2, 3]] < plain.information[[0, 2, 3]] / 2).all()


def test_means(runtime: ModuleType) -> None:
    values = np.array([1.0, 2.0, 3.0, 7.0, 9.0, 4.0])
    found = runtime.means_by_level(values, LEVEL, 4)
    within = (2.0 + 2.0) / 3
    np.testing.assert_allclose(found.information, np.array([3, 0, 2, 1]) / within)
    np.testing.assert_allclose(found.estimate, [2, 0, 8, 4])
    known = runtime.means_by_level(values, LEVEL, 4, np.array([1, 1, 1, 2, 1, 0.5]))
    np.testing.assert_allclose(known.information, [3, 0, 1.25, 4])
    np.testing.assert_allclose(known.estimate[2], (7 / 4 + 9) / 1.25)


def test_one_row_a_level(runtime: ModuleType) -> None:
    found = runtime.means_by_level(np.array([1.0, 3.0]), np.array([0, 1]), 2)
    np.testing.assert_allclose(found.information, 1.0)


@pytest.mark.parametrize("scale", (0.3, 1.0, 3.0))
def test_the_pilot_is_near_the_scale(runtime: ModuleType, scale: float) -> None:
    rng = np.random.default_rng(1)
    level = rng.integers(400, size=8000)
    effect = scale * rng.normal(size=400)
    normal = runtime.means_by_level(effect[level] + rng.normal(size=8000), level, 400)
    counts = runtime.log_means_by_level(rng.poisson(np.exp(1 + effect[level])), level, 400)
    binary = rng.random(8000) < 1 / (1 + np.exp(-effect[level]))
    odds = runtime.log_odds_by_level(binary, level, 400)
    assert runtime.pilot_scale(normal) == pytest.approx(scale, rel=0.1)
    assert runtime.pilot_scale(counts) == pytest.approx(scale, rel=0.4)
    assert runtime.pilot_scale(odds) == pytest.approx(scale, rel=0.4)


def test_the_pilot_is_positive_where_levels_are_alike(runtime: ModuleType) -> None:
    values, level = np.tile([1.0, -1.0], 50), np.repeat(np.arange(10), 10)
    assert 0 < runtime.pilot_scale(runtime.means_by_level(values, level, 10)) < 0.5
    one = runtime.means_by_level(values, np.zeros(100, int), 1)
    assert 0 < runtime.pilot_scale(one) < np.inf


def test_the_least_scale_is_where_the_estimates_are_just_plausible(runtime: ModuleType) -> None:
    rng = np.random.default_rng(2)
    level = np.repeat(np.arange(30), 40)
    values = rng.normal(size=30)[level] + rng.normal(size=1200)
    found = runtime.means_by_level(values, level, 30)
    least = runtime.least_scale(found, runtime.pilot_scale(found))
    weight = 1 / (found.variance + least**2)
    mean = np.average(found.estimate, weights=weight)
    squares = weight @ (found.estimate - mean) ** 2
    assert squares == pytest.approx(29 + 2 * np.sqrt(58))
    assert 0.5 < least < runtime.pilot_scale(found)


def test_levels_within_others_tell_them_one_draw_each(runtime: ModuleType) -> None:
    level, inner = np.repeat([0, 1], 30), np.repeat(np.arange(6), 10)
    values = np.arange(60.0)
    outer = runtime.means_by_level(values, level, 2, 0.1)
    of_inner = runtime.means_by_level(values, inner, 6, 0.1)
    inside = np.ones(6)
    found = runtime.through_levels(outer, level, inner, inside, of_inner, 2.0)
    np.testing.assert_allclose(found.information, 3 / (4 + 0.01 / 10))
    np.testing.assert_allclose(found.variance, 1 / found.information)
    crossed = runtime.through_levels(outer, level, inner, 0 * inside, of_inner, 2.0)
    np.testing.assert_allclose(crossed.information, outer.information)
    none = runtime.log_means_by_level(np.zeros(60), level, 2)
    of_none = runtime.log_means_by_level(np.zeros(60), inner, 6)
    through = runtime.through_levels(none, level, inner, inside, of_none, 2.0)
    assert not through.information.any() and np.isfinite(through.variance).all()


def test_three_groupings_tell_the_outermost_one_draw_each(runtime: ModuleType) -> None:
    c = np.repeat(np.arange(64), 1000)
    b, a = c // 4, c // 16
    values = np.random.default_rng(0).normal(size=len(c))
    levels = {"a": (a, 4), "b": (b, 16), "c": (c, 64)}
    of = {k: runtime.means_by_level(values, v, n, 1.0) for k, (v, n) in levels.items()}
    of_b = runtime.through_levels(of["b"], b, c, np.ones(64), of["c"], 0.5)
    of_a = runtime.through_levels(of["a"], a, b, np.ones(16), of_b, 1.0)
    each = 4 / (0.25 + 0.001)
    np.testing.assert_allclose(of_b.information, each)
    np.testing.assert_allclose(of_a.information, 4 / (1 + 1 / each))
    np.testing.assert_allclose(of_a.variance, 1 / of_a.information)


def test_what_outer_levels_differ_by_is_not_the_inner_ones(runtime: ModuleType) -> None:
    rng = np.random.default_rng(3)
    inner = np.repeat(np.arange(200), 20)
    place = np.arange(200) // 10
    outer, own = rng.normal(size=20), 0.4 * rng.normal(size=200)
    noise = rng.normal(size=len(inner))

    def scale(effect: np.ndarray, apart: bool) -> float:
        found = runtime.means_by_level(effect[inner] + noise, inner, 200)
        if apart:
            found = runtime.apart_from_outer(found, place, np.ones(200))
        return float(runtime.pilot_scale(found))

    assert scale(outer[place], False) > 0.8
    assert scale(outer[place], True) < 0.15
    assert scale(outer[place] + own, True) == pytest.approx(0.4, rel=0.15)
    found = runtime.means_by_level(outer[place][inner], inner, 200, 1.0)
    alone = runtime.apart_from_outer(found, np.arange(200), np.ones(200))
    assert not alone.estimate.any()  # each by itself: nothing tells the two apart
    apart = runtime.apart_from_outer(found, place, np.zeros(200))
    np.testing.assert_array_equal(apart.estimate, found.estimate)


def test_levels_that_may_be_alike_are_not_centred(runtime: ModuleType) -> None:
    # a share above 0 is a funnel where the scale may be 0: most of such fits diverged
    values, level = np.tile([1.0, -1.0], 50), np.repeat(np.arange(10), 10)
    for found in (
        runtime.means_by_level(values, level, 10),
        runtime.means_by_level(values, np.zeros(100, int), 1),
        runtime.log_means_by_level(np.zeros(6), LEVEL, 4),
        runtime.log_odds_by_level(np.array([1, 0, 1, 1, 1, 0]), LEVEL, 4),
    ):
        assert runtime.least_scale(found, runtime.pilot_scale(found)) == 0.0
        assert not runtime.centring(found, runtime.pilot_scale(found)).any()


def test_shares(runtime: ModuleType) -> None:
    values = np.array([-50.0, -50.0, -50.0, 0.0, 0.0, 50.0])
    found = runtime.means_by_level(values, LEVEL, 4, 1.0)
    pilot = runtime.pilot_scale(found)
    square = runtime.least_scale(found, pilot) ** 2
    assert 10 < square < pilot**2
    expected = np.array([3, 0, 2, 1]) * square
    np.testing.assert_allclose(runtime.centring(found, pilot), expected / (1 + expected))


def test_what_is_known_of_the_predictor_is_no_difference(runtime: ModuleType) -> None:
    """Forty levels that differ in exposure alone, or in a covariate alone."""
    rng = np.random.default_rng(3)
    level = np.repeat(np.arange(40), 8)
    offset = rng.normal(0, 1.5, 40)[level] + rng.normal(0, 0.5, 320)
    z = rng.normal(size=40)[level]
    counts = rng.poisson(np.exp(1 + offset))
    plain = runtime.log_means_by_level(counts, level, 40)
    known = runtime.less_exposure(plain, level, offset)
    assert runtime.least_scale(plain, runtime.pilot_scale(plain)) > 1.0
    assert runtime.least_scale(known, runtime.pilot_scale(known)) == pytest.approx(0, abs=1e-6)
    assert runtime.pilot_middle(known, 0.1) == pytest.approx(1.0, abs=0.1)
    normal = runtime.means_by_level(2 * z + offset + rng.normal(size=320), level, 40)
    known = runtime.less_offset(normal, level, offset)
    assert runtime.least_scale(known, runtime.pilot_scale(known)) > 1.0
    beside = runtime.beside_columns(known, level, z[:, None], rng.normal(size=(320, 2)))
    assert beside.columns.shape == (40, 3)
    assert runtime.least_scale(beside, runtime.pilot_scale(beside)) < 0.1
    assert runtime.centring(beside, runtime.pilot_scale(beside)).max() < 0.1


def test_columns_beside_levels_are_at_most_half_as_many(runtime: ModuleType) -> None:
    """Those first that differ most between levels; one that does not vary is none."""
    level = np.repeat(np.arange(6), 4)
    rng = np.random.default_rng(4)
    design = np.column_stack([rng.normal(size=(24, 4)), np.ones(24), np.arange(6.0)[level]])
    values = runtime.means_by_level(rng.normal(size=24), level, 6)
    beside = runtime.beside_columns(values, level, design)
    assert beside.columns.shape == (6, 3)
    assert abs(np.corrcoef(beside.columns[:, 0], np.arange(6))[0, 1]) == pytest.approx(1.0)
    weight = 1 / beside.variance
    away, leverage, fitted = runtime.apart_from_columns(beside, weight)
    design = np.column_stack([np.ones(6), beside.columns])
    hat = design @ np.linalg.solve(design.T * weight @ design, design.T * weight)
    assert away == pytest.approx(values.estimate - hat @ values.estimate)
    assert leverage == pytest.approx(np.diag(hat)) and fitted == 4


def test_scales_that_levels_differ_by_are_still_seen_beside_columns(runtime: ModuleType) -> None:
    rng = np.random.default_rng(5)
    level = rng.integers(0, 300, 9000)
    x, effect = rng.normal(size=(9000, 3)), rng.normal(0, 0.8, 300)
    binary = rng.random(9000) < 1 / (1 + np.exp(-(x @ [0.5, -1, 0.2] + effect[level])))
    beside = runtime.beside_columns(runtime.log_odds_by_level(binary * 1.0, level, 300), level, x)
    assert 0.4 < runtime.least_scale(beside, runtime.pilot_scale(beside)) < 0.9


@pytest.mark.parametrize("counts", [[0, 4, 2, 5], [0, 0, 2, 5], [0, 0, 0, 5], [0, 0, 0, 0]])
def test_levels_whose_rows_say_nothing_take_no_columns(
    runtime: ModuleType, counts: list[int]
) -> None:
    """Four levels have rows, so that two columns stand beside them; fewer tell an estimate."""
    level = np.repeat(np.arange(4), 3)
    columns = np.random.default_rng(0).normal(size=(12, 2))
    told = runtime.log_means_by_level(np.repeat(counts, 3), level, 4)
    beside = runtime.beside_columns(told, level, columns)
    assert beside.columns.shape == (4, 2)
    pilot = runtime.pilot_scale(beside)
    assert np.isfinite(pilot) and pilot > 0
    least = runtime.least_scale(beside, pilot)
    assert 0 <= least <= pilot
    assert np.isfinite(runtime.centring(beside, pilot)).all()
