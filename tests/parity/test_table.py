"""Every layer and link is in the table of parity, or said to be missing from BLayers."""

from __future__ import annotations

from bgen.layers import layers
from bgen.links import links
from tests.parity.cases import CASES, LAYERS, LINKS, NOT_IN_BLAYERS

OURS = {*layers(), *(link.keyword for link in links().values())}


def test_a_new_layer_or_link_needs_a_case() -> None:
    compared = {keyword for case in CASES for keyword in case.covers}
    assert OURS - compared - set(NOT_IN_BLAYERS) == set(), "add a case, or say that they lack it"
    assert compared <= OURS, "a case compares what does not exist"


def test_what_is_said_to_be_missing_is_missing() -> None:
    assert not set(NOT_IN_BLAYERS) & {*LAYERS.values(), *LINKS.values()}
    assert set(NOT_IN_BLAYERS) <= OURS


def test_cases_have_names_of_their_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES)
