"""The command line: ``bgen model.bl -o model.py`` and the verbs beside it."""

from __future__ import annotations

import difflib
import json
import keyword
import os
import sys
from dataclasses import replace
from pathlib import Path

import click

from bgen import __version__
from bgen.base.diagnostic import Sink
from bgen.base.pages import codes, read_page
from bgen.base.render import render_json, render_text, wants_colour
from bgen.base.source import Source
from bgen.driver import Compiled, Options, analyse, collection, package, plan_of, script
from bgen.freshness import State, compare, holds_several, judge
from bgen.ir.facts import Facts
from bgen.output import Refused, write_all
from bgen.passes import passes
from bgen.syntax.parse import parse
from bgen.syntax.printer import print_program
from bgen.syntax.read import read_source
from bgen.verbs import FINDINGS, Verbs, fail

_FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="How findings are printed.",
)
_ONLY = click.option("--only", metavar="PARTS", help="Emit just `model` or `model,guide`.")
_LEVEL = click.option(
    "-O",
    "level",
    type=click.Choice(["0", "1", "2"]),
    default="1",
    help="0: the model alone; 1: exact rewrites that keep every site; 2: sites integrated out too.",
)
_WITHOUT = click.option(
    "--without", metavar="PASS", multiple=True, help="Switch a rewrite off by its name."
)


@click.group(
    cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]}, no_args_is_help=True
)
@click.version_option(__version__, prog_name="bgen")
def main() -> None:
    """Compile Bayesian layers and links to standalone NumPyro.

    \b
    bgen model.bl -o model.py     compile to one file (or to a package: -o model/)
    bgen check model.bl model.py  is the emitted file fresh, stale or edited by hand?
    """


@main.command("compile")
@click.argument("sources", nargs=-1, required=True)
@click.option("-o", "output", metavar="OUT", help="A file (x.py), a folder (x/), or - to print.")
@click.option("--force", is_flag=True, help="Overwrite files that bgen did not write.")
@click.option("--plan", is_flag=True, help="Print what is rewritten, what is not and why not.")
@_LEVEL
@_WITHOUT
@click.option(
    "--data", metavar="DATA", help="Count rows and levels in this table, and choose rewrites by it."
)
@click.option("--set", "settings", metavar="NAME=VALUE", multiple=True, help="A scalar of DATA.")
@click.option("--facts", metavar="COUNTS", help="What --data found: see a file's last line.")
@_ONLY
@_FORMAT
def compile_command(
    sources: tuple[str, ...],
    output: str | None,
    force: bool,
    plan: bool,
    level: str,
    without: tuple[str, ...],
    data: str | None,
    settings: tuple[str, ...],
    facts: str | None,
    only: str | None,
    form: str,
) -> None:
    """Compile SOURCES (`-` reads standard input)."""
    options = Options(f"-O{level}", _parts(only), _rewrites(without), _told(facts))
    if data is not None and (len(sources) > 1 or facts is not None):
        raise click.UsageError("--data goes with one source, and in place of --facts")
    if not output and not plan:
        name = Path(sources[0]).stem if sources[0] != "-" else "model"
        raise click.UsageError(f"say where the code goes: -o {name}.py, or -o - to print it")
    # Code and findings do not go to the same place.
    compiled = _analyse_all(sources, form, to_stderr=plan or output == "-")
    if data is not None:
        options = replace(options, facts=_counted(compiled[0], data, settings))
    if plan:
        for each in compiled:
            click.echo(plan_of(each, options))
    elif output:
        _emit(compiled, output, options, force)


def _emit(compiled: list[Compiled], output: str, options: Options, force: bool) -> None:
    try:
        if output == "-":
            if len(compiled) > 1:
                raise click.UsageError("only one model can be printed; give a folder with -o")
            click.echo(script(compiled[0], options), nl=False)
            return
        write_all(_files(compiled, output, options, force), force=force)
    except Refused as refusal:
        fail(str(refusal))


