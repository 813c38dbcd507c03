"""Sites in named parts of a predictor that somebody else reads, or that are reported."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bgen.driver import Options, compile_text
from tests.golden.cases import execute

from .reports import completed, reports_apart

DATA = (
    "data { y: binary  c: count  r: real  x: real  se: positive\n"
    "  g: category  h: category  k: category  o: category }\n"
)
M = "m1 = intercept() + random_effects(g)\nm2 = random_effects(h)\n"
ETA = "eta = intercept() + random_effects(g)\n"
T = "t ~ HalfNormal(1)\na ~ Normal(0, t)\nb ~ StudentT(4, 0, 1)\n"
CROSSED = "random_effects(g) + random_effects(h)"
#: Programs, each of which once had another density at -O2, another report, or no code that ran.
PROGRAMS = {
    # an intercept or effects that sum to zero, inside of what is reported
    "scalar": f"a ~ Normal(0, 2)\nb ~ Normal(0, 1)\ns = a + b\ny ~ bernoulli(s + {CROSSED})\n"
    "report s",
    "scalar layer": f"b ~ Normal(0, 1)\ns = intercept() + b\ny ~ bernoulli(s + {CROSSED})\n"
    "report s",
    "of rows": "m = intercept() + random_effects(g)\ny ~ bernoulli(m + random_effects(h))\n"
    "c ~ poisson(intercept())\nreport m",
    "computed of rows": "m = intercept() + random_effects(g)\nq = exp(m)\n"
    "y ~ bernoulli(m + random_effects(h))\nc ~ poisson(intercept())\nreport q",
    "beside measured": "m = intercept() + random_effects(g)\n"
    "r ~ gaussian(m + random_effects(h) + linear(measured(x, se)))\nreport m",
    # ... or of what the density reads once more
    "two responses": f"{M}y ~ bernoulli(m1 + m2)\nc ~ poisson(m1)",
    "scale": f"{M}r ~ gaussian(m1 + m2, sigma = exp(m1))",
    "concentration": f"{M}c ~ negative_binomial(m1 + m2, concentration = exp(m1))",
    "times a column": f"{M}y ~ bernoulli(m1 + m2 + m1 * x)",
    "twice": f"{M}y ~ bernoulli(m1 + m2 + m1)",
    "shared": f"{ETA}y ~ bernoulli(eta)\nc ~ poisson(eta + random_effects(k) + random_effects(o))",
    "shared, grouped": "eta = intercept() + random_effects(g) + random_effects(h)\n"
    "y ~ bernoulli(eta)\nc ~ poisson(eta + random_effects(k) + random_effects(o))",
    "prior": "b ~ Normal(0, 1)\na = intercept() + b\nq ~ Normal(a, 1)\n"
    f"y ~ bernoulli(a + q * x + {CROSSED})",
    "bounded": f"a ~ Flat(low = -0.5)\ny ~ bernoulli(a + {CROSSED})",
    # coefficients that are integrated out of a scalar
    "collapsed": f"{T}mu = a + b\nr ~ gaussian(mu)\nreport mu",
    "computed of it": f"{T}mu = a + b\ne = exp(mu)\nr ~ gaussian(mu)\nreport e",
    "scale of it": f"{T}mu = a + b\nr ~ gaussian(mu, sigma = exp(mu))",
    "prior of it": f"{T}mu = a + b\nq ~ Normal(mu, 1)\nr ~ gaussian(mu, sigma = exp(q))",
    "nothing left": "t ~ HalfNormal(1)\na ~ Normal(0, t)\nb ~ Normal(0, 1)\nmu = a + b\n"
    "r ~ gaussian(mu)\nreport mu",
    "dissolved": "b ~ Normal(0, 1)\ns = intercept() + b\n"
    "r ~ gaussian(s + random_effects(g) + linear(x))\nreport s",
    "dissolved, collapsed": f"{T}s = a + b\nr ~ gaussian(s + linear(x))\nreport s",
    # a report of a predictor that vanished
    "another name": f"{T}mu = a + b\nanother = a\nr ~ gaussian(mu)\nreport another",
    "named, and another name": f"{T}s = a\nmu = b + s\nanother = 2 * a\n"
    "r ~ gaussian(mu)\nreport another",
    "of levels": "theta[g] ~ Normal(0, 1)\ndouble[g] = 2 * theta[g]\nm = intercept() + theta[g]\n"
    "r ~ gaussian(m)\nreport double",
    "effects": "m = random_effects(g)\ndouble = 2 * m\nr ~ gaussian(m)\nreport double",
    "horseshoe": "m = horseshoe(x, se)\ndouble = 2 * m\nr ~ gaussian(m)\nreport double",
    "slopes": "m = random_slopes(x, by = g)\ndouble = 2 * m\nr ~ gaussian(m)\nreport double",
}


def table() -> dict[str, Any]:
    rng = np.random.default_rng(0)
    return {
        "y": rng.integers(2, size=60),
        "c": rng.integers(4, size=60),
        "r": rng.normal(size=60),
        "x": rng.normal(size=60),
        "se": rng.uniform(0.5, 1, size=60),
        **{
            name: [f"{name}{i}" for i in rng.integers(number, size=60)]
            for name, number in {"g": 5, "h": 4, "k": 3, "o": 4}.items()
        },
    }


@pytest.mark.parametrize("name", PROGRAMS)
def test_density_and_reports_are_the_models(name: str) -> None:
    code = compile_text(f"{DATA}{PROGRAMS[name]}\n", "model.bl", Options("-O2"))
    program = execute(code, f"named_{''.join(c for c in name if c.isalpha())}").PROGRAM
    assert program.fast, "nothing is rewritten: the program shows nothing"
    arguments, _ = program.encode(table())
    assert program.fast.verify(program, arguments, 20) is not None
    assert reports_apart(program, arguments) == {}
    found = completed(program, arguments)
    assert list(found) == list(program.sites) and all(np.isfinite(v).all() for v in found.values())


def test_what_a_fit_keeps_of_a_sum_is_the_sum() -> None:
    code = compile_text(f"{DATA}{PROGRAMS['scalar']}\n", "model.bl", Options("-O2"))
    program = execute(code, "named_kept").PROGRAM
    found = completed(program, program.encode(table())[0])
    assert np.isclose(found["s"], found["a"] + found["b"])


def test_an_intercept_stays_within_its_bounds() -> None:
    text = PROGRAMS["bounded"].replace("low = -0.5", "")
    free = compile_text(f"{DATA}{text}\n", "model.bl", Options("-O2"))
    code = compile_text(f"{DATA}{PROGRAMS['bounded']}\n", "model.bl", Options("-O2"))
    moved = "is sampled in place of"
    assert moved not in code and moved in free


def test_a_report_that_is_another_is_seen() -> None:
    code = compile_text(f"{DATA}{PROGRAMS['scalar']}\n", "model.bl", Options("-O2"))
    wrong = code.replace("    a_level = ", '    numpyro.deterministic("s", 2.0)\n    a_level = ')
    assert wrong != code
    program = execute(wrong, "named_wrong").PROGRAM
    arguments, _ = program.encode(table())
    assert reports_apart(program, arguments).keys() == {"s"}


def test_what_nothing_changed_is_still_reported_by_the_fast_form() -> None:
    text = f"b ~ Normal(0, 1)\ns = exp(b)\ny ~ bernoulli(intercept() + s + {CROSSED})\nreport s"
    code = compile_text(f"{DATA}{text}\n", "model.bl", Options("-O2"))
    fast = code[code.index("def model_fast(") : code.index("COLUMNS")]
    assert 'numpyro.deterministic("s", s)' in fast
