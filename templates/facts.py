"""What a table holds, for the compiler: counts as JSON, of DATA beside `emitted.py`."""

import json
import sys
from itertools import permutations

import numpy as np
from emitted import PROGRAM, DataError, read_options

ROWS, RESPONSES, INDICES = map(str.split, sys.argv[1].split(","))


def number_of_cells(columns: list[np.ndarray]) -> int:
    """Rows that differ in one of the columns."""
    of = np.zeros(len(columns[0]), int) if columns else np.zeros(1, int)
    for column in columns:
        for x in column.reshape(len(column), -1).T:
            kinds, places = np.unique(x, return_inverse=True)
            of = np.unique(of * len(kinds) + places, return_inverse=True)[1].reshape(-1)
    return int(of.max()) + 1


def lie_within(inner: np.ndarray, outer: np.ndarray) -> np.ndarray:
    """Of each level of `inner`, whether all its rows have one level of `outer`."""
    levels, places = np.unique(inner, return_inverse=True)
    one = np.zeros(len(levels), int)
    one[places] = outer
    return np.bincount(places, outer != one[places]) == 0


def pairs(arguments: dict[str, np.ndarray], *, all_within: bool) -> list[list[str]]:
    """Inner and outer indices: all levels of the inner lie within, or none does."""
    found = []
    for inner, outer in permutations(INDICES, 2):
        inside = lie_within(arguments[inner], arguments[outer])
        if inside.all() if all_within else not inside.any():
            found.append([inner, outer])
    return found


options = read_options(PROGRAM, ["check", *sys.argv[2:]])
try:
    arguments, encoding = PROGRAM.encode(
        options.data, settings=dict(options.set), na="drop"
    )
except (DataError, OSError) as error:
    sys.exit(str(error))
read = [np.asarray(arguments[name]) for name in ROWS if name not in RESPONSES]
told = [np.asarray(arguments[name]) for name in RESPONSES]
facts = {
    "rows": encoding["rows"],
    "distinct": number_of_cells(read),
    "answers": number_of_cells([*read, *told]),
    "levels": {name: len(np.unique(arguments[name])) for name in INDICES},
    "within": pairs(arguments, all_within=True),
    "crossed": pairs(arguments, all_within=False),
}
print(json.dumps(facts))
