"""The goldens that the compiler cannot take yet wait in golden/ahead, with Stan's answers.

When this fails, a feature has come: `git mv golden/ahead/<name> golden/models/` and `make golden`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stan.agreement import ROOT, NotYet, emitted

AHEAD = sorted((ROOT / "golden" / "ahead").glob("*/model.bl"))


@pytest.mark.parametrize("program", AHEAD, ids=lambda path: path.parent.name)
def test_is_ahead_of_the_compiler(program: Path) -> None:
    with pytest.raises(NotYet):
        emitted(program)
