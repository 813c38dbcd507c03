"""``python -m bgen``, and the command ``bgen``."""

import sys


def main() -> None:
    try:
        # Most of the time of a small compilation goes here: a Ctrl-C is to be quiet here too.
        from bgen.cli import main as command

        command(prog_name="bgen")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
