"""One mistake gives one error; what the language page demands of names, kinds and order."""

from __future__ import annotations

import pytest

from bgen.base.diagnostic import Severity, Sink
from bgen.base.source import Source
from bgen.check.planned import PLANNED
from bgen.driver import Compiled, analyse
from bgen.ir import contract
from bgen.ir import expressions as ir
from bgen.ir import model as m

DATA = "data { y: real  x: real  n: count  b: binary  g: category  h: category }\n"


def found_in(text: str) -> tuple[list[str], Compiled | None]:
    sink = Sink()
    compiled = analyse(Source("model.bl", text), sink)
    return [d.code for d in sink if d.severity is Severity.ERROR], compiled


def errors(text: str) -> list[str]:
    return found_in(DATA + text)[0]


def test_four_slips_are_four_errors() -> None:
    text = """data { log_radon: rael  floor: real  county: categry  uranium: real by county }
    mu = intercept() + adaptive(flor, uranium) + random_effects(county)
    sigma ~ Exponentail(1)
    log_radon ~ gaussian(mu, sigma = sigma)
    report mu
    reparam { mu_county_effect = noncentered }
    """
    assert found_in(text)[0] == ["BL206", "BL206", "BL204", "BL402"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        # A broken name is known all the same, whatever it should have been.
        ("theta[gg] ~ Normal(0, 1)  y ~ gaussian(theta[g])", ["BL204"]),
        ("theta[g] ~ Normal(0, -1)  y ~ gaussian(theta[g])", ["BL409"]),
        ("e = embedding(g, dim = 0)  y ~ gaussian(sum(e))", ["BL424"]),
        ("tau ~ HalfNormal()(  y ~ gaussian(1, sigma = tau)", ["BL031"]),
        ("tau ~ Halfnormal(2, 1, 3)  y ~ gaussian(intercept(), sigma = tau)", ["BL402"]),
        ("z = x + xx  y ~ gaussian(intercept() + linear(z))", ["BL204"]),
        ("layer a(v) = linear(v, nonsense = 1)  y ~ gaussian(a(x) + intercept())", ["BL418"]),
        ("layer a(v) = a(v)  mu = a(x)  nu = a(x)  y ~ gaussian(mu + nu)", ["BL222"]),
        ("layer f(v) = linear(v)  f = f(x)  y ~ gaussian(f)", ["BL219"]),
        ("layer f(v) = linear(v)  f = x * 2  y ~ gaussian(f(x) + linear(f))", ["BL219"]),
        ("layer f(v) = linear(v)  f[g] ~ Normal(0, 1)  y ~ gaussian(f[g])", ["BL219"]),
        ("layer f(v) = linear(v)  f ~ Normal(0, 1)  report f  y ~ gaussian(f)", ["BL219"]),
        ("x = intercept() + linear(b)  y ~ gaussian(x + intercept())", ["BL219"]),
        ("g = intercept()  y ~ gaussian(g + linear(x))", ["BL219"]),
        ("z = x * 2  z = intercept()  y ~ gaussian(z + linear(x))", ["BL219"]),
        ("mu = intercept() + oops  report mu  y ~ gaussian(mu)", ["BL204"]),
        ("mu = intercept() + oops(x)  reparam { mu_g_effect = 0 }  y ~ gaussian(mu)", ["BL413"]),
        ("yy ~ gaussian(intercept())  yy ~ gaussian(intercept())", ["BL438"]),
        # Order and circles.
        ("mu = theta[g]  theta[g] ~ Normal(0, 1)  y ~ gaussian(mu)", ["BL220"]),
        ("a ~ Normal(c, 1)  c ~ Normal(a, 1)  y ~ gaussian(a)", ["BL221"]),
        ("z = w + 1  w = z + 1  y ~ gaussian(intercept() + linear(z))", ["BL221"]),
        ("a = c + 1  c = d + 1  d = a + 1  y ~ gaussian(intercept() + linear(a))", ["BL221"]),
        ("mu = mu + intercept()  y ~ gaussian(mu)", ["BL221"]),
        # Arguments: a code each.
        ("a ~ Normal(0, 1, scale = 2)  y ~ gaussian(a)", ["BL407"]),
        ("a ~ Normal(scale = 1, 0)  y ~ gaussian(a)", ["BL417"]),
        ("a ~ Normal(0, scale ~ HalfNormal(1))  y ~ gaussian(a)", ["BL404"]),
        ("y ~ gaussian(sigma = 1, intercept())", ["BL417"]),
        ("y ~ gaussian(intercept(), sigma = 1, sigma = 2)", ["BL407"]),
        # Supports.
        ("y ~ gaussian(intercept(), sigma ~ Normal(0, 1))", ["BL423"]),
        # ... also where a layer needs it before the link is there
        (
            "data { v: real  w: real }  mu = intercept() + r2d2(v, w)  "
            "y ~ gaussian(mu, sigma ~ Normal(0, 1))",
            ["BL423"],
        ),
        (
            "data { v: real  w: real }  y ~ Normal(intercept() + r2d2(v, w), scale ~ Normal(0, 1))",
            ["BL423"],
        ),
        (  # each part has a scale of its own
            "data { v: real  w: real }  y ~ mixture(gaussian(intercept() + r2d2(v, w)), "
            "gaussian(linear(x), sigma ~ HalfNormal(9)))",
            ["BL203"],
        ),
        ("a ~ Exponential(1)  g ~ Uniform(-1, 3 + a)", ["BL436"]),
        ("y ~ gaussian(intercept(), sigma = x)", ["BL410"]),
        ("y ~ gaussian(intercept(), sigma = 0)", ["BL409"]),
        ("a ~ Uniform(1, 1)  y ~ gaussian(a)", ["BL445"]),
        ("a ~ Flat(low = 1, high = -1)  y ~ gaussian(a)", ["BL445"]),
        ("a ~ HalfNormal(Flat())  y ~ gaussian(a)", ["BL451"]),
        ("k ~ Poisson(3)  n ~ Binomial(total_count = k, probs = 0.5)", ["BL403"]),
        # Responses.
        ("n ~ poisson(intercept())  n ~ poisson(intercept())", ["BL432"]),
        ("b ~ categorical(intercept())", ["BL436"]),
        ("k = n * 2  k ~ poisson(intercept())", []),
        ("k = n / 2  k ~ poisson(intercept())", ["BL447"]),
        ("k = 1 - b  k ~ bernoulli(intercept())", []),
        ("k = n - 1  k ~ bernoulli(intercept())", ["BL447"]),
        # Treatment coding needs a constant, also where a scale is modelled.
        ("y ~ gaussian(intercept(), sigma = exp(linear(g)))", ["BL437"]),
        ("y ~ gaussian(intercept(), sigma = exp(intercept() + linear(g)))", []),
        ("y ~ Normal(linear(g), 1)", ["BL437"]),
        ("a[h] ~ Normal(0, 1)  y ~ gaussian(linear(g) + a[h])", []),
        ("y ~ gaussian(linear(g, coding = full))", []),
        ("data { o: ordinal }  o ~ cumulative(linear(g))", []),  # cutpoints are constants
        ("data { o: ordinal }  o ~ cumulative(linear(g) + 0 * intercept())", ["BL463"]),
        ("y ~ gaussian(0 + linear(g))", ["BL437"]),  # a number estimates no level
        ("y ~ gaussian(3 + adaptive(g))", ["BL437"]),
        ("y ~ gaussian(-1 + linear(g))", ["BL437"]),
        ("c = 3  y ~ gaussian(c + linear(g))", ["BL437"]),
        ("mu = linear(g) - 2  y ~ gaussian(mu)", ["BL437"]),
        ("y ~ gaussian(intercept(coef = 3) + linear(g))", []),
        ("y ~ gaussian(linear(g) - intercept(coef = -3))", []),
        ("a = intercept(coef = mean(y))  y ~ gaussian(a + linear(g))", []),
        ("c ~ Normal(0, 1)  y ~ gaussian(c + linear(g))", []),
        ("y ~ gaussian(fm(g, x, rank = 2))", ["BL437"]),
        ("y ~ gaussian(linear(x) - interaction(g, x))", ["BL437"]),
        ("y ~ gaussian(lowrank_interaction(g, x, rank = 1))", ["BL437"]),
        ("y ~ gaussian(random_slopes(g, by = h))", ["BL437"]),
        ("y ~ gaussian(correlated_effects(g, x, by = h))", ["BL437"]),
        ("y ~ gaussian(correlated_effects(1, g, by = h))", []),
        ("y ~ gaussian(random_effects(h) + random_slopes(g, by = h))", []),
        ("layer f(v) = 0 + linear(v)  y ~ gaussian(f(g))", ["BL437"]),
        ("layer f(v) = 0 + linear(v)  y ~ gaussian(f(g) + intercept())", []),
        ("y ~ gaussian(linear(x) + attention(g, x))", []),
        # The order of arguments is NumPyro's.
        ("pr ~ Beta(1, 1)  n ~ Binomial(12, pr)", []),
        ("pr ~ Beta(1, 1)  n ~ Binomial(pr, 12)", ["BL409"]),
        # A column named like a function is a column still.
        ("data { mean: real }  z = mean - mean(mean)  y ~ gaussian(intercept() + linear(z))", []),
        # Names of the emitted file.
        ("data { n_g: real }  y ~ gaussian(intercept() + linear(n_g))", ["BL202"]),
        ("data { self: real }  y ~ gaussian(intercept() + linear(self))", ["BL202"]),
        ("y_sigma ~ HalfNormal(1)  y ~ gaussian(intercept())", ["BL203"]),
        ("y_sigma ~ HalfNormal(1)  y ~ gaussian(intercept(), sigma = y_sigma)", []),
        ("y ~ gaussian(intercept() + random_effects(g:h))  report g_h", ["BL204"]),
    ],
)
def test_each_mistake_is_reported_once(text: str, codes: list[str]) -> None:
    assert errors(text) == codes


