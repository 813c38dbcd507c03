"""Write the one small table that all programs of tests/stan/judge read.

    python tests/stan/judge_data.py

RandomState, not Generator: its stream is frozen, so that every numpy writes the same bytes.
"""

from pathlib import Path

import numpy as np
from numpy.random import RandomState
from simulate import table

JUDGE = Path(__file__).resolve().parent / "judge"
ROWS = 40


def judge_table() -> str:
    """Forty rows of every kind of column."""
    random = RandomState(1901)
    columns: dict[str, list[object]] = {}

    def put(name: str, values: object) -> None:
        array = np.asarray(values)
        columns[name] = (np.round(array, 3) if array.dtype.kind == "f" else array).tolist()

    for name in ("x", "z", "u"):
        put(name, random.normal(size=ROWS))
    x = np.array(columns["x"], dtype=float)
    put("v", np.round(random.normal(size=ROWS), 1))  # has ties
    put("se", random.uniform(0.1, 0.5, size=ROWS))
    put("y", 0.5 + x + random.normal(size=ROWS))
    put("y1", random.normal(size=ROWS))
    put("y2", 0.7 * np.array(columns["y1"], dtype=float) + random.normal(size=ROWS))
    put("above", np.abs(random.normal(0.5 + 0.5 * x, 1.0)) - 0.5)  # above -0.5
    put("within", random.uniform(-1.0, 2.0, size=ROWS))
    put("waves", random.choice([-2.0, 2.0], size=ROWS) + 0.5 * random.normal(size=ROWS))
    put("time", np.exp(0.5 + 0.5 * x + 0.7 * random.normal(size=ROWS)))
    put("later", np.array(columns["time"], dtype=float) + random.uniform(0.1, 2.0, size=ROWS))
    censoring = random.randint(4, size=ROWS)
    put("is_left", (censoring == 1).astype(int))
    put("is_right", (censoring == 2).astype(int))
    put("angle", random.vonmises(0.5, 1.5, size=ROWS))
    put("part", random.beta(2.0, 3.0, size=ROWS))
    put("n", random.poisson(np.exp(0.6 + 0.4 * x)))
    put("some", 1 + random.poisson(2.0, size=ROWS))  # from 1 to 9
    put("many", random.poisson(np.where(random.uniform(size=ROWS) < 0.4, 1.0, 9.0)))
    put("trials", 3 + random.randint(8, size=ROWS))
    put("k", random.binomial(columns["trials"], 0.4))
    cost = random.gamma(2.0, 1.0, size=ROWS)
    put("cost", np.where(random.uniform(size=ROWS) < 0.3, 0.0, np.round(cost, 3) + 0.01))
    total = 4 + random.randint(5, size=ROWS)
    put("total", total)
    parts = np.array([random.multinomial(t, [0.5, 0.3, 0.2]) for t in total])
    for i in range(3):
        put(f"c{i + 1}", parts[:, i])
    put("rating", 1 + np.arange(ROWS) % 4)
    put("dose", random.permutation(np.arange(ROWS) % 4))
    put("g", random.permutation(np.array(list("abcde"))[np.arange(ROWS) % 5]))
    put("h", random.permutation(np.array(["lo", "mid", "hi"])[np.arange(ROWS) % 3]))
    put("color", random.permutation(np.array(["red", "green", "blue"])[np.arange(ROWS) % 3]))
    put("m1", random.choice([1, 2, 4], size=ROWS))  # the union of the two is 1 to 5
    put("m2", random.choice([2, 3, 5], size=ROWS))
    put("w1", random.uniform(0.2, 0.8, size=ROWS))
    put("w2", 1.0 - np.array(columns["w1"], dtype=float))
    # Two series of twenty times, in no order.
    order = random.permutation(ROWS)
    put("series", np.array(["north", "south"])[order % 2])
    put("tick", order // 2 + 1)
    for name, source in (("x_gap", "x"), ("y_gap", "y")):
        gone = random.uniform(size=ROWS) < 0.2
        kept = zip(columns[source], gone, strict=True)
        columns[name] = ["" if empty else value for value, empty in kept]
    return table(",".join(columns), zip(*columns.values(), strict=True))


def main() -> None:
    """Rewrite the table."""
    (JUDGE / "data.csv").write_text(judge_table(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
