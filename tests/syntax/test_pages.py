"""Every code of the syntax has a page that is true, and a golden of what it looks like."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bgen.base.diagnostic import Sink
from bgen.base.pages import codes, read_page
from bgen.base.render import render_text
from bgen.base.source import Source
from bgen.syntax.parse import parse
from bgen.syntax.read import MAX_BYTES, read_source
from tests.conftest import ROOT, Golden

SYNTAX = tuple(code for code in codes() if code < "BL200")
# No quoted text can show these: a whole file does.
FILES = {
    "BL001": b"",
    "BL003": b"x" * (MAX_BYTES + 1),
    "BL004": "model m\n".encode("utf-16"),
    "BL005": b"model m\n\x00\x00",
    "BL006": "model m # caf\u00e9\n".encode("latin-1"),
    "BL029": b"mu = intercept() \x07+ linear(x)\n",
}
STORED = tuple(code for code in SYNTAX if code not in ("BL001", "BL003"))


def found_in(data: bytes | Path) -> tuple[Sink, Source]:
    sink = Sink()
    source = read_source(data, "model.bl", sink)
    if source is not None:
        parse(source, sink)
    return sink, source or Source("model.bl", "")


def example(code: str) -> bytes:
    page = read_page(code)
    assert page is not None
    return FILES.get(code) or page.failing.encode()


@pytest.mark.parametrize("code", SYNTAX)
def test_the_example_fails_with_just_its_code(code: str, tmp_path: Path) -> None:
    data: bytes | Path = tmp_path / "absent.bl" if code == "BL001" else example(code)
    sink, _ = found_in(data)
    assert {diagnostic.code for diagnostic in sink} == {code}


@pytest.mark.parametrize("code", [code for code in SYNTAX if code not in FILES])
def test_the_fixed_example_parses(code: str) -> None:
    page = read_page(code)
    assert page is not None and page.fixed
    sink, _ = found_in(page.fixed.encode())
    assert not list(sink)


@pytest.mark.parametrize("code", SYNTAX)
def test_the_page_is_named_after_its_code(code: str) -> None:
    page = read_page(code)
    assert page is not None and page.code == code
    assert not page.title.endswith(".")
    assert max(map(len, page.text.splitlines())) <= 120


@pytest.mark.parametrize("code", STORED)
def test_golden(code: str, golden: Golden, update: bool) -> None:
    page = read_page(code)
    assert page is not None
    folders = sorted((ROOT / "golden" / "errors").glob(f"{code}-*"))
    assert len(folders) <= 1
    if update and not folders:
        folders = [ROOT / "golden" / "errors" / f"{code}-{page.slug}"]
        folders[0].mkdir(parents=True)
    if update:
        (folders[0] / "model.bl").write_bytes(example(code))
    assert (folders[0] / "model.bl").read_bytes() == example(code)
    sink, source = found_in(folders[0] / "model.bl")
    golden(folders[0] / "stderr.txt", render_text(sink, source))


def test_every_code_in_the_sources_has_a_page_and_every_page_a_use() -> None:
    sources = [*(ROOT / "bgen" / "syntax").glob("*.py")]
    text = "".join(path.read_text() for path in sources)
    missing = [code for code in SYNTAX if f'"{code}"' not in text]
    assert not missing
    assert set(re.findall(r"\bBL\d{3}\b", text)) <= set(SYNTAX)


def test_an_unknown_code_has_no_page() -> None:
    assert read_page("BL999") is None
    assert read_page("../README") is None
