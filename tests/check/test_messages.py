"""What is said of each slip, where a code has more than the one example of its page.

``golden/messages/<topic>.bl`` holds the declarations, an empty line, and a program on each line;
the text beside it what is said of each of them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bgen.base.diagnostic import Sink
from bgen.base.render import render_text
from bgen.base.source import Source
from bgen.driver import analyse
from tests.conftest import ROOT, Golden

TOPICS = sorted((ROOT / "golden" / "messages").glob("*.bl"))


@pytest.mark.parametrize("topic", TOPICS, ids=lambda path: path.stem)
def test_what_is_said(topic: Path, golden: Golden) -> None:
    declarations, _, programs = topic.read_text("utf-8").partition("\n\n")
    said = []
    for program in programs.splitlines():
        source, sink = Source(topic.name, f"{declarations}\n{program}\n"), Sink()
        analyse(source, sink)
        assert list(sink), f"nothing is said of: {program}"
        said.append(render_text(sink, source))
    golden(topic.with_suffix(".txt"), "\n".join(said))
