"""What names mean: the entries of the one namespace of a program, and the model being built."""

from __future__ import annotations

import keyword
from dataclasses import dataclass, field
from typing import NoReturn

from bgen.base.diagnostic import Sink, did_you_mean
from bgen.base.source import Span
from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import ROW, Dim, Dims, Fixed, Levels, Width
from bgen.ir.supports import Range
from bgen.syntax import ast

#: Names that the emitted functions need for themselves.
RESERVED = frozenset({"numpyro", "dist", "jnp", "jax", "np", "optax", "Array", "rows", "row", "n_row"})


class Rejected(Exception):
    """Unwinds to the statement whose error has been reported; never leaves the checker."""


@dataclass(slots=True)
class Column:
    """A declared column."""

    declaration: ast.ColumnDeclaration
    spec: m.ColumnSpec
    dims: Dims
    used: bool = False

    @property
    def is_category(self) -> bool:
        return self.spec.type in ("category", "ordinal")

    @property
    def range(self) -> Range:
        match self.spec.type:
            case "positive":
                return Range.POSITIVE
            case "proportion" | "count" | "binary":
                return Range.NONNEGATIVE
            case _:
                return Range.REAL


@dataclass(slots=True)
class Derived:
    """A derived column or a derived constant."""

    derived: m.Derived
    span: Span
    used: bool = False

    @property
    def dims(self) -> Dims:
        return self.derived.value.dims


@dataclass(slots=True)
class Parameter:
    """A parameter of its own statement, perhaps indexed."""

    sample: m.Sample
    indices: tuple[str, ...]
    span: Span
    used: bool = False


@dataclass(slots=True)
class Predictor:
    """A name given to an expression of unknowns, perhaps indexed."""

    value: ir.Expression
    indices: tuple[str, ...]
    range: Range
    span: Span
    used: bool = False


@dataclass(slots=True)
class UserLayer:
    """A ``layer`` statement."""

    definition: ast.LayerDefinition
    used: bool = False


Entry = Column | Derived | Parameter | Predictor | UserLayer


@dataclass
class Scope:
    """All names of a program and the parts of the model as far as they are known."""

    sink: Sink
    entries: dict[str, Entry] = field(default_factory=dict)
    arguments: dict[str, m.Argument] = field(default_factory=dict)
    derived: list[m.Derived] = field(default_factory=list)
    crossings: dict[str, m.Crossing] = field(default_factory=dict)
    grids: dict[str, m.TimeGrid] = field(default_factory=dict)
    pair_labels: list[m.PairLabels] = field(default_factory=list)
    paragraphs: list[m.Paragraph] = field(default_factory=list)
    statements: list[m.Statement] = field(default_factory=list)
    sites: dict[str, m.Sample] = field(default_factory=dict)
    responses: list[m.Response] = field(default_factory=list)
    unidentified: list[str] = field(default_factory=list)
    claims: dict[str, tuple[str, Span]] = field(default_factory=dict)
    coded: set[str] = field(default_factory=set)
    density_columns: set[str] = field(default_factory=set)
    policy: str = "unit"

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

    def claim(self, name: str, span: Span, what: str) -> None:
        """Take a name for good. An error where it is taken, reserved or not an identifier."""
        if keyword.iskeyword(name) or keyword.issoftkeyword(name) and name == "_":
            self.reject(
                "BL201",
                span,
                f"`{name}` is a word of Python and cannot be a name in the emitted file",
                help=f"rename it; a column keeps its name in the data with `new_name: real[{name}]`",
            )
        if name in RESERVED or name.startswith("n_") and name[2:] in self.level_names():
            self.reject(
                "BL202",
                span,
                f"`{name}` is a name that the emitted file needs for itself",
                help=f"rename it; a column keeps its name in the data with `new_name: real[{name}]`",
            )
        if name in self.claims:
            other, place = self.claims[name]
            self.reject(
                "BL203",
                span,
                f"`{name}` is already the name of {other}",
                label=f"this {what} would have the same name",
                help=f"give one of them a name of its own, such as `{self.free_name(name)} = ...`",
                notes=((place, f"{other} is here"),),
            )
        self.claims[name] = (what, span)

    def free_name(self, name: str) -> str:
        return next(n for n in (f"{name}_{k}" for k in range(2, 10_000)) if n not in self.claims)

    def level_names(self) -> set[str]:
        return {n for n, e in self.entries.items() if isinstance(e, Column) and e.is_category}

    def lookup(self, name: str, span: Span, *, use: bool = True) -> Entry:
        """The entry of a name, marked as used. An error with a proposal where there is none."""
        entry = self.entries.get(name)
        if entry is None:
            self.reject(
                "BL204",
                span,
                f"`{name}` is not defined",
                label="not a column, parameter or predictor",
                help=did_you_mean(name, self.entries)
                or "declare it in `data { ... }`, or define it above this line",
            )
        if use:
            entry.used = True
        return entry

    # --- arguments of the model -------------------------------------------------------------------

    def argument(self, argument: m.Argument, span: Span) -> ir.Input:
        """Add an argument, or find the same one again."""
        known = self.arguments.get(argument.name)
        if known is None:
            if argument.name not in self.entries:
                self.claim(argument.name, span, "argument")
            self.arguments[argument.name] = argument
        elif known != argument:
            self.reject(
                "BL205",
                span,
                f"two layers would both read their columns from `{argument.name}`",
                help="give this layer a name of its own, such as "
                f"`{self.free_name(argument.name)} = ...`, and add that to the sum",
            )
        return ir.Input(argument.name, argument.dims)

    def column_input(self, name: str, span: Span) -> ir.Input:
        """The argument that carries a column or derived column as it is."""
        entry = self.entries[name]
        assert isinstance(entry, Column | Derived)
        return self.argument(
            m.Argument(name, "column", entry.dims, name, value=ir.Column(name, entry.dims)), span
        )

    def index_input(self, name: str, span: Span) -> ir.Input:
        """The argument that carries each row's level of a category, crossing or time grid."""
        return self.argument(m.Argument(name, "index", (ROW,), name, of=name), span)

    def row_input(self, span: Span) -> ir.Input:
        """The argument that numbers the rows."""
        known = self.arguments.setdefault("row", m.Argument("row", "row", (ROW,), "row"))
        return ir.Input(known.name, known.dims)

    def design_input(
        self, name: str, features: tuple[m.Feature, ...], span: Span
    ) -> ir.Input:
        """The argument that carries a layer's columns side by side."""
        widths = [feature.width for feature in features]
        known = [w for w in widths if w is not None]
        extent = Fixed(sum(known)) if len(known) == len(widths) else Width(name)
        comment = ", ".join(feature.label for feature in features)
        return self.argument(
            m.Argument(name, "design", (ROW, Dim(name, extent)), comment, features=features), span
        )

    # --- statements of the model ------------------------------------------------------------------

    def sample(self, sample: m.Sample, span: Span) -> ir.Unknown:
        self.claim(sample.name, span, "site")
        self.sites[sample.name] = sample
        self.statements.append(sample)
        return ir.Unknown(sample.name, sample.dims)

    def paragraph(self, heading: str, *, continues: bool = False) -> None:
        """Close the statements gathered so far under a heading."""
        if self.statements:
            self.paragraphs.append(m.Paragraph(heading, tuple(self.statements), continues))
            self.statements = []


def level_dim(name: str) -> Dim:
    """The axis of a category, a crossing or a time grid."""
    return Dim(name, Levels(name))
