"""This checkout -> a copy of it whose functions hold mutants, switched off."""

from __future__ import annotations

import ast
import difflib
import random
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import libcst
from mutmut.configuration import config
from mutmut.mutation.file_mutation import (
    MutatedFile,
    Mutation,
    combine_mutations_to_source,
    create_mutations,
)
from mutmut.utils.format_utils import orig_function_and_class_names_from_key

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Place:
    """Where a mutant may be put; mutants of a file are in the order of its text."""

    folder: str  # of those in pyproject's [tool.mutmut]
    file: Path
    mutation: Mutation


@dataclass(frozen=True)
class Mutant:
    folder: str
    name: str  # module.x_function__mutmut_7, which the functions of the copy look for
    diff: str  # of the function
    file: str
    lines: list[int]  # of the statement that it changes, in the copy


def places(only: str) -> tuple[list[Place], dict[Path, libcst.Module]]:
    """All mutants that mutmut knows for the files whose path holds ``only``."""
    found: list[Place] = []
    modules: dict[Path, libcst.Module] = {}
    for folder in config().source_paths:
        for path in sorted((ROOT / folder).rglob("*.py")):
            file = path.relative_to(ROOT)
            if only in str(file):
                module, mutations, *_ = create_mutations(str(file), path.read_text("utf-8"))
                modules[file] = module
                found += [Place(str(folder), file, m) for m in mutations if _in_function(m)]
    return found, modules


def _in_function(mutation: Mutation) -> bool:
    return isinstance(mutation.contained_by_top_level_function, libcst.FunctionDef)


def sample(found: Sequence[Place], count: int | None, seed: int) -> list[Place]:
    """``count`` of them (or all), from each folder its share; the same for the same seed."""
    if count is None or count >= len(found):
        return list(found)
    rng = random.Random(seed)
    chosen: list[int] = []
    left, wanted = len(found), count
    for _, group in groupby(range(len(found)), key=lambda i: found[i].folder):
        of_folder = list(group)
        share = round(wanted * len(of_folder) / left)
        chosen += sorted(rng.sample(of_folder, share))
        left, wanted = left - len(of_folder), wanted - share
    return [found[i] for i in chosen]


def mutated_copy(
    copy: Path, chosen: Sequence[Place], modules: dict[Path, libcst.Module]
) -> list[Mutant]:
    """What git has of this checkout, as it stands now, in the folder ``copy``, with mutants."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, copy / name)
    found: list[Mutant] = []
    for file, group in groupby(chosen, key=lambda place: place.file):
        here = list(group)
        mutated = combine_mutations_to_source(modules[file], [place.mutation for place in here])
        (copy / file).write_text(mutated.code, "utf-8")
        module = ".".join(file.with_suffix("").parts).removesuffix(".__init__")
        text = (ROOT / file).read_text("utf-8")
        tree = ast.parse(mutated.code)
        for place, name in zip(here, mutated.mutant_names, strict=True):
            diff, lines = _diff(file, text, mutated, name), _statement(tree, mutated, name)
            found.append(Mutant(place.folder, f"{module}.{name}", diff, str(file), lines))
    return found


def _diff(file: Path, text: str, mutated: MutatedFile, name: str) -> str:
    """The mutant's function against the original: lines that differ, and three around them."""
    function, of_class = orig_function_and_class_names_from_key(name)
    before, after, first = _before_and_after(mutated, name)
    start = next(i for i, line in enumerate(before) if f"def {function}(" in line)
    line = _line_of(text, function, of_class) + first - start
    where = f"{file}:{line} {of_class + '.' if of_class else ''}{function}"
    return "\n".join([where, *list(difflib.unified_diff(before, after, lineterm="", n=3))[3:]])


def _before_and_after(mutated: MutatedFile, name: str) -> tuple[list[str], list[str], int]:
    """The lines of a function without and with a mutant, and the first that differs."""
    function, _ = orig_function_and_class_names_from_key(name)
    before = _lines(mutated, _original(name), function)
    after = _lines(mutated, name, function)
    return (
        before,
        after,
        next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0),
    )


def _original(name: str) -> str:
    return f"{name.partition('__mutmut_')[0]}__mutmut_orig"


def _statement(tree: ast.Module, mutated: MutatedFile, name: str) -> list[int]:
    """The lines of the innermost statement that a mutant changes, without what it holds; of a
    change in the head of a function those of all of it."""
    start = mutated.line_span_by_function_name[_original(name)].start
    line = start + _before_and_after(mutated, name)[2]
    around = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or 0)
    ]
    inner = max(around, key=lambda node: (node.lineno, -(node.end_lineno or 0)))
    body = getattr(inner, "body", None) or [c.body[0] for c in getattr(inner, "cases", [])]
    last = inner.end_lineno or inner.lineno
    if body and not isinstance(inner, ast.FunctionDef):
        last = max(inner.lineno, body[0].lineno - 1)
    return list(range(inner.lineno, last + 1))


def _lines(mutated: MutatedFile, name: str, function: str) -> list[str]:
    span = mutated.line_span_by_function_name[name]
    lines = mutated.code.splitlines()[span.start - 1 : span.end]
    return [line.replace(f"def {name}(", f"def {function}(") for line in lines]


def _line_of(text: str, function: str, of_class: str | None) -> int:
    def defined(tree: ast.Module) -> Iterator[tuple[str | None, ast.FunctionDef]]:
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                yield None, node
            elif isinstance(node, ast.ClassDef):
                yield from ((node.name, d) for d in node.body if isinstance(d, ast.FunctionDef))

    return next(
        node.lineno
        for owner, node in defined(ast.parse(text))
        if owner == of_class and node.name == function
    )
