"""Random uses of layers, from what the layers declare; and predictors, which are sums of them."""

from __future__ import annotations

from bgen.layers import layers
from bgen.layers.base import Layer, Option, SiteSpec

from .columns import BLOCKS, ORDINALS
from .draft import Draft
from .expressions import column, data, feature, group, number, prior, value

#: The range of a part, by its default prior.
RANGES = {
    "Normal": "real",
    "Laplace": "real",
    "HalfNormal": "positive",
    "HalfCauchy": "positive",
    "InverseGamma": "positive",
    "Exponential": "positive",
    "Beta": "unit",
}
VECTORS = {
    "Dirichlet": ("Dirichlet(2)", "Dirichlet(0.7)"),
    "LKJ": ("LKJ(1.5)", "LKJ(3)"),
    "ScaledBeta": (
        "ScaledBeta(3, 2)",
        "ScaledBeta(2, 2, low = -1, high = 1)",
        "Uniform(-0.9, 0.9)",
    ),
}
#: Layers of several numbers a row, and the option that says how many.
WIDE = {"embedding": "dim", "random_walk": "dim"}

#: Options that are read only beside one of some others, or only without them.
UNREAD = (("df", ("slab", "relevant"), True), ("tau0", ("relevant",), False))


def call(d: Draft, keyword: str) -> str:
    """A use of one layer with random arguments, options and priors."""
    spec = layers()[keyword]
    parts = positional(d, spec)
    options = {}
    for option in spec.options:
        if option.name == WIDE.get(keyword):
            continue
        if (option.default is None and not option.optional) or d.chance(0.25):
            options[option.name] = setting(d, option)
    for name, others, wanted in UNREAD:
        if name in options and (not options.keys().isdisjoint(others)) is not wanted:
            del options[name]
    parts += [f"{name} = {text}" for name, text in options.items()]
    parts += priors(d, spec)
    return f"{keyword}({', '.join(parts)})"


def positional(d: Draft, spec: Layer) -> list[str]:
    parts: list[str] = []
    several = any(slot.kind == "features" for slot in spec.slots[1:])
    for slot in spec.slots:
        if slot.optional and d.chance(0.5):
            continue
        match slot.kind:
            case "features" if slot.many:
                count = max(d.rng.randint(1, 3), min(spec.columns, 2))
                found = [feature(d) for _ in range(count)]
                if spec.columns > 1 and d.chance(0.5):
                    found = [d.columns(d.one(BLOCKS[:2]))]
                parts += [*(["1"] if slot.constant and d.chance(0.7) else []), *found]
            case "features" if several or spec.columns > 1:
                blocks = [d.columns(k) for k in d.several(BLOCKS, 2)]
                lone = spec.columns > 1 and slot is spec.slots[0]
                parts.append(d.one(blocks if lone else [*blocks, feature(d), column(d)]))
            case "features":
                parts.append(feature(d, single=True))
            case "category":
                parts += [d.columns("g"), d.columns("h")] if slot.many else [group(d)]
            case "time":
                parts.append(d.columns(d.one(("t", "day"))))
            case "ordinal":
                parts.append(d.columns(d.one(ORDINALS)))
            case "expression":
                parts.append(d.one([data(d), f"{value(d, 'real')} * {column(d)}"]))
    return parts


def setting(d: Draft, option: Option) -> str:
    match option.kind:
        case "integer" if option.name == "step":  # every second slot has data
            return d.one(["1", "2"])
        case "integer":
            return str(d.rng.randint(option.minimum, option.minimum + 2))
        case "real":
            return d.one(["1", "2", "1.5"])
        case "word":
            return d.one(option.words)
        case "category":
            return group(d)
        case _:
            return d.columns("belongs")


def priors(d: Draft, spec: Layer) -> list[str]:
    parts = []
    declared = {site.part for site in spec.sites}
    for site in spec.sites:
        if site.prior is None or not d.chance(0.25):
            continue
        used = tuple(n for n in _names(site) if n in declared)
        function = site.prior.function
        if function in VECTORS:
            parts.append(f"{site.part} ~ {d.one(VECTORS[function])}")
        elif d.chance(0.15) and RANGES[function] == "positive":
            parts.append(f"{site.part} = {fixed(d, RANGES[function])}")
        else:
            parts.append(f"{site.part} ~ {prior(d, RANGES[function], used)}")
    return parts


