"""A model -> the text of each emitted file: one script, or the modules of a package."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from functools import cache

from bgen.emit import stamp
from bgen.emit.data import data_part
from bgen.emit.docstring import file_docstring
from bgen.emit.fast import fast_field, fast_functions
from bgen.emit.functions import model_function
from bgen.emit.guide import guide_function
from bgen.emit.names import names_in
from bgen.emit.program import program_fields
from bgen.emit.request import Request
from bgen.emit.sections import (
    Section,
    import_block,
    library_of,
    looked_up_at_import,
    sections_of,
    used_names,
    whole_library,
)
from bgen.emit.stream import blocks_field
from bgen.emit.style import style
from bgen.emit.templates import fill
from bgen.ir import model as m

_IMPORTS = {
    "Any": "from typing import Any",
    "Array": "from jax import Array",
    "LocScaleReparam": "from numpyro.infer.reparam import LocScaleReparam",
    "Path": "from pathlib import Path",
    "TransformReparam": "from numpyro.infer.reparam import TransformReparam",
    "dist": "import numpyro.distributions as dist",
    "jax": "import jax",
    "jnp": "import jax.numpy as jnp",
    "math": "import math",
    "np": "import numpy as np",
    "numpyro": "import numpyro",
}
_RULE = "# " + "-" * 86
_GENERIC = "\n".join(
    (
        _RULE,
        "# What follows is bgen's library, as far as this model needs it, and its runtime;",
        "# PROGRAM, at the end, ties them to the model.",
        _RULE,
    )
)
_MAIN = 'if __name__ == "__main__":\n    raise SystemExit(main(PROGRAM))'
PARTS = ("model", "guide")
#: What the modules of a package take from each other.
_OWN = {
    "COLUMNS": "from ._data import COLUMNS",
    "PROGRAM": "from . import PROGRAM",
    "REPARAM": "from ._data import REPARAM",
    "SITES": "from ._data import SITES",
    "encode": "from ._data import encode",
    "guide": "from ._guide import guide",
    "model": "from ._model import model",
    "model_fast": "from ._model import model_fast",
    "prepare": "from ._model import prepare",
    "recover": "from ._model import recover",
}


def emit_script(model: m.Model, request: Request) -> str:
    """One standalone file."""
    head = _docstring(model, request)
    if request.only:
        makers: dict[str, Callable[[m.Model], str]] = {
            "model": model_function,
            "guide": guide_function,
        }
        own = [style(makers[part](model)) for part in PARTS if part in request.only]
        sections = library_of(own)
        bodies = [*own, *(section.body for section in sections)]
        text = _module(head, bodies, _all_imports(sections))
        return stamp.add(text, request.digest, request.level, request.only)
    functions = [style(part(model)) for part in (model_function, guide_function)]
    contract = style(data_part(model, request.fast))
    functions += _fast(request)
    first = library_of([looked_up_at_import(contract)])
    tail = style(_program(model, request))
    known = frozenset[str]().union(*(names_in(section.body).defined for section in first))
    library = library_of([*functions, contract, tail], known)
    sections = [*library, *sections_of(model, request.fast)]
    own = [*functions, *(section.body for section in first), contract]
    bodies = [*own, _GENERIC, *(section.body for section in sections), tail, _MAIN]
    text = _module(head, bodies, _all_imports([*first, *sections]))
    return stamp.add(text, request.digest, request.level)


def _all_imports(sections: Sequence[Section]) -> dict[str, str]:
    imports = dict(_IMPORTS)
    for section in sections:
        imports |= section.imports
    return imports


def emit_package(model: m.Model, request: Request) -> dict[str, str]:
    """The same parts as modules of a package, by file name."""
    name = model.name
    imports = _IMPORTS | _from_runtime() | _OWN

    def file(docstring: str, *parts: str) -> str:
        text = _module(docstring, [style(part) for part in parts], imports)
        return stamp.add(text, request.digest, request.level)

    return {
        "__init__.py": file(
            _docstring(model, request),
            _program(model, request),
            '__all__ = ["encode", "fit", "guide", "model", "predict"]',
        ),
        "__main__.py": file(f'"""The command line: ``python -m {name}``."""\n', _MAIN),
        "_model.py": file(f'"""The model of {name}."""\n', model_function(model), *_fast(request)),
        "_guide.py": file(f'"""The guide of {name}."""\n', guide_function(model)),
        "_data.py": file(f'"""The data contract of {name}."""\n', data_part(model, request.fast)),
        "_fit.py": emit_runtime(request.level),
    }


def emit_collection(models: Sequence[tuple[m.Model, Request]]) -> dict[str, str]:
    """Several models as modules of one folder that share ``_fit.py``, by file name."""
    imports = _IMPORTS | _from_runtime()
    names = [model.name for model, _ in models]
    listed = "\n".join(f"    python -m <this folder>.{name} fit DATA -o RUN" for name in names)
    files = {
        "__init__.py": stamp.add(
            f'"""Models in plain NumPyro.\n\nEach is run by its name:\n\n{listed}\n"""\n',
            stamp.GENERIC,
            models[0][1].level,
        ),
        "_fit.py": emit_runtime(models[0][1].level),
    }
    for model, request in models:
        own = [style(part(model)) for part in (model_function, guide_function)]
        own += [*_fast(request), style(data_part(model, request.fast))]
        text = _module(
            _docstring(model, request), [*own, style(_program(model, request)), _MAIN], imports
        )
        files[f"{model.name}.py"] = stamp.add(text, request.digest, request.level)
    return files


@cache
def emit_runtime(level: str) -> str:
    """``_fit.py``: what is the same for every model, and knows nothing of any."""
    sections = [*whole_library(), *sections_of(None)]
    head = '"""Reading tables, fitting, predicting: the same for every model."""\n'
    return stamp.add(
        _module(head, [s.body for s in sections], _all_imports(sections)), stamp.GENERIC, level
    )


@cache
def _from_runtime() -> dict[str, str]:
    """How the modules of a package import what the generic sections define."""
    names = [
        node.name
        for section in (*whole_library(), *sections_of(None))
        for node in ast.parse(section.body).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    ]
    return {name: f"from ._fit import {name}" for name in names}


def _docstring(model: m.Model, request: Request) -> str:
    return f'"""{file_docstring(model, request)}"""\n'


def _fast(request: Request) -> list[str]:
    return [style(text) for text in fast_functions(request.fast)] if request.fast else []


def _program(model: m.Model, request: Request) -> str:
    fields = program_fields(model, request.digest)
    if request.fast and request.fast.changed:
        fields.append(f"fast={fast_field(request.fast)}")
    if blocks := blocks_field(model, request.fast):
        fields.append(f"blocks={blocks}")
    return fill("program", fields=fields)


def _module(docstring: str, parts: list[str], imports: dict[str, str]) -> str:
    """Docstring, imports of what is used, parts two lines apart."""
    body = "\n\n\n".join(part.strip("\n") for part in parts) + "\n"
    block = import_block(imports, used_names(parts))
    head = f"{docstring}\n{block}\n" if block else docstring
    # Two lines before a definition, one before anything else, as isort has it.
    space = "\n\n" if body.startswith(("def ", "class ", "@")) else "\n"
    # Long import lines are black's business too.
    return style(head) + space + body
