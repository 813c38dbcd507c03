"""No file of the project is longer than a person reads in one sitting."""

from __future__ import annotations

import pytest

from tests.conftest import ROOT

LONGEST = 400
FOLDERS = ("bgen", "tests", "grammar", "templates")


@pytest.mark.parametrize("folder", FOLDERS)
def test_files_are_short(folder: str) -> None:
    files = [p for p in (ROOT / folder).rglob("*") if p.suffix in (".py", ".jinja", ".lark")]
    assert files
    lines = {p: len(p.read_text("utf-8").splitlines()) for p in files}
    assert not {p.name: n for p, n in lines.items() if n > LONGEST}
