"""What names mean: the entries of the one namespace of a program, and the model being built."""

from __future__ import annotations

import keyword
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NoReturn

from bgen.base.diagnostic import Sink, did_you_mean
from bgen.base.source import Span
from bgen.check.entries import (
    Called,
    Column,
    Derived,
    Entry,
    UserLayer,
)
from bgen.check.order import circle_through
from bgen.check.reserved import KINDS, RESERVED, rename, with_article
from bgen.check.targets import Natural, Target
from bgen.ir import contract
from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import ROW, Dim, Dims, Levels
from bgen.ir.expressions import Sign
from bgen.syntax import ast


class Rejected(Exception):
    """Unwinds to the statement whose error has been reported; never leaves the checker."""


@dataclass
class Scope:
    """All names of a program and the parts of the model as far as they are known."""

    sink: Sink
    entries: dict[str, Entry] = field(default_factory=dict)
    arguments: dict[str, m.Argument] = field(default_factory=dict)
    derived: list[contract.Derived] = field(default_factory=list)
    crossings: dict[str, contract.Crossing] = field(default_factory=dict)
    grids: dict[str, contract.TimeGrid] = field(default_factory=dict)
    unions: dict[str, contract.Union] = field(default_factory=dict)
    #: Host helpers that check what the types of the columns do not say.
    rules: list[ir.Helper] = field(default_factory=list)
    pair_labels: list[contract.PairLabels] = field(default_factory=list)
    columns_needed: list[contract.MoreColumns] = field(default_factory=list)
    reviews: list[m.Review] = field(default_factory=list)
    paragraphs: list[m.Paragraph] = field(default_factory=list)
    statements: list[m.Statement] = field(default_factory=list)
    sites: dict[str, m.Sample] = field(default_factory=dict)
    responses: list[m.Response] = field(default_factory=list)
    observed: dict[str, Span] = field(default_factory=dict)
    reported: dict[str, Span] = field(default_factory=dict)
    #: Columns that the program reads beside what it says of them; those whose missing values are
    #: imputed by now; designs that the model puts together, some of their columns imputed.
    inputs: set[str] = field(default_factory=set)
    imputed: dict[str, ir.Local | ir.Unknown] = field(default_factory=dict)
    #: By column, what `measured` made of it; the columns of splines, by their text.
    measured: dict[str, m.Measured] = field(default_factory=dict)
    splines: set[str] = field(default_factory=set)
    patched: dict[str, contract.Patched] = field(default_factory=dict)
    unidentified: list[str] = field(default_factory=list)
    claims: dict[str, tuple[str, Span]] = field(default_factory=dict)
    coded: set[str] = field(default_factory=set)
    policy: str = "unit"
    #: What every variable is the sum of, and how many paragraphs have been read for that.
    known: tuple[dict[str, list[tuple[Sign, ir.Expression]]], int] = field(
        default_factory=lambda: ({}, 0)
    )
    #: Categories, crossings and time grids: ``n_<name>`` is the number of their levels.
    groups: set[str] = field(default_factory=set)
    #: Names whose definition has been reported as wrong: what they cause is not reported again.
    broken: set[str] = field(default_factory=set)
    #: Where each name will be defined, what each definition needs, and the one being read.
    later: dict[str, Span] = field(default_factory=dict)
    needs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    current: str | None = None
    #: How many calls of user layers have been expanded, and how deep the present one stands.
    expansions: int = 0
    #: What the layer that is being read puts before the names of its sites.
    stem: str = ""
    nesting: int = 0
    #: The call of a user layer that is being read, and how many names were taken before it.
    within: tuple[str, int] | None = None
    #: Under `priors scaled`: what each predictor is the location of, and its linear terms so far.
    targets: dict[str, Target] = field(default_factory=dict)
    natural: dict[str, Natural] = field(default_factory=dict)
    linear_terms: tuple[tuple[Sign, ir.Expression], ...] = ()
    #: What each offset is on the host (None: unknown before the fit), and as it is written.
    offsets: dict[ir.Expression, tuple[ir.Expression | None, str]] = field(default_factory=dict)
    #: Where each intercept is that was placed at the means of other terms, its sign, and these.
    placed: dict[str, tuple[Span, Sign, frozenset[object]]] = field(default_factory=dict)
    widths: dict[str, Dims] = field(default_factory=dict)  #: The classes of each predictor.
    #: Parameters of a link that a layer above it needed already, by name, with the span of the
    #: link's call, or of the argument: another part of a mixture may have the same names.
    early: dict[str, tuple[Span, ir.Expression]] = field(default_factory=dict)
    #: What each call of a layer became, by the identity of its value.
    called: dict[int, Called] = field(default_factory=dict)
    #: The call that draws each site of a layer or link, and what the call names it; the prior of
    #: each parameter as it is written.
    drawn: dict[str, tuple[ast.Call, str]] = field(default_factory=dict)
    written: dict[str, ast.Expression] = field(default_factory=dict)
    #: What the data of each response must fulfil: a helper of ``encode`` and its arguments.
    demands: dict[str, list[tuple[str, tuple[tuple[str, ir.Expression], ...]]]] = field(
        default_factory=dict
    )
    #: The predictor of each response, and of each part of a mixture by its prefix.
    locations: dict[str, ir.Expression] = field(default_factory=dict)
    #: Arguments that only the density of a response reads, and whether such a part is being read.
    density_only: set[str] = field(default_factory=set)
    marking: bool = False

    # --- errors -----------------------------------------------------------------------------------

    def reject(
        self,
        code: str,
        span: Span,
        message: str,
        *,
        label: str = "",
        help: str = "",
        notes: tuple[tuple[Span, str], ...] = (),
    ) -> NoReturn:
        """Report an error and give the statement up."""
        self.sink.error(code, span, message, label=label, help=help, notes=notes)
        raise Rejected

    # --- names ------------------------------------------------------------------------------------

    def claim(self, name: str, span: Span, what: str, help: str = "", type: str = "") -> None:
        """Take a name for good. An error where it is taken, reserved or not an identifier."""
        if keyword.iskeyword(name) or name == "_":
            self.reject(
                "BL201",
                span,
                f"`{name}` is a word of Python and cannot be a name in the emitted file",
                help=rename(name, type),
            )
        if name in RESERVED:
            self.reject(
                "BL202",
                span,
                f"`{name}` is a name that the emitted file needs for itself",
                help=rename(name, type),
            )
        if name.startswith("n_") and name[2:] in self.groups:
            self.reject(
                "BL202",
                span,
                f"`{name}` is the number of levels of `{name[2:]}` in the emitted file",
                help=rename(name, type),
            )
        if name in self.claims:
            other, place = self.claims[name]
            self.reject(
                "BL203",
                span,
                f"`{name}` is already the name of {with_article(other)}",
                label=f"this {what} would have the same name",
                help=help or f"call the {what} `{self.free_name(name)}`",
                notes=((place, f"the {other} is here"),),
            )
        self.claims[name] = (what, span)

    def group(self, name: str, span: Span) -> None:
        """Make levels known under a name, whose count is ``n_<name>``."""
        self.groups.add(name)
        if f"n_{name}" in self.claims:
            other, place = self.claims[f"n_{name}"]
            self.reject(
                "BL203",
                span,
                f"`n_{name}`, the number of levels of `{name}`, is already the name of "
                f"{with_article(other)}",
                help=f"call the {other} `{self.free_name(f'n_{name}')}`",
                notes=((place, f"the {other} is here"),),
            )

    def early_of(self, name: str, span: Span) -> ir.Expression | None:
        """The parameter of a link's call, or of an argument, where a layer needed it already."""
        place, value = self.early.get(name, (None, None))
        return value if place == span else None

    def free_name(self, name: str) -> str:
        return next(n for n in (f"{name}_{k}" for k in range(2, 10_000)) if n not in self.claims)

    def lookup(self, name: str, span: Span, *, use: bool = True) -> Entry:
        """The entry of a name, marked as used. An error with a proposal where there is none."""
        entry = self.entries.get(name)
        if entry is None:
            if name in self.later:
                self._reject_early(name, span)
            self.reject(
                "BL204",
                span,
                f"`{name}` is not defined",
                label="not a column, parameter or predictor",
                help=self.suggest(name, self.entries)
                or "declare it in `data { ... }`, or define it above this line",
            )
        if name in self.broken and isinstance(entry, Column | Derived | UserLayer):
            raise Rejected  # its own error has been reported
        if use:
            entry.used = True
        return entry

    def may_miss(self, name: str) -> bool:
        """Whether a column, or what a derived one is computed from, may have missing values."""
        entry = self.entries.get(name)
        if isinstance(entry, Derived):
            return entry.missing
        return name in self.imputed or (isinstance(entry, Column) and entry.spec.missing)

    def suggest(self, word: str, known: Iterable[str]) -> str:
        """``did you mean`` where a known word is close; nobody reads it in the hundredth error."""
        return did_you_mean(word, known) if len(self.sink.found) < 50 else ""

    def _reject_early(self, name: str, span: Span) -> NoReturn:
        if name in self.broken:
            raise Rejected  # in a circle that was reported
        place = self.later[name]
        circle = circle_through(self.needs, self.current, name)
        if circle:
            self.broken.update(circle)
            shown = " -> ".join(f"`{n}`" for n in (*circle, circle[0]))
            self.reject(
                "BL221",
                span,
                f"`{circle[0]}` is defined by itself" + (f": {shown}" if circle[1:] else ""),
                help="a name can be used only where its value is known already",
                notes=() if place.start <= span.start else ((place, f"`{name}` is defined here"),),
            )
        self.reject(
            "BL220",
            span,
            f"`{name}` is used before it is defined",
            help=f"move the statement of `{name}` above this one",
            notes=((place, "defined here"),),
        )

    def stem_help(self, name: str) -> str:
        """The remedy for a layer whose name, made from its predictor and its column, is taken."""
        if not self.stem:
            return ""
        own = self.free_name(self.stem)
        word, before = self.within or ("", 0)
        if not word:
            return (
                "give this layer a statement and a name of its own, such as "
                f"`{own} = ...`, and add that name to the sum"
            )
        if name in list(self.claims)[before:]:  # no statement can stand in a body
            return (
                f"both stand in `{word}`, and statements alone give names: make a layer of each "
                f"of the two, and give the call of one a statement, `{own} = ...`"
            )
        return (
            f"give this call a statement and a name of its own, `{own} = {word}(...)`, and add "
            "that name to the sum"
        )

    # --- arguments of the model -------------------------------------------------------------------

    def argument(self, argument: m.Argument, span: Span) -> ir.Input:
        """Add an argument, or find the same one again."""
        known = self.arguments.get(argument.name)
        if known is None:
            if argument.name not in (_source(argument), argument.of):
                what = KINDS.get(argument.kind, "layer")
                self.claim(argument.name, span, what, self.stem_help(argument.name))
            self.arguments[argument.name] = argument
            if self.marking:
                self.density_only.add(argument.name)
        elif known != argument:
            self.reject(
                "BL205",
                span,
                (
                    f"two layers would both be called `{argument.name}`"
                    if argument.kind == known.kind == "design"
                    else f"`{argument.name}` would be the name of two different things"
                ),
                help=self.stem_help(argument.name)
                or f"give what is now `{known.comment}` or `{argument.comment}` a statement and "
                "a name of its own",
            )
        if not self.marking:
            self.density_only.discard(argument.name)
        return ir.Input(argument.name, argument.dims)

    def column_input(self, name: str, span: Span) -> ir.Input:
        """The argument that carries a column or derived column as it is."""
        entry = self.entries[name]
        assert isinstance(entry, Column | Derived)
        return self.argument(
            m.Argument(name, "column", entry.dims, name, value=ir.Column(name, entry.dims)), span
        )

    def index_input(self, name: str, span: Span, *several: Dim) -> ir.Input:
        """The argument that carries each row's level of a category, crossing or time grid.

        ``several`` is the axis of a row's levels, where it has more than one.
        """
        return self.argument(m.Argument(name, "index", (ROW, *several), name, of=name), span)

    def row_input(self, span: Span) -> ir.Input:
        """The argument that numbers the rows."""
        known = self.arguments.setdefault("row", m.Argument("row", "row", (ROW,), "row"))
        return ir.Input(known.name, known.dims)

    # --- statements of the model ------------------------------------------------------------------

    def sample(
        self, sample: m.Sample, span: Span, what: str = "site", help: str = ""
    ) -> ir.Unknown:
        self.claim(sample.name, span, what, help or self.stem_help(sample.name))
        self.sites[sample.name] = sample
        self.statements.append(sample)
        return ir.Unknown(sample.name, sample.dims)

    def definitions(self) -> dict[str, list[ir.Expression]]:
        """What every variable of the finished paragraphs is the sum of."""
        return {k: [value for _, value in parts] for k, parts in self.signed_definitions().items()}

    def signed_definitions(self) -> dict[str, list[tuple[Sign, ir.Expression]]]:
        """The same with the sign of each part."""
        found, seen = self.known
        for paragraph in self.paragraphs[seen:]:
            for statement in paragraph.statements:
                if isinstance(statement, m.Let | m.Accumulate):
                    sign = statement.sign if isinstance(statement, m.Accumulate) else "+"
                    found.setdefault(statement.name, []).append((sign, statement.value))
        self.known = found, len(self.paragraphs)
        return found

    def paragraph(self, heading: str, *, continues: bool = False) -> None:
        """Close the statements gathered so far under a heading."""
        if self.statements:
            self.paragraphs.append(m.Paragraph(heading, tuple(self.statements), continues))
            self.statements = []


def _source(argument: m.Argument) -> str | None:
    """The column that an argument carries as it is."""
    return argument.value.name if isinstance(argument.value, ir.Column) else None


def level_dim(name: str) -> Dim:
    """The axis of a category, a crossing or a time grid."""
    return Dim(name, Levels(name))
