"""Small programs full of what the golden cases have not: their modules, and their fast forms.

``golden/corners/<name>.bl`` becomes ``<name>.py``: the module that a collection has of it, and
behind it what ``bgen priors`` says and what ``-O2`` puts beside the model. They have no data: what such programs mean is
compared by ``tests/oracle``; here is that what is emitted changes only where somebody means it to.
"""

from __future__ import annotations

import ast
from pathlib import Path

import black
import pytest

from bgen.base.diagnostic import Severity, Sink
from bgen.base.source import Source
from bgen.driver import Options, analyse, collection, optimised
from bgen.emit.fast import fast_functions, plan_lines
from bgen.emit.style import style
from bgen.priors import prior_table
from tests.conftest import ROOT, Golden

CORNERS = sorted((ROOT / "golden" / "corners").glob("*.bl"))


@pytest.mark.parametrize("corner", CORNERS, ids=lambda path: path.stem)
def test_what_is_emitted(corner: Path, golden: Golden) -> None:
    compiled = analyse(Source(corner.name, corner.read_text("utf-8")), sink := Sink())
    assert compiled is not None, [d.message for d in sink]
    assert not [d.message for d in sink if d.severity is Severity.ERROR]
    module = collection([compiled], Options("-O0"))[f"{compiled.model.name}.py"]
    form = optimised(compiled, Options("-O2"))
    priors = prior_table(compiled.model).splitlines()
    plan = "\n".join(f"# {line}".rstrip() for line in [*priors, "", *plan_lines(form, 86)])
    texts = [style(text).strip() for text in fast_functions(form)] if form.changed else []
    text = "\n\n\n".join([module.rstrip(), plan, *texts]) + "\n"
    golden(corner.with_suffix(".py"), text)
    ast.parse(text)
    assert black.format_str(module, mode=black.Mode()) == module
