"""Data in blocks: the statistics, draws and refusals are those of the table in memory."""

from __future__ import annotations

import tracemalloc
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from bgen.driver import Options, compile_text, optimised
from bgen.emit.stream import streams
from tests.golden.cases import CASES, execute, label
from tests.golden.emitted import compiled, member

pyarrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

HEAD = 'data {{ y: positive  x: real["x_*"]  z: real  g: category  h: category{listed} }}\n'
SCALED = "priors scaled\n" + HEAD.format(listed="")
GROUPS = "mu = intercept() + adaptive(x) + linear(z) + random_effects(g) + fixed_effects(h)\n"
PROGRAMS = {
    "columns": 'data { y: real  x: real["x_*"] }\nmu = intercept() + adaptive(x)\ny ~ gaussian(mu)',
    "mean": "data { y: real }\nmu = intercept()\ny ~ gaussian(mu)",
    "groups": HEAD.format(listed="") + GROUPS + "y ~ gaussian(mu)",
    "logs": HEAD.format(listed="") + GROUPS + "y ~ lognormal(mu)",
    "scaled": SCALED + GROUPS + "y ~ gaussian(mu)",
    "standardised": SCALED
    + "mu = intercept() + linear(standardize(x), (z - mean(z)) / sd(z)) + random_effects(g)\n"
    + "y ~ gaussian(mu)",
    "listed": HEAD.format(listed='("2", "1", "0")') + GROUPS + "y ~ gaussian(mu)",
    "counts": "data { n: count  g: category }\nmu = random_effects(g)\nn ~ poisson(mu)",
}


def module(name: str, level: str = "-O1") -> ModuleType:
    return built(name, level)


@cache
def built(name: str, level: str) -> ModuleType:
    text = compile_text(f"model m\n{PROGRAMS[name]}\n", "m.bl", Options(level))
    return execute(text, f"stream_{name}{level}".replace("-", "_"))


def table(rows: int = 700) -> dict[str, Any]:
    """Means that drift with the rows, a level of the last row alone."""
    rng = np.random.default_rng(0)
    drift = np.linspace(0, 3, rows)
    columns: dict[str, Any] = {f"x_{k}": rng.normal(k, 1 + k, rows) + drift for k in range(3)}
    columns["z"] = rng.normal(1000, 0.1, rows) - drift
    columns["g"] = [f"g{k}" for k in rng.integers(0, 9, rows)]
    columns["g"][-1] = "a"
    columns["h"] = rng.integers(0, 3, rows)
    columns["y"] = np.exp(rng.normal(0.1, 0.2, rows) + 0.1 * drift + 0.1 * columns["x_1"])
    return columns


def write(path: Path, columns: dict[str, Any], sizes: tuple[int, ...] = (1, 250, 0, 5)) -> Path:
    """In row groups of unequal sizes, an empty one among them; the last takes what is left."""
    whole, start = pyarrow.table(columns), 0
    with parquet.ParquetWriter(path, whole.schema) as file:
        for size in (*sizes, len(whole)):
            part = whole.slice(start, size)
            file.write_table(part)
            start += len(part)
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write(tmp_path / "data.parquet", table())


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROGRAMS:
        for level in ("-O1", "-O2"):
            if hasattr(module(name, level), "BLOCK"):
                monkeypatch.setattr(module(name, level), "BLOCK", 97)


def both(emitted: ModuleType, path: Path, na: str = "error") -> tuple[Any, Any, Any]:
    """What is made in memory, its encoding, and what is made in blocks."""
    program = emitted.PROGRAM
    arguments, encoding = program.encode(path, na=na)
    streamed = program.blocks.read(program, path, None, na)
    return program.fast.prepare(**arguments), encoding, streamed


def cross_products(blocks: Any, made: dict[str, Any]) -> np.ndarray:
    """Of the deviations: R has rows of either sign."""
    within = [np.asarray(made[name]) for name in blocks.merge.parts.values()]
    wide = np.column_stack([w.reshape(len(w), -1) for w in within])
    return wide.T @ wide


