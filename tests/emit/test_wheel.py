"""The built wheel holds all that a compilation needs, and compiles away from the checkout."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RADON = ROOT / "golden" / "models" / "radon"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if importlib.util.find_spec("hatchling") is None:
        pytest.skip("hatchling is not here, and tests fetch nothing")
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (found,) = folder.glob("bgen-*.whl")
    return found


def test_what_is_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        entry = next(name for name in names if name.endswith("entry_points.txt"))
        assert "bgen = bgen.__main__:main" in archive.read(entry).decode()
    wanted = {f"bgen/{path.relative_to(ROOT)}" for path in (ROOT / "grammar").rglob("*.lark")}
    wanted |= {f"bgen/{path.relative_to(ROOT)}" for path in (ROOT / "templates").rglob("*.jinja")}
    pages = list((ROOT / "bgen" / "explain").glob("BL*.md"))
    modules = list((ROOT / "bgen").rglob("*.py"))
    wanted |= {str(path.relative_to(ROOT)) for path in pages + modules}
    assert pages and wanted <= names
    assert not [name for name in names if name.startswith(("tests", "golden", "templates"))]


def test_compiles_from_the_wheel(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:  # what pip does with a wheel of Python alone
        archive.extractall(tmp_path / "site")
    (tmp_path / "radon.bl").write_bytes((RADON / "model.bl").read_bytes())
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    environment["PYTHONPATH"] = str(tmp_path / "site")

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert run("-c", "import bgen; print(bgen.__file__)").startswith(str(tmp_path / "site"))
    run("-m", "bgen", "radon.bl", "-O0", "-o", "radon.py")
    expected = (RADON / "script.py").read_text("utf-8").replace("model.bl", "radon.bl")
    found = (tmp_path / "radon.py").read_text("utf-8")
    # The name of the source is in the docstring, and so in the hash of the body.
    assert found.rsplit(" body ", 1)[0] == expected.rsplit(" body ", 1)[0]
    assert run("-m", "bgen", "explain", "BL001").startswith("# BL001")
