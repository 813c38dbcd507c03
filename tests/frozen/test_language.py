"""A program of a newer version of the language: an error that names the word, never a guess."""

from __future__ import annotations

import pytest

from bgen.base.diagnostic import Severity, Sink
from bgen.base.source import Source
from bgen.driver import analyse

PROGRAM = """model m
data {{ y: {type}  x: real  g: category{data} }}
mu = {layer}(x{option}) + random_effects(g) + {transform}(x)
y ~ {link}(mu, sigma ~ {prior}(1))
{statement}
"""
PLAIN = {
    "type": "real",
    "data": "",
    "layer": "linear",
    "option": "",
    "transform": "offset",
    "link": "gaussian",
    "prior": "HalfNormal",
    "statement": "fit { draws = 500 }",
}
#: Where a word is put that no version has yet.
NEWER = {
    "type": "zzyzx",
    "data": "  z: zzyzx",
    "layer": "zzyzx",
    "option": ", zzyzx = 3",
    "transform": "zzyzx",
    "link": "zzyzx",
    "prior": "Zzyzx",
    "statement": "zzyzx { draws = 500 }",
}
OTHERS = {
    "a setting": "fit { zzyzx = 500 }",
    "a word of a setting": "fit { method = zzyzx }",
    "a policy": "priors zzyzx",
    "a statement of a name": "zzyzx mu",
    "a parameterisation": "reparam { mu_g_effect = zzyzx }",
}


def errors(**changes: str) -> list[str]:
    """What is said of the program."""
    found = analyse(Source("m.bl", PROGRAM.format(**PLAIN | changes)), sink := Sink())
    told = [f"{d.code} {d.message}" for d in sink if d.severity is Severity.ERROR]
    assert (found is None) == bool(told)
    return told


def test_the_program_is_fine() -> None:
    assert not errors()


@pytest.mark.parametrize("place", NEWER)
def test_a_word_of_a_newer_version_is_named(place: str) -> None:
    (told,) = errors(**{place: NEWER[place]})
    assert "zzyzx" in told.lower()


@pytest.mark.parametrize("statement", OTHERS)
def test_a_setting_of_a_newer_version_is_named(statement: str) -> None:
    (told,) = errors(statement=OTHERS[statement])
    assert "zzyzx" in told
