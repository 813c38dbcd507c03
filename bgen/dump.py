"""A stage of a compilation -> text for a developer to read."""

from __future__ import annotations

from dataclasses import fields, is_dataclass

from bgen.base.source import Span
from bgen.driver import Compiled


def dump_stage(compiled: Compiled, stage: str) -> str:
    """The syntax tree (``ast``), the model (``ir``) or its paragraphs alone (``plan``)."""
    value: object = {
        "ast": compiled.program.statements,
        "ir": compiled.model,
        "plan": compiled.model.paragraphs,
    }[stage]
    return "\n".join(_lines(value, 0))


def _lines(value: object, depth: int) -> list[str]:
    pad = "  " * depth
    if is_dataclass(value) and not isinstance(value, type):
        lines = [f"{pad}{type(value).__name__}"]
        for field in fields(value):
            inner = getattr(value, field.name)
            if isinstance(inner, Span) or inner in (None, (), ""):
                continue
            if isinstance(inner, tuple) or is_dataclass(inner):
                lines += [f"{pad}  {field.name}:", *_lines(inner, depth + 2)]
            else:
                lines.append(f"{pad}  {field.name} = {inner!r}")
        return lines
    if isinstance(value, tuple):
        return [line for item in value for line in _lines(item, depth)]
    return [f"{pad}{value!r}"]
