"""Minibatches of rows on a disk: those of the table, in an order that favours none of them."""

from __future__ import annotations

import errno
import tempfile
import time
import tracemalloc
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import jax
import numpy as np
import pytest

from bgen.driver import compile_text
from tests.faults.fits import Killed, dying_at
from tests.fit.test_kill import outcome
from tests.fit.test_stream import table, write
from tests.golden.cases import execute

pytest.importorskip("pyarrow")

DATA = 'data { y: real  x: real["x_*"]  z: real  g: category  h: category }\n'
PROGRAMS = {
    "scaled": "priors scaled\n"
    + DATA
    + "mu = intercept() + linear(standardize(x), (z - mean(z)) / sd(z)) + random_effects(g)\n"
    + "y ~ gaussian(mu)\nfit { method = svi  batch = 96 }",
    "counts": DATA.replace("y: real", "h: count").replace("  h: category", "")
    + "mu = intercept() + linear(x) + random_effects(g)\n"
    + "h ~ poisson(mu)\nfit { method = svi  batch = 96  steps = 1200 }",
    "by_row": DATA
    + "eps[row] ~ Normal(0, 1)\ny ~ gaussian(intercept() + eps[row])\nfit { method = svi }",
    "by_nuts": DATA.replace("y: real", "y: positive") + "y ~ gamma(intercept() + linear(x))",
}


@cache
def module(name: str) -> ModuleType:
    return execute(compile_text(f"model m\n{PROGRAMS[name]}\n", "m.bl"), f"stored_{name}")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write(tmp_path / "data.parquet", table())


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("scaled", "counts"):
        monkeypatch.setattr(module(name), "BLOCK", 97)


# --- the order of the rows ------------------------------------------------------------------------


