"""``python -m bgen``, and the command ``bgen``."""

from bgen import interrupts


def main() -> None:
    interrupts.hear_all()
    try:
        # Most of the time of a small compilation goes here: a Ctrl-C is to be one line here too.
        from bgen.cli import main as command

        command(prog_name="bgen")
    except KeyboardInterrupt:
        interrupts.end()


if __name__ == "__main__":
    main()
