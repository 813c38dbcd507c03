"""What every verb of the command line shares: its statuses, and how it ends."""

from __future__ import annotations

import os
import sys
from typing import Any, NoReturn

import click

from bgen import interrupts

FINDINGS = 1
INTERNAL = 70  # EX_SOFTWARE


class Verbs(click.Group):
    """A group whose unnamed verb is ``compile``: ``bgen model.bl -o model.py``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {"--help", "-h", "--version"}
        if args and args[0] not in self.commands and args[0] not in own:
            args = ["compile", *args]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """The last resort: a mistake of ours is told in a sentence, not in a traceback."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, SystemExit, BrokenPipeError):
            raise  # who reads a pipe may stop before the end
        except KeyboardInterrupt:
            interrupts.end()  # click would say that it aborts
        except RecursionError:
            fail("an expression is too long for Python; give parts of it names of their own")
        except Exception as error:
            if os.environ.get("BGEN_DEBUG"):
                raise
            kind = type(error).__name__
            click.echo(f"bgen: internal error ({kind}: {error}); this is a bug in bgen", err=True)
            click.echo("set BGEN_DEBUG=1 to see where, and please report it", err=True)
            sys.exit(INTERNAL)


def fail(message: str) -> NoReturn:
    click.echo(f"bgen: {message}", err=True)
    sys.exit(FINDINGS)
