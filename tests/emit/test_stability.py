"""A statement more is lines more and changes none; and the same input gives the same bytes."""

from __future__ import annotations

import ast
import difflib
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bgen.driver import Options, compile_text

ROOT = Path(__file__).resolve().parents[2]

RADON = """
model radon
data { log_radon: real  floor: real  uranium: real  county: category }
mu = intercept() + adaptive(floor, uranium) + random_effects(county)
log_radon ~ gaussian(mu)
"""
SCHOOLS = """
model eight_schools
data { effect: real  se: positive  school: category }
theta = intercept(coef ~ Normal(0, 5)) + random_effects(school, scale ~ HalfCauchy(5))
effect ~ gaussian(theta, sigma = se)
"""
LOSS = """
model loss_curves
data { cum: real  dev: positive  ay: category }
ult_mean ~ Normal(5000, 1000)
ult[ay]  ~ Normal(ult_mean, 500)
omega    ~ HalfNormal(1)
mu = ult[ay] * (1 - exp(-(dev ^ omega)))
cum ~ gaussian(mu, sigma ~ HalfNormal(300))
"""
IRT = """
model irt
data { correct: binary  person: category  item: category }
ability[person]  ~ Normal(0, 1)
difficulty[item] ~ Normal(0, 1)
eta = ability[person] - difficulty[item]
correct ~ bernoulli(eta)
"""
SHORT = """
model short
data { y: real  x: real  t: integer  a: category  b: category  g: real["gene_*"] }
mu = intercept() + linear(x)
y ~ gaussian(mu)
"""
SCALE = """
model scale_too
data { y: real  x: real  z: real }
mu = intercept() + linear(x)
log_sigma = intercept() + linear(z)
y ~ gaussian(mu, sigma = exp(log_sigma))
"""

#: Each one: a program, what of it is replaced, and by what.
ADDITIONS = {
    "a term at the end": (RADON, "(county)\n", "(county) + linear(uranium)\n"),
    "a term in the middle": (RADON, " + adaptive", " + linear(uranium) + adaptive"),
    "a term of a new column": (
        RADON.replace("county: category }", "county: category\n}"),
        "\n}\nmu = intercept()",
        "\n  basement: binary }\nmu = intercept() + linear(basement)",
    ),
    "a parameter at the beginning": (LOSS, "ult_mean ~", "drift ~ Normal(0, 1)\nult_mean ~"),
    "an indexed parameter in the middle": (LOSS, "omega ", "shift[ay] ~ Normal(0, 1)\nomega "),
    "a parameter in the middle of others": (IRT, "\ndiff", "\nguess ~ Normal(0, 1)\ndiff"),
    "a report at the end": (SCHOOLS, "sigma = se)\n", "sigma = se)\nreport theta\n"),
    "a reparameterisation": (
        SCHOOLS,
        "sigma = se)\n",
        "sigma = se)\nreparam { theta_school_effect = noncentered }\n",
    ),
    "settings of the fit": (IRT, "(eta)\n", "(eta)\nfit { chains = 2 draws = 500 }\n"),
    "effects of crossed levels": (SHORT, "linear(x)", "linear(x) + random_effects(a:b)"),
    "the first effects": (SHORT, "linear(x)", "linear(x) + random_effects(a)"),
    "a walk in time": (SHORT, "linear(x)", "linear(x) + random_walk(t)"),
    "a block by pattern": (SHORT, "linear(x)", "linear(x) + adaptive(standardize(g))"),
    "a derived column and its term": (
        SHORT,
        "mu = intercept() + linear(x)",
        "z = (x - mean(x)) / sd(x)\nmu = intercept() + linear(x) + linear(z)",
    ),
    "a predictor at the beginning": (SCALE, "mu = ", "nu = intercept() + linear(z)\nmu = "),
    "a second response": (SCALE, "log_sigma))\n", "log_sigma))\nz ~ gaussian(mu)\n"),
}


def emitted(program: str) -> list[str]:
    return compile_text(program, options=Options("-O0")).splitlines()


def changes(before: list[str], after: list[str]) -> tuple[list[int], list[int]]:
    """The lines removed, by place in the old text, and the ones added, by place in the new."""
    removed: list[int] = []
    added: list[int] = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "equal":
            removed += range(a, b)
            added += range(c, d)
    return removed, added


def region(lines: list[str], place: int) -> str:
    """The part of the file that a line stands in."""
    starts = {
        '"""': "docstring",
        "import ": "imports",
        "def model(": "model",
        "def location_scale(": "location_scale",
        "def guide(": "guide",
        "COLUMNS": "COLUMNS",
        "def encode(": "encode",
        "SITES": "SITES",
        "# The axes of every site": "SITES",
        "REPARAM": "REPARAM",
        "# What follows": "generic",
        "PROGRAM": "PROGRAM",
        "def fit(data": "end",
        "# bgen -O": "stamp",
    }
    found = "docstring"
    for line in lines[: place + 1]:
        for start, name in starts.items():
            if line.startswith(start) and not (name == "docstring" and found != "docstring"):
                found = name if found != "generic" or name == "PROGRAM" else found
    return found


