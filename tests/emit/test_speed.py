"""A compilation takes half a second, loads no numerics, and its time grows with the program's size.

Times are compared with that of importing black, which is most of what cannot be avoided, and
counted in processor time, so that other work on the machine matters little.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bgen.driver import compile_text
from tests.clock import clock

ROOT = Path(__file__).resolve().parents[2]
RADON = ROOT / "golden" / "models" / "radon" / "model.bl"
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
ENVIRONMENT["PYTHONPATH"] = str(ROOT)

#: A compilation in imports of black: 0.45 s and 0.125 s on the machine where it was measured,
#: and 0.6 s are allowed.
RATIO = 4.8
SECONDS = 25.0


def _seconds(command: list[str], folder: Path) -> float:
    """The least processor time of several runs; the first leaves the others its byte code."""
    found = []
    environment = ENVIRONMENT | {"PYTHONPYCACHEPREFIX": str(folder / "byte_code")}
    for _ in range(4):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, cwd=folder, env=environment, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        found.append(used)
    return min(found)


def test_a_compilation_loads_no_numerics(tmp_path: Path) -> None:
    code = f"""
import sys
from bgen.cli import main
main(["compile", {str(RADON)!r}, "-o", "radon.py"], standalone_mode=False)
assert "black" in sys.modules
print(*sorted({{name.split(".")[0] for name in sys.modules}}))
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    )
    numerics = {"jax", "jaxlib", "numpy", "numpyro", "optax", "scipy", "pandas", "arviz"}
    assert not numerics & set(done.stdout.split())


def test_what_compiles_nothing_does_not_load_black(tmp_path: Path) -> None:
    """Black and jinja2 are the slowest imports, and checks do without them."""
    code = f"""
import sys
from bgen.cli import main
main(["check", {str(RADON)!r}], standalone_mode=False)
assert not {{"black", "jinja2"}} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=ENVIRONMENT, check=True)


def test_a_compilation_takes_half_a_second(tmp_path: Path) -> None:
    black = _seconds([sys.executable, "-c", "import black"], tmp_path)
    command = [sys.executable, "-m", "bgen", str(RADON), "-o", "radon.py", "--force"]
    bgen = _seconds(command, tmp_path)
    assert bgen < RATIO * black, f"{bgen:.2f} s, an import of black {black:.2f} s"


def _columns(n: int) -> str:
    return f"data {{ y: real  {'  '.join(f'x{k}: real' for k in range(n))} }}\n"


def terms(n: int) -> str:
    total = " + ".join(f"linear(x{k})" for k in range(n))
    return f"{_columns(n)}mu = {total}\ny ~ gaussian(mu)\n"


def statements(n: int) -> str:
    named = "\n".join(f"b{k} ~ Normal(0, 1)" for k in range(n))
    total = " + ".join(f"b{k} * x{k}" for k in range(n))
    return f"{_columns(n)}{named}\nmu = {total}\ny ~ gaussian(mu)\n"


@pytest.mark.parametrize("program", [terms, statements])
def test_time_grows_with_size(program: Callable[[int], str]) -> None:
    """Four times the terms may take six times as long, where the square would be sixteen."""
    compile_text(program(2))
    used = []
    for size in (300, 1200):
        text = program(size)
        with clock() as spent:
            code = compile_text(text)
        used.append(spent.seconds)
        compile(code, "model.py", "exec")
    print(f"{program.__name__}: {used[0]:.2f} s for 300, {used[1]:.2f} s for 1,200")
    assert used[1] < 6 * used[0]
    assert used[1] < SECONDS
