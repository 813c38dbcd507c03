"""Model -> the function ``model``, paragraph by paragraph."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from textwrap import indent

from bgen.emit.densities import distribution, expanded
from bgen.emit.expressions import MODEL
from bgen.emit.lengths import length
from bgen.emit.style import style
from bgen.emit.templates import fill
from bgen.emit.text import WIDTH, comment, visible
from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import Rows, Width


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an emitted function and its comment: beside it, or in lines above it."""

    text: str
    comment: str = ""
    above: tuple[str, ...] = ()


def signature(model: m.Model) -> tuple[Parameter, ...]:
    """Data first, then responses, which may be missing, then counts by keyword."""
    inputs = [a for a in model.arguments if a.kind != "response"]
    responses = [a for a in model.arguments if a.kind == "response"]
    found = [parameter(a, "Array") for a in inputs]
    found += [parameter(a, "Array | None = None") for a in responses]
    found.append(Parameter("*"))
    found += [Parameter(f"n_{name}: int") for name in model.level_counts()]
    return (
        *found,
        Parameter("n_row: int | None = None", "  # rows of the full data, in a minibatch"),
    )


def parameter(argument: m.Argument, kind: str) -> Parameter:
    """The argument with its shape, and with what it is; of its columns as far as there is room."""
    text = f"{argument.name}: {kind}"
    shape, words = _comment(argument)
    room = WIDTH - len(f"    {text},  # {shape} ")
    if len(words) > room:
        if argument.kind != "design":
            return Parameter(text, "", tuple(comment(f"{shape} {words}", indent=4)))
        words = _first_of(words, room)
    return Parameter(text, f"  # {shape} {words}".rstrip())


def parameter_lines(parameters: Iterable[Parameter]) -> list[str]:
    """The lines of a signature, without their margin."""
    return [line for p in parameters for line in (*p.above, f"{p.text},{p.comment}")]


def _first_of(columns: str, room: int) -> str:
    """As many names as there is room for, and that there are more."""
    found, _, _ = columns[: room - len(", ...") + 1].rpartition(", ")
    return f"{found}, ..." if found else ""


def _comment(argument: m.Argument) -> tuple[str, str]:
    shape = ", ".join(_axis(argument, place) for place in range(len(argument.dims)))
    shape = f"({shape}{',' if len(argument.dims) == 1 else ''})"
    match argument.kind:
        case "index":
            words = f"int in [0, n_{argument.of})"
        case "row":
            words = "int, which rows of the full data these are"
        case "design":
            words = argument.comment
        case _:
            words = "" if argument.comment == argument.name else argument.comment
    return visible(shape), visible(words)


def _axis(argument: m.Argument, place: int) -> str:
    dim = argument.dims[place]
    match dim.extent:
        case Rows():
            return dim.name
        case Width(axis=axis):
            return "column" if axis else "value"
        case _:
            return length(dim)


def model_function(model: m.Model) -> str:
    """The source of ``model``."""
    body = rows_line(model) + join_paragraphs(
        (p, [statement_lines(s) for s in p.statements]) for p in model.paragraphs
    )
    responses = _listed([r.name for r in model.responses])
    drawn = {r.name for r in model.responses}
    read = [c for c in model.columns if c.role == "input" and c.name not in drawn]
    inputs = [name for c in read for name in (c.sources or () if c.members else (c.name,))]
    given = f" given {_listed(inputs)}" if inputs else ""
    return fill(
        "model",
        name="model",
        parameters=parameter_lines(signature(model)),
        docstring=f"Joint density of {responses}{given}.",
        body=indent(body, "    "),
    )


def model_paragraphs(paragraphs: Sequence[m.Paragraph]) -> str:
    """Some paragraphs of ``model`` by themselves, as the emitted file has them."""
    return style(
        join_paragraphs((p, [statement_lines(s) for s in p.statements]) for p in paragraphs)
    )


