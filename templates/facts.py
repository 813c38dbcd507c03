"""What a table holds, for the compiler: counts as JSON, of DATA beside `emitted.py`."""

import json
import sys
from itertools import permutations

import numpy as np
from cells import Cells
from emitted import PROGRAM, DataError, read_options
from nested import lies_within

ROWS, RESPONSES, INDICES = map(str.split, sys.argv[1].split(","))


def number_of_cells(columns: list[np.ndarray]) -> int:
    """Rows that differ in one of the columns."""
    return len(Cells(encoding["rows"], *columns, merge=1).count)


def lying(inner: str, outer: str) -> np.ndarray:
    """1 for each level of the inner index that occurs and lies within one of the outer."""
    levels, places = np.unique(arguments[inner], return_inverse=True)
    return lies_within(places, arguments[outer], len(levels))


options = read_options(PROGRAM, ["check", *sys.argv[2:]])
try:
    arguments, encoding = PROGRAM.encode(
        options.data, settings=dict(options.set), na="drop"
    )
except (DataError, OSError) as error:
    sys.exit(str(error))
read = [np.asarray(arguments[name]) for name in ROWS if name not in RESPONSES]
pairs = {pair: lying(*pair) for pair in permutations(INDICES, 2)}
told = [np.asarray(arguments[name]) for name in RESPONSES]
facts = {
    "rows": encoding["rows"],
    "distinct": number_of_cells(read),
    "answers": number_of_cells([*read, *told]),
    "levels": {name: len(np.unique(arguments[name])) for name in INDICES},
    "within": [pair for pair, inside in pairs.items() if inside.all()],
    "crossed": [pair for pair, inside in pairs.items() if not inside.any()],
}
print(json.dumps(facts))
