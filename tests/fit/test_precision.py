"""Where float32 is not enough for the data, a fit that may computes in float64, and says so."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import jax
import numpy as np
import pytest

from bgen.driver import compile_text
from tests.conftest import ROOT
from tests.golden.cases import load

LINE = "data { y: real  x: real }\nmu = intercept() + linear(x)\ny ~ gaussian(mu)\n"
RATIO = "data { y: real  x: real }\na ~ Normal(95, 1)\nb ~ Normal(95, 1)\n"
RATIO += "y ~ Normal(exp(a) / exp(b) * x, 1)\n"
X = np.linspace(-1.0, 1.0, 40)
NOISE = np.sin(40 * X)


@pytest.fixture(autouse=True)
def single_precision() -> Iterator[None]:
    before = jax.config.jax_enable_x64
    with jax.enable_x64(False):
        yield
    jax.config.update("jax_enable_x64", before)


def emitted(text: str, folder: Path) -> ModuleType:
    (folder / "model.py").write_text(compile_text(text, "model.bl"), encoding="utf-8")
    return load(folder / "model.py")


def told(module: Any, table: dict[str, np.ndarray], free: bool) -> list[str]:
    arguments, _ = module.encode(table)
    found: list[str] = module.check_precision(module.PROGRAM, arguments, None, free)
    return found


@pytest.mark.parametrize(
    ("text", "table", "of"),
    [
        (LINE, {"y": 1e8 + NOISE, "x": X}, "y"),
        (LINE, {"y": NOISE, "x": 3e6 + X * 1e-2}, "mu_x"),
        (LINE, {"y": NOISE, "x": X * 1e39}, "mu_x"),
        (RATIO, {"y": NOISE, "x": X}, "the gradient"),
    ],
)
def test_what_float32_cannot_hold_is_told(
    text: str, table: dict[str, np.ndarray], of: str, tmp_path: Path
) -> None:
    module = emitted(text, tmp_path)
    assert told(module, table, False) == [
        f"float32 is too coarse for {of}: float64 (--x64) is safer"
    ]
    with jax.enable_x64(True):
        assert told(module, table, False) == []


@pytest.mark.parametrize(
    "table",
    [
        {"y": NOISE, "x": X},
        {"y": 1e4 + NOISE, "x": 2000.0 + np.arange(40.0)},
        {"y": NOISE, "x": np.full(40, 0.1)},  # no spread to be a share of
        {"y": NOISE * 1e-6, "x": X * 1e6},
    ],
)
def test_what_float32_holds_is_left_to_it(table: dict[str, np.ndarray], tmp_path: Path) -> None:
    assert told(emitted(LINE, tmp_path), table, True) == []


@pytest.mark.parametrize("name", ["radon", "epilepsy", "cattle"])
def test_goldens_are_left_to_it(name: str, tmp_path: Path) -> None:
    folder = ROOT / "golden" / "models" / name
    module = emitted((folder / "model.bl").read_text("utf-8"), tmp_path)
    arguments, _ = module.encode(folder / "data.csv")
    assert module.check_precision(module.PROGRAM, arguments, None, True) == []


@pytest.mark.parametrize(
    ("option", "x64", "end"), [([], True, "computed in"), (["--x32"], False, "")]
)
def test_a_fit_turns_float64_on_unless_it_was_told(
    option: list[str], x64: bool, end: str, tmp_path: Path
) -> None:
    emitted(LINE.replace("intercept()", "intercept(coef ~ Normal(100000000, 10))"), tmp_path)
    rows = "".join(f"{100000000 + y},{x}\n" for x, y in zip(X, NOISE, strict=True))
    (tmp_path / "data.csv").write_text(f"y,x\n{rows}", encoding="utf-8")
    command = [sys.executable, "model.py", "fit", "data.csv", "-o", "run", "--method", "svi"]
    done = subprocess.run(
        [*command, "--steps", "40", "--allow-warnings", *option],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert f"float32 is too coarse for y: {end}" in done.stderr
    report = json.loads((tmp_path / "run" / "run.json").read_text())
    assert report["fit"]["x64"] is x64
    assert any("too coarse for y" in note for note in report["notes"])


@pytest.mark.parametrize(
    ("x64", "options", "warned"),
    [
        (False, {"method": "nuts"}, True),
        (True, {"method": "nuts"}, False),
        (False, {"method": "svi"}, False),
        (False, {"method": "nuts", "free_precision": False}, False),  # --x32: somebody's choice
    ],
)
def test_nuts_from_python_tells_of_float32(
    x64: bool,
    options: dict[str, Any],
    warned: bool,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The command line turns float64 on; Python has what JAX has."""
    short: dict[str, Any] = {"chains": 1, "warmup": 5} if options["method"] == "nuts" else {}
    module = emitted(LINE, tmp_path)
    with jax.enable_x64(x64):
        fit = module.fit({"y": NOISE, "x": X}, draws=5, **options, **short)
    told = "float32 spoils the acceptance of NUTS: call numpyro.enable_x64() first"
    assert (told in fit.report["notes"]) is warned
    assert [r.message for r in caplog.records].count(f"warning: {told}") == warned
    assert fit.report["fit"]["x64"] is x64