@pytest.mark.parametrize("word", PLANNED)
def test_words_of_later_versions_are_known(word: str) -> None:
    """Nothing else is proposed in their place, wherever they stand."""
    assert errors(f"theta ~ {word}(1, 1)  y ~ gaussian(theta)") == ["BL450"]


def test_axes_of_a_derived_parameter_keep_their_own_order() -> None:
    """``v[h] * u[g]`` is a table of h by g, whatever the order on the left side."""
    _, compiled = found_in(
        DATA + "u[g] ~ Normal(0, 1)  v[h] ~ Normal(0, 1)\n"
        "beta[g, h] = v[h] * u[g]\n"
        "y ~ gaussian(beta[g, h])\n"
    )
    assert compiled is not None
    density = next(s for s in compiled.model.statements() if isinstance(s, m.Observe)).density
    table = density.parameter("loc")
    assert isinstance(table, ir.Gather)
    indices = [i.name for i in table.indices if isinstance(i, ir.Input)]
    assert indices == [d.name for d in table.table.dims] == ["h", "g"]


def test_a_category_times_a_number_alone_is_coded_in_full() -> None:
    """R's marginality within a call: without ``x`` beside it every level has a slope."""
    _, compiled = found_in(DATA + "y ~ gaussian(intercept() + linear(g:x))")
    assert compiled is not None
    design = next(a for a in compiled.model.arguments if a.kind == "design")
    assert [f.coded for f in design.features] == [(contract.Coded("g", full=True),)]
    _, compiled = found_in(DATA + "y ~ gaussian(intercept() + linear(x, g:x))")
    assert compiled is not None
    design = next(a for a in compiled.model.arguments if a.kind == "design")
    assert [f.coded for f in design.features] == [(), (contract.Coded("g"),)]