def _listed(names: list[str]) -> str:
    shown = names if len(names) <= 5 else [*names[:4], f"{len(names) - 4} more columns"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def rows_line(model: m.Model) -> str:
    """The statement that counts the rows."""
    source = row_argument(model)
    return f"rows = {source}.shape[0]\n\n"


def row_argument(model: m.Model) -> str:
    """The argument that tells the number of rows: of the column that is declared first.

    Not simply the first argument, which a statement added above would change.
    """
    place = {column.name: k for k, column in enumerate(model.columns)}
    found = [
        (min((place.get(c, len(place)) for c in _columns(a)), default=len(place)), a)
        for a in model.arguments
        if a.kind != "response" and a.dims and isinstance(a.dims[0].extent, Rows)
    ]
    return min(found, key=lambda pair: pair[0])[1].name


def _columns(argument: m.Argument) -> set[str]:
    """The columns that an argument is made of, where it names them itself."""
    values = [argument.value, *(feature.value for feature in argument.features)]
    names = {
        node.name
        for value in values
        if value is not None
        for node in ir.walk(value)
        if isinstance(node, ir.Column)
    }
    coded = {part.name for feature in argument.features for part in feature.coded}
    return names | coded | ({argument.of} if argument.of else set())


def join_paragraphs(blocks: Iterable[tuple[m.Paragraph, list[str]]]) -> str:
    """Paragraphs under their headings, a blank line between them."""
    return "\n\n".join(
        "\n".join([_heading(paragraph), *filter(None, code)]) for paragraph, code in blocks
    )


def _heading(paragraph: m.Paragraph) -> str:
    lead = "   " if paragraph.continues else ""
    lines = paragraph.heading.split("\n")
    return "\n".join(found for line in lines for found in comment(line, indent=4, lead=lead))


def statement_lines(statement: m.Statement) -> str:
    """The code of one statement of a model."""
    match statement:
        case m.Sample(name=name, dims=dims):
            if statement.is_row:
                text = distribution(statement.prior, dims)
                return fill("statements/sample_row", name=name, distribution=text)
            template = "statements/sample_vector" if dims else "statements/sample"
            return fill(template, name=name, distribution=expanded(statement))
        case m.Let(name=name, value=value, comment=words):
            text = fill("statements/let", name=name, value=MODEL.print(value))
            return "\n".join([*(comment(words, indent=4) if words else ()), text])
        case m.Accumulate(name=name, sign=sign, value=value):
            tightness = 2 if sign == "-" else 1
            text = MODEL.operand(value, tightness)
            return fill("statements/accumulate", name=name, sign=sign, value=text)
        case m.Observe(name=name):
            return fill("statements/observe", name=name, **observed(statement))
        case m.Keep(name=name):
            return fill("statements/keep", name=name)
        case m.Prior(name=name, site=site, stretch=stretch):
            parts = [] if stretch is None else [f"jnp.log({MODEL.print(stretch)})"]
            if site.prior.name != "Flat":
                parts.insert(0, f"{distribution(site.prior, site.dims)}.log_prob({site.name})")
            if not parts:
                return ""
            return fill("statements/factor", name=name, value=" + ".join(parts))
        case m.Factor(name=name, terms=terms, comment=words, weighted=weighted):
            parts = [MODEL.operand(term, 1) for term in terms]
            if weighted is not None:
                density, number = weighted
                log_prob = f"{distribution(density)}.log_prob({name})"
                parts.append(f"jnp.sum({MODEL.operand(number, 3)} * {log_prob})")
            total = " + ".join(parts)
            text = fill("statements/factor", name=name, value=total)
            return "\n".join([*comment(words, indent=4), text])


def observed(statement: m.Observe) -> dict[str, str]:
    """The distribution of a response and its values, which are None where it is to be drawn."""
    text = distribution(statement.density)
    if statement.mask is not None:
        text += f".mask({MODEL.print(statement.mask)})"
    found = {"target": "", "distribution": text, "values": statement.name}
    if statement.parts:
        found["values"] = f"side_by_side({', '.join(statement.parts)})"
    if statement.values is not None:
        found |= {"target": f"{statement.name} = ", "values": MODEL.print(statement.values)}
    return found
