"""Every golden case: what is emitted is what is committed; it is clean code and stands alone.

Each text is looked at once: the module of every case, the runtime that they share, and the one-file
scripts of a few cases that together hold every section of the runtime.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import black
import pytest

from bgen.emit.sections import SECTIONS
from tests.golden.cases import CASES, EXAMPLE, GOLDEN, RUNTIME, label
from tests.golden.emitted import ELSEWHERE, compiled, fast, member, one_file, runtime

ALLOWED = {"jax", "numpy", "numpyro", "optax"}
LAZY = {"h5netcdf", "pyarrow"}
GENERIC = (
    "# What follows is bgen's library, as far as this model needs it, and its runtime;\n"
    "# PROGRAM, at the end, ties them to the model."
)
RULE = "# " + "-" * 86

#: Cases whose whole script is looked at; a test says that every section is in one of them.
WHOLE = {
    "models/radon": "the reader's example: its script is committed",
    "models/expression": "blocks, constants, coding",
    "models/calendar": "dates, slots",
    "models/cooling": "scalars",
    "models/judges": "levels, crossings",
    "models/radon_uranium": "by_columns",
    "links/zero_inflated": "finite_values",
    "layers/ar1": "files of the library, before REPARAM and after it",
    "layers/hsgp": "a review of the fit, which PROGRAM calls",
    "layers/multi_membership": "members",
}
SCRIPTS = [GOLDEN / name for name in WHOLE]

#: Texts by name; made when a test asks for them.
TEXTS: dict[str, Callable[[], str]] = {
    **{label(case): lambda case=case: member(case) for case in CASES},
    "runtime": runtime,
    **{f"script-{case.name}": lambda case=case: one_file(case) for case in SCRIPTS},
}
REWRITTEN = [case for case in CASES if fast(case)]
EVERY_CASE = pytest.mark.parametrize("case", CASES, ids=label)
EVERY_TEXT = pytest.mark.parametrize("name", TEXTS)

# What radon may be long: its model and guide, and all that is not the same for every model.
MODEL_AND_GUIDE = 100
OWN_LINES = 220


@EVERY_CASE
def test_what_is_committed(case: Path, golden: Callable[[Path, str], None]) -> None:
    golden(case / "model.py", member(case))


@pytest.mark.parametrize("case", REWRITTEN, ids=label)
def test_the_fast_form_is_committed(case: Path, golden: Callable[[Path, str], None]) -> None:
    golden(case / "fast.py", fast(case))


def test_the_runtime_is_committed_once(golden: Callable[[Path, str], None]) -> None:
    golden(RUNTIME, runtime())


def test_one_whole_script_is_committed(golden: Callable[[Path, str], None]) -> None:
    golden(EXAMPLE / "script.py", one_file(EXAMPLE))


def test_every_folder_is_a_whole_case() -> None:
    for kind in ("layers", "links", "models"):
        for folder in (GOLDEN / kind).iterdir():
            missing = {"model.bl", "data.csv"} - {path.name for path in folder.iterdir()}
            assert not missing, f"{label(folder)} lacks {missing}"


def test_no_other_code_is_committed() -> None:
    """Nothing compares, and so nothing keeps true, what a former case has left."""
    wanted = {RUNTIME, EXAMPLE / "script.py", *(case / "model.py" for case in CASES)}
    wanted |= {case / "fast.py" for case in REWRITTEN}
    others = {p for folder in ("forms", "corners") for p in (GOLDEN / folder).rglob("*.py")}
    assert set(GOLDEN.rglob("*.py")) - others == wanted


@EVERY_CASE
def test_a_script_is_its_module_and_sections_of_the_runtime(case: Path) -> None:
    """What other tests find out about the module, they find out about the script."""
    before, _, after = _without_imports(one_file(case)).partition(
        f"\n\n\n{RULE}\n{GENERIC}\n{RULE}"
    )
    sections, program, rest = after.partition("\n\n\nPROGRAM = ")
    # What the module's own part looks up when it is imported stands before it in a script.
    own = _without_imports(member(case))
    blocks = [b for b in before.split("\n\n\n") if b in own or f"\n\n{b}\n" not in runtime()]
    assert "\n\n\n".join(blocks) + program + rest == own
    _, *parts = sections.split("\n\n\n")
    assert parts and all(f"\n\n{part}\n" in runtime() for part in parts)


def _without_imports(text: str) -> str:
    """From the first function on, without the stamp."""
    return text[text.index("\n\n\ndef ") :].rpartition("\n\n# bgen ")[0]


def test_every_section_is_in_some_whole_script() -> None:
    models = [compiled(case).model for case in SCRIPTS]
    others = [(n, needs) for n, needs in SECTIONS if n not in ELSEWHERE]
    missing = [n for n, needs in others if not any(needs(model, None) for model in models)]
    assert not missing, f"a case that needs {missing} belongs in WHOLE"


@EVERY_TEXT
def test_black_leaves_it_unchanged(name: str) -> None:
    text = TEXTS[name]()
    assert black.format_str(text, mode=black.Mode()) == text


@EVERY_TEXT
def test_compiles_without_a_warning(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        compile(TEXTS[name](), "model.py", "exec", dont_inherit=True)


@EVERY_TEXT
def test_stands_alone(name: str) -> None:
    """It imports what it may, h5netcdf and pyarrow only inside functions."""
    tree = ast.parse(TEXTS[name]())
    top = {id(node) for node in tree.body}
    for node in ast.walk(tree):
        modules: list[str] = []
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            of_a_collection = name in map(label, CASES) and id(node) in top
            if of_a_collection and (node.level, node.module) == (1, "_fit"):
                continue
            assert node.level == 0 and node.module
            modules = [node.module]
        for module in modules:
            root = module.split(".")[0]
            allowed = ALLOWED if id(node) in top else ALLOWED | LAZY
            assert root in allowed or root in sys.stdlib_module_names, module


@EVERY_TEXT
def test_says_nothing_of_where_it_was_made(name: str) -> None:
    text = TEXTS[name]()
    assert os.getcwd() not in text
    assert str(Path.home()) not in text


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All texts, away from the settings of this repository: ``models/`` and whole scripts."""
    folder = tmp_path_factory.mktemp("emitted")
    (folder / "models").mkdir()
    texts = {"models/__init__": "", "models/_fit": runtime()}
    texts |= {f"models/{label(case)}": member(case) for case in CASES}
    texts |= {f"script_{case.name}": one_file(case) for case in SCRIPTS}
    for name, text in texts.items():
        (folder / f"{name.replace('-', '_')}.py").write_text(text, "utf-8")
    return folder