GROWS = {"docstring", "imports", "model", "guide", "COLUMNS", "encode", "SITES", "REPARAM"}


@pytest.mark.parametrize("name", ADDITIONS)
def test_an_addition_adds_lines_and_changes_none(name: str) -> None:
    program, old, new = ADDITIONS[name]
    assert program.count(old) == 1
    before, after = emitted(program), emitted(program.replace(old, new))
    removed, added = changes(before, after)
    for place in removed:
        where, line = region(before, place), before[place]
        free = where in ("docstring", "imports", "stamp") or _may_change(line)
        # What a `reparam` block decides is no longer decided by the compiler.
        assert free or (where == "REPARAM" and "reparam {" in new), (where, line)
    for place in added:
        where, line = region(after, place), after[place]
        assert where in GROWS | {"PROGRAM", "generic", "stamp"}, (where, line)
        if where == "PROGRAM":  # rows, sites without which nothing changes, settings, the hash
            assert line.startswith(("    ", ")")), line
    assert _imports(before) <= _imports(after)


def _may_change(line: str) -> bool:
    """The hash, the sentence that names all columns, and a tuple of one name, which takes a line.

    (A tuple of several names has a line for each.)
    """
    one = re.fullmatch(r'    (responses|rows|flat|unidentified)=\("\w+",\),', line)
    return line.startswith(('    source="', '    """Joint density of ')) or one is not None


def _imports(lines: list[str]) -> set[str]:
    return {
        f"{getattr(node, 'module', '')} {alias.name} {alias.asname}"
        for node in ast.parse("\n".join(lines)).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }


def test_a_term_put_first_changes_only_how_the_former_first_one_joins() -> None:
    before = emitted(RADON)
    after = emitted(RADON.replace("mu = intercept()", "mu = linear(uranium) + intercept()"))
    removed, _ = changes(before, after)
    lines = [before[p] for p in removed if region(before, p) in ("model", "guide")]
    assert lines == ["    # mu = intercept()", "    mu = mu_intercept", "    # mu = intercept()"]


def test_a_comment_or_layout_changes_nothing() -> None:
    spaced = RADON.replace(" + ", "\n   +   ").replace("mu =", "# the mean\nmu =")
    assert emitted(spaced) == emitted(RADON)


SHOW = """
import hashlib, sys
from pathlib import Path
from bgen.driver import compile_text
for path in sys.argv[1:]:
    text = compile_text(Path(path).read_text("utf-8"), "model.bl")
    print(hashlib.sha256(text.encode()).hexdigest())
"""
MODELS = ("radon", "kid_iq", "judges", "loss_curves", "irt_2pl")


def _paths() -> list[Path]:
    return [ROOT / "golden" / "models" / name / "model.bl" for name in MODELS]


@pytest.fixture(scope="module")
def expected() -> list[str]:
    texts = [compile_text(path.read_text("utf-8"), "model.bl") for path in _paths()]
    return [hashlib.sha256(text.encode()).hexdigest() for text in texts]


def _elsewhere(python: str, folder: Path, seed: str, locale: str) -> list[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG"))}
    environment |= {"PYTHONHASHSEED": seed, "LC_ALL": locale, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [python, "-c", SHOW, *map(str, _paths())],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


@pytest.mark.parametrize(
    ("seed", "locale", "place"),
    [("0", "C", "/"), ("1", "C.UTF-8", ""), ("2", "tr_TR.UTF-8", "golden"), ("31", "de_DE", "/")],
)
def test_same_bytes_anywhere(
    seed: str, locale: str, place: str, expected: list[str], tmp_path: Path
) -> None:
    folder = ROOT / place if place == "golden" else Path(place or tmp_path)
    assert _elsewhere(sys.executable, folder, seed, locale) == expected


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.14"])
def test_same_bytes_on_other_pythons(version: str, expected: list[str], tmp_path: Path) -> None:
    """The committed files do the same where only one Python has what the compiler needs."""
    python = shutil.which(f"python{version}")
    if python is None or f"{sys.version_info[0]}.{sys.version_info[1]}" == version:
        pytest.skip("not here, or the one that runs this test")
    probe = [python, "-c", "import black, click, jinja2, lark"]
    if subprocess.run(probe, capture_output=True, check=False).returncode:
        pytest.skip("it lacks what the compiler needs")
    assert _elsewhere(python, tmp_path, "0", "C") == expected