def assert_same(emitted: ModuleType, whole: Any, encoding: Any, streamed: Any) -> None:
    blocks = emitted.PROGRAM.blocks
    assert whole.keys() == streamed.kept.made.keys()
    # of columns that the fast form takes as they are it reads the width alone
    others = set(blocks.merge.parts.values()) | set(emitted.PROGRAM.rows) - blocks.merge.names()
    for name in whole.keys() - others:
        np.testing.assert_allclose(
            streamed.kept.made[name], whole[name], rtol=1e-10, atol=1e-10, err_msg=name
        )
    want, got = (cross_products(blocks, made) for made in (whole, streamed.kept.made))
    np.testing.assert_allclose(got, want, rtol=1e-10, atol=1e-10 * np.max(np.abs(want)))
    for part in ("levels", "columns", "labels", "rows"):
        assert streamed.encoding[part] == encoding[part], part
    constants = streamed.encoding["constants"]
    assert constants.keys() == encoding["constants"].keys()
    for name, value in encoding["constants"].items():
        np.testing.assert_allclose(constants[name], value, rtol=1e-10, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("level", ["-O1", "-O2"])
@pytest.mark.parametrize("name", [name for name in PROGRAMS if name != "counts"])
def test_the_statistics_are_those_of_the_table(name: str, level: str, data: Path) -> None:
    emitted = module(name, level)
    whole, encoding, streamed = both(emitted, data)
    assert_same(emitted, whole, encoding, streamed)
    emitted.PROGRAM.fast.verify(emitted.PROGRAM, streamed.arguments, 3, streamed.kept.proof)
    streamed.kept.proof[emitted.PROGRAM.blocks.merge.counts] *= 1.001
    with pytest.raises(Exception, match="model_fast is not model"):
        emitted.PROGRAM.fast.verify(emitted.PROGRAM, streamed.arguments, 3, streamed.kept.proof)


def test_a_block_that_is_left_out_is_seen(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the comparison."""
    emitted = module("groups")
    merge = emitted.PROGRAM.blocks.merge
    blocks = emitted.PROGRAM.blocks._replace(merge=Forgetful(*merge))
    monkeypatch.setattr(emitted, "PROGRAM", emitted.PROGRAM._replace(blocks=blocks))
    with pytest.raises(AssertionError):
        assert_same(emitted, *both(emitted, data))


class Forgetful(module("groups").MergeCells):  # type: ignore[misc]
    """Leaves out that the means of blocks differ."""

    def __call__(self, made: list[dict[str, Any]]) -> Any:
        merged = super().__call__(made)
        for name in self.parts.values():
            merged[name] = made[-1][name]
        return merged


GOLDEN = [
    (case, level)
    for case in CASES
    for level in ("-O1", "-O2")
    if streams(optimised(compiled(case), Options(level)))
]


@pytest.mark.parametrize(
    ("case", "level"), GOLDEN, ids=[f"{label(case)}{level}" for case, level in GOLDEN]
)
def test_every_golden_that_streams(
    case: Path, level: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    csv = pytest.importorskip("pyarrow.csv")
    options = csv.ConvertOptions(null_values=["NA"], strings_can_be_null=True)
    columns = csv.read_csv(case / "data.csv", convert_options=options)
    path = write(tmp_path / "data.parquet", dict(zip(columns.column_names, columns, strict=True)))
    emitted = execute(member(case, level), f"streamed_{case.name}{level}".replace("-", "_"))
    monkeypatch.setattr(emitted, "BLOCK", 7, raising=False)
    monkeypatch.setitem(emitted.read_columns.__globals__, "BLOCK", 7)
    whole, encoding, streamed = both(emitted, path)
    program, counts = emitted.PROGRAM, emitted.PROGRAM.blocks.merge.counts
    if len(whole[counts]) == len(streamed.kept.made[counts]):
        assert_same(emitted, whole, encoding, streamed)
    else:  # in memory each row is a cell by itself, since that saves little
        assert len(whole[counts]) == encoding["rows"]
        program.fast.verify(program, program.encode(path)[0], 3, streamed.kept.made)


def test_the_draws_are_those_of_the_table(data: Path, tmp_path: Path) -> None:
    """And a run is resumed, with these data alone."""
    emitted = module("groups")
    few = {"chains": 1, "warmup": 20, "draws": 20}
    whole = emitted.fit(data, stream=False, **few)
    run = tmp_path / "run"
    streamed = emitted.fit(data, run, stream=True, **few)
    for name, draws in whole.posterior.items():
        np.testing.assert_allclose(streamed.posterior[name], draws, rtol=1e-5, atol=1e-7)
    assert streamed.report["rows"] == 700
    assert "700 rows were read in blocks; model_fast was checked on 700" in str(streamed.report)
    again = emitted.fit(data, run, stream=True, resume=True, **few)
    assert again.report["seconds"] == streamed.report["seconds"]
    changed = table()
    changed["x_1"][600] += 1e-9
    write(data, changed)
    with pytest.raises(emitted.RunError, match=r"cannot be resumed: data was .* in blocks, now"):
        emitted.fit(data, run, stream=True, resume=True, **few)


def test_a_sample_checks_the_model(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    emitted = module("scaled")
    monkeypatch.setattr(emitted, "SAMPLE", 50)
    whole, encoding, streamed = both(emitted, data)
    assert_same(emitted, whole, encoding, streamed)
    assert len(streamed.arguments["y"]) == 50
    np.testing.assert_array_equal(streamed.arguments["y"], table()["y"][::14])


def refusal(emitted: ModuleType, path: Path, na: str = "error") -> str:
    with pytest.raises(emitted.DataError) as caught:
        emitted.PROGRAM.blocks.read(emitted.PROGRAM, path, None, na)
    return str(caught.value)


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("z", np.inf, "column 'z': expected a finite number; row 500 has 'inf'"),
        ("z", np.nan, "column 'z': missing value (--na drop drops such rows); row 500 has 'nan'"),
        ("x_1", None, "column 'x_1': missing value (--na drop drops such rows); row 500"),
        ("y", -1.0, "column 'y': expected a finite number above 0; row 500 has '-1.0'"),
        ("g", None, "column 'g': missing value (--na drop drops such rows); row 500 has 'None'"),
    ],
)
def test_a_bad_value_has_its_row(column: str, value: Any, told: str, tmp_path: Path) -> None:
    columns = table()
    values = list(columns[column])
    values[499] = value
    path = write(tmp_path / "bad.parquet", columns | {column: values})
    assert refusal(module("groups"), path).startswith(told)
    assert refusal(module("groups"), path).endswith("rows 583 to 700 were not read")


def test_what_else_is_refused(tmp_path: Path) -> None:
    columns, path = table(), tmp_path / "bad.parquet"
    words = [str(v) for v in columns["z"]]
    words[499] = "many"
    told = refusal(module("groups"), write(path, columns | {"z": words}))
    assert told.startswith("column 'z': expected a finite number; row 500 has 'many'")
    others = {k if k != "z" else "zz": v for k, v in columns.items()}
    assert refusal(module("groups"), write(path, others)) == (
        "column 'z' is missing; did you mean 'zz'?"
    )
    levels = columns["h"].copy()
    levels[499] = 7
    told = refusal(module("listed"), write(path, columns | {"h": levels}))
    assert "column 'h': not one of the 3 levels 2, 1, 0" in told and "row 500 has '7'" in told
    still = columns | {"x_1": np.ones(700)}
    with pytest.raises(module("standardised").DataError) as caught:
        module("standardised").encode(write(path, still))
    assert refusal(module("standardised"), path) == str(caught.value)
    assert refusal(module("groups"), write(path, {k: v[:0] for k, v in columns.items()})) == (
        "no rows"
    )
    path.write_bytes(b"PAR1 and nothing else")
    assert refusal(module("groups"), path).startswith(str(path))


def test_rows_that_are_dropped_teach_nothing(tmp_path: Path) -> None:
    columns = table()
    missing = [None if 97 <= i < 194 or i == 699 else v for i, v in enumerate(columns["x_1"])]
    path = write(tmp_path / "gaps.parquet", columns | {"x_1": missing})
    for name in ("groups", "standardised"):
        emitted = module(name)
        whole, encoding, streamed = both(emitted, path, "drop")
        assert_same(emitted, whole, encoding, streamed)
        assert "a" not in streamed.encoding["levels"]["g"]  # of the last row
        assert "98 rows with missing values were dropped" in streamed.notes


def test_when_a_file_is_read_in_blocks(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    emitted = module("groups")
    nuts, svi = ({"method": method, "batch": None} for method in ("nuts", "svi"))

    def wanted(program: Any, data: Any, asked: bool | None) -> Any:
        return program.blocks.wanted(program, data, asked, nuts)

    assert not wanted(emitted.PROGRAM, data, None)
    assert wanted(emitted.PROGRAM, data, True)
    monkeypatch.setattr(emitted, "LARGE", 8 * 7 * 700 - 1)
    assert wanted(emitted.PROGRAM, data, None) and wanted(emitted.PROGRAM, str(data), None)
    assert not wanted(emitted.PROGRAM, data, False)
    assert not wanted(emitted.PROGRAM, table(), None)
    with pytest.raises(emitted.RunError, match=r"--stream reads \.parquet files"):
        wanted(emitted.PROGRAM, data.with_suffix(".csv"), True)
    assert not emitted.PROGRAM.blocks.wanted(emitted.PROGRAM, data, None, svi)
    with pytest.raises(emitted.RunError, match="where the program has `fit"):
        emitted.fit(data, stream=True, method="svi")
    counts = module("counts")
    assert not hasattr(counts, "Blocks")
    with pytest.raises(counts.RunError, match="this model needs all rows in memory"):
        counts.fit(data, stream=True)


def test_memory_does_not_grow_with_the_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NumPy's; in memory it does, which is the control."""
    emitted = module("scaled")
    monkeypatch.setattr(emitted, "BLOCK", 1000)
    monkeypatch.setattr(emitted, "SAMPLE", 100)

    def peaks(rows: int) -> tuple[int, int]:
        path = write(tmp_path / "long.parquet", table(rows))
        found = []
        for read in (
            lambda: emitted.PROGRAM.blocks.read(emitted.PROGRAM, path, None, "error"),
            lambda: emitted.encode(path),
        ):
            tracemalloc.start()
            read()
            found.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        return found[0], found[1]

    peaks(1000)  # what is imported and compiled
    few, many = peaks(10_000), peaks(40_000)
    assert many[0] < 1.2 * few[0]
    assert many[1] > 3 * few[1]


def test_arrow_holds_a_few_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is opened by default, it holds all that was read."""
    emitted = module("columns")
    monkeypatch.setattr(emitted, "BLOCK", 10_000)
    rows, names = 1_000_000, ["y", "x_1", "x_2"]
    rng = np.random.default_rng(0)
    whole = pyarrow.table({name: rng.normal(size=rows) for name in names})
    parquet.write_table(whole, path := tmp_path / "long.parquet", row_group_size=100_000)
    size = whole.nbytes
    del whole
    before = pyarrow.total_allocated_bytes()
    blocks = emitted.read_blocks(path, names)
    held = [pyarrow.total_allocated_bytes() - before for _ in blocks]
    assert len(held) >= 100 and max(held) < size / 2


# --- rows that are dropped ------------------------------------------------------------------------


def test_levels_of_sorted_rows_are_learnt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of one level each, of which one has a row to drop."""
    text = compile_text(
        "data { y: category  x: real }\nmu = intercept() + linear(x)\ny ~ categorical(mu)\n"
        "fit { method = svi  batch = 20 }\n"
    )
    emitted = execute(text, "stream_sorted")
    monkeypatch.setattr(emitted, "BLOCK", 97)
    x = [None if k == 3 else float(k % 7) for k in range(300)]
    columns = {"y": ["a"] * 100 + ["b"] * 100 + ["c"] * 100, "x": x}
    path = write(tmp_path / "sorted.parquet", columns)
    program = emitted.PROGRAM
    streamed = program.blocks.read(program, path, None, "drop", False, tmp_path)
    _, encoding = program.encode(path, na="drop")
    for part in ("levels", "rows"):
        assert streamed.encoding[part] == encoding[part]
    assert "1 rows with missing values were dropped" in streamed.notes


@pytest.mark.parametrize("kept", [0, 1])
def test_the_sample_is_of_rows_that_are_kept(
    kept: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every other row is missing, in step with those that a sample takes."""
    emitted = module("groups")
    monkeypatch.setattr(emitted, "SAMPLE", 350)
    columns = table()
    x = [v if i % 2 == kept else None for i, v in enumerate(columns["x_1"])]
    path = write(tmp_path / "gaps.parquet", columns | {"x_1": x})
    whole, encoding, streamed = both(emitted, path, "drop")
    assert_same(emitted, whole, encoding, streamed)
    np.testing.assert_array_equal(streamed.arguments["y"], table()["y"][kept::2][::2])


def test_the_first_row_that_is_kept_is_in_the_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    emitted = module("columns")
    monkeypatch.setattr(emitted, "SAMPLE", 2)
    columns = {k: v for k, v in table().items() if k in ("y", "x_1", "x_2")}
    columns["y"] = [v if i in (500, 600) else None for i, v in enumerate(columns["y"])]
    path = write(tmp_path / "few.parquet", columns)
    streamed = emitted.PROGRAM.blocks.read(emitted.PROGRAM, path, None, "drop")
    assert streamed.encoding["rows"] == 2 and len(streamed.arguments["y"]) == 1


def test_a_folder_is_read_whole(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    emitted, folder = module("groups"), tmp_path / "folder.parquet"
    monkeypatch.setattr(emitted, "LARGE", 1)
    folder.mkdir()
    data.rename(folder / "part.parquet")
    nuts = {"method": "nuts"}
    assert not emitted.PROGRAM.blocks.wanted(emitted.PROGRAM, folder, None, nuts)
    with pytest.raises(emitted.RunError, match=r"one \.parquet file, and .* is a folder"):
        emitted.fit(folder, stream=True)
