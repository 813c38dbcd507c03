"""The generic part of an emitted file: which sections a model needs, and their imports.

``templates/fit`` holds what reads, fits and predicts. ``templates/library`` holds what models and
``encode`` call beside NumPyro: a file of it is emitted where something that it defines is used, so
that nothing needs to list it.
"""

from __future__ import annotations

import ast
import re
import symtable
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache

from bgen.emit.data import uses_constants
from bgen.emit.names import names_in
from bgen.emit.optimizer import LBFGS, optimizer_of
from bgen.emit.program import unit_checks
from bgen.emit.stream import stores, streams
from bgen.emit.templates import listing, read
from bgen.ir import model as m
from bgen.ir.fast import Fast


def _always(model: m.Model, fast: Fast | None) -> bool:
    return True


def _codes_levels(model: m.Model) -> bool:
    return any(c.coded for c in model.columns)


#: Every section in the order of the file, and when a model and its fast form need it.
SECTIONS: tuple[tuple[str, Callable[[m.Model, Fast | None], bool]], ...] = (
    ("program", _always),
    ("tables", _always),
    ("blocks", lambda model, _: any(c.block for c in model.columns)),
    ("members", lambda model, _: bool(model.unions)),
    ("by_columns", lambda model, _: any(c.by for c in model.columns)),
    ("scalars", lambda model, _: any(c.type == "scalar" for c in model.columns)),
    ("dates", lambda model, _: any(c.type == "date" for c in model.columns)),
    ("constants", lambda model, _: uses_constants(model)),
    ("finite_values", lambda model, _: bool(model.finite)),
    ("levels", lambda model, _: bool(model.level_counts()) or _codes_levels(model)),
    ("coding", lambda model, _: _codes_levels(model)),
    ("crossings", lambda model, _: bool(model.crossings)),
    ("slots", lambda model, _: bool(model.grids)),
    ("unit_priors", lambda model, _: bool(unit_checks(model))),
    ("diagnostics", _always),
    ("whole_files", _always),
    ("runs", _always),
    ("precision", _always),
    ("fast", lambda _, fast: fast is not None and fast.changed),
    ("stream", lambda model, fast: streams(fast) or stores(model)),
    ("merged_rows", lambda _, fast: streams(fast)),
    ("nuts", _always),
    ("svi", _always),
    ("stored_rows", lambda model, _: stores(model)),
    ("fixed_draws", lambda model, _: optimizer_of(model) is LBFGS),
    ("versions", _always),
    ("fit", _always),
    ("prior_check", _always),
    ("predict", _always),
    ("command_line", _always),
)


@dataclass(frozen=True, slots=True)
class Section:
    """One section without its imports, and the imports by the name that each binds."""

    body: str
    imports: dict[str, str]


@cache
def section(name: str) -> Section:
    return split_imports(read(f"fit/{name}"))


def sections_of(model: m.Model | None, fast: Fast | None = None) -> list[Section]:
    """The sections of a model; all of them for a file that several models share."""
    return [section(name) for name, needs in SECTIONS if model is None or needs(model, fast)]


# --- the library ----------------------------------------------------------------------------------


#: Where a definition of the library begins: with the decorators and the comment above it.
_BEGINS = re.compile(r"^(?:[#@].*\n)*(?:(?:def|class) (\w+)|(\w+)(?:: [^=\n]+)? = )", re.MULTILINE)


@cache
def definitions(stem: str) -> dict[str, str]:
    """The functions, classes and constants of a file of ``templates/library``: name and code."""
    text = read(stem)
    begins = [*_BEGINS.finditer(text)]
    ends = [match.start() for match in begins[1:]] + [len(text)]
    found: dict[str, str] = {}
    name = ""
    for match, end in zip(begins, ends, strict=True):
        code = f"{text[match.start() : end].strip()}\n"
        if name and code.startswith(f"@{name}."):  # its derivative, by a decorator
            found[name] += f"\n\n{code}"
        else:
            name = match[1] or match[2]
            found[name] = code
    return found


@cache
def library() -> dict[str, str]:
    """What the files of ``templates/library`` define: each name and its file."""
    return {name: stem for stem in listing("library") for name in definitions(stem)}


