"""Kinds of columns that random programs read -> declarations, and data of their shape."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Table = dict[str, list[object]]
_WORD = re.compile(r"[A-Za-z_]\w*")

#: What may be declared: a key, and its declaration with `{}` for the name.
DECLARATIONS = {
    "x": "{}: real",
    "z": "{}: real",
    "far": "{}: real",
    "p": "{}: positive",
    "q": "{}: positive",
    "share": "{}: proportion",
    "t": "{}: integer",
    "day": "{}: date",
    "m": "{}: count",
    "b": "{}: binary",
    "g": "{}: category",
    "h": "{}: category",
    "k": '{}: category("u", "v", "w")',
    "o": "{}: ordinal",
    "step": '{}: ordinal("low", "mid", "high")',
    "w": "{}: real[w1, w2, w3]",
    "u": '{}: real["u_*"]',
    "mixed": '{}: real[m1, "m.2"]',
    "renamed": '{}: real["r.value"]',
    "ug": "{}: real by {g}",
    "pg": "{}: positive by {g}",
    "bg": "{}: binary by {h}",
    "const": "{}: scalar",
    "gap": "{}: real?",
    "pgap": "{}: positive?",
    "se": "{}: positive",
    "belongs": "{}: positive[belongs1, belongs2]",
    "left": "{}: binary",
    "right": "{}: binary",
    "trials": "{}: count",
}
#: Names that mean something to Python, NumPyro, the emitted file or the language's own words.
_ODD = """
data fit by report model priors layer reparam loc scale value rate index size name key self e
i n_x x_true mu_x coef effect step_ horizon dims site seed mean_x sd_y sines basis y_mu order
time weights gate trials_ row_ level levels t_slot probs logits df n out encoding columns
arguments label labels constants obs plate sample param guide_ loc_ scale_
"""
ODD = tuple(_ODD.split())
PLAIN = ("x", "z", "far", "renamed")
POSITIVE = ("p", "q")
NUMBERS = ("x", "z", "p", "far", "q", "share", "t", "m", "b", "renamed")
SPREAD = ("x", "z", "p", "far", "q", "share", "renamed")  # of many values
BLOCKS = ("w", "u", "mixed")
GROUPS = ("g", "h", "k")
ORDINALS = ("o", "step")
BY = {"ug": "g", "pg": "g", "bg": "h"}


@dataclass
class Columns:
    """The columns that one program declares, and their data."""

    rng: random.Random
    rows: int
    names: dict[str, str] = field(default_factory=dict)  # by key
    table: Table = field(default_factory=dict)
    _lines: dict[str, str] = field(default_factory=dict)  # by name
    _codes: dict[str, NDArray[np.int64]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.draw = np.random.RandomState(self.rng.randrange(2**16))
        odd = list(ODD)
        self.rng.shuffle(odd)
        self._odd = odd
        self._order = self.draw.permutation(self.rows)

    def __call__(self, key: str) -> str:
        """The name of a column, declared when it is first asked for."""
        if key not in self.names:
            needs = {BY[key]: self(BY[key])} if key in BY else {}
            plain = key in ("g", "h") or self.rng.random() < 0.9
            name = key if plain else self._odd.pop()
            self.names[key] = name
            self._lines[name] = DECLARATIONS[key].format(name, **needs)
            self.table |= self._data(key, name)
        return self.names[key]

    def response(self, name: str, declaration: str, values: Sequence[object]) -> None:
        self._lines[name] = f"{name}: {declaration}"
        self.table[name] = list(values)

    def beside(self, name: str, declaration: str, values: Sequence[object]) -> str:
        """A column that belongs to a response: bounds, trials."""
        self.response(name, declaration, values)
        return name

    def block(self, body: str) -> str:
        """The declarations of what the statements read; now and then of another."""
        used = set(_WORD.findall(body))
        lines = {n: line for n, line in self._lines.items() if n in used or self._extra == n}
        used |= {word for line in lines.values() for word in _WORD.findall(line)}
        kept = [line for name, line in self._lines.items() if name in used]
        return "data {\n" + "".join(f"  {line}\n" for line in kept) + "}\n"

    @cached_property
    def _extra(self) -> str | None:
        return self.rng.choice([None, *self._lines]) if self.rng.random() > 0.9 else None

    def _data(self, key: str, name: str) -> Table:
        n, draw = self.rows, self.draw
        match key:
            case "far":
                return {name: _list(5 + 2 * draw.normal(size=n))}
            case "p" | "q":
                return {name: _list(0.2 + draw.gamma(4.0, 0.25, n))}
            case "se":
                return {name: _list(draw.uniform(0.2, 0.6, n))}
            case "share":
                return {name: _list(draw.uniform(0.05, 0.95, n))}
            case "t":  # some slots twice, some never
                return {name: [2 * int(v) + 3 for v in draw.permutation(np.arange(n) * 3 // 4)]}
            case "day":
                days = np.datetime64("2024-02-26") + 2 * draw.permutation(np.arange(n) // 2)
                return {name: [str(d) for d in days]}
            case "m":
                return {name: [int(v) for v in draw.randint(0, 5, n)]}
            case "trials":
                return {name: [int(v) for v in draw.randint(6, 12, n)]}
            case "b" | "left" | "right":
                flags = draw.permutation(np.arange(n) % 2)
                if key == "left":  # never with `right`
                    right = np.array(self.table.get(self.names.get("right", ""), [0] * n))
                    flags = flags * (1 - right.astype(int))
                if key == "right":
                    left = np.array(self.table.get(self.names.get("left", ""), [0] * n))
                    flags = flags * (1 - left.astype(int))
                return {name: [int(v) for v in flags]}
            case "g":
                return {name: self._levels(key, ("a", "b", "c"))}
            case "h":  # by code point 10 would come before 9
                return {name: self._levels(key, ("9", "10", "11", "2"))}
            case "k":
                return {name: self._levels(key, ("u", "v", "w"))}
            case "o":
                return {name: self._levels(key, ("1", "2", "3", "4"))}
            case "step":
                return {name: self._levels(key, ("low", "mid", "high"))}
            case "w":
                return {f"w{j}": _list(draw.normal(size=n)) for j in (1, 2, 3)}
            case "u":
                return {f"u_{j}": _list(draw.normal(size=n)) for j in ("b", "a", "c", "d")}
            case "mixed":
                return {j: _list(draw.normal(size=n)) for j in ("m1", "m.2")}
            case "renamed":
                return {"r.value": _list(draw.normal(size=n))}
            case "belongs":
                return {f"belongs{j}": _list(draw.uniform(0.2, 0.8, n)) for j in (1, 2)}
            case "const":
                return {name: [1.5] * n}
            case "ug" | "pg" | "bg":
                values = {
                    "ug": draw.normal(size=9),
                    "pg": draw.uniform(0.3, 2.0, 9),
                    "bg": np.arange(9) % 2,
                }[key]
                return {name: [v.item() for v in values[self._codes[BY[key]]]]}
            case "gap" | "pgap":
                values = draw.normal(size=n) if key == "gap" else draw.uniform(0.3, 2.0, n)
                holes = draw.permutation(n) < 3
                return {
                    name: ["" if hole else float(v) for v, hole in zip(values, holes, strict=True)]
                }
            case _:
                return {name: _list(draw.normal(size=n))}

    def _levels(self, key: str, levels: Sequence[str]) -> list[object]:
        # All combinations of two of g, h and k occur.
        place = np.arange(self.rows)
        plan = {"g": place, "h": place // 3, "k": place // 3 + place}.get(key)
        codes = (self.draw.permutation(place) if plan is None else plan[self._order]) % len(levels)
        self._codes[key] = codes
        return [levels[k] for k in codes]


def _list(values: Floats) -> list[object]:
    return [float(v) for v in np.round(values, 3)]
