"""The reference is what the declarations say: a page a word, with its golden and its picture."""

from __future__ import annotations

from pathlib import Path

import pytest

from bgen.base.diagnostic import Severity, Sink
from bgen.base.source import Source
from bgen.driver import analyse
from bgen.emit.guide import GUIDES, Guide
from bgen.emit.optimizer import OPTIMIZERS, Optimizer
from bgen.layers import layers
from bgen.links import links
from bgen.passes import Pass, passes
from bgen.reference import index, listing, page, words
from bgen.syntax.printer import print_expression
from tests.conftest import ROOT, Golden
from tests.sweeps.programs import example_call

FOLDER = ROOT / "golden" / "reference"
EVERY = [(kind, word) for kind, found in words().items() for word in found]
PAGES = [(kind, word) for kind, word in EVERY if kind in ("layers", "links", "combinators")]


def program_of(kind: str, word: str) -> str:
    """The golden program of a word; those of combinators stand among the links."""
    folder = ROOT / "golden" / ("layers" if kind == "layers" else "links") / word
    return (folder / "model.bl").read_text("utf-8")


def picture_of(kind: str, word: str) -> str | None:
    """The picture beside the page, where there is one."""
    path = FOLDER / kind / f"{word}.png"
    return path.name if path.is_file() else None


@pytest.mark.parametrize(("kind", "word"), PAGES)
def test_page(kind: str, word: str, golden: Golden) -> None:
    text = page(word, program_of(kind, word), picture_of(kind, word))
    assert text is not None
    golden(FOLDER / kind / f"{word}.md", text)


@pytest.mark.parametrize("rewrite", passes(), ids=lambda rewrite: rewrite.name)
def test_page_of_a_rewrite(rewrite: Pass, golden: Golden) -> None:
    text = page(rewrite.name)
    assert text is not None
    golden(FOLDER / "rewrites" / f"{rewrite.name}.md", text)
    assert rewrite.summary.endswith(".") and not rewrite.exact.endswith(".")
    assert any(c.isdigit() for c in rewrite.source), "author and year"


@pytest.mark.parametrize("guide", GUIDES)
def test_page_of_a_guide(guide: str, golden: Golden) -> None:
    text = page(guide)
    assert text is not None
    golden(FOLDER / "guides" / f"{guide}.md", text)
    assert any(c.isdigit() for c in GUIDES[guide].source), "author and year"


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_page_of_an_optimizer(optimizer: str, golden: Golden) -> None:
    text = page(optimizer)
    assert text is not None
    golden(FOLDER / "optimizers" / f"{optimizer}.md", text)
    assert any(c.isdigit() for c in OPTIMIZERS[optimizer].source), "author and year"


@pytest.mark.parametrize(("key", "words"), [("guide", GUIDES), ("optimizer", OPTIMIZERS)])
def test_a_fit_block_takes_every_one(key: str, words: dict[str, Guide | Optimizer]) -> None:
    for word in (getattr(found, "chosen", "") or name for name, found in words.items()):
        text = f"data {{ y: real }}\ny ~ gaussian(intercept())\nfit {{ {key} = {word} }}\n"
        analysed = analyse(Source("model.bl", text), Sink())
        assert analysed is not None and dict(analysed.model.settings) == {key: word}


def test_index(golden: Golden) -> None:
    golden(FOLDER / "README.md", index(words()))


def test_no_page_without_a_word() -> None:
    found = {p.relative_to(FOLDER).with_suffix("") for p in FOLDER.glob("*/*")}
    assert found == {Path(kind) / word for kind, word in EVERY}


@pytest.mark.parametrize("word", [word for _, word in PAGES])
def test_every_declaration_says_what_it_is_and_whose_it_is(word: str) -> None:
    spec = layers().get(word) or links()[word]
    assert spec.summary.endswith(".")
    assert not spec.formula.endswith(".")
    assert any(c.isdigit() for c in spec.source), "author and year"
    assert f"{word}(" in spec.example


def test_the_listing_has_every_word() -> None:
    text = listing()
    assert all(f"  {word} " in text for _, word in EVERY)
    assert page("no_such_word") is None


_DATA = """data { y: real  x: real  z: real  w: real  g: category  h: category  t: integer
  o: ordinal("a", "b", "c")  v: real["v_*"] }
"""


def _errors_of(word: str, argument: str, x: str = "x") -> list[str]:
    """What is wrong with the layer of an example if an argument is added to it."""
    call = print_expression(example_call(word)).replace("(x", f"({x}", 1)
    text = f"{call.removesuffix(')')}{'' if call.endswith('()') else ', '}{argument})"
    if word == "embedding":
        text = f"sum({text})"
    if word != "intercept":
        text = f"intercept() + {text}"
    sink = Sink()
    analyse(Source("model.bl", f"{_DATA}y ~ gaussian({text})\n"), sink)
    return [d.code for d in sink if d.severity is Severity.ERROR]


PARTS = [
    (word, site.part) for word, layer in layers().items() for site in layer.sites if site.prior
]


@pytest.mark.parametrize(("word", "part"), PARTS)
def test_a_number_stands_for_the_parts_that_the_page_says(word: str, part: str) -> None:
    text = page(word, program_of("layers", word))
    assert text is not None
    x = "v" if word == "horseshoe" else "x"
    assert (f"`{part} = 0.5`" in text) == (not _errors_of(word, f"{part} = 0.5", x))


@pytest.mark.parametrize("word", layers())
def test_arguments_that_must_be_given_are_those(word: str) -> None:
    text = page(word, program_of("layers", word))
    assert text is not None
    for option in layers()[word].options:
        required = option.default is None and not option.optional
        row = next(line for line in text.splitlines() if f"`{option.name} = ..." in line)
        assert row.endswith("| must be given |") == required


@pytest.mark.parametrize("word", [w for w, layer in layers().items() if layer.slots[:1]])
def test_a_page_says_which_layers_take_categories(word: str) -> None:
    """As columns; a grouping is said to be a category."""
    slot = layers()[word].slots[0]
    if slot.kind != "features":
        return
    text = page(word, program_of("layers", word))
    assert text is not None
    assert ("categories (treatment coded)" in text) == ("BL306" not in _errors_of(word, "", "g"))


def test_options_of_combinators_that_may_be_left_out() -> None:
    for word, option in (("mixture", "order"), ("autoregressive", "by")):
        text = page(word, program_of("links", word))
        assert text is not None
        row = next(line for line in text.splitlines() if f"`{option} = ..." in line)
        assert "must be given" not in row
    text = page("correlated_effects", program_of("layers", "correlated_effects"))
    assert text is not None and "| `1` |" in text
