"""Whatever the source is, the command ends in a diagnostic, never in a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from bgen.cli import main
from tests.cli.command import ROOT, bgen

VERBS = [["-o", "-"], ["check"], ["fmt", "--check"], ["diff"], ["dump", "ir"]]
DEEP = 20_000
HOSTILE: dict[str, bytes] = {
    "empty": b"",
    "blank": b" \n\t\n",
    "comment alone": b"# nothing\n",
    "binary": bytes(range(256)) * 20,
    "NUL": b"model m\x00",
    "UTF-16": "model m".encode("utf-16"),
    "Latin-1": "# caf\xe9\n".encode("latin-1"),
    "half a character": "# \u20ac".encode()[:-1],
    "a PNG": b"\x89PNG\r\n\x1a\n" + b"\x00" * 50,
    "brackets": b"data { y: real }\nmu = " + b"(" * DEEP + b"1" + b")" * DEEP,
    "open brackets": b"mu = " + b"(" * DEEP,
    "calls": b"data { y: real }\nmu = " + b"exp(" * DEEP + b"1" + b")" * DEEP,
    "minuses": b"data { y: real }\nmu = " + b"-" * DEEP + b"1",
    "powers": b"data { y: real }\nmu = 2" + b"^2" * DEEP,
    "a long sum": b"data { y: real }\nmu = 1" + b" + 1" * 4_000 + b"\ny ~ gaussian(mu)",
    "a long product": b"data { y: real }\nmu = 1" + b" * 2" * 4_000 + b"\ny ~ gaussian(mu)",
    "indices": b"data { y: real }\na" + b"[a" * DEEP + b"]" * DEEP + b" ~ Normal(0, 1)",
    "a long name": b"data { " + b"y" * DEEP + b": real }",
    "a long number": b"data { y: real }\nmu = " + b"9" * DEEP,
    "too large": b"# " + b"x" * 1_000_001,
}


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb[0])
@pytest.mark.parametrize("name", HOSTILE)
def test_any_bytes_end_in_a_diagnostic(name: str, verb: list[str], here: Path) -> None:
    (here / "hostile.bl").write_bytes(HOSTILE[name])
    (here / "x.py").touch()
    command = [*verb, "hostile.bl", *(["x.py"] if verb[0] == "diff" else [])]
    result = CliRunner().invoke(main, command)
    assert result.exit_code in (0, 1), (result.exit_code, result.output[-500:])
    assert isinstance(result.exception, SystemExit | None)
    if result.exit_code and verb[0] != "fmt":
        assert "error[BL" in result.output or "too long for Python" in result.output


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb[0])
def test_a_folder_is_not_a_source(verb: list[str], here: Path) -> None:
    (here / "folder.bl").mkdir()
    command = [*verb, "folder.bl", *(["x.py"] if verb[0] == "diff" else [])]
    assert "it is a folder" in bgen(*command, status=1).stderr


def test_what_the_emitted_side_may_be(here: Path) -> None:
    """Not text, not there, or nothing that bgen wrote."""
    (here / "empty").mkdir()
    (here / "x.bin").write_bytes(bytes(range(256)))
    for emitted, state in [
        ("empty", "missing"),
        ("empty/", "missing"),
        ("x.bin", "foreign"),
        ("radon.bl/x.py", "missing"),
        ("x" * 5000, "missing"),
    ]:
        assert f"is {state}" in bgen("check", "radon.bl", emitted, status=1).stderr
        bgen("diff", "radon.bl", emitted, status=1)


def test_the_command_is_installed_and_never_shows_a_traceback(here: Path) -> None:
    """In a process of its own, as a user runs it."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bgen", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    assert run("--version").stdout.startswith("bgen")
    done = run("radon.bl", "-o", "radon.py")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    (here / "hostile.bl").write_bytes(HOSTILE["calls"])
    done = run("hostile.bl", "-o", "x.py")
    assert done.returncode == 1 and "Traceback" not in done.stderr
