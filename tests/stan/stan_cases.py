"""What the judge's program of each golden model reads, and what its sites are."""

import csv
from dataclasses import dataclass, field
from pathlib import Path

Labels = dict[str, list[str]]


@dataclass(frozen=True)
class Case:
    """A golden model as its Stan program sees it.

    `sites` gives each site's dimension: None for a scalar, a tuple of labels, the
    name of a category (its levels), or "row".
    """

    sites: dict[str, tuple[str, ...] | str | None]
    reals: tuple[str, ...] = ()
    integers: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    by: dict[str, str] = field(default_factory=dict)  # one value per level
    reported: tuple[str, ...] = ()  # sites that follow from the others
    # sites that Stan samples in other coordinates: the parameter that takes their place
    instead: dict[str, str] = field(default_factory=dict)


CASES = {
    "radon": Case(
        reals=("log_radon", "floor", "uranium"),
        categories=("county",),
        sites={
            "mu_intercept": None,
            "mu_adaptive_scale": None,
            "mu_adaptive_coef": ("floor", "uranium"),
            "mu_county_scale": None,
            "mu_county_effect": "county",
            "log_radon_sigma": None,
        },
    ),
    "factories": Case(
        reals=("y", "a", "b", "c"),
        sites={
            "linear_part_scale": None,
            "linear_part_coef": ("a", "b", "c"),
            "square_part_scale": None,
            "square_part_coef": ("a^2", "b^2", "c^2"),
            "y_sigma": None,
        },
    ),
    "eight_schools": Case(
        reals=("effect", "se"),
        categories=("school",),
        sites={
            "theta_intercept": None,
            "theta_school_scale": None,
            "theta_school_effect": "school",
            "theta": "row",
        },
        reported=("theta",),
    ),
    "loss_curves": Case(
        reals=("cum", "dev"),
        categories=("ay",),
        sites={
            "ult_mean": None,
            "ult_sd": None,
            "ult": "ay",
            "omega": None,
            "theta": None,
            "cum_sigma": None,
        },
    ),
    "irt_2pl": Case(
        integers=("correct",),
        categories=("person", "item"),
        sites={
            "sigma_a": None,
            "sigma_b": None,
            "mu_b": None,
            "ability": "person",
            "discrimination": "item",
            "difficulty": "item",
        },
        instead={"discrimination": "log_discrimination"},
    ),
    "kid_iq": Case(
        reals=("kid_score", "mom_hs", "mom_iq"),
        sites={
            "mu_intercept": None,
            "mu_linear_coef": ("z_hs", "z_iq", "z_hs:z_iq"),
            "kid_score_sigma": None,
        },
    ),
    "scale_too": Case(
        reals=("y", "x", "z"),
        sites={
            "mu_intercept": None,
            "mu_x_coef": ("x",),
            "log_sigma_intercept": None,
            "log_sigma_z_coef": ("z",),
        },
    ),
    "radon_uranium": Case(
        reals=("log_radon", "floor"),
        categories=("county",),
        by={"uranium": "county"},
        sites={
            "a": None,
            "b": None,
            "tau": None,
            "alpha": "county",
            "log_radon_floor_coef": ("floor",),
            "log_radon_sigma": None,
        },
        instead={"alpha": "alpha_rest"},
    ),
}


def is_number(text: str) -> bool:
    """Whether a level reads as a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def sorted_levels(values: list[str]) -> list[str]:
    """Levels in numeric order if all are numbers, else by code point."""
    levels = set(values)
    if all(is_number(level) for level in levels):
        return sorted(levels, key=float)
    return sorted(levels)


def read_case(model_dir: Path) -> tuple[Case, dict[str, object], Labels]:
    """The case, its Stan data, and the labels of each site ("" for a scalar)."""
    case = CASES[model_dir.name]
    with (model_dir / "data.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    dimensions = {"row": [str(row) for row in range(len(rows))]}
    data: dict[str, object] = {"n_row": len(rows)}
    for name in case.reals:
        data[name] = [float(value) for value in columns[name]]
    for name in case.integers:
        data[name] = [int(value) for value in columns[name]]
    for name in case.categories:
        levels = dimensions[name] = sorted_levels(columns[name])
        index = {level: i for i, level in enumerate(levels, start=1)}
        data[f"n_{name}"] = len(levels)
        data[name] = [index[value] for value in columns[name]]
    for name, group in case.by.items():
        pairs = set(zip(columns[group], columns[name], strict=True))
        value = {level: float(text) for level, text in pairs}
        if len(pairs) != len(value):
            raise ValueError(f"{name} is not constant within {group}")
        data[name] = [value[level] for level in dimensions[group]]
    labels: Labels = {}
    for site, dimension in case.sites.items():
        if dimension is None:
            labels[site] = [""]
        elif isinstance(dimension, str):
            labels[site] = dimensions[dimension]
        else:
            labels[site] = list(dimension)
    return case, data, labels
