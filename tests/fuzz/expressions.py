"""Random expressions: of data, of unknowns, features of a layer, priors, values in a range."""

from __future__ import annotations

from bgen.ir.distributions import DISTRIBUTIONS, TRUNCATABLE, Distribution

from .columns import BLOCKS, GROUPS, NUMBERS, PLAIN, POSITIVE, SPREAD
from .draft import Draft

REALS = ("0", "1", "-0.5", "0.3", "-1", "2")
POSITIVES = ("1", "0.5", "2", "1.5", ".7", "3.")
UNITS = ("0.5", "0.2", ".9")
#: NumPyro's distributions on each range; those on an interval are written by hand below.
ON = {
    "real": [d for d in DISTRIBUTIONS.values() if d.support == "real"],
    "positive": [d for d in DISTRIBUTIONS.values() if d.support == "positive"],
    "unit": [d for d in DISTRIBUTIONS.values() if d.support == "unit"],
}
#: Names of tails so heavy that a draw of them leaves the range of numbers.
WILD = {"Levy", "Dagum", "Gompertz"}


def number(d: Draft, range_: str) -> str:
    return d.one(
        {"positive": POSITIVES, "nonnegative": POSITIVES, "unit": UNITS}.get(range_, REALS)
    )


# --- data ---


def data(d: Draft, depth: int = 2) -> str:
    """A number a row, computed from columns."""
    if d.derived and d.chance(0.2):
        return d.one(d.derived)
    if depth == 0 or d.chance(0.4):
        return d.columns(d.one(NUMBERS))
    part = data(d, depth - 1)
    x, p = d.columns(d.one(PLAIN)), d.columns(d.one(POSITIVE))
    forms = [
        f"log({p})",
        f"sqrt({p})",
        f"{x}^2",
        f"({x} - mean({x})) / sd({x})",
        f"tanh({part})",
        f"({part} + {x})",
        f"{part} * {x}",
        f"{part} / (1 + {p})",
        f"abs({part})",
        f"exp(-{p})",
        f"log1p({p})",
        f"-{x}",
        f"sigmoid({part})",
        f"softplus({part})",
        f"({x} - min({x}))",
        f"{part} / max({p})",
        f"0.5 * {part}",
        f"{p}^0.5",
        f"2^-{p}",
        f"({part} - {x}) * {d.columns('const')}",
        f"{d.columns('ug')} + {part}",
    ]
    return d.one(forms)


def constant(d: Draft, range_: str) -> str:
    """A number, or one that the data tell."""
    if d.chance(0.15):
        x = d.columns(d.one((*PLAIN, *POSITIVE)))
        return d.one([f"sd({x})", f"2.5 * sd({x})"]) if range_ != "real" else f"mean({x})"
    return number(d, range_)


# --- features ---


def feature(d: Draft, *, single: bool = False) -> str:
    """What stands in a features slot; ``single`` is one number a row, of many values."""
    if single:
        many = d.columns(d.one(SPREAD))
        return d.one(
            [many, f"center({many})", f"log({d.columns(d.one(POSITIVE))})", transformed(d)]
        )
    forms = [
        lambda: column(d),
        lambda: d.columns(d.one(BLOCKS)),
        lambda: transformed(d),
        lambda: d.columns(d.one((*GROUPS, "b"))),
        lambda: d.one(d.derived) if d.derived else column(d),
        lambda: f"{d.columns(d.one(GROUPS))}:{column(d)}",
        lambda: f"{column(d)}:{transformed(d)}",
        lambda: f"{d.columns(d.one(BLOCKS))}:{column(d)}",
        lambda: f"{d.columns('g')}:{d.columns(d.one(('h', 'k')))}",
        lambda: f"bspline({d.columns(d.one(SPREAD))}, knots = {d.rng.randint(1, 3)})",
        lambda: f"{d.columns(d.one(GROUPS))}:bspline({d.columns('z')}, knots = 2)",
        lambda: f"measured({d.columns('z')}, {d.columns('se')})",
        lambda: f"{d.one(('standardize', 'center'))}({d.columns(d.one(BLOCKS))})",
        lambda: f"{d.columns(d.one(BLOCKS))}^2",
        lambda: d.one(d.imputed) if d.imputed else column(d),
        lambda: f"standardize({d.one(d.imputed)})" if d.imputed else column(d),
    ]
    return d.one(forms)()


def column(d: Draft) -> str:
    return d.columns(d.one(NUMBERS))


def transformed(d: Draft) -> str:
    inner = data(d, 1)
    return d.one(
        [f"standardize({inner})", f"center({inner})", inner, f"log({d.columns(d.one(POSITIVE))})"]
    )


def group(d: Draft) -> str:
    if d.chance(0.2):
        return ":".join(d.columns(k) for k in ("g", "h"))
    return d.columns(d.one((*GROUPS, "o")))


# --- priors and values ---


def prior(d: Draft, range_: str, names: tuple[str, ...] = (), *, proper: bool = True) -> str:
    """A distribution on a range. ``names`` are positive unknowns that it may use."""
    range_ = {"nonnegative": "positive", "probability": "unit"}.get(range_, range_)
    if names and d.chance(0.5):
        scale = d.one(names)
        if range_ == "real":
            return d.one(
                [f"Normal(0, {scale})", f"Laplace(0, {scale})", f"StudentT(4, 0, {scale})"]
            )
        return f"HalfNormal({scale})" if range_ == "positive" else f"Beta({scale}, 2)"
    if d.chance(0.3):
        return bounded(d, range_, proper=proper)
    spec = d.one([s for s in ON[range_] if s.name not in WILD])
    return f"{spec.name}({', '.join(arguments(d, spec))})"