def _files(compiled: list[Compiled], output: str, options: Options, force: bool) -> dict[Path, str]:
    """The files of an output: a script, a package, or several models in a folder."""
    target = Path(output)
    if output.endswith(("/", "\\")) or os.path.isdir(target) or len(compiled) > 1:
        if options.only:
            raise click.UsageError("--only goes into one file: -o model.py")
        if target.suffix == ".py":
            raise click.UsageError("several models need a folder: -o models/")
        several = len(compiled) > 1
        if several:
            _refuse_names(compiled)
        if not force and holds_several(target) is (not several):
            held = "one model" if several else "several models"
            raise Refused(f"{target} holds {held}; give another folder, or --force")
        files = collection(compiled, options) if several else package(compiled[0], options)
        return {target / name: text for name, text in files.items()}
    if target.suffix != ".py":
        raise click.UsageError(f"-o {output}: a file ends in .py, a folder in a slash")
    return {target: script(compiled[0], options)}


def _refuse_names(compiled: list[Compiled]) -> None:
    """Each model of a collection is a module of its name, beside `_fit.py`."""
    names = [c.model.name for c in compiled]
    for name in names:
        if keyword.iskeyword(name) or name.startswith("_"):
            fail(f"`{name}` cannot be a module's name; name the model with `model`")
        # Some file systems do not tell upper from lower case.
        if [n.casefold() for n in names].count(name.casefold()) > 1:
            fail(f"two of the models are called `{name}`; name them apart with `model`")


@main.command()
@click.argument("source")
@click.argument("emitted", required=False)
@_FORMAT
def check(source: str, emitted: str | None, form: str) -> None:
    """Check SOURCE alone, or whether EMITTED is what it compiles to."""
    _refuse_empty(emitted)
    compiled = _analyse_all((source,), form)[0]
    if emitted is None:
        return
    verdict = judge(compiled, Path(emitted))
    fresh = verdict.state is State.FRESH
    if form == "json":
        click.echo(json.dumps({"file": emitted, "state": verdict.state, "help": verdict.remedy}))
    elif fresh:
        click.echo(f"{emitted} is fresh")
    else:
        click.echo(f"{emitted} is {verdict.state}: {verdict.remedy}", err=True)
    sys.exit(0 if fresh else FINDINGS)


@main.command()
@click.argument("source")
@click.argument("emitted")
@_FORMAT
def diff(source: str, emitted: str, form: str) -> None:
    """Show what compiling SOURCE again would change in EMITTED (exit status 1 if anything)."""
    _refuse_empty(emitted)
    compiled = _analyse_all((source,), form)[0]
    found = compare(compiled, Path(emitted))
    changed = False
    for path, text in found.new.items():
        lines = difflib.unified_diff(
            found.old.get(path, "").splitlines(keepends=True),
            text.splitlines(keepends=True),
            str(path),
            f"{path} (regenerated)",
        )
        for line in lines:
            changed = True
            click.echo(line, nl=False)
    sys.exit(FINDINGS if changed else 0)


@main.command()
@click.argument("sources", nargs=-1, required=True)
@click.option(
    "--check", "only_check", is_flag=True, help="Change nothing; exit 1 if not canonical."
)
@click.option("--diff", "show_diff", is_flag=True, help="Change nothing; print what would change.")
@_FORMAT
def fmt(sources: tuple[str, ...], only_check: bool, show_diff: bool, form: str) -> None:
    """Print SOURCES in their canonical form, comments kept (`-`: standard input to output)."""
    failed = False
    for name in sources:
        sink = Sink()
        source = _read(name, sink)
        program = parse(source, sink) if source is not None else None
        if program is None or source is None:
            _show(sink, source or Source(name, ""), form)
            failed = True
            continue
        text = print_program(program)
        raw = source.text
        if show_diff:
            lines = difflib.unified_diff(
                raw.splitlines(keepends=True), text.splitlines(keepends=True), name, name
            )
            click.echo("".join(lines), nl=False)
        if only_check or show_diff:
            failed |= text != raw
            if only_check and text != raw:
                click.echo(f"{name} is not in canonical form", err=True)
        elif name == "-":
            click.echo(text, nl=False)
        elif text != raw:
            try:
                write_all({Path(name): text}, force=True)
            except Refused as refusal:
                fail(str(refusal))
    sys.exit(FINDINGS if failed else 0)


@main.command()
@click.argument("code", required=False)
def explain(code: str | None) -> None:
    """Explain a diagnostic's CODE; without one, list them all."""
    if code is None:
        for known in codes():
            page = read_page(known)
            click.echo(f"{known}  {page.title if page else ''}")
        return
    page = read_page(code.upper())
    if page is None:
        raise click.UsageError(f"there is no code {code}; `bgen explain` lists them")
    click.echo(page.text.rstrip("\n"))