def test_a_report_before_the_definition_is_no_circle() -> None:
    assert errors("mu = intercept()  report nu  nu = mu + linear(x)  y ~ gaussian(nu)") == ["BL220"]
    assert errors("y ~ gaussian(mu)  mu = intercept() + linear(y)") == ["BL220"]


@pytest.mark.parametrize(
    ("text", "warned"),
    [
        ("mu = intercept() + linear(x)", False),
        ("nu = linear(x)  mu = intercept() + nu", False),
        ("mu = linear(x) - (intercept() + linear(n))", False),
        ("a = intercept()  mu = a + random_effects(g)", False),
        ("a = intercept(coef ~ Normal(0, 1))  mu = a + linear(x)", False),
        ("a = intercept()  mu = a + linear(x)", True),
        ("a = intercept() + linear(n)  mu = random_effects(g) - (a - linear(x))", True),
        ("nu = linear(x)  a = intercept()  mu = a + nu", True),
        ("a = intercept()  mu = random_effects(g) - a", True),
        ("a = -intercept()  mu = random_effects(g) - a", True),
        ("a = -intercept()  mu = random_effects(g) + a", False),
        ("a = -intercept()  b2 = -a  mu = random_effects(g) - b2", False),
        # Of centred columns the means are 0.
        ("a = intercept()  z = center(n)  mu = a + linear(standardize(x), z)", False),
        ("a = intercept()  mu = a + r2d2(x, n)", False),
        ("a = intercept()  mu = a + linear(standardize(x), n)", True),
        ("a = intercept()  mu = a + linear(x - mean(n))", True),
        ("a = intercept()  mu = a + linear(g:center(x))", True),
    ],
)
def test_an_intercept_apart_from_its_columns_has_a_warning(text: str, warned: bool) -> None:
    for policy, expected in (("scaled", warned), ("unit", False)):
        analyse(Source("m.bl", f"{DATA}priors {policy}\n{text}  y ~ gaussian(mu)"), sink := Sink())
        codes = [d.code for d in sink]
        assert codes.count("BL608") == expected and not sink.failed


