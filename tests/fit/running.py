"""Runs an emitted text as a module."""

from __future__ import annotations

import sys
from types import ModuleType


def execute(text: str, name: str = "emitted") -> ModuleType:
    """The module that a text is; registered, since dataclasses look their module up."""
    module = ModuleType(name)
    sys.modules[name] = module
    exec(compile(text, f"{name}.py", "exec"), module.__dict__)
    return module
