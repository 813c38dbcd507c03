"""The code of a diagnostic -> its page: what it means, an example that fails, and a remedy.

The folder ``explain`` is the registry of codes: one file a code, nothing else names them all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bgen.base.resources import PACKAGE

FOLDER = PACKAGE / "explain"
_TITLE = re.compile(r"# (BL\d{3}): (.+)\n")
_FENCE = re.compile(r"^```bl( fixed)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Page:
    """``failing`` is empty where no text can show the error (a file that cannot be read)."""

    code: str
    title: str
    text: str
    failing: str
    fixed: str

    @property
    def slug(self) -> str:
        """The title as the name of a folder."""
        return re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-")


def codes() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in FOLDER.glob("BL*.md")))


def read_page(code: str) -> Page | None:
    path = FOLDER / f"{code}.md"
    if code not in codes():
        return None
    text = path.read_text(encoding="utf-8")
    title = _TITLE.match(text)
    if title is None:
        raise ValueError(f"{path.name} does not begin with `# {code}: title`")
    failing = fixed = ""
    for found in _FENCE.finditer(text):
        if found[1]:
            fixed = fixed or found[2]
        else:
            failing = failing or found[2]
    return Page(title[1], title[2], text, failing, fixed)
