"""What a slip is told to write: the remedy is said, and the program with the remedy compiles."""

from __future__ import annotations

import pytest

from bgen.base.diagnostic import Severity, Sink
from bgen.base.source import Source
from bgen.driver import analyse

DATA = """data { y: real  x: real  z: real  n: count  b: binary  g: category  h: category
  o: ordinal("a", "b", "c")  u: binary by g }
"""
REMEDIES = [
    # Parts of a mixture whose sites would have one name.
    (
        "y ~ mixture(gaussian(0), gaussian(1))",
        "BL203",
        "`y_gaussian_sigma_2 ~ Exponential(1)`, and write `sigma = y_gaussian_sigma_2`",
        "y_gaussian_sigma_2 ~ Exponential(1)  "
        "y ~ mixture(gaussian(0), gaussian(1, sigma = y_gaussian_sigma_2))",
    ),
    (
        "y ~ mixture(gaussian(0), gaussian(1, sigma ~ HalfNormal(3)))",
        "BL203",
        "`y_gaussian_sigma_2 ~ HalfNormal(3)`",
        "y_gaussian_sigma_2 ~ HalfNormal(3)  "
        "y ~ mixture(gaussian(0), gaussian(1, sigma = y_gaussian_sigma_2))",
    ),
    (
        "y_sigma ~ HalfNormal(1)  y ~ gaussian(intercept())",
        "BL203",
        "`sigma = y_sigma`",
        "y_sigma ~ HalfNormal(1)  y ~ gaussian(intercept(), sigma = y_sigma)",
    ),
    # In the body of a user layer no statement can stand.
    (
        "layer two(v) = linear(v) + pspline(v)  mu = two(x) + two(x)  y ~ gaussian(mu)",
        "BL203",
        "`mu_two_x_2 = two(...)`",
        "layer two(v) = linear(v) + pspline(v)  mu_two_x_2 = two(x)  "
        "mu = mu_two_x_2 + two(x)  y ~ gaussian(mu)",
    ),
    (
        "layer two(v) = linear(v) + adaptive(v)  mu = two(x)  y ~ gaussian(mu)",
        "BL203",
        "make a layer of each of the two, and give the call of one a statement, `mu_x_2 = ...`",
        "layer one(v) = linear(v)  layer two(v) = adaptive(v)  mu_x_2 = one(x)  "
        "mu = mu_x_2 + two(x)  y ~ gaussian(mu)",
    ),
    (
        "layer two(v) = linear(v) + linear(v^2)  mu = two(x)  y ~ gaussian(mu)",
        "BL205",
        "give the call of one a statement, `mu_x_2 = ...`",
        "layer one(v) = linear(v)  layer two(v) = linear(v^2)  mu_x_2 = one(x)  "
        "mu = mu_x_2 + two(x)  y ~ gaussian(mu)",
    ),
    # An index that the place has.
    (
        "a[g] ~ Normal(0, 1)  e[h] ~ Normal(a, 1)  y ~ gaussian(e[h])",
        "BL312",
        "none belongs to h: use a parameter of one value, or add `a[g]` in a predictor",
        "a[g] ~ Normal(0, 1)  e[h] ~ Normal(0, 1)  y ~ gaussian(e[h] + a[g])",
    ),
    (
        "a[g] ~ Normal(0, 1)  e[g] ~ Normal(a, 1)  y ~ gaussian(e[g])",
        "BL312",
        "write `a[g]` for the level's own",
        "a[g] ~ Normal(0, 1)  e[g] ~ Normal(a[g], 1)  y ~ gaussian(e[g])",
    ),
    (
        "a[g] ~ Normal(0, 1)  y ~ gaussian(a)",
        "BL312",
        "write `a[g]` for the row's own",
        "a[g] ~ Normal(0, 1)  y ~ gaussian(a[g])",
    ),
    # What cannot be a value of a group.
    (
        "data { c: category by g }  a[g] ~ Normal(c, 1)  y ~ gaussian(a[g])",
        "BL215",
        "`is_c: binary by g`",
        "data { is_c: binary by g }  a[g] ~ Normal(is_c, 1)  y ~ gaussian(a[g])",
    ),
    (
        "data { c: category by g }  y ~ gaussian(random_effects(c))",
        "BL215",
        "declare `c: category`",
        "data { c: category }  y ~ gaussian(random_effects(c))",
    ),
    (
        "data { c: real[c1, c2] by g }  y ~ gaussian(intercept() + linear(c))",
        "BL215",
        "`c_1: real by g`",
        "data { c_1: real by g  c_2: real by g }  y ~ gaussian(intercept() + linear(c_1, c_2))",
    ),
    # Treatment coding with each layer that has both codings.
    *(
        (
            f"y ~ gaussian({layer}(g, x))",
            "BL437",
            f"`{layer}(g, x, coding = full)`",
            f"y ~ gaussian({layer}(g, x, coding = full))",
        )
        for layer in ("linear", "adaptive", "horseshoe", "spike_and_slab", "r2d2", "mixture_prior")
    ),
    (
        "y ~ gaussian(adaptive(g, x, scale = 2, coding = treatment))",
        "BL437",
        "`adaptive(g, x, coding = full, scale = 2)`",
        "y ~ gaussian(adaptive(g, x, coding = full, scale = 2))",
    ),
    (
        "y ~ gaussian(0 + linear(g))",
        "BL437",
        "add `intercept()`",
        "y ~ gaussian(0 + linear(g) + intercept())",
    ),
    # Distributions without brackets, and without a name.
    ("a ~ Flat  y ~ gaussian(a)", "BL401", "`Flat()`", "a ~ Flat()  y ~ gaussian(a)"),
    (
        "y ~ gaussian(linear(x, coef ~ Flat))",
        "BL401",
        "`Flat()`",
        "y ~ gaussian(linear(x, coef ~ Flat()))",
    ),
    (
        "a ~ HalfNormal  y ~ gaussian(a)",
        "BL401",
        "`HalfNormal(...)`; they are scale = 1",
        "a ~ HalfNormal(scale = 1)  y ~ gaussian(a)",
    ),
    (
        "y ~ gaussian(random_effects(g, HalfNormal(2)))",
        "BL421",
        "`scale ~ HalfNormal(2)`",
        "y ~ gaussian(random_effects(g, scale ~ HalfNormal(2)))",
    ),
    (
        "y ~ gaussian(linear(x, Normal(0, 1)))",
        "BL421",
        "`coef ~ Normal(0, 1)`",
        "y ~ gaussian(linear(x, coef ~ Normal(0, 1)))",
    ),
    (
        "y ~ gaussian(intercept(), HalfNormal(2))",
        "BL421",
        "`sigma ~ HalfNormal(2)`",
        "y ~ gaussian(intercept(), sigma ~ HalfNormal(2))",
    ),
    # The index of rows.
    (
        "e[rows] ~ Normal(0, 1)  y ~ gaussian(e[rows])",
        "BL204",
        "`e[row]`",
        "e[row] ~ Normal(0, 1)  y ~ gaussian(e[row])",
    ),
    (
        "e[i] ~ Normal(0, 1)  y ~ gaussian(e[i])",
        "BL204",
        "`e[row]`",
        "e[row] ~ Normal(0, 1)  y ~ gaussian(e[row])",
    ),
    # Products with a sum.
    (
        "y ~ gaussian(intercept() + linear((x + z) * g))",
        "BL306",
        "`(x + z):g`",
        "y ~ gaussian(intercept() + linear((x + z):g))",
    ),
    (
        "y ~ gaussian(intercept() + linear((x + z) * g))",
        "BL306",
        "`x + z, g, (x + z):g`",
        "y ~ gaussian(intercept() + linear(x + z, g, (x + z):g))",
    ),
]


