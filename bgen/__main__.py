"""``python -m bgen``."""

from bgen.cli import main

if __name__ == "__main__":
    main(prog_name="bgen")