@pytest.mark.parametrize(
    ("text", "advised"),
    [
        ("y ~ 1 + x", "y ~ gaussian(intercept() + linear(x))"),
        ("y ~ x", "y ~ gaussian(intercept() + linear(x))"),
        ("y ~ x + n + g", "y ~ gaussian(intercept() + linear(x, n, g))"),
        ("y ~ 0 + x", "y ~ gaussian(linear(x))"),
        ("y ~ 0 + x + g", "y ~ gaussian(linear(x, g, coding = full))"),
        ("y ~ x * n - 1", "y ~ gaussian(linear(x, n, x:n))"),
        ("b ~ x + log(n + 1)", "b ~ bernoulli(intercept() + linear(x, log(n + 1)))"),
        ("n ~ 1", "n ~ poisson(intercept())"),
        ("g ~ x", "g ~ categorical(intercept() + linear(x))"),
        ("data { o: ordinal }  o ~ 1 + x", "o ~ cumulative(linear(x))"),
        ("data { o: ordinal }  y ~ o", "y ~ gaussian(intercept() + monotonic(o))"),
        ("mu = intercept()  y ~ mu", "y ~ gaussian(mu)"),
        ("mu = intercept()  y ~ mu + x", "y ~ gaussian(mu + linear(x))"),
        ("y ~ 3", "y ~ gaussian(3)"),
        ("mu = intercept()  y ~ gaussian", "y ~ gaussian(mu)"),
        ("mu = intercept()  y ~ gaussian(mu) + offset(x)", "y ~ gaussian(mu + offset(x))"),
        ("mu = intercept()  y ~ x + gaussian(mu)", "y ~ gaussian(mu + linear(x))"),
        (
            "y ~ gaussian(intercept(), sigma ~ HalfNormal(2)) - offset(x)",
            "y ~ gaussian(intercept() - offset(x), sigma ~ HalfNormal(2))",
        ),
    ],
)
def test_a_formula_is_told_the_likelihood_that_it_means(text: str, advised: str) -> None:
    analyse(Source("model.bl", DATA + text), sink := Sink())
    assert [d.code for d in sink if d.severity is Severity.ERROR] == ["BL401"]
    said = next(d.help for d in sink if d.code == "BL401")
    assert f"`{advised}`" in said
    *before, _ = text.rpartition(f"{advised[0]} ~ ")
    begun = "".join(before).removesuffix(f"{advised[0]} ~ ")
    assert advised == "y ~ gaussian(3)" or errors(begun + advised) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("n ~ poisson(intercept() + linear(x), link = identity)", 1),
        ("n ~ negative_binomial(intercept(), link = inverse)", 1),
        ("mu = linear(x)  n ~ zero_inflated(poisson(mu, link = identity))", 1),
        ("data { w: positive }  mu = x * w  w ~ gamma(mu, link = identity)", 1),
        ("n ~ poisson(intercept() + linear(x))", 0),
        ("n ~ poisson(intercept() + linear(x), link = softplus)", 0),
        ("n ~ poisson(intercept() + linear(x), link = sqrt)", 0),
        ("y ~ gaussian(intercept() + linear(x), link = inverse)", 0),
        ("n ~ poisson(exp(linear(x)), link = identity)", 0),
        ("a ~ HalfNormal(1)  c[g] ~ Exponential(1)  n ~ poisson(a + c[g] * b, link = identity)", 0),
        ("mu = exp(linear(x))  n ~ geometric(mu, link = inverse)", 0),
        ("n ~ poisson(intercept(coef ~ HalfNormal(1)), link = identity)", 0),
    ],
)
def test_a_mean_that_may_be_negative_is_a_warning(text: str, expected: int) -> None:
    analyse(Source("m.bl", DATA + text), sink := Sink())
    found = [d for d in sink if d.code == "BL609"]
    assert len(found) == expected and not sink.failed
    assert all("link = log" in d.help for d in found)


