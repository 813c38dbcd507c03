"""What is proved to be a probability or positive: no more than is so, no less than is usual."""

from __future__ import annotations

import pytest

from bgen.base.diagnostic import Sink
from bgen.base.source import Source
from bgen.driver import analyse

HEAD = """data { y: binary  z: real  n: count  w: proportion  f: binary }
u ~ Uniform(0, 1)
v ~ Uniform(0, 2)
b ~ Beta(2, 2)
r ~ ScaledBeta(2, 2)
s ~ HalfNormal(1)
"""


def codes(statement: str) -> list[str]:
    sink = Sink()
    analyse(Source("model.bl", HEAD + statement), sink)
    return [d.code for d in sink if d.code < "BL600"]


@pytest.mark.parametrize(
    "chance",
    [
        *("u", "b", "1 - u", "u * b", "1 - u * (1 - b)", "u^2", "u^n", "w", "f", "1 - w"),
        *("u^(1 - f) * b^f", "(1 - (1 - u)^3)", "sigmoid(z)^n"),
    ],
)
def test_is_a_probability(chance: str) -> None:
    assert codes(f"y ~ Bernoulli(probs = {chance})") == []


@pytest.mark.parametrize(
    "chance",
    ["v", "s", "z", "n", "1 - v", "1 - s", "2 - u", "u + b", "u / b", "u^z", "u^(-1)", "u^-n"],
)
def test_may_be_no_probability(chance: str) -> None:
    assert codes(f"y ~ Bernoulli(probs = {chance})") == ["BL410"]


@pytest.mark.parametrize("scale", ["s * sqrt(1 - r^2)", "1 - u", "s * (1 - b)", "u^2", "1 - r^2"])
def test_is_positive(scale: str) -> None:
    assert codes(f"z ~ gaussian(r, sigma = {scale})") == []


@pytest.mark.parametrize(
    "scale", ["1 - r", "1 - r^3", "1 - w", "1 - u^n", "1 - v", "1 - v^2", "2 - r^2", "r^2", "1 - f"]
)
def test_may_not_be_positive(scale: str) -> None:
    """`1 - u^n` is 0 where n is; `2 - r^2` is positive, which is not known here."""
    assert codes(f"z ~ gaussian(r, sigma = {scale})") == ["BL410"]


def test_an_even_power_is_not_negative() -> None:
    assert codes("n ~ Poisson(rate = z^2)") == []
    assert codes("n ~ Poisson(rate = abs(z))") == []
    assert codes("n ~ Poisson(rate = z^3)") == ["BL410"]


TRIALS = ("n ~ binomial(z, trials = {})", "n ~ BetaBinomial(2, 2, total_count = {})")


@pytest.mark.parametrize(
    "trials",
    [
        *("n", "12", "0", "f", "f + n", "2 * n * f + 1", "abs(i)", "abs(n - 3)", "n^2", "2^n"),
        *("(n - i)^2", "max(n)", "k", "c"),
    ],
)
@pytest.mark.parametrize("likelihood", TRIALS)
def test_is_a_count(likelihood: str, trials: str) -> None:
    head = "data { i: integer  g: category  c: count by g }  k = 2 * n + f\n"
    assert codes(head + likelihood.format(trials)) == []


@pytest.mark.parametrize(
    "trials",
    [
        *("m / 2", "n / 2", "m", "w", "z", "i", "n - 1", "-n", "abs(z)", "m^2", "n^i", "2^(-n)"),
        *("2 * w", "0.5 * n", "mean(n)", "sqrt(n)", "exp(n)", "k", "5 / 2"),
    ],
)
@pytest.mark.parametrize("likelihood", TRIALS)
def test_may_be_no_count(likelihood: str, trials: str) -> None:
    head = "data { i: integer  m: positive }  k = n / 2\n"
    assert codes(head + likelihood.format(trials)) == ["BL410"]


@pytest.mark.parametrize("trials", ["2.5", "-1", "0.5"])
@pytest.mark.parametrize("likelihood", TRIALS)
def test_a_number_that_is_no_count(likelihood: str, trials: str) -> None:
    assert codes(likelihood.format(trials)) == ["BL409"]


@pytest.mark.parametrize("rho", ["r", "b", "tanh(s)", "0.5", "0"])
def test_lies_between_two_numbers(rho: str) -> None:
    """A correlation with the row before, which is between -1 and 1."""
    assert codes(f"z ~ gaussian(intercept() + ar1(n, rho = {rho}))") == []


@pytest.mark.parametrize("rho", ["s", "v", "1", "-1", "2 * r"])
def test_may_not_lie_between_them(rho: str) -> None:
    assert len(codes(f"z ~ gaussian(intercept() + ar1(n, rho = {rho}))")) == 1