def _run(*arguments: str | Path, cwd: Path) -> None:
    command = [sys.executable, "-m", *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-5000:]


def test_ruff_finds_nothing(folder: Path, tmp_path: Path) -> None:
    """In the script of every case too: unused or missing names above all, since each file takes
    only the sections it needs."""
    for case in CASES:
        (tmp_path / f"{label(case)}.py".replace("-", "_")).write_text(one_file(case), "utf-8")
    _run(
        *("ruff", "check", "--isolated", "--no-cache", "--line-length", "88"),
        *("--target-version", "py311", "--select", "E,F,I,B,UP", folder, tmp_path),
        cwd=folder,
    )


def test_mypy_finds_nothing(folder: Path, tmp_path: Path) -> None:
    """Every model against the generic part that they share, and the whole scripts."""
    pytest.importorskip("mypy")
    (tmp_path / "mypy.ini").write_text("[mypy]\nwarn_unused_ignores = True\n", "utf-8")
    cached = Path(__file__).resolve().parents[2] / ".mypy_cache" / "emitted"
    _run(
        *("mypy", "--config-file", tmp_path / "mypy.ini", "--cache-dir", cached),
        *("--ignore-missing-imports", "--follow-imports", "silent", "."),
        cwd=folder,
    )


def test_the_budget_of_radon() -> None:
    lines = one_file(EXAMPLE).splitlines()
    start = lines.index("def model(")
    guide = lines.index("def guide(")
    contract = next(i for i, line in enumerate(lines) if line.startswith("COLUMNS"))
    generic = lines.index(GENERIC.split("\n")[0]) - 1
    assert start < guide < contract < generic
    assert contract - start <= MODEL_AND_GUIDE
    assert generic <= OWN_LINES
