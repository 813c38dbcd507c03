"""Every code of the checks has a page that is true, and a golden of what it looks like."""

from __future__ import annotations

import re

import pytest

from bgen.base.diagnostic import Severity, Sink
from bgen.base.pages import codes, read_page
from bgen.base.render import render_text
from bgen.base.source import Source
from bgen.check.limits import MAX_COLUMNS, MAX_STATEMENTS
from bgen.driver import Compiled, analyse
from tests.conftest import ROOT, Golden

SEMANTIC = tuple(code for code in codes() if code >= "BL200")
# Too long to be printed on a page or kept in a folder.
LONG = {
    "BL550": "data { " + " ".join(f"x{i}: real" for i in range(MAX_COLUMNS + 1)) + " }",
    "BL551": "\n".join(f"x{i} = {i}" for i in range(MAX_STATEMENTS + 1)),
}


def found_in(text: str) -> tuple[Sink, Source, Compiled | None]:
    sink, source = Sink(), Source("model.bl", text)
    return sink, source, analyse(source, sink)


def example(code: str) -> str:
    page = read_page(code)
    assert page is not None
    return LONG.get(code) or page.failing


@pytest.mark.parametrize("code", SEMANTIC)
def test_the_example_fails_with_just_its_code(code: str) -> None:
    sink, _, compiled = found_in(example(code))
    assert {diagnostic.code for diagnostic in sink} == {code}
    warning = all(d.severity is Severity.WARNING for d in sink)
    assert (compiled is not None) == warning == (code >= "BL600")


@pytest.mark.parametrize("code", SEMANTIC)
def test_the_fixed_example_compiles_without_a_word(code: str) -> None:
    page = read_page(code)
    assert page is not None and page.fixed
    sink, _, compiled = found_in(page.fixed)
    assert compiled is not None
    assert not list(sink)


@pytest.mark.parametrize("code", SEMANTIC)
def test_every_diagnostic_has_a_place_and_a_remedy(code: str) -> None:
    sink, source, _ = found_in(example(code))
    for diagnostic in sink:
        assert diagnostic.span.start < diagnostic.span.end <= len(source.text)
        # Of what is still to come, there is no remedy but to wait.
        assert diagnostic.help or diagnostic.code == "BL450"
        assert not diagnostic.message.endswith(".")
        assert "\n" not in source.slice(diagnostic.span)


@pytest.mark.parametrize("code", SEMANTIC)
def test_the_page_is_named_after_its_code(code: str) -> None:
    page = read_page(code)
    assert page is not None and page.code == code
    assert not page.title.endswith(".")
    assert max(map(len, page.text.splitlines())) <= 120


@pytest.mark.parametrize("code", SEMANTIC)
def test_golden(code: str, golden: Golden, update: bool) -> None:
    """The program and what is said of it; of a program that is too long, what is said alone."""
    page = read_page(code)
    assert page is not None
    folders = sorted((ROOT / "golden" / "errors").glob(f"{code}-*"))
    assert len(folders) <= 1
    if update and not folders:
        folders = [ROOT / "golden" / "errors" / f"{code}-{page.slug}"]
    sink, source, _ = found_in(example(code))
    if code not in LONG:
        golden(folders[0] / "model.bl", source.text)
    golden(folders[0] / "stderr.txt", render_text(sink, source))


def test_codes_in_the_sources_pages_and_goldens_are_the_same() -> None:
    """Codes are written in quotes where they are given out."""
    sources = (ROOT / "bgen").rglob("*.py")
    given = {code for p in sources for code in re.findall(r'"(BL\d{3})"', p.read_text())}
    assert given == set(codes())
    folders = {path.name[:5] for path in (ROOT / "golden" / "errors").glob("BL*")}
    assert folders | {"BL001", "BL003"} == given