@cache
def _needs(name: str) -> frozenset[str]:
    """What a definition of the library uses of the library."""
    code = definitions(library()[name])[name]
    return (names_in(code).used & library().keys()) - {name}


def library_of(parts: Sequence[str], known: AbstractSet[str] = frozenset()) -> list[Section]:
    """What some code needs of the library and does not know: files, each after those it needs."""
    needed: set[str] = set()
    todo = {*(used_names(parts) & library().keys() - known)}
    while todo:
        needed.add(name := todo.pop())
        todo |= _needs(name) - known - needed
    ordered: dict[str, Section] = {}

    def take(names: AbstractSet[str]) -> None:
        for stem in sorted({library()[name] for name in names}):
            if stem not in ordered:
                own = {name: code for name, code in definitions(stem).items() if name in needed}
                take(needed & frozenset[str]().union(*map(_needs, own)) - own.keys())
                text = read(stem)
                heading = text.splitlines(keepends=True)[0]
                body = "\n\n".join((heading, *own.values()))
                ordered[stem] = Section(body, split_imports(text).imports)

    take(needed)
    return list(ordered.values())


def whole_library() -> list[Section]:
    """All of it, for a file that several models share."""
    return library_of(["\n".join(library())])


# --- taking texts apart ---------------------------------------------------------------------------


#: An import at the top level of a section; parsing whole sections took a tenth of a compilation.
_IMPORT = re.compile(r"^(?:import|from) [^\n(]*(?:\([^)]*\))?\n", re.MULTILINE)


def split_imports(text: str) -> Section:
    """Take the import statements at the top level out of a text."""
    imports: dict[str, str] = {}
    for node in ast.parse("".join(_IMPORT.findall(text))).body:
        assert isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names:
            bound = alias.asname or alias.name.split(".")[0]
            imports[bound] = ast.unparse(_single(node, alias))
    # The first line is the heading of the section; its code begins two lines below.
    heading, _, code = _IMPORT.sub("", text).partition("\n")
    return Section(f"{heading}\n\n\n{code.strip()}\n", imports)


def _single(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> ast.stmt:
    if isinstance(node, ast.Import):
        return ast.Import([alias])
    return ast.ImportFrom(node.module, [alias], node.level)


def looked_up_at_import(text: str) -> str:
    """The names that a piece of code needs as soon as it is imported, as code that uses them."""
    symbols = symtable.symtable(text, "<emitted>", "exec").get_symbols()
    return "\n".join(s.get_name() for s in symbols if s.is_referenced())


def used_names(parts: Sequence[str]) -> frozenset[str]:
    """The names that parts of one file look up and none of them defines."""
    found = [names_in(part) for part in parts]
    used = frozenset[str]().union(*(names.used for names in found))
    return used.difference(*(names.defined for names in found))


_THIRD = ("h5netcdf", "jax", "numpy", "numpyro", "optax", "pyarrow")


def import_block(imports: dict[str, str], used: AbstractSet[str]) -> str:
    """The import statements of the names in use, grouped and sorted as isort does."""
    plain: set[str] = set()
    froms: dict[str, set[str]] = {}
    for bound, statement in imports.items():
        if bound not in used:
            continue
        if statement.startswith("import "):
            plain.add(statement)
        else:
            module, _, name = statement.removeprefix("from ").partition(" import ")
            froms.setdefault(module, set()).add(name)
    groups: list[list[str]] = [[], [], []]
    for statement in sorted(plain):
        groups[_group(statement.split()[1])].append(statement)
    for module in sorted(froms):
        names = ", ".join(sorted(froms[module], key=_name_order))
        groups[_group(module)].append(f"from {module} import {names}")
    return "\n\n".join("\n".join(group) for group in groups if group)


def _group(module: str) -> int:
    if module.startswith("."):
        return 2
    return int(module.split(".")[0] in _THIRD)


def _name_order(name: str) -> tuple[int, str]:
    """Constants, classes, functions, as isort sorts the names of one module."""
    bare = name.split(" as ")[0]
    return (0 if bare.isupper() and len(bare) > 1 else 1 if bare[0].isupper() else 2, bare)