def test_the_mean_of_a_broken_predictor_is_not_told_twice() -> None:
    analyse(
        Source("m.bl", f"{DATA}mu = linear(xx)  n ~ poisson(mu, link = identity)"), sink := Sink()
    )
    assert "BL609" not in [d.code for d in sink]


MEDIATION = ("x ~ gaussian(intercept())", "y ~ gaussian(intercept() + linear(x))")


def test_a_response_that_another_model_reads_is_said_to_be_so() -> None:
    """The remedy, each likelihood in a file of its own, has no warning of the kind."""
    analyse(Source("m.bl", DATA + "  ".join(MEDIATION)), sink := Sink())
    found = [d for d in sink if d.code == "BL604"]
    assert [d.message for d in found] == [
        "`x` is a response, and the model of `y` reads it as an input"
    ]
    assert "from a file of its own" in found[0].help
    for one in MEDIATION:
        analyse(Source("m.bl", DATA + one), sink := Sink())
        assert "BL604" not in [d.code for d in sink]


@pytest.mark.parametrize(
    ("layer", "said", "instead"),
    [
        ("correlated_effects(0, x, n, by = g)", "leave the 0 out", "{}(x, n, by = g)"),
        ("correlated_effects(0, x, by = g)", "`{}`", "random_slopes(x, by = g)"),
        ("random_slopes(0, x, by = g)", "leave the 0 out", "{}(x, by = g)"),
        ("random_slopes(1, x, by = g)", "`{}`", "random_effects(g)"),
        ("random_slopes(1, x, by = g)", "`{}`", "correlated_effects(1, x, by = g)"),
        ("linear(1, x)", "`{}`", "intercept()"),
    ],
)
def test_a_constant_among_columns_is_told_where_it_belongs(
    layer: str, said: str, instead: str
) -> None:
    text = f"{DATA}mu = intercept()  nu = LAYER  y ~ gaussian(mu + nu)"
    analyse(Source("m.bl", text.replace("LAYER", layer)), sink := Sink())
    assert [d.code for d in sink if d.severity is Severity.ERROR] == ["BL318"]
    instead = instead.format(layer.partition("(")[0])
    assert said.format(instead) in next(d.help for d in sink if d.code == "BL318")
    assert found_in(text.replace("LAYER", instead))[0] == []


