"""The golden cases, and the one way in which tests import what was emitted.

A case is a folder that holds a program, its data, and ``model.py``: the module that a collection
(``bgen a.bl b.bl -o folder/``) has of it. The runtime that such modules share is committed once, as
``golden/_fit.py``. (Nothing of the compiler here: the evaluator of tests/oracle imports this.)
"""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]

GOLDEN = ROOT / "golden"
RUNTIME = GOLDEN / "_fit.py"
#: The one case whose whole script is committed too, as ``script.py``.
EXAMPLE = GOLDEN / "models" / "radon"
CASES = sorted(
    path.parent
    for kind in ("layers", "links", "models")
    for path in GOLDEN.glob(f"{kind}/*/model.bl")
)
#: The package that every emitted module is put in: its ``_fit`` is the goldens'.
PACKAGE = "emitted"


def label(case: Path) -> str:
    return f"{case.parent.name}-{case.name}"


def runtime() -> ModuleType:
    """``golden/_fit.py``, imported once a process."""
    if PACKAGE not in sys.modules:
        spec = ModuleSpec(PACKAGE, None, is_package=True)
        spec.submodule_search_locations = [str(GOLDEN)]
        sys.modules[PACKAGE] = module_from_spec(spec)
    return import_module(f"{PACKAGE}._fit")


def execute(text: str, name: str = "model", file: str = "model.py") -> ModuleType:
    """An emitted text as a module: a whole script, or one that takes its runtime from ``_fit``."""
    if "\nfrom ._fit import " in text:
        runtime()
    module = module_from_spec(ModuleSpec(f"{PACKAGE}.{name}", None))
    sys.modules[module.__name__] = module  # dataclasses look their module up there
    exec(compile(text, file, "exec", dont_inherit=True), module.__dict__)
    return module


@cache
def load(path: Path) -> ModuleType:
    """The module that an emitted file is; of a golden folder, its ``model.py``."""
    path = path / "model.py" if path.is_dir() else path
    name = f"{path.parent.parent.name}_{path.parent.name}_{path.stem}"
    return execute(path.read_text("utf-8"), name, str(path))
