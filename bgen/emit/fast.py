"""The fast form of a model -> ``prepare``, ``model_fast`` and ``recover``."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import indent

from bgen.emit.densities import distribution
from bgen.emit.expressions import HOST, MODEL, TIGHT, ModelPrinter
from bgen.emit.functions import (
    Parameter,
    join_paragraphs,
    observed,
    parameter,
    parameter_lines,
    signature,
    statement_lines,
)
from bgen.emit.names import names_in
from bgen.emit.templates import fill
from bgen.emit.text import comment, literal, names_tuple, visible, wrap
from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.fast import Coordinates, Fast, Step


class _PreparePrinter(ModelPrinter):
    """As ``prepare`` computes it: NumPy, on the arguments of the model."""

    numbers = "np"

    def function(self, name: str, operand: str) -> str:
        return HOST.function(name, operand)

    def helper(self, node: ir.Helper) -> str:
        # A column may be called len, which is Python's word for it.
        return self._rows(*node.operands) if node.function == "len" else super().helper(node)

    def pairs(self, node: ir.PairProducts) -> str:
        rows = f"reshape({self._rows(node.left)}, -1)"
        return super().pairs(node).replace("reshape(rows, -1)", rows)

    def _rows(self, of: ir.Expression) -> str:
        return f"{self.operand(of, TIGHT)}.shape[0]"


_PREPARE = _PreparePrinter()
_PREPARES = "What ``model_fast`` takes in place of the rows: once, on the host, in float64."
_PREPARES_BOTH = """What ``model_fast`` and ``recover`` take in place of the rows.

    It is computed once, on the host, in float64.
    """


def fast_functions(fast: Fast) -> list[str]:
    """The sources of what stands beside ``model``; none where nothing was rewritten."""
    if not fast.changed:
        return []
    found = [_prepare(fast), _model_fast(fast)]
    return [*found, _recover(fast)] if fast.drawn else found


def fast_field(fast: Fast) -> str:
    """The value of ``PROGRAM.fast``."""
    parts = ["model_fast", "prepare", f"passes={names_tuple(_applied(fast))}"]
    if fast.drawn:
        parts += ["recover=recover", f"given={names_tuple(_given(fast))}"]
    if fast.auxiliary:
        pairs = ", ".join(f"{literal(z)}: {literal(site)}" for z, site in fast.auxiliary)
        parts.append(f"auxiliary={{{pairs}}}")
    if fast.shifted:
        parts.append(f"shifted={names_tuple(list(fast.shifted))}")
    if fast.coordinates:
        parts.append(f"coordinates={_coordinates(fast.coordinates)}")
    return f"FastForm({', '.join(parts)})"


def plan_lines(fast: Fast, width: int) -> list[str]:
    """What was rewritten, and what was not and why not."""
    found = []
    for note in fast.notes:
        head = f"{note.name}: " if note.applied else f"not {note.name}: "
        found += wrap(visible(f"{head}{note.text}"), width, "    ")
    return found


def _applied(fast: Fast) -> list[str]:
    return [note.name for note in fast.notes if note.applied]


def _coordinates(found: Coordinates) -> str:
    columns = ", ".join(f"{literal(k)}: {_names_of(v)}" for k, v in found.columns)
    known = ", ".join(map(_names_of, found.known))
    parts = [literal(found.z), f"counts={literal(found.counts)}"]
    parts += [f"response={_names_of(found.response)}", f"columns={{{columns}}}"]
    parts += [f"known=({known},)"] if known else []
    priors = ", ".join(f"{literal(k)}: {v}" for k, v in found.priors)
    parts += [f"priors={{{priors}}}"] if priors else []
    parts += [f"scale={literal(found.scale)}"] if found.scale else []
    return f"Coordinates({', '.join(parts)})"


def _names_of(names: Sequence[str]) -> str:
    return f"({', '.join(map(literal, names))}{',' * (len(names) == 1)})"


# --- the three functions --------------------------------------------------------------------------


def _prepare(fast: Fast) -> str:
    steps = "\n".join(f"{_targets(s)} = {_PREPARE.print(s.value)}" for s in fast.steps)
    made = {p.argument.name: _PREPARE.print(p.value) for p in fast.prepared}
    texts = (_model_body(fast), _recover_body(fast), _drawn(fast))
    later = {a.name for a in fast.coordinates.arguments} if fast.coordinates else set()
    names = [a.name for a in _arguments(fast, *texts) if a.name not in later]
    names += _counts(fast, *texts)
    entries = [f"{literal(name)}: {made.get(name, name)}" for name in names]
    given = _given_to_prepare(fast)
    return fill(
        "prepare",
        parameters=parameter_lines(given),
        docstring=_PREPARES_BOTH if fast.drawn else _PREPARES,
        body=indent(steps, "    "),
        entries=entries,
    )


def _targets(step: Step) -> str:
    alone = step.unpacked and len(step.targets) == 1
    return f"({step.targets[0]},)" if alone else ", ".join(step.targets)


def _given_to_prepare(fast: Fast) -> list[Parameter]:
    """What the model takes, on the host."""
    taken = list(signature(fast.model)[:-1])  # it never sees a part of the rows
    if taken[-1].text == "*":
        taken.pop()
    names = {"Array | None = None": "np.ndarray", "Array": "np.ndarray"}
    found = []
    for each in taken:
        name, _, kind = each.text.partition(": ")
        text = f"{name}: {names.get(kind, kind)}" if kind else name
        found.append(Parameter(text, each.comment, each.above))
    return found


def _model_fast(fast: Fast) -> str:
    body = _model_body(fast)
    return fill(
        "model",
        name="model_fast",
        parameters=parameter_lines(_parameters(fast, body)),
        docstring="The same posterior as that of ``model``, from what ``prepare`` makes.",
        body=indent(body, "    "),
    )


def _recover(fast: Fast) -> str:
    body = _recover_body(fast)
    parameters = _parameters(fast, body, _drawn(fast))
    given = [Parameter(f"{name}: Array") for name in _given(fast)]
    if given and not any(p.text == "*" for p in parameters):
        parameters.append(Parameter("*"))
    parameters += given
    joint = any(len(drawn.sites) > 1 for drawn in fast.drawn)
    return fill(
        "recover",
        parameters=parameter_lines(parameters),
        body=indent(body, "    "),
        entries=_entries(fast),
        key="Any" if joint else "str",
    )


def _model_body(fast: Fast) -> str:
    body = join_paragraphs(
        (p, [_all_rows(s) or statement_lines(s) for s in p.statements]) for p in fast.paragraphs
    )
    if "rows" not in _names(body):
        return body
    by_row = ((a.name, d) for a in _arguments(fast, body) for d in enumerate(a.dims))
    name, axis = next((n, k) for n, (k, d) in by_row if d.name in ("row", "cell"))
    return f"rows = {name}.shape[{axis}]\n\n{body}"


def _all_rows(statement: m.Statement) -> str:
    """A statement of rows, which are never a part of them here."""
    match statement:
        case m.Sample(name=name, dims=dims, prior=prior) if statement.is_row:
            text = distribution(prior, dims)
            return fill("statements/sample_all_rows", name=name, distribution=text)
        case m.Observe(name=name):
            return fill("statements/observe_all_rows", name=name, **observed(statement))
        case _:
            return ""


def _recover_body(fast: Fast) -> str:
    """The predictors and named values that the distributions read."""
    needed = _names(_drawn(fast))
    kept: list[m.Statement] = []
    read = fast.with_(paragraphs=fast.textbook) if fast.textbook else fast
    for s in reversed(read.statements()):
        if isinstance(s, m.Let | m.Accumulate) and s.name in needed and s.name not in _there(fast):
            kept.insert(0, s)
            needed |= _names(MODEL.print(s.value))
    return "\n".join(statement_lines(s) for s in kept)


def _entries(fast: Fast) -> list[str]:
    lines: list[str] = []
    for drawn in fast.drawn:
        lines += comment(drawn.comment, indent=8)
        sites = drawn.sites
        key = literal(sites[0]) if len(sites) == 1 else _names_of(sites)
        lines.append(f"{key}: {distribution(drawn.given)}")
    return ["\n        ".join(lines)]


def _drawn(fast: Fast) -> str:
    return "\n".join(distribution(drawn.given) for drawn in fast.drawn)


# --- what they take -------------------------------------------------------------------------------


def _names(*texts: str) -> set[str]:
    return set(names_in("\n".join(texts)).used)


def _given(fast: Fast) -> list[str]:
    """The sites that ``recover`` reads, also those that are computed from auxiliary ones."""
    used = _names(_recover_body(fast), _drawn(fast))
    return [name for name in _there(fast) if name in used]


def _there(fast: Fast) -> list[str]:
    """The sites of the model that its fast form has."""
    sites = {s.name for s in fast.model.sites()}
    return [
        s.name for s in fast.statements() if isinstance(s, m.Sample | m.Let) and s.name in sites
    ]


def _arguments(fast: Fast, *texts: str) -> list[m.Argument]:
    """Arguments of the model that are read as they are, and what ``prepare`` made."""
    known = {a.name: a for a in fast.model.arguments}
    known |= {p.argument.name: p.argument for p in fast.prepared}
    if fast.coordinates:
        known |= {a.name: a for a in fast.coordinates.arguments}
    used = _names(*texts)
    return [argument for name, argument in known.items() if name in used]


def _counts(fast: Fast, *texts: str) -> list[str]:
    used = _names(*texts)
    return [f"n_{name}" for name in fast.model.level_counts() if f"n_{name}" in used]


def _parameters(fast: Fast, *texts: str) -> list[Parameter]:
    found = [parameter(a, "Array") for a in _arguments(fast, *texts)]
    counts = [Parameter(f"{name}: int") for name in _counts(fast, *texts)]
    return [*found, *([Parameter("*"), *counts] if counts else [])]
