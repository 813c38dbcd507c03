"""Small programs full of what the golden cases have not: the modules and fast forms of each.

``golden/corners/<name>.bl`` becomes ``<name>.py``: the module that a collection has of it at
``-O2``, and behind it what ``bgen priors`` and ``--plan`` say. They have no data: what such
programs mean is compared by ``tests/oracle``; here is that what is emitted changes only where
somebody means it to.
"""

from __future__ import annotations

import ast
from pathlib import Path

import black
import pytest

from bgen.base.diagnostic import Severity, Sink
from bgen.base.source import Source
from bgen.driver import Options, analyse, collection, optimised
from bgen.emit.fast import plan_lines
from bgen.priors import prior_table
from tests.conftest import ROOT, Golden

CORNERS = sorted((ROOT / "golden" / "corners").glob("*.bl"))


@pytest.mark.parametrize("corner", CORNERS, ids=lambda path: path.stem)
def test_what_is_emitted(corner: Path, golden: Golden) -> None:
    compiled = analyse(Source(corner.name, corner.read_text("utf-8")), sink := Sink())
    assert compiled is not None, [d.message for d in sink]
    assert not [d.message for d in sink if d.severity is Severity.ERROR]
    options = Options("-O2")
    module = collection([compiled], options)[f"{compiled.model.name}.py"]
    said = [*prior_table(compiled.model).splitlines(), ""]
    said += plan_lines(optimised(compiled, options), 86)
    text = "\n\n".join([module.rstrip(), "\n".join(f"# {line}".rstrip() for line in said)]) + "\n"
    golden(corner.with_suffix(".py"), text)
    ast.parse(text)
    assert black.format_str(module, mode=black.Mode()) == module