def errors(text: str) -> dict[str, str]:
    sink = Sink()
    analyse(Source("model.bl", DATA + text), sink)
    return {d.code: d.help for d in sink if d.severity is Severity.ERROR}


@pytest.mark.parametrize(("text", "code", "said", "mended"), REMEDIES)
def test_the_remedy_is_said_and_works(text: str, code: str, said: str, mended: str) -> None:
    found = errors(text)
    assert list(found) == [code]
    assert said in found[code]
    assert errors(mended) == {}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "model my radon priors scaled",
            "`model my_radon`, and on a line of its own `priors scaled`",
        ),
        ("model radon priors", "`model radon`, and on a line of its own `priors scaled`"),
        ("model my radon priors unit", "`model my_radon`, and on a line of its own `priors unit`"),
    ],
)
def test_priors_after_the_name_of_a_model_are_a_statement(line: str, said: str) -> None:
    sink = Sink()
    rest = f"{DATA}y ~ gaussian(intercept())"
    analyse(Source("model.bl", f"{line}\n{rest}"), sink)
    found = [d for d in sink if d.severity is Severity.ERROR]
    assert [d.code for d in found] == ["BL112"] and said in found[0].help
    model, priors = said.split("`")[1], said.split("`")[3]
    analyse(Source("model.bl", f"{model}\n{priors}\n{rest}"), sink := Sink())
    assert not sink.failed


def test_links_of_ordered_levels_say_so() -> None:
    sink = Sink()
    analyse(Source("model.bl", DATA + "g ~ cumulative(linear(x))"), sink)
    found = [d for d in sink if d.code == "BL436"]
    assert "draws ordered levels" in found[0].message and "`g: ordinal`" in found[0].help
    assert errors("g ~ categorical(intercept())") == {}