@pytest.mark.parametrize(("rows", "size"), [(700, 96), (8_200, 96), (300_001, 1_024)])
def test_an_epoch_has_a_row_at_most_once(rows: int, size: int) -> None:
    stored_rows = module("scaled").stored_rows
    run = module("scaled").run_length(rows)
    each = rows // run * run // size
    for epoch in range(2):
        found = stored_rows(3, rows, size, epoch * each, (epoch + 1) * each)
        assert found.shape == (each, size)
        assert len(np.unique(found)) == each * size
        assert found.min() >= 0 and found.max() < rows
    whole = stored_rows(3, rows, size, 0, 3 * each)
    for start, stop in ((0, 1), (each - 1, each + 1), (each // 2, 2 * each + 2)):
        np.testing.assert_array_equal(stored_rows(3, rows, size, start, stop), whole[start:stop])
    assert (stored_rows(4, rows, size, 0, 1) != whole[:1]).any()


@pytest.mark.parametrize("size", [299_990, 299_969, 299_968, 300_000])
def test_a_batch_may_have_almost_all_rows(size: int) -> None:
    """More than whole runs hold."""
    found = module("scaled").stored_rows(0, 300_000, size, 0, 2)
    assert found.shape == (2, size)
    for step in found:
        assert len(np.unique(step)) == size and step.min() >= 0 and step.max() < 300_000


def test_no_two_generators_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A seed's zeros at the end count for nothing: [3, 1] and [3, 1, 0] are one stream."""
    usual, seeds = np.random.default_rng, list[Any]()

    def noted(seed: Any) -> Any:
        seeds.append(seed)
        return usual(seed)

    emitted = module("scaled")
    emitted.window_rows.cache_clear()
    emitted.place_runs.cache_clear()
    monkeypatch.setattr(np.random, "default_rng", noted)
    emitted.stored_rows(3, 700, 5, 0, 3 * 140)
    streams = {tuple(usual(seed).integers(2**32, size=4).tolist()) for seed in seeds}
    assert len(streams) == len(seeds) == 3 + 3 * 3


def test_each_row_is_as_often_in_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows at the end of a file, too, of which a fixed cut would leave out some for ever."""
    emitted, rows, size, epochs = module("scaled"), 100, 7, 3_000
    monkeypatch.setattr(emitted, "run_length", lambda rows: 6)

    def counts() -> np.ndarray:
        emitted.window_rows.cache_clear()
        each = rows // 6 * 6 // size
        first = [emitted.stored_rows(0, rows, size, e * each, e * each + 1) for e in range(epochs)]
        return np.bincount(np.ravel(first), minlength=rows)

    expected = epochs * size / rows
    chi2 = float(((counts() - expected) ** 2 / expected).sum())
    assert chi2 < 170  # 99 degrees of freedom, and rows in a batch exclude each other

    def fixed(key: int, epoch: int, rows: int, run: int) -> tuple[int, np.ndarray]:
        return 0, np.random.default_rng([key, epoch]).permutation(rows // run)

    monkeypatch.setattr(emitted, "place_runs", fixed)
    assert counts()[96:].max() == 0, "the control: four rows are never read"
    emitted.window_rows.cache_clear()  # of what was patched


def test_rows_that_lie_together_are_not_in_one_batch() -> None:
    """A sorted file has batches like any other."""
    steps = module("scaled").stored_rows(0, 300_000, 1_024, 0, 64)
    together = [int((np.diff(np.sort(step)) == 1).sum()) for step in steps]
    # 1,024 runs of 64 rows, each row of them in one of 64 batches: 1,024 * 63 / 64**2
    assert 12 < np.mean(together) < 20
    spread = np.sort(steps[0]) / 300_000
    assert np.abs(spread - np.linspace(0, 1, 1_024)).max() < 0.08


# --- what is in a batch ---------------------------------------------------------------------------


def batches_of(emitted: ModuleType, path: Path, folder: Path) -> tuple[Any, Any, np.ndarray]:
    """What was read, the first blocks of its batches, and their rows."""
    program = emitted.PROGRAM
    streamed = program.blocks.read(program, path, None, "error", False, folder)
    ready = emitted.prepare_data(program, streamed.arguments)
    like = {k: np.asarray(ready.arrays[k]) for k in program.rows}
    batches = streamed.kept.batches(5, 96, 4, like)
    blocks = [{k: v.copy() for k, v in batches.cut(first).items()} for first in (0, 4, 8)]
    found = {k: np.concatenate([block[k] for block in blocks]) for k in like}
    return streamed, found, emitted.stored_rows(5, 700, 96, 0, 12)


@pytest.mark.parametrize("name", ["scaled", "counts"])
def test_batches_are_rows_of_the_table(name: str, data: Path, tmp_path: Path) -> None:
    """With constants that only all rows tell, and levels of the last row."""
    emitted = module(name)
    arguments, encoding = emitted.encode(data)
    streamed, found, rows = batches_of(emitted, data, tmp_path)
    assert sorted(found) == sorted(emitted.PROGRAM.rows)
    for key, batch in found.items():
        np.testing.assert_allclose(
            batch, np.asarray(arguments[key])[rows], rtol=1e-5, atol=1e-5, err_msg=key
        )
        assert batch.dtype.itemsize <= np.asarray(arguments[key]).dtype.itemsize
    assert streamed.encoding["levels"] == encoding["levels"]
    assert streamed.encoding["rows"] == 700
    first = next(iter(found))
    with pytest.raises(AssertionError):  # the control
        np.testing.assert_allclose(found[first], np.asarray(arguments[first])[rows[::-1]])
    assert not list(tmp_path.glob("tmp*")), "the files have no names"


def test_a_fit_is_that_of_the_table(data: Path, tmp_path: Path) -> None:
    emitted = module("counts")
    whole = emitted.fit(data, stream=False)
    streamed = emitted.fit(data, tmp_path / "run", stream=True)
    for name, draws in whole.posterior.items():
        sd = draws.std(axis=(0, 1))
        off = np.abs(streamed.posterior[name].mean(axis=(0, 1)) - draws.mean(axis=(0, 1)))
        assert (off < 0.5 * sd + 1e-3).all(), name
    assert streamed.report["rows"] == 700
    told = "700 rows were read in blocks; priors and precision were checked on 700"
    assert told in streamed.report["notes"]
    changed = table()
    changed["x_1"][600] += 1e-9
    write(data, changed)
    with pytest.raises(emitted.RunError, match=r"cannot be resumed: data was .* in blocks, now"):
        emitted.fit(data, tmp_path / "run", stream=True, resume=True)


def test_a_killed_fit_resumes_to_the_same_bits(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    emitted = module("counts")

    def fit(folder: Path, die_at: int, resume: bool = False) -> int:
        with monkeypatch.context() as patch, dying_at(die_at) as writes:
            patch.setattr(time, "monotonic", lambda: 0.0)
            emitted.fit(data, folder, seed=4, stream=True, resume=resume, draws=20)
        return writes[0]

    writes = fit(tmp_path / "whole", -1)
    want = outcome(tmp_path / "whole")
    for die_at in range(3, writes, 3):
        with pytest.raises(Killed):
            fit(tmp_path / f"cut{die_at}", die_at)
        fit(tmp_path / f"cut{die_at}", -1, resume=True)
        assert outcome(tmp_path / f"cut{die_at}") == want, die_at


# --- refusals -------------------------------------------------------------------------------------


def test_what_is_refused(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counts, by_nuts = module("counts"), module("by_nuts")
    for emitted in (by_nuts, module("by_row")):
        assert not emitted.PROGRAM.blocks
        with pytest.raises(emitted.RunError, match="this model needs all rows in memory"):
            emitted.fit(data, stream=True)
    with pytest.raises(counts.RunError, match="NUTS takes it of models whose rows compress"):
        counts.fit(data, stream=True, method="nuts")
    with pytest.raises(counts.RunError, match="SVI takes it with --batch, the rows of a step"):
        counts.fit(data, stream=True, batch=None)
    with pytest.raises(counts.RunError, match=r"--stream reads \.parquet files"):
        counts.fit(table(), stream=True)
    with pytest.raises(counts.RunError, match="--batch 700 is not less than the 700 rows"):
        counts.fit(data, stream=True, batch=700)

    large = table()
    large["h"] = large["h"].astype(np.int64)
    large["h"][500] = 2**31  # in no sample
    monkeypatch.setattr(counts, "SAMPLE", 10)
    told = "whole numbers above 2147483647 need --x64"
    with jax.enable_x64(False), pytest.raises(counts.DataError, match=told):
        counts.fit(write(tmp_path / "large.parquet", large), tmp_path / "large", stream=True)
    assert not (tmp_path / "large").exists()

    def full(*_: Any, **__: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    run = tmp_path / "new" / "run"
    with pytest.raises(counts.RunError, match=f"^{tmp_path}: No space left on device; the encoded"):
        counts.fit(data, run, stream=True)
    assert not run.parent.exists()


def test_when_a_file_is_read_in_blocks(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    emitted = module("counts")
    blocks, program = emitted.PROGRAM.blocks, emitted.PROGRAM

    def wanted(batch: int | None, method: str = "svi") -> bool:
        return bool(blocks.wanted(program, data, None, {"method": method, "batch": batch}))

    assert not wanted(96)
    monkeypatch.setattr(emitted, "LARGE", 8 * 5 * 700 - 1)
    assert wanted(96)
    assert not wanted(700)  # all rows at each step
    assert not wanted(None)
    assert not wanted(None, "nuts")


def test_memory_does_not_grow_with_the_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NumPy's; in memory it does, which is the control."""
    emitted = module("scaled")
    monkeypatch.setattr(emitted, "BLOCK", 1000)
    monkeypatch.setattr(emitted, "SAMPLE", 100)

    def peaks(rows: int) -> tuple[int, int]:
        path = write(tmp_path / "long.parquet", table(rows))

        def stored() -> None:
            emitted.stored_rows.__globals__["place_runs"].cache_clear()
            streamed = emitted.PROGRAM.blocks.read(
                emitted.PROGRAM, path, None, "error", False, tmp_path
            )
            like = {k: np.zeros(1, np.float32) for k in emitted.PROGRAM.rows}
            batches = streamed.kept.batches(0, 96, 20, like)
            for first in range(0, rows // 96, 20):
                batches.cut(first)

        found = []
        for read in (stored, lambda: emitted.encode(path)):
            tracemalloc.start()
            read()
            found.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        return found[0], found[1]

    peaks(1000)  # what is imported
    few, many = peaks(10_000), peaks(40_000)
    assert many[0] < 1.3 * few[0]
    assert many[1] > 3 * few[1]
