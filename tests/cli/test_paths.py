"""Where files go: to the place that was named and to no other, whatever the names are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bgen.driver import compile_text
from tests.cli.command import RADON, bgen
from tests.cli.test_output import tree

DEVICES = ["con", "CON", "Nul", "aux", "prn", "com1", "LPT9"]
FIT = "data {{ y: real }}\ny ~ gaussian(intercept())\n"


@pytest.mark.parametrize("name", DEVICES)
@pytest.mark.parametrize("output", ["{}.py", "{}.tar.py", "{}/", "new/{}/m/", "{}/m.py"])
def test_a_device_of_windows_is_no_file(name: str, output: str, here: Path) -> None:
    before = tree(here)
    for force in ((), ("--force",)):
        told = bgen("radon.bl", "-o", output.format(name), *force, status=1).stderr
        assert "is the name of a device" in told and name in told
    assert tree(here) == before


@pytest.mark.parametrize("name", DEVICES[:3])
def test_a_model_of_a_collection_is_no_device(name: str, here: Path) -> None:
    (here / "m.bl").write_text(f"model {name}\n{FIT.format()}")
    (here / f"{name}.bl").write_text(FIT.format())
    before = tree(here)
    for source in ("m.bl", f"{name}.bl"):
        told = bgen("radon.bl", source, "-o", "models/", status=1).stderr
        assert "is the name of a device" in told
    assert tree(here) == before
    assert bgen("m.bl", "-o", "fine.py").output == ""  # its name is in the file alone


def test_names_that_only_begin_so_are_names(here: Path) -> None:
    for name in ("console.py", "com10.py", "null.py", "com.py"):
        bgen("radon.bl", "-o", name)
    (here / "aux").mkdir()  # a folder that is there is somebody else's decision
    bgen("radon.bl", "-o", "aux/m.py")
    assert (here / "aux" / "m.py").exists()


@pytest.mark.parametrize("name", ["statistics", "numpy", "random", "jax"])
def test_a_script_hides_no_module_that_it_needs(name: str, here: Path) -> None:
    """Python looks into the folder of a script first, and each emitted file would end there."""
    before = tree(here)
    for output in (f"{name}.py", f"new/{name}.py", f"{name}/", f"new/{name}/"):
        for force in ((), ("--force",)):
            told = bgen("radon.bl", "-o", output, *force, status=1).stderr
            assert "in place of its own module" in told and name in told
    assert tree(here) == before
    # inside a package nothing is hidden, and nothing needs `test`
    bgen("radon.bl", "-o", "test.py")
    (here / f"{name}.bl").write_text(FIT.format())
    bgen("radon.bl", f"{name}.bl", "-o", "models/")
    assert (here / "models" / f"{name}.py").exists()


@pytest.mark.parametrize(
    "source",
    ["../up.bl", "../../etc/up.bl", "..bl", "...bl", "sub/../../up.bl", "a;b.bl", "-x.bl", "~.bl"],
)
def test_the_name_of_a_source_leads_nowhere(source: str, here: Path) -> None:
    """Modules of a collection lie in its folder, however their sources are called."""
    inner = here / "inner" / "deep"
    inner.mkdir(parents=True)
    (inner / "sub").mkdir()
    os.chdir(inner)
    path = Path(source)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(FIT.format(), "utf-8")
    (inner / "radon.bl").write_text(RADON, "utf-8")
    before = tree(here)
    bgen("compile", "-o", "models/", "--", "radon.bl", source)
    new = tree(here).keys() - before.keys()
    assert new and all(name.startswith("inner/deep/models") for name in new)
    assert f"{path.stem}.py" not in new or path.stem.isidentifier()


@pytest.mark.parametrize("title", ["../up", "..\\\\up", "/etc/passwd", "C:\\\\x", "a/b"])
def test_a_title_leads_nowhere(title: str, here: Path) -> None:
    (here / "m.bl").write_text(f'model m "{title}"\n{FIT.format()}', "utf-8")
    before = tree(here)
    bgen("m.bl", "radon.bl", "-o", "models/")
    new = tree(here).keys() - before.keys()
    assert new == {"models", *(f"models/{n}.py" for n in ("__init__", "_fit", "m", "radon"))}


@pytest.mark.parametrize("name", ["../up", "a/b", "a.b", "/abs", "con/x"])
def test_a_model_is_called_by_a_name_and_no_path(name: str, here: Path) -> None:
    (here / "m.bl").write_text(f"model {name}\n{FIT.format()}", "utf-8")
    assert "error[BL" in bgen("m.bl", "-o", "m/", status=1).output
    assert not (here / "m").exists()


def test_dots_go_where_they_say(here: Path) -> None:
    """What a person asks for by `..` is theirs to ask, and only that is written."""
    (here / "in").mkdir()
    os.chdir(here / "in")
    before = tree(here)
    bgen("../radon.bl", "-o", "../out/../there.py")
    assert tree(here).keys() - before.keys() <= {"there.py", "out"}
    assert (here / "there.py").read_text("utf-8") == compile_text(RADON, "radon.bl")


def test_a_folder_that_is_a_link_is_followed_and_stays(here: Path) -> None:
    (here / "far").mkdir()
    (here / "models").symlink_to("far", target_is_directory=True)
    bgen("radon.bl", "other.bl", "-o", "models/")
    assert (here / "models").is_symlink()
    assert sorted(p.name for p in (here / "far").iterdir()) == [
        "__init__.py",
        "_fit.py",
        "other.py",
        "radon.py",
    ]


def test_a_link_to_what_a_person_wrote_is_refused(here: Path) -> None:
    (here / "precious.txt").write_text("precious")
    (here / "x.py").symlink_to("precious.txt")
    (here / "m").mkdir()
    (here / "m" / "_fit.py").symlink_to("../precious.txt")
    assert "was not written by bgen" in bgen("radon.bl", "-o", "x.py", status=1).stderr
    assert "was not written by bgen" in bgen("radon.bl", "-o", "m/", status=1).stderr
    assert (here / "precious.txt").read_text() == "precious"
    assert [p.name for p in (here / "m").iterdir()] == ["_fit.py"]
