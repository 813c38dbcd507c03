"""Finds and fills the templates; the only module that knows Jinja.

Templates hold layout alone: holes and loops over lists that are ready. What they are filled with
is never read as a template again.
"""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bgen.base.resources import read_resource, resource_folder


@cache
def _environment() -> Environment:
    # Source code, not markup, comes out: nothing is to be escaped.
    return Environment(
        loader=FileSystemLoader(resource_folder("templates")),
        undefined=StrictUndefined,
        autoescape=False,
    )


def fill(template: str, /, **holes: object) -> str:
    """The text of ``<template>.py.jinja`` with its holes filled."""
    return _environment().get_template(f"{template}.py.jinja").render(holes)


def read(name: str) -> str:
    """A section that has no holes, as it is."""
    return read_resource("templates", f"{name}.py.jinja")


def listing(folder: str) -> list[str]:
    """The templates of a folder, each as it is read or filled."""
    paths = (resource_folder("templates") / folder).glob("*.py.jinja")
    return sorted(f"{folder}/{path.name.removesuffix('.py.jinja')}" for path in paths)
