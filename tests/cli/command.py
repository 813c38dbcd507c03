"""Runs the command line in this process, in a folder with some sources."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from bgen.cli import main
from bgen.verbs import INTERNAL

ROOT = Path(__file__).resolve().parents[2]
RADON = (ROOT / "golden" / "models" / "radon" / "model.bl").read_text("utf-8")
OTHER = 'model other "Another"\ndata { y: real  x: real }\ny ~ gaussian(linear(x))\n'
BROKEN = "model m\ndata { y: real }\ny ~ gaussian(nu)\n"
WARNED = "data { y: real  z: real }\nmu = intercept()\ny ~ gaussian(mu)\n"


def bgen(*arguments: str, stdin: bytes = b"", status: int = 0) -> Result:
    """Run it; it never ends in a traceback, nor in the report of an internal error."""
    result = CliRunner().invoke(main, list(arguments), input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code != INTERNAL, result.stderr
    assert result.exit_code == status, (result.stdout, result.stderr)
    assert "Traceback" not in result.output
    return result


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
