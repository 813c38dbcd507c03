"""The evaluator knows of the compiler its syntax and nothing else: a second reading, not a copy."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ALLOWED = ("bgen.base", "bgen.syntax")
# What needs NumPyro or the compiler is a test of the evaluator, not a part of it.
OUTSIDE = {"conftest", "compare"}
SOURCES = sorted(p for p in HERE.rglob("*.py") if not p.stem.startswith("test_"))


def imported(path: Path) -> set[str]:
    """Every module that a file imports, wherever in it."""
    modules: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            modules |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "__import__"
    return modules


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(HERE)))
def test_imports_nothing_else_of_the_compiler(path: Path) -> None:
    for module in imported(path):
        if module.split(".")[0] == "bgen":
            assert module.startswith(tuple(f"{allowed}." for allowed in ALLOWED)), module
        if path.stem not in OUTSIDE:
            assert module.split(".")[0] not in {"jax", "numpyro"}, module


def test_at_run_time_too() -> None:
    """With all that they import in turn."""
    code = (
        "import sys; import oracle, oracle.cases\n"
        "print([m for m in sys.modules if m.split('.')[0] in ('bgen', 'jax', 'numpyro')])"
    )
    path = [str(HERE.parent), str(HERE.parents[1])]
    run = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {path!r}\n{code}"],
        capture_output=True,
        text=True,
        check=True,
    )
    modules = ast.literal_eval(run.stdout)
    assert "bgen.syntax.parse" in modules
    assert all(m == "bgen" or m.startswith(ALLOWED) for m in modules), modules