def arguments(d: Draft, spec: Distribution) -> list[str]:
    """By place, then by name; what has a default may be left out."""
    found, by_name = [], False
    for parameter in spec.parameters:
        if parameter.default is not None and d.chance(0.3):
            by_name = True
            continue
        by_name = by_name or parameter.keyword_only or d.chance(0.15)
        value = hyper(d, parameter.range)
        found.append(f"{parameter.name} = {value}" if by_name else value)
    return found


def hyper(d: Draft, range_: str) -> str:
    """A parameter of a prior."""
    usable = [u for u in d.unknowns.get(range_, []) if "[" not in u]
    if usable and d.chance(0.3):
        return d.one(usable)
    return constant(d, range_) if range_ in ("real", "positive") else number(d, range_)


def bounded(d: Draft, range_: str, *, proper: bool) -> str:
    a, s = number(d, "real"), number(d, "positive")
    base = d.one(TRUNCATABLE)
    match range_:
        case "real":
            forms = [
                f"Truncated({base}({a}, {s}), low = -2)",
                f"TruncatedNormal({a}, {s}, high = 3)",
                "Uniform(-2, 2)",
                f"Truncated({base}({a}, {s}), low = -3, high = 2.5)",
                "ScaledBeta(2, 3)",
                f"TruncatedCauchy({a}, {s}, low = -4)",
                f"Truncated(StudentT(4, {a}, {s}), low = -3)",
                f"Truncated(Gumbel({a}, {s}), low = -2, high = 4)",
                *([] if proper else ["Flat()"]),
            ]
        case "positive":
            forms = [
                f"HalfStudentT(4, {s})",
                f"Truncated({base}({a}, {s}), low = 0)",
                f"TruncatedNormal({a}, {s}, low = 0.1)",
                "Uniform(0.1, 2)",
                "LogUniform(0.1, 3)",
                f"Truncated(LogNormal({a}, {s}), high = 6)",
                f"Truncated(Gamma({s}, {s}), low = 0.1)",
                f"Truncated(Weibull({s}, 2), low = 0.1, high = 5)",
                f"Pareto(0.2, {s})",
                "ScaledBeta(2, 3, low = 0.1, high = 4)",
                f"TruncatedGamma({s}, {s}, high = 6)",
                *([] if proper else ["Flat(low = 0)"]),
            ]
        case _:
            forms = ["Beta(2, 2)", "Uniform(0, 1)", "Truncated(Normal(0, 1), low = 0, high = 1)"]
    return d.one(forms)


def parameter(d: Draft) -> None:
    """A statement that makes a parameter, perhaps an indexed one, and its expression."""
    range_ = d.one(("real", "real", "positive", "unit"))
    index = d.one(("", "", "g", "h", "g:h", "row", "g, h"))
    name = d.fresh({"real": "a", "positive": "tau", "unit": "pi"}[range_])
    proper = bool(index) or d.chance(0.9)
    scales = tuple(u for u in d.unknowns["positive"] if "[" not in u)
    if not index:
        d.write(f"{name} ~ {prior(d, range_, scales, proper=proper)}")
        d.unknowns[range_].append(name)
        return
    for key in ("g", "h"):
        if key in index:
            d.columns(key)
    text = prior(d, range_, scales)
    if index == "g" and range_ == "real" and d.chance(0.4):
        slope = d.one(d.unknowns["real"] or ["0.5"])
        slope = "0.5" if "[" in slope else slope
        text = f"Normal({slope} * {d.columns('ug')}, {d.one([*scales, '1'])})"
    d.write(f"{name}[{index}] ~ {text}")
    d.unknowns[range_].append(f"{name}[{index}]")
    if index == "g" and d.chance(0.3):
        table = d.fresh("theta")
        factor = f"({number(d, 'positive')} + 0.5 * {d.columns('ug')})"
        d.write(f"{table}[g] = {factor} * {name}[g]")
        d.unknowns["real"].append(f"{table}[g]")


def value(d: Draft, range_: str, predictor: str = "") -> str:
    """An expression that is provably in a range: a number, a column, unknowns."""
    if range_ in ("nonnegative", "probability"):
        range_ = {"nonnegative": "positive", "probability": "unit"}[range_]
    forms = [number(d, range_)]
    forms += d.unknowns.get(range_, [])[-3:]
    real = predictor or d.one(d.unknowns["real"] or ["0.3"])
    match range_:
        case "positive":
            p = d.columns(d.one(POSITIVE))
            forms += [p, f"exp({real})", f"softplus({real})", f"{p} * exp(0.5 * {real})"]
            forms += [f"sqrt({p})", f"1 + {real}^2", f"abs({real}) + 0.1", d.columns("se")]
        case "unit":
            forms += [f"sigmoid({real})", d.columns("share"), f"sigmoid({real} + {d.columns('x')})"]
        case "real":
            forms += [real, d.columns(d.one(PLAIN)), f"{real} * {d.columns('z')}"]
    return d.one(forms)