def fixed(d: Draft, range_: str) -> str:
    """A value for the whole model: a number, or a parameter without an index."""
    whole = [u for u in d.unknowns[range_] if "[" not in u]
    return d.one([number(d, range_), *whole[-2:]])


def _names(site: SiteSpec) -> list[str]:
    assert site.prior is not None
    return [n for n in (getattr(a.value, "id", None) for a in site.prior.arguments) if n]


def term(d: Draft, *, only: tuple[str, ...] = ()) -> str:
    """One term of a predictor: a layer mostly."""
    keyword = d.one(only or [k for k in layers() if k not in ("intercept", "offset", "linear")])
    if keyword in WIDE and (keyword == "embedding" or d.chance(0.3)):
        return wide(d, keyword)
    return call(d, keyword)


def wide(d: Draft, keyword: str) -> str:
    """Vectors of each row, made into a number."""
    size = d.rng.randint(1, 3) if keyword == "embedding" else d.rng.randint(2, 3)

    def vector() -> str:
        return call(d, keyword)[:-1] + f", {WIDE[keyword]} = {size})"

    if keyword == "embedding" and d.chance(0.6):
        return f"dot({vector()}, {vector()})"
    return f"sum({vector()})"


def arithmetic(d: Draft) -> str:
    """A term that is no layer: products of unknowns and data."""
    real = d.one(d.unknowns["real"] or ["0"])
    positive = d.one(d.unknowns["positive"] or ["2"])
    x = column(d)
    forms = [
        real,
        f"{real} * {x}",
        f"{real} * tanh({positive} * {x})",
        f"{positive} * (1 - exp(-{d.columns('p')} / {positive}))",
        f"{real} * ({x} - mean({x}))",
        f"{real} / (1 + {positive})",
        f"abs({real})",
        f"log1p({positive})",
        f"{d.columns('p')}^{positive}" if positive != "2" else real,
        f"offset({data(d, 1)})",
        f"offset({real} * {x})",
        f"sigmoid({real}) * {d.columns('share')}" if real != "0" else real,
        f"0.5 * linear({x})",
        f"{positive} * linear({column(d)}, {feature(d)})" if positive != "2" else real,
        f"exp(0.2 * intercept()) * {real}",
    ]
    return d.one([f for f in forms if f != "0"] or ["offset(0.5)"])


def predictor(d: Draft, *, constant: bool = True) -> str:
    """A sum of terms; ``constant``: with one of its own, as treatment coding needs."""
    terms = []
    if constant:
        terms.append(call(d, "intercept"))
    if not constant or d.chance(0.7):
        only = ("random_effects", "fixed_effects", "horseshoe") if not constant else ()
        terms.append(call(d, "linear") if constant else term(d, only=only))
    while len(terms) < 5 and d.chance(0.6):
        kind = d.rng.random()
        if kind < 0.55:
            terms.append(term(d))
        elif kind < 0.8:
            terms.append(arithmetic(d))
        elif kind < 0.9 and d.predictors:
            terms.append(d.one(["{}", "0.5 * {}", "tanh({})"]).format(d.one(d.predictors)))
        elif d.user_layers:
            name = d.one(list(d.user_layers))
            terms.append(f"{name}({', '.join(column(d) for _ in range(d.user_layers[name]))})")
        else:
            name = d.fresh("part")
            d.write(f"{name} = {term(d)}")
            terms.append(name)
    text = terms[0]
    for other in terms[1:]:
        sign = d.one(["+", "+", "+", "-"])
        text += f"\n   {sign} {other}" if len(text) > 60 else f" {sign} {other}"
    return text


def user_layer(d: Draft) -> None:
    """A layer of the program's own."""
    name = d.fresh("own")
    forms = [
        (1, f"adaptive(v, scale ~ {prior(d, 'positive')}, coef ~ Laplace(0, scale))"),
        (1, "linear(v, v^2)"),
        (2, "linear(v, s) + interaction(v, s)"),
        (1, "0.5 * hsgp(v, m = 4) + linear(tanh(v))"),
        (2, "fm(v, s, rank = 2)"),
        (2, "offset(v) + linear(v * s)"),
        (1, f"linear(standardize(v), coef ~ {prior(d, 'real')})"),
    ]
    count, body = d.one(forms)
    d.layers.append(f"layer {name}({', '.join(('v', 's')[:count])}) = {body}")
    d.user_layers[name] = count
