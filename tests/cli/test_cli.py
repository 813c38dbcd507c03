"""The command line: what each verb writes, says and exits with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bgen.driver import compile_text
from tests.cli.command import OTHER, RADON, ROOT, WARNED, bgen, edit

# --- compile --------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", [(), ("compile",)])
def test_one_file(verb: tuple[str, ...], here: Path) -> None:
    result = bgen(*verb, "radon.bl", "-o", "radon.py")
    assert result.output == ""
    assert (here / "radon.py").read_text("utf-8") == compile_text(RADON, "radon.bl")


def test_to_standard_output(here: Path) -> None:
    assert bgen("radon.bl", "-o", "-").stdout == compile_text(RADON, "radon.bl")
    assert not list(here.glob("*.py"))
    both = bgen("radon.bl", "other.bl", "-o", "-", status=2)
    assert "only one model" in both.stderr


def test_who_reads_may_stop_before_the_end(here: Path) -> None:
    """Writing to a pipe that nobody reads is no mistake of ours."""
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "bgen", "radon.bl", "-o", "-"],
        stdout=write,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        text=True,
        check=False,
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (1, "")


def test_a_rewrite_can_be_switched_off_by_its_name(here: Path) -> None:
    """The plan says so; another name is a mistake."""
    plan = bgen("radon.bl", "-O2", "--plan", "--without", "compress_gaussian").output
    assert ["compress_gaussian", "no", "switched", "off"] in map(str.split, plan.splitlines())
    refused = bgen("radon.bl", "--without", "compress", "-o", "-", status=2)
    assert "--without compress: the rewrites are" in refused.stderr


def test_from_standard_input(here: Path) -> None:
    text = bgen("-", "-o", "-", stdin=RADON.encode()).stdout
    assert text == compile_text(RADON, "-")
    assert "from standard input;" in text
    bgen("-", "-o", "x.py", stdin=RADON.encode())
    assert (here / "x.py").read_text("utf-8") == text


def test_code_and_findings_do_not_mix(here: Path) -> None:
    for form in ("text", "json"):
        result = bgen("warned.bl", "-o", "-", "--format", form)
        assert result.stdout == compile_text(WARNED, "warned.bl")
        assert "BL6" in result.stderr


def test_a_package(here: Path) -> None:
    bgen("radon.bl", "-o", "made/radon/")
    names = sorted(p.name for p in (here / "made" / "radon").iterdir())
    assert names == ["__init__.py", "__main__.py", "_data.py", "_fit.py", "_guide.py", "_model.py"]
    # A folder that is there needs no slash.
    before = {p: p.stat().st_mtime_ns for p in (here / "made" / "radon").iterdir()}
    bgen("radon.bl", "-o", "made/radon")
    assert {p: p.stat().st_mtime_ns for p in (here / "made" / "radon").iterdir()} == before


@pytest.mark.parametrize("output", ["models/", "models", "deep/er/models"])
def test_several_models_in_a_folder(output: str, here: Path) -> None:
    bgen("radon.bl", "other.bl", "-o", output)
    names = sorted(p.name for p in (here / output).iterdir())
    assert names == ["__init__.py", "_fit.py", "other.py", "radon.py"]


def test_a_package_and_a_collection_do_not_overwrite_each_other(here: Path) -> None:
    bgen("radon.bl", "other.bl", "-o", "models/")
    assert "several models" in bgen("radon.bl", "-o", "models/", status=1).stderr
    bgen("radon.bl", "-o", "one/")
    assert "one model" in bgen("radon.bl", "other.bl", "-o", "one/", status=1).stderr
    bgen("radon.bl", "-o", "models/", "--force")


def test_models_of_a_folder_have_names_of_their_own(here: Path) -> None:
    for name, text in {
        "same": OTHER,
        "upper": OTHER.replace("model other", "model Other"),
        "fit": OTHER.replace("model other", "model _fit"),
        "word": OTHER.replace("model other", "model import"),
    }.items():
        Path(f"{name}.bl").write_text(text)
        result = bgen("other.bl", f"{name}.bl", "-o", "models/", status=1)
        assert "name" in result.stderr
        assert not (here / "models").exists()


@pytest.mark.parametrize(
    ("only", "functions"),
    [
        ("model", ["model"]),
        ("model,guide", ["model", "location_scale", "guide"]),
        ("guide, model", ["model", "location_scale", "guide"]),
        ("guide", ["location_scale", "guide"]),
    ],
)
def test_only_some_parts_which_run_alone(only: str, functions: list[str], here: Path) -> None:
    import jax.numpy as jnp
    from numpyro.handlers import seed, trace

    bgen("radon.bl", "-o", "part.py", "--only", only)
    scope: dict[str, object] = {}
    exec(compile((here / "part.py").read_text("utf-8"), "part.py", "exec"), scope)
    defined = [k for k in ("model", "location_scale", "guide") if k in scope]
    assert defined == functions
    data = {"mu_adaptive": jnp.ones((3, 2)), "county": jnp.array([0, 1, 1]), "n_county": 2}
    run = scope[functions[-1]]
    sites = trace(seed(run, 0)).get_trace(**data)  # type: ignore[arg-type]
    assert "mu_county_effect" in sites
    assert "is fresh" in bgen("check", "radon.bl", "part.py").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Usage"),
        (["radon.bl"], "say where the code goes: -o radon.py"),
        (["-"], "-o model.py"),
        (["radon.bl", "-o", "radon.txt"], "a file ends in .py"),
        (["radon.bl", "-o", "radon"], "a file ends in .py"),
        (["radon.bl", "-o", ""], "say where the code goes"),
        (["check", "radon.bl", ""], "is empty"),
        (["diff", "radon.bl", ""], "is empty"),
        (["radon.bl", "-o", "radon.py/"], "folder"),
        (["radon.bl", "other.bl", "-o", "x.py"], "several models need a folder"),
        (["radon.bl", "-o", "x/", "--only", "model"], "--only goes into one file"),
        (["radon.bl", "-o", "x.py", "--only", "modell"], "the parts are"),
        (["radon.bl", "-o", "x.py", "--only", ""], "the parts are"),
        (["radon.bl", "-o", "x.py", "-O", "9"], "9"),
        (["nothing.bl", "-o", "x.py"], "there is no file nothing.bl"),
        (["frobnicate"], "-o frobnicate.py"),
        (["explain", "BL999"], "there is no code BL999"),
        (["dump", "soul", "radon.bl"], "soul"),
        (["check"], "SOURCE"),
        (["fmt"], "SOURCES"),
        (["--frobnicate"], "frobnicate"),
        (["x" * 5000, "-o", "x.py"], "there is no file"),
    ],
)
def test_usage_errors(arguments: list[str], said: str, here: Path) -> None:
    result = bgen(*arguments, status=2)
    assert said in result.output
    assert not list(here.glob("x*"))


def test_findings(here: Path) -> None:
    result = bgen("broken.bl", "-o", "x.py", status=1)
    assert "error[BL" in result.stderr and "broken.bl:3:" in result.stderr
    assert not (here / "x.py").exists()
    # All sources are read, so that one run shows all that is wrong.
    both = bgen("broken.bl", "radon.bl", "broken.bl", "-o", "models/", status=1)
    assert both.stderr.count("broken.bl:3:") == 2
    assert not (here / "models").exists()


def test_findings_as_json(here: Path) -> None:
    result = bgen("broken.bl", "-o", "x.py", "--format", "json", status=1)
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(d["file"], d["line"], d["severity"]) for d in found] == [("broken.bl", 3, "error")]
    assert result.stderr == ""
    assert bgen("check", "radon.bl", "--format", "json").output == ""


# --- overwriting ----------------------------------------------------------------------------------


def test_overwriting(here: Path) -> None:
    path = here / "radon.py"
    bgen("radon.bl", "-o", "radon.py")
    os.utime(path, ns=(1, 1))
    bgen("radon.bl", "-o", "radon.py")
    assert path.stat().st_mtime_ns == 1
    edit(here / "radon.bl", "adaptive", "linear")
    bgen("radon.bl", "-o", "radon.py")  # what bgen wrote, bgen may replace
    edit(path, "Normal(0.0, 1.0)", "Normal(0.0, 2.0)")
    edited = path.read_bytes()
    assert "edited by hand" in bgen("radon.bl", "-o", "radon.py", status=1).stderr
    assert path.read_bytes() == edited
    bgen("radon.bl", "-o", "radon.py", "--force")
    assert "Normal(0.0, 2.0)" not in path.read_text("utf-8")
    path.write_text("print('mine')\n")
    assert "not written by bgen" in bgen("radon.bl", "-o", "radon.py", status=1).stderr


def test_one_edited_module_saves_the_whole_package(here: Path) -> None:
    bgen("radon.bl", "-o", "radon/")
    edit(here / "radon" / "_model.py", "Normal(0.0, 1.0)", "Normal(0.0, 2.0)")
    before = {p: p.read_bytes() for p in (here / "radon").iterdir()}
    edit(here / "radon.bl", "adaptive", "linear")
    assert "_model.py was edited" in bgen("radon.bl", "-o", "radon/", status=1).stderr
    assert {p: p.read_bytes() for p in (here / "radon").iterdir()} == before


# --- check and diff -------------------------------------------------------------------------------

FORMS = {
    "script": (["radon.bl", "-o", "radon.py"], "radon.py", "radon.py"),
    "part": (["radon.bl", "-o", "radon.py", "--only", "model"], "radon.py", "radon.py"),
    "package": (["radon.bl", "-o", "radon/"], "radon", "radon/_model.py"),
    "package with a slash": (["radon.bl", "-o", "radon/"], "radon/", "radon/_model.py"),
    "module of a package": (["radon.bl", "-o", "radon/"], "radon/_data.py", "radon/_model.py"),
    "collection": (["radon.bl", "other.bl", "-o", "models/"], "models", "models/radon.py"),
    "module of a collection": (
        ["radon.bl", "other.bl", "-o", "models/"],
        "models/radon.py",
        "models/radon.py",
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_states_of_an_emitted_file(form: str, here: Path) -> None:
    command, emitted, module = FORMS[form]

    def check(state: str, *said: str, status: int = 1) -> None:
        result = bgen("check", "radon.bl", emitted, status=status)
        shown = result.stderr if status else result.stdout
        assert f"{emitted} is {state}" in shown
        for text in said:
            assert text in shown
        found = bgen("check", "radon.bl", emitted, "--format", "json", status=status)
        assert json.loads(found.stdout)["state"] == state

    check("missing", "write it with")
    bgen(*command)
    check("fresh", status=0)
    assert bgen("diff", "radon.bl", emitted).output == ""
    edit(here / "radon.bl", "adaptive", "linear")
    check("stale", "the source has changed", "regenerate it with")
    changes = bgen("diff", "radon.bl", emitted, status=1).stdout
    assert "-    # " in changes and "+    #    + linear(floor, uranium)" in changes
    edit(here / "radon.bl", "linear", "adaptive")
    edit(here / module, "Normal(0.0, 1.0)", "Normal(0.0, 2.0)")
    check("edited by hand", "bgen diff radon.bl", "--force")
    changes = bgen("diff", "radon.bl", emitted, status=1).stdout
    assert "Normal(0.0, 2.0)" in changes
    bgen(*command, "--force")
    check("fresh", status=0)
    (here / module).unlink()
    check("missing")
    for path in here.rglob("*.py"):
        path.write_text("mine = 1\n")
    (here / module).write_text("mine = 1\n")
    check("foreign", "bgen did not write it")


def test_stale_because_of_another_version(here: Path) -> None:
    from bgen.emit import stamp

    bgen("radon.bl", "-o", "radon.py")
    text = (here / "radon.py").read_text("utf-8")
    found = stamp.read(text)
    assert found is not None
    body = text[: text.rindex("\n# bgen")].replace("in a minibatch", "when a minibatch")
    (here / "radon.py").write_text(stamp.add(body, found.source, found.level), "utf-8")
    assert "another version of bgen" in bgen("check", "radon.bl", "radon.py", status=1).stderr


def test_the_other_models_of_a_collection_do_not_matter(here: Path) -> None:
    bgen("radon.bl", "other.bl", "-o", "models/")
    edit(here / "models" / "other.py", "Normal(0.0, 1.0)", "Normal(0.0, 2.0)")
    bgen("check", "radon.bl", "models/")
    assert "edited by hand" in bgen("check", "other.bl", "models/", status=1).stderr


def test_layout_and_comments_do_not_make_stale(here: Path) -> None:
    bgen("radon.bl", "-o", "radon.py")
    edit(here / "radon.bl", "mu =", "# the mean\nmu   =")
    bgen("check", "radon.bl", "radon.py")


def test_check_of_a_source_alone(here: Path) -> None:
    assert bgen("check", "radon.bl").output == ""
    assert "warning[BL6" in bgen("check", "warned.bl").stderr
    bgen("check", "broken.bl", status=1)
    bgen("check", "-", stdin=RADON.encode())


# --- fmt, explain, dump ---------------------------------------------------------------------------

UGLY = "model   m # a comment\ndata{y:real x:real}\nmu=intercept()+linear( x )\ny~gaussian(mu)\n"


def test_fmt(here: Path) -> None:
    path = here / "ugly.bl"
    path.write_text(UGLY)
    assert "ugly.bl is not in canonical form" in bgen("fmt", "--check", "ugly.bl", status=1).stderr
    changes = bgen("fmt", "--diff", "ugly.bl", status=1).stdout
    assert "-mu=intercept()+linear( x )" in changes
    assert "+mu = intercept() + linear(x)" in changes
    assert path.read_text() == UGLY
    pretty = bgen("fmt", "-", stdin=UGLY.encode()).stdout
    bgen("fmt", "ugly.bl")
    assert path.read_text() == pretty
    assert "# a comment" in pretty
    os.utime(path, ns=(1, 1))
    assert bgen("fmt", "ugly.bl").output == bgen("fmt", "--check", "--diff", "ugly.bl").output == ""
    assert path.stat().st_mtime_ns == 1


def test_fmt_goes_on_after_a_broken_file(here: Path) -> None:
    (here / "ugly.bl").write_text(UGLY)
    (here / "bad.bl").write_text("mu = = 1\n")
    assert "error[BL" in bgen("fmt", "bad.bl", "ugly.bl", status=1).stderr
    assert (here / "ugly.bl").read_text() != UGLY
    assert (here / "bad.bl").read_text() == "mu = = 1\n"


def test_explain() -> None:
    page = bgen("explain", "BL001").stdout
    assert page.startswith("# BL001: ")
    assert bgen("explain", "bl001").stdout == page
    listed = bgen("explain").stdout.splitlines()
    assert any(line.startswith("BL001  ") for line in listed)
    assert listed == sorted(listed)


@pytest.mark.parametrize(
    ("stage", "said"), [("ast", "Assignment"), ("ir", "Argument"), ("plan", "Accumulate")]
)
def test_dump(stage: str, said: str, here: Path) -> None:
    assert said in bgen("dump", stage, "radon.bl").stdout
    bgen("dump", stage, "broken.bl", status=1)