@pytest.mark.parametrize(
    ("text", "advised"),
    [
        ("y ~ gaussian(intercept() + linear(x * g))", "x:g"),
        ("y ~ gaussian(intercept() + linear(x * g))", "x, g, x:g"),
        ("y ~ gaussian(intercept() + linear(g * h))", "g:h"),
        ("y ~ gaussian(intercept() + linear(x + g))", "x, g"),
    ],
)
def test_a_category_in_arithmetic_of_a_layer_is_told_its_form(text: str, advised: str) -> None:
    analyse(Source("m.bl", DATA + text), sink := Sink())
    assert [d.code for d in sink if d.severity is Severity.ERROR] == ["BL306"]
    assert f"`{advised}`" in next(iter(sink)).help
    head, _, rest = text.partition("linear(")
    assert errors(f"{head}linear({advised}{rest[rest.index(')'):]}") == []


def test_a_category_as_a_flag_is_told_to_be_binary() -> None:
    text = "y ~ censored(gaussian(intercept()), right = g)"
    analyse(Source("m.bl", DATA + text), sink := Sink())
    assert [(d.code, "`g: binary`" in d.help) for d in sink if d.code < "BL600"] == [
        ("BL306", True)
    ]


@pytest.mark.parametrize(
    ("text", "prior", "instead"),
    [
        ("y ~ gaussian(intercept() + linear(x))", "y_x_coef", "linear(x, coef ~ HalfNormal(5))"),
        ("y ~ gaussian(intercept() + linear(x))", "y_intercept", "intercept(coef ~ HalfNormal(5))"),
        (
            "y ~ gaussian(intercept() + random_effects(g, scale ~ HalfNormal(1)))",
            "y_g_scale",
            "random_effects(g, scale ~ HalfNormal(5))",
        ),
    ],
)
def test_a_prior_by_the_name_of_a_site_is_told_its_place(
    text: str, prior: str, instead: str
) -> None:
    statement = f"{prior} ~ HalfNormal(5)"
    for written in (f"{text}  {statement}", f"{statement}  {text}"):
        analyse(Source("m.bl", DATA + written), sink := Sink())
        assert [d.code for d in sink if d.severity is Severity.ERROR] == ["BL203"]
        assert f"`{instead}`" in next(d.help for d in sink if d.code == "BL203")
    assert errors(f"y ~ gaussian({instead})") == []


def test_no_argument_is_listed_twice() -> None:
    text = "data { t: integer }  y ~ gaussian(random_walk(t, qqqq = 1))"
    analyse(Source("m.bl", DATA + text), sink := Sink())
    words = next(d.help for d in sink if d.code == "BL418").removeprefix("it has ").split(", ")
    assert len(words) == len(set(words)) > 1


@pytest.mark.parametrize(
    ("text", "code", "wrong", "right"),
    [
        (
            "y ~ gaussian(intercept(), {})",
            "BL451",
            "sigma = HalfNormal(1)",
            "sigma ~ HalfNormal(1)",
        ),
        ("{}  y ~ gaussian(0, sigma = t)", "BL451", "t = HalfNormal(1)", "t ~ HalfNormal(1)"),
        ("{}  y ~ gaussian(t[g])", "BL451", "t[g] = Normal(0, 1)", "t[g] ~ Normal(0, 1)"),
        ("y ~ gaussian(adaptive(x, {}))", "BL451", "scale = Gamma(1, 1)", "scale ~ Gamma(1, 1)"),
        ("y ~ Normal(intercept(), {})", "BL451", "scale = Gamma(1, 1)", "scale ~ Gamma(1, 1)"),
        ("y ~ gaussian(intercept(), {})", "BL425", 'link = "log"', "link = log"),
        ("y ~ gaussian(linear(g, {}))", "BL425", 'coding = "full"', "coding = full"),
        ("fit {{ {} }}  y ~ gaussian(intercept())", "BL502", 'method = "svi"', "method = svi"),
    ],
)
def test_a_wrong_sign_or_quotes_are_told_the_right_ones(
    text: str, code: str, wrong: str, right: str
) -> None:
    analyse(Source("m.bl", DATA + text.format(wrong)), sink := Sink())
    found = [d for d in sink if d.severity is Severity.ERROR]
    assert [d.code for d in found] == [code] and f"`{right}`" in found[0].help
    assert errors(text.format(right)) == []
