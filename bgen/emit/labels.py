"""Model -> the labels of its axes, as ``encode`` puts them together from levels and columns."""

from __future__ import annotations

from bgen.emit.text import literal
from bgen.ir import contract
from bgen.ir import model as m
from bgen.ir.dims import Classes, Named


def listed(value: object) -> str:
    """A literal, lists as lists."""
    if isinstance(value, list | tuple):
        return "[" + ", ".join(listed(item) for item in value) + "]"
    return literal(value) if isinstance(value, str) else repr(value)


def labels_of(model: m.Model) -> list[str]:
    """An entry of ``encoding["labels"]`` for each axis whose elements have names."""
    found: dict[str, str] = {}
    blocks = {c.name: c for c in model.columns if c.block}
    for argument in model.arguments:
        if argument.kind == "design":
            found[argument.name] = _feature_labels(argument.features, blocks)
    for patched in model.patched:
        found[patched.axis.name] = _feature_labels(patched.features, blocks)
    for pair in model.pair_labels:
        left = f'encoding["labels"][{literal(pair.left)}]'
        found[pair.dim] = _pair_label(found, pair) or left
    for name in model.level_counts():
        found[name] = f'encoding["levels"][{literal(name)}]'
    for site in model.sites():
        for dim in site.dims:
            if isinstance(dim.extent, Classes):
                levels = f'encoding["levels"][{literal(dim.extent.name)}]'
                found[dim.name] = f"{levels}[{dim.extent.fewer}:]" if dim.extent.fewer else levels
            elif isinstance(dim.extent, Named):
                found[dim.name] = listed(dim.extent.names)
    return [f"{literal(name)}: {text}" for name, text in found.items()]


def _pair_label(found: dict[str, str], pair: contract.PairLabels) -> str:
    left = found[pair.left]
    if pair.right is None:
        return f'[f"{{a}}:{{b}}" for k, a in enumerate({left}) for b in {left}[k + 1 :]]'
    return f'[f"{{a}}:{{b}}" for a in {left} for b in {found[pair.right]}]'


def _feature_labels(
    features: tuple[contract.Feature, ...], blocks: dict[str, contract.ColumnSpec]
) -> str:
    parts: list[str] = []
    for feature in features:
        if feature.coded:
            parts.append(_coded_labels(feature))
        elif feature.block is None:
            parts.append(literal(feature.label))
        elif feature.block not in blocks:
            text = feature.label.replace("{}", "{k}")
            parts.append(f'*[f"{text}" {_numbers_of(feature.block)}]')
        elif blocks[feature.block].patterns:
            names = f'encoding["columns"][{literal(feature.block)}]'
            if feature.label == "{}":
                parts.append(f"*{names}")
            else:
                text = feature.label.replace("{}", "{name}")
                parts.append(f'*[f"{text}" for name in {names}]')
        else:
            sources = blocks[feature.block].sources or ()
            parts += [literal(feature.label.replace("{}", name)) for name in sources]
    return f"[{', '.join(parts)}]"


def _coded_labels(feature: contract.Feature) -> str:
    """``*[f"sex={a}:region={b}" for a in ... for b in ...]``."""
    names = (
        ["level"]
        if len(feature.coded) == 1
        else [f"level{k}" for k, _ in enumerate(feature.coded, 1)]
    )
    marks = [f"{c.name}={{{name}}}" for c, name in zip(feature.coded, names, strict=True)]
    loops = []
    for coded, name in zip(feature.coded, names, strict=True):
        start = "" if coded.full else "[1:]"
        loops.append(f'for {name} in encoding["levels"][{literal(coded.name)}]{start}')
    if feature.block:  # a spline
        marks.insert(feature.place, "{k}")
        loops.insert(feature.place, _numbers_of(feature.block))
    return f'*[f"{feature.label.format(*marks)}" {" ".join(loops)}]'


def _numbers_of(spline: str) -> str:
    """A loop over the columns of a spline, which are numbered from 1 as R does."""
    return f"for k in range(1, columns[{literal(spline)}].shape[1] + 1)"
