"""Words of NumPyro, brms and R that the language has in another form: what is advised compiles."""

from __future__ import annotations

import pytest

from bgen.base.diagnostic import Severity, Sink
from bgen.base.source import Source
from bgen.check.elsewhere import LACKING, PRIORS
from bgen.driver import analyse

DATA = """data { y: real  n: count  b: binary  pos: positive  o: ordinal("a", "b", "c")  t: integer
  c: binary  upper: real  y1: count  y2: count  y3: count  trials: count  x: real }
mu = intercept() + linear(x)
"""
#: Each remedy in a program.
USES = {
    "Flat()": "theta ~ Flat()  y ~ gaussian(mu + theta)",
    "TruncatedGamma(a, b, low = c)": "theta ~ TruncatedGamma(2, 1, low = 3)  y ~ gaussian(theta)",
    "TruncatedGamma(a, b, high = c)": "theta ~ TruncatedGamma(2, 1, high = 3)  y ~ gaussian(theta)",
    "TruncatedGamma(a, b, low = c, high = d)": (
        "theta ~ TruncatedGamma(2, 1, low = 3, high = 4)  y ~ gaussian(theta)"
    ),
    "Truncated(Normal(0, 1), low = a)": (
        "theta ~ Truncated(Normal(0, 1), low = 1)  y ~ gaussian(theta)"
    ),
    "Truncated(Normal(0, 1), high = b)": (
        "theta ~ Truncated(Normal(0, 1), high = 1)  y ~ gaussian(theta)"
    ),
    "Truncated(Normal(0, 1), low = a, high = b)": (
        "theta ~ Truncated(Normal(0, 1), low = 1, high = 2)  y ~ gaussian(theta)"
    ),
    "censored(gaussian(mu), interval = upper)": "y ~ censored(gaussian(mu), interval = upper)",
    "censored(gaussian(mu), left = c)": "y ~ censored(gaussian(mu), left = c)",
    "censored(gaussian(mu), right = c)": "y ~ censored(gaussian(mu), right = c)",
    "cumulative(eta)": "eta = linear(x)  o ~ cumulative(eta)",
    "hurdle(gamma(mu))": "y ~ hurdle(gamma(mu))",
    "hurdle(lognormal(mu))": "y ~ hurdle(lognormal(mu))",
    "hurdle(negative_binomial(mu))": "n ~ hurdle(negative_binomial(mu))",
    "hurdle(poisson(mu))": "n ~ hurdle(poisson(mu))",
    "mixture(gaussian(a), gaussian(b))": (
        "a = linear(x)  b = intercept()  y ~ mixture(gaussian(a), gaussian(b))"
    )
    .replace("b = ", "k = ")
    .replace("gaussian(b)", "gaussian(k)"),
    "mu = random_walk(t)": "nu = random_walk(t)  y ~ gaussian(nu)",
    "theta = 1": "theta = 1  y ~ gaussian(mu * theta)",
    "truncated(gaussian(mu), high = b)": "y ~ truncated(gaussian(mu), high = 9)",
    "truncated(gaussian(mu), low = a)": "y ~ truncated(gaussian(mu), low = -9)",
    "truncated(gaussian(mu), low = a, high = b)": "y ~ truncated(gaussian(mu), low = 0, high = 1)",
    "y1, y2, y3 ~ multinomial(eta, trials = n)": (
        "eta = intercept()  y1, y2, y3 ~ multinomial(eta, trials = n)"
    ),
    "zero_inflated(negative_binomial(mu))": "n ~ zero_inflated(negative_binomial(mu))",
    "zero_inflated(poisson(mu))": "n ~ zero_inflated(poisson(mu))",
}


def said_of(text: str) -> dict[str, str]:
    sink = Sink()
    analyse(Source("model.bl", DATA + text), sink)
    return {d.code: d.help for d in sink if d.severity is Severity.ERROR}


def compiles(text: str) -> bool:
    return not said_of(text)


@pytest.mark.parametrize("word", sorted(LACKING))
def test_a_distribution_that_only_numpyro_has(word: str) -> None:
    response = said_of(f"y ~ {word}(mu, 1)")
    prior = said_of(f"theta ~ {word}(0, 1)\ny ~ gaussian(mu + theta)")
    assert (list(response), list(prior)) == (["BL433"], ["BL402"])
    for said in (response["BL433"], prior["BL402"]):
        assert "did you mean" not in said
        assert any(f"`{use}`" in said for use in USES) == bool(LACKING[word])


@pytest.mark.parametrize("instead", sorted({*LACKING.values(), *PRIORS.values()} - {""}))
def test_what_is_to_be_written_instead_compiles(instead: str) -> None:
    assert compiles(USES[instead])


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("n ~ zero_inflated_poisson(mu)", "n ~ zero_inflated(poisson(mu))"),
        (
            "n ~ zero_inflated_negbinomial(mu, concentration = 2, gate = 0.1)",
            "n ~ zero_inflated(negative_binomial(mu, concentration = 2), gate = 0.1)",
        ),
        ("n ~ hurdle_poisson(mu)", "n ~ hurdle(poisson(mu))"),
        ("y ~ hurdle_gamma(mu, shape = 2)", "y ~ hurdle(gamma(mu, shape = 2))"),
        ("b ~ probit(mu)", "b ~ bernoulli(mu, link = probit)"),
        ("b ~ cloglog(mu)", "b ~ bernoulli(mu, link = cloglog)"),
        ("y ~ normal(mu)", "y ~ gaussian(mu)"),
        ("n ~ neg_binomial_2(mu)", "n ~ negative_binomial(mu)"),
    ],
)
def test_a_link_by_its_name_elsewhere(text: str, instead: str) -> None:
    assert f"`{instead.partition(' ~ ')[2]}`" in said_of(text)["BL433"]
    assert compiles(instead)
