"""Templates hold layout and nothing that decides; each is used, and so is each generic section."""

from __future__ import annotations

import ast
from pathlib import Path

import black
import pytest
from jinja2 import Environment, nodes

from bgen.base.diagnostic import Sink
from bgen.base.resources import resource_folder
from bgen.base.source import Source
from bgen.driver import analyse
from bgen.emit.names import names_in
from bgen.emit.sections import (
    SECTIONS,
    import_block,
    library,
    library_of,
    split_imports,
    used_names,
    whole_library,
)
from bgen.ir.model import Model
from tests.golden.emitted import ELSEWHERE

ROOT = Path(__file__).resolve().parents[2]
FOLDER = resource_folder("templates")
TEMPLATES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.jinja"))
SECTION_FILES = [name for name in TEMPLATES if name.startswith("fit/")]
LIBRARY_FILES = [name for name in TEMPLATES if name.startswith("library/")]
GUIDE_FILES = [name for name in TEMPLATES if name.startswith("guide/")]
PLAIN = (*SECTION_FILES, *LIBRARY_FILES, *GUIDE_FILES)
HOLES = [name for name in TEMPLATES if name not in PLAIN]
STEMS = [name.removesuffix(".py.jinja") for name in (*SECTION_FILES, *LIBRARY_FILES)]
ALLOWED = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.For, nodes.Getattr)


def _text(name: str) -> str:
    return (FOLDER / name).read_text("utf-8")


@pytest.fixture(scope="module")
def models() -> list[Model]:
    """What the golden programs are after all checks."""
    found = []
    for kind in ("layers", "links", "models"):
        for path in sorted((ROOT / "golden" / kind).glob("*/model.bl")):
            compiled = analyse(Source(path.name, path.read_text("utf-8")), Sink())
            assert compiled is not None, path
            found.append(compiled.model)
    return found


@pytest.mark.parametrize("name", HOLES)
def test_a_template_holds_only_holes_and_loops_over_lists(name: str) -> None:
    tree = Environment(autoescape=True).parse(_text(name))
    for node in _walk(tree):
        assert isinstance(node, ALLOWED), f"{name}:{node.lineno} has a {type(node).__name__}"
        if isinstance(node, nodes.For):
            assert isinstance(node.iter, nodes.Name), "a loop runs over a list that is ready"
            assert node.test is None and not node.else_ and not node.recursive


def _walk(node: nodes.Node) -> list[nodes.Node]:
    return [node, *(inner for child in node.iter_child_nodes() for inner in _walk(child))]


@pytest.mark.parametrize("name", PLAIN)
def test_a_section_has_no_holes(name: str) -> None:
    """It is read as it is: braces in it are Python's."""
    text = _text(name)
    assert "{%" not in text and "{#" not in text
    ast.parse(text)


def test_every_template_is_filled_somewhere() -> None:
    words = {
        node.value
        for path in (ROOT / "bgen" / "emit").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert {name.removesuffix(".py.jinja") for name in HOLES} <= words


def test_every_helper_of_guides_is_in_a_golden_file() -> None:
    corners = ROOT / "golden" / "corners"
    guides = ("structured", "full_rank", "low_rank")
    text = "".join((corners / f"{name}.py").read_text("utf-8") for name in guides)
    assert GUIDE_FILES and all(
        f"def {Path(name).name.split('.')[0]}(" in text for name in GUIDE_FILES
    )


def test_every_section_is_listed_and_is_there() -> None:
    listed = [name for name, _ in SECTIONS]
    assert len(set(listed)) == len(listed)
    assert sorted(f"fit/{name}.py.jinja" for name in listed) == SECTION_FILES


@pytest.mark.parametrize("name", [n for n, _ in SECTIONS if n not in ELSEWHERE])
def test_every_section_is_in_some_golden_file(name: str, models: list[Model]) -> None:
    needs = dict(SECTIONS)[name]
    assert any(needs(model, None) for model in models)


@pytest.mark.parametrize("name", STEMS)
def test_black_leaves_a_section_unchanged(name: str) -> None:
    """Sections are not formatted when a file is emitted: that would take most of the time."""
    # As in a file, where it is not at the top: a comment there may name an encoding.
    body = f"pass\n\n\n{split_imports(_text(f'{name}.py.jinja')).body}"
    assert black.format_str(body, mode=black.Mode()) == body


def test_a_definition_of_the_library_is_taken_with_what_it_needs_where_it_is_used() -> None:
    assert not library_of(["x = 1\n"])
    for name, stem in library().items():
        found = library_of([f"x = {name}\n"])
        heading, _, code = found[-1].body.partition("\n")
        assert heading == _text(f"{stem}.py.jinja").partition("\n")[0]
        assert name in names_in(code).defined
        assert not used_names([section.body for section in found]) & library().keys()
        assert not library_of([f"x = {name}\n"], known={name})


def test_all_of_the_library_is_its_files() -> None:
    whole = {section.body for section in whole_library()}
    assert whole == {split_imports(_text(name)).body for name in LIBRARY_FILES}


def test_a_derivative_comes_with_its_function() -> None:
    (found,) = library_of(["x = softplus\n"])
    assert "@softplus.defjvp" in found.body


def test_names_in_use_are_the_ones_that_need_an_import() -> None:
    code = (
        "def f(seed: Any, *, k=a.b) -> Array:\n    x = [c for c in y]\n    return lambda z: x + z\n"
    )
    assert {"Any", "Array", "a", "y"} <= used_names([code])
    assert not {"b", "c", "f", "k", "seed", "x", "z"} & used_names([code])
    assert used_names(["X = 1\n", "class C:\n    y: int = X\n"]) == {"int"}


@pytest.mark.parametrize("name", STEMS)
def test_the_imports_of_a_section_are_the_ones_that_python_sees(name: str) -> None:
    text = _text(f"{name}.py.jinja")
    tree, found = ast.parse(text), split_imports(text)
    imports = [n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
    bound = {a.asname or a.name.split(".")[0] for node in imports for a in node.names}
    assert set(found.imports) == bound
    rest = [ast.dump(n) for n in tree.body if n not in imports]
    assert [ast.dump(n) for n in ast.parse(f"pass\n{found.body}").body[1:]] == rest


def test_imports_are_taken_out_and_sorted() -> None:
    text = "# Head\n\nimport os\nfrom jax import Array, lax\n\nX = 1\n"
    found = split_imports(text)
    assert found.body == "# Head\n\n\nX = 1\n"
    assert found.imports == {
        "os": "import os",
        "Array": "from jax import Array",
        "lax": "from jax import lax",
    }
    assert import_block(found.imports, {"lax", "os"}) == "import os\n\nfrom jax import lax"
