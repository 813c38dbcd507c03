"""Random programs of what rewrites look for: plain predictors in parts that others read, too.

A predictor of any layer seldom keeps what an intercept, effects and coefficients need to be moved,
summed or integrated out. Here all of it is of that kind, and what varies is where it is written:
in the link, in named parts, in parts of parts, in several responses, in a scale, in a prior, with a
sign, in what is reported.
"""

from __future__ import annotations

from .draft import Draft
from .expressions import number, prior
from .links import respond

#: Links whose predictor may be any number, and what their response is.
LINKS = {
    "gaussian": "real",
    "lognormal": "positive",
    "bernoulli": "binary",
    "binomial": "count",
    "poisson": "count",
    "negative_binomial": "count",
}
INTERCEPTS = (
    "intercept()",
    "intercept(coef ~ Normal(0, 2.5))",
    "intercept(coef ~ StudentT(3, 0, 2))",
    "intercept(coef ~ Flat())",
)
SCALARS = (
    "Normal(0, 1)",
    "Normal(0, {})",
    "StudentT(4, 0, 1)",
    "Flat()",
    "Flat(low = -0.5)",
    "Normal({}, 1)",
)


def program_of_parts(d: Draft) -> None:
    for _ in range(d.rng.randint(0, 3)):
        _scalar(d)
    for _ in range(d.rng.randint(0, 3)):
        _part(d)
    for _ in range(1 if d.chance(0.6) else 2 if d.chance(0.8) else 3):
        _response(d)


def _scalar(d: Draft) -> None:
    """A parameter, perhaps around another one or with a scale that is unknown."""
    scale = d.one([*(t for t in d.unknowns["positive"]), "0.7"])
    if d.chance(0.3):
        name = d.fresh("tau")
        d.write(f"{name} ~ {d.one(['HalfNormal(1)', 'Exponential(2)', prior(d, 'positive')])}")
        d.unknowns["positive"].append(name)
        scale = name
    middle = d.one([*d.named, scale])
    text = d.one(SCALARS)
    name = d.fresh("a")
    d.write(f"{name} ~ {text.format(middle if text.startswith('Normal({}') else scale)}")
    d.unknowns["real"].append(name)
    d.named.append(name)


def _part(d: Draft) -> None:
    """A named value: a sum of scalars, or terms of rows."""
    if len(d.unknowns["real"]) > 1 and d.chance(0.4):
        name = d.fresh("s")
        d.write(f"{name} = {_sum(d, d.several(d.unknowns['real'], 2))}")
        d.named.append(name)
        return
    name = d.fresh("part")
    d.write(f"{name} = {_sum(d, [_term(d) for _ in range(d.rng.randint(1, 3))])}")
    d.predictors.append(name)


def _sum(d: Draft, terms: list[str]) -> str:
    text = terms[0] if d.chance(0.9) else f"-({terms[0]})"
    for term in terms[1:]:
        text += f" {d.one(['+', '+', '+', '-'])} {term}"
    return text


def _term(d: Draft) -> str:
    forms = [
        d.one(INTERCEPTS),
        f"linear({', '.join(d.columns(k) for k in d.several(['x', 'z', 'far', 'p'], 3))})",
        *[f"random_effects({d.columns(g)})" for g in ("g", "h", "k")],
        f"random_slopes({d.columns('x')}, by = {d.columns(d.one(['g', 'h']))})",
        f"correlated_effects(1, {d.columns('z')}, by = {d.columns('g')})",
        f"random_slopes({d.columns('z')}, by = {d.columns('g')}, slope_scale = {_scale(d)})",
        f"correlated_effects(1, {d.columns('x')}, by = {d.columns('h')}, scale = {_scale(d)})",
        f"horseshoe({d.columns('x')}, {d.columns('z')})",
        f"adaptive({d.columns('far')})",
        f"offset({d.columns('z')})",
        *d.unknowns["real"][-2:],
        *[f"{u} * {d.columns('x')}" for u in d.unknowns["real"][-1:]],
        *d.predictors[-2:],
        *d.named[-1:],
    ]
    if d.predictors:
        read = d.one(d.predictors)
        forms.append(d.one([f"0.5 * {read}", f"{read} * {d.columns('x')}", f"tanh({read})"]))
    return d.one(forms)


def _scale(d: Draft) -> str:
    """One for all columns: a number, or a parameter that others may read, too."""
    return d.one([number(d, "positive"), *d.unknowns["positive"][-1:]])


def _response(d: Draft) -> None:
    name, keyword = d.fresh("y"), d.one(list(LINKS))
    terms = [_term(d) for _ in range(d.rng.randint(1, 4))]
    location = _sum(d, terms)
    if d.chance(0.6):
        mu = d.fresh("mu")
        d.write(f"{mu} = {location}")
        d.predictors.append(mu)
        location = mu
    found = [location, *_more(d, keyword)]
    call = f"{keyword}({', '.join(found)})"
    if d.chance(0.15):
        call = f"weighted({call}, {d.columns('p')})"
    respond(d, name, LINKS[keyword], call)
    d.write(f"{name} ~ {call}")


def _more(d: Draft, keyword: str) -> list[str]:
    """A scale, trials or a concentration, some of which read what the predictor reads."""
    if keyword == "binomial":
        return [f"trials = {d.columns('trials')}"]
    word = {"negative_binomial": "concentration"}.get(keyword, "sigma")
    if keyword in ("bernoulli", "poisson") or d.chance(0.5):
        return []
    forms = [number(d, "positive"), *d.unknowns["positive"][-1:]]
    forms += [f"exp({read})" for read in (*d.named[-2:], *d.predictors[-1:])]
    if word == "sigma":
        forms += [d.columns("se"), f"{d.one([*d.unknowns['positive'], '0.5'])} * {d.columns('p')}"]
    return [f"{word} = {d.one(forms)}" if d.chance(0.8) else f"{word} ~ {prior(d, 'positive')}"]
