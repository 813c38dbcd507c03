"""Random likelihoods, from what the links declare, and responses that they can have."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from bgen.base.diagnostic import Sink
from bgen.base.source import Source
from bgen.driver import analyse
from bgen.ir.distributions import DISTRIBUTIONS
from bgen.links import links
from bgen.links.base import Link, LinkParameter

from .draft import Draft
from .expressions import number, prior, value
from .layers import VECTORS, predictor

#: Functions from the mean to the predictor whose inverse a predictor must be in the range of.
POSITIVE_ONLY = {"identity", "inverse", "sqrt"}
ALL = sorted({link.keyword for link in links().values()})
PLAIN = [word for word in ALL if not links()[word].combines and not links()[word].joint]
COMBINATORS = [word for word in ALL if links()[word].combines]
JOINT = [word for word in ALL if links()[word].joint]
#: What NumPyro's own distributions take for a response, by support.
NATURAL = {
    "real": "real",
    "positive": "positive",
    "unit": "proportion",
    "natural": "count",
    "boolean": "binary",
}


def likelihood(d: Draft, keyword: str | None = None) -> None:
    """Predictors, a response with its data, and the statement that ties them."""
    name = d.fresh("y")
    kind = d.rng.random()
    if keyword is None and kind > 0.95:
        natural(d, name)
        return
    keyword = keyword or d.one(PLAIN if kind < 0.5 else COMBINATORS if kind < 0.85 else JOINT)
    spec = links()[keyword]
    if spec.joint:
        joint(d, spec, name)
        return
    call, type_ = plain_or_combined(d, spec, name)
    respond(d, name, type_, call)
    d.write(f"{name} ~ {call}")


def plain_or_combined(d: Draft, spec: Link, name: str) -> tuple[str, str]:
    """The call, and the type of the response."""
    if not spec.combines:
        type_ = spec.responses[0] if d.chance(0.7) else d.one(spec.responses)
        return plain(d, spec, type_, name), type_
    inner = links()[d.one(_inner(spec))]
    count = 1 if spec.combines == 1 else d.rng.randint(2, 3)
    type_ = ""
    parts = []
    for _ in range(count):
        if inner.combines:
            text, type_ = plain_or_combined(d, inner, name)
        else:
            type_ = type_ or inner.responses[0]
            text = plain(d, inner, type_, name)
        parts.append(text)
        if spec.combines == 2 and d.chance(0.5):
            same = [w for w in PLAIN if type_ in links()[w].responses]
            inner = links()[d.one(same)]
    parts += combined(d, spec, type_, name, count)
    if spec.keyword == "hurdle" and type_ in ("positive", "proportion"):
        type_ = "real"
    return f"{spec.keyword}({', '.join(parts)})", type_


def _inner(spec: Link) -> list[str]:
    """Links that a combinator may take; what it refuses is refused."""
    counts = [w for w in PLAIN if "count" in links()[w].responses[:1]]
    numbers = [w for w in PLAIN if links()[w].responses[0] in ("positive", "proportion")]
    reals = [w for w in PLAIN if links()[w].responses[0] == "real"]
    match spec.keyword:
        case "zero_inflated":
            return [*counts, "truncated"]
        case "hurdle":
            return [w for w in (*counts, *numbers, "truncated") if w != "shifted_lognormal"]
        case "autoregressive":
            return ["gaussian", "student_t"]
        case "censored":
            return [w for w in (*counts, *numbers, *reals, "hurdle", "mixture") if _has_tails(w)]
        case "weighted":
            return [*PLAIN, *[w for w in COMBINATORS if w != "weighted"]]
        case "truncated":
            return [w for w in (*counts, *numbers, *reals) if _has_tails(w)]
        case _:
            return [*counts, *numbers, *reals, "hurdle"]


@cache
def _has_tails(word: str) -> bool:
    """Whether the link can be truncated: the compiler says so."""
    type_ = (links()[word].responses or ("real",))[0]
    if links()[word].combines:
        return True
    given = ", trials = 9" if links()[word].trials else ""
    text = f"data {{ y: {type_} }}\ny ~ truncated({word}(intercept(){given}), high = 0.9)\n"
    return analyse(Source("tails", text), Sink()) is not None


def plain(d: Draft, spec: Link, type_: str, name: str) -> str:
    """A call of a link that takes a predictor."""
    function = d.one(spec.functions) if d.chance(0.3) else spec.functions[0]
    eta = _predictor(d, spec)
    positive = spec.functions[0] == "log" and function in POSITIVE_ONLY
    if function == "inverse" and spec.functions[0] == "identity":
        positive = True
    if positive:
        eta = d.one([f"exp(0.5 * {eta})", f"softplus({eta})"]) if "\n" not in eta else f"exp({eta})"
    parts = [eta, *_parameters(d, spec, name, type_)]
    if function != spec.functions[0]:
        parts.append(f"link = {function}")
    for option in spec.options:
        if option.words and d.chance(0.4):
            parts.append(f"{option.name} = {d.one(option.words)}")
    return f"{spec.keyword}({', '.join(parts)})"


def _predictor(d: Draft, spec: Link) -> str:
    """The name of a predictor, or a sum within the call."""
    text = predictor(d, constant=not spec.has_constants)
    if d.chance(0.8):
        name = d.fresh("mu")
        d.write(f"{name} = {text}")
        d.predictors.append(name)
        return name
    return text


def _parameters(d: Draft, spec: Link, name: str, type_: str) -> list[str]:
    found = []
    for parameter in spec.parameters:
        if parameter.is_required or d.chance(0.4):
            text = _parameter(d, spec, parameter, name, type_)
            if text:
                found.append(text)
    return found


def _parameter(d: Draft, spec: Link, p: LinkParameter, name: str, type_: str) -> str:
    if p.name == spec.trials and p.name:
        return f"{p.name} = {d.columns('trials') if d.chance(0.6) else '12'}"
    default = p.prior.function if p.prior else ""
    if default in VECTORS and not (default == "Dirichlet" and spec.combines):
        return f"{p.name} ~ {d.one(VECTORS[default])}"
    if default == "Uniform":  # a shift: below all that was observed
        return d.one([f"{p.name} = 0.1", f"{p.name} ~ Uniform(0, 0.15)"])
    if p.name == "cutpoints":
        forms = ["Normal(0, 5)", "Normal(1, 2)", "StudentT(4, 0, 2)", "Logistic(0, 1)"]
        return f"{p.name} ~ {d.one(forms)}"
    if not p.data_only and (p.prior_only or d.chance(0.45)):
        return f"{p.name} ~ {prior(d, p.range)}"
    return f"{p.name} = {value(d, p.range, d.one(d.predictors) if d.predictors else '')}"


def combined(d: Draft, spec: Link, type_: str, name: str, count: int) -> list[str]:
    """What a combinator takes beside its links."""
    match spec.keyword:
        case "weighted":
            weight = d.one([d.columns("p"), f"{d.columns('p')} * {d.columns('q')}", "0.5"])
            return [weight]
        case "censored":
            return _flags(d, type_, name)
        case "truncated":
            return _bounds(d, type_, name)
        case "mixture":
            forms = [f"weights ~ Dirichlet({', '.join(['2'] * count)})", "weights ~ Dirichlet(0.5)"]
            if count == 2:
                forms += [f"weights = {value(d, 'unit')}", "weights = 0.3"]
                forms += [f"weights ~ {prior(d, 'unit')}"]
            return [d.one(forms)] if d.chance(0.5) else []
        case "autoregressive":
            time = d.columns.beside(
                f"{name}_time", "integer", list(d.columns.draw.permutation(d.columns.rows).tolist())
            )
            found = [f"time = {time}"]
            if d.chance(0.5):
                found.append(f"by = {d.columns('g')}")
            p, q = d.one([(1, 0), (2, 0), (0, 1), (1, 1), (2, 2)])
            found += [f"p = {p}"] if p != 1 else []
            found += [f"q = {q}"] if q else []
            for part, n in (("ar", p), ("ma", q)):
                if n and d.chance(0.4):
                    found.append(f"{part} ~ {prior(d, 'real')}")
            return found
        case _:
            return _parameters(d, spec, name, type_)


def _flags(d: Draft, type_: str, name: str) -> list[str]:
    found = []
    if d.chance(0.6):
        found.append(f"right = {d.one([d.columns('right'), '1 - ' + d.columns('b')])}")
    if (not found or "1 -" not in found[0]) and d.chance(0.5):
        found.append(f"left = {d.columns('left')}")
    if not found or d.chance(0.3):
        # `upper` is filled in with the response.
        found.append(f"interval = {d.columns.beside(f'{name}_upper', _plain_type(type_), [])}")
    return found


def _plain_type(type_: str) -> str:
    return type_ if type_ in ("real", "positive", "count") else "real"


def _bounds(d: Draft, type_: str, name: str) -> list[str]:
    low, high = {
        "real": ("-4", "5"),
        "positive": ("0.05", "30"),
        "proportion": ("0.01", "0.99"),
        "count": ("0", "40"),
    }.get(type_, ("-4", "50"))
    found = []
    if d.chance(0.6):
        low = d.columns.beside(f"{name}_low", "real", []) if d.chance(0.3) else low
        found.append(f"low = {low}")
    if not found or d.chance(0.5):
        high = d.columns.beside(f"{name}_high", "real", []) if d.chance(0.3) else high
        found.append(f"high = {high}")
    return found


def respond(d: Draft, name: str, type_: str, call: str) -> None:
    """Declare the response, with data that the link can have, and what depends on them."""
    draw, n = d.columns.draw, d.columns.rows
    values: list[object]
    declared = type_
    match type_:
        case "positive":
            values = [round(float(v), 3) for v in 0.2 + draw.gamma(3.0, 0.4, n)]
        case "proportion":
            values = [round(float(v), 3) for v in draw.uniform(0.05, 0.95, n)]
        case "count":
            values = [int(v) for v in draw.randint(0, 6, n)]
        case "binary":
            values = [int(v) for v in draw.permutation(np.arange(n) % 2)]
        case "integer":
            values = [int(v) for v in draw.randint(-2, 4, n)]
        case "category":
            values = [("r", "s", "t")[k] for k in draw.permutation(np.arange(n) % 3)]
            declared = d.one(["category", 'category("t", "r", "s")'])
        case "ordinal":
            values = [str(k + 1) for k in draw.permutation(np.arange(n) % 4)]
            declared = d.one(["ordinal", 'ordinal("1", "2", "3", "4")'])
        case _:
            values = [round(float(v), 3) for v in draw.uniform(-2.8, 2.8, n)]
    if "hurdle(" in call:
        zero = draw.permutation(n) < n // 3
        size = [round(0.2 + abs(float(str(v))), 3) for v in values]
        size = [min(s, 0.9) for s in size] if "beta(" in call else size
        rest = values if type_ == "count" else size
        values = [0 if z else v for z, v in zip(zero, rest, strict=True)]
    numbers = np.array([float(v) for v in values]) if type_ not in ("category",) else None
    for suffix, change in (("upper", 1.0), ("low", -1.0), ("high", 1.0)):
        beside = f"{name}_{suffix}"
        if beside in d.columns.table and numbers is not None:
            away = draw.randint(0, 3, n) if type_ == "count" else np.round(draw.uniform(0, 2, n), 3)
            inside = d.columns.table.get(f"{name}_upper") if suffix == "high" else None
            # an interval beyond all that can be drawn has no probability
            end = numbers if inside is None else np.asarray(inside, float)
            bound = end + change * away
            whole = type_ == "count" and suffix == "upper"
            d.columns.table[beside] = [int(v) if whole else round(float(v), 3) for v in bound]
    if d.chance(0.1) and "autoregressive" not in call:
        declared = declared.replace("(", "?(") if "(" in declared else f"{declared}?"
        values = ["" if k in (1, 4) else v for k, v in enumerate(values)]
    d.columns.response(name, declared, values)


def joint(d: Draft, spec: Link, name: str) -> None:
    # Of two counts the output axis has length 1, which it should lose (tests/oracle/gaps.py).
    count = 3 if spec.responses == ("count",) else d.rng.randint(2, 3)
    names = [f"{name}_{k + 1}" for k in range(count)]
    draw, n = d.columns.draw, d.columns.rows
    counts = spec.responses == ("count",)
    table = draw.randint(0, 5, (n, count)) if counts else np.round(draw.normal(size=(n, count)), 3)
    etas = [_predictor(d, spec) for _ in range(1 if counts else count)]
    parts = [eta if "\n" not in eta else f"({eta})" for eta in etas]
    if counts:
        total = d.columns.beside(f"{name}_n", "count", [int(v) for v in table.sum(axis=1)])
        parts.append(f"trials = {total}")
        parts += _choices(d, spec)
    else:
        parts += _parameters(d, spec, name, "real")
    for k, response in enumerate(names):
        d.columns.response(response, spec.responses[0], table[:, k].tolist())
    d.write(f"{', '.join(names)} ~ {spec.keyword}({', '.join(parts)})")


def _choices(d: Draft, spec: Link) -> list[str]:
    return [f"{o.name} = {d.one(o.words)}" for o in spec.options if o.words and d.chance(0.4)]


def natural(d: Draft, name: str) -> None:
    """One of NumPyro's distributions by its name."""
    fits: Callable[[str], bool] = NATURAL.__contains__
    spec = d.one([s for s in DISTRIBUTIONS.values() if fits(s.support)])
    eta = _predictor(d, links()["gaussian"])
    parts = []
    for k, p in enumerate(spec.parameters):
        rest = spec.parameters[k:]  # (of one trial most responses would be impossible)
        if k and all(q.default is not None and q.range != "count" for q in rest) and d.chance(0.2):
            break  # NumPyro gives the rest
        if p.range == "count":
            parts.append(d.columns("trials"))
        elif k == 0 and p.range in ("real", "positive", "unit"):
            wrap = {"real": "{}", "positive": "exp({})", "unit": "sigmoid({})"}[p.range]
            parts.append(wrap.format(eta))
        else:
            # (of a probability of 0, which NumPyro takes for the least number, most have none)
            range_ = {"nonnegative": "positive", "probability": "unit"}.get(p.range, p.range)
            parts.append(value(d, range_) if d.chance(0.6) else number(d, range_))
    type_ = NATURAL[spec.support]
    respond(d, name, type_, spec.name)
    d.write(f"{name} ~ {spec.name}({', '.join(parts)})")