@main.command()
@click.argument("source")
@click.option("--data", metavar="DATA", help="Also simulate: what the priors imply for this table.")
@click.option("--set", "settings", metavar="NAME=VALUE", multiple=True, help="A scalar's value.")
@_FORMAT
def priors(source: str, data: str | None, settings: tuple[str, ...], form: str) -> None:
    """Print every prior of SOURCE, where it comes from and its support."""
    from bgen.look import NotRun
    from bgen.priors import prior_predictive, prior_rows, prior_table

    compiled = _analyse_all((source,), form, to_stderr=True)[0]
    if form == "json":
        keys = ("site", "prior", "from", "support")
        rows = [dict(zip(keys, row, strict=True)) for row in prior_rows(compiled.model)]
        click.echo(json.dumps(rows, indent=2))
    else:
        click.echo(prior_table(compiled.model))
    if data is not None:
        try:
            click.echo("\n" + prior_predictive(compiled, _existing(data), settings))
        except NotRun as error:
            fail(str(error))


@main.command()
@click.argument("word", required=False)
def reference(word: str | None) -> None:
    """Describe a layer, link or combinator; without a WORD, list them all."""
    from bgen.reference import listing, page

    text = listing() if word is None else page(word)
    if text is None:
        raise click.UsageError(f"there is no {word}; `bgen reference` lists what there is")
    click.echo(text.rstrip("\n"))


@main.command()
@click.argument("stage", type=click.Choice(["ast", "ir", "plan"]))
@click.argument("source")
@_FORMAT
def dump(stage: str, source: str, form: str) -> None:
    """Print a STAGE of the compilation of SOURCE."""
    from bgen.dump import dump_stage

    compiled = _analyse_all((source,), form)[0]
    click.echo(dump_stage(compiled, stage))


# --- shared ---------------------------------------------------------------------------------------


def _parts(only: str | None) -> tuple[str, ...]:
    if only is None:
        return ()
    parts = tuple(part.strip() for part in only.split(","))
    if not set(parts) <= {"model", "guide"}:
        raise click.UsageError(f"--only {only}: the parts are `model` and `guide`")
    return tuple(part for part in ("model", "guide") if part in parts)


def _told(facts: str | None) -> Facts | None:
    try:
        return None if facts is None else Facts.parse(facts)
    except ValueError as error:
        raise click.UsageError(f"--facts: {error}") from None


def _counted(compiled: Compiled, data: str, settings: tuple[str, ...]) -> Facts:
    """What is in a table of the model's."""
    from bgen.look import NotRun, facts_of

    try:
        return facts_of(compiled, _existing(data), settings)
    except NotRun as error:
        fail(str(error))


def _existing(data: str) -> Path:
    if not os.path.exists(data):
        raise click.UsageError(f"there is no file {data}")
    return Path(data).resolve()


def _rewrites(without: tuple[str, ...]) -> tuple[str, ...]:
    known = [each.name for each in passes()]
    for name in without:
        if name not in known:
            raise click.UsageError(f"--without {name}: the rewrites are {', '.join(known)}")
    return tuple(name for name in known if name in without)


def _refuse_empty(name: str | None) -> None:
    if name == "":
        raise click.UsageError("the name of what was emitted is empty")


def _read(name: str, sink: Sink) -> Source | None:
    if name == "-":
        return read_source(sys.stdin.buffer.read(), "-", sink)
    return read_source(name, name, sink)


def _analyse_all(names: tuple[str, ...], form: str, *, to_stderr: bool = False) -> list[Compiled]:
    """Every source after its checks; exits with status 1 after showing what is wrong."""
    found: list[Compiled] = []
    failed = False
    for name in names:
        if name != "-" and not os.path.exists(name):
            raise click.UsageError(f"there is no file {name}")
        sink = Sink()
        source = _read(name, sink)
        compiled = analyse(source, sink) if source is not None else None
        _show(sink, source or Source(name, ""), form, to_stderr=to_stderr)
        if compiled is None:
            failed = True
        else:
            found.append(compiled)
    if failed:
        sys.exit(FINDINGS)
    return found


def _show(sink: Sink, source: Source, form: str, *, to_stderr: bool = False) -> None:
    """Findings go to standard error, as JSON to standard output unless code goes there."""
    if form == "json":
        click.echo(render_json(sink, source), nl=False, err=to_stderr)
    elif sink.found:
        click.echo(render_text(sink, source, colour=wants_colour(sys.stderr)), err=True, color=True)
