"""The command line: ``python -m radon``."""

from . import PROGRAM
from ._fit import main

if __name__ == "__main__":
    raise SystemExit(main(PROGRAM))

# bgen -O1 source 7c7989b300a96ff3 body 3dbd96c572c327d8
