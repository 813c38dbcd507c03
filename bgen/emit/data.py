"""Model -> the data contract: ``COLUMNS``, ``encode``, ``SITES`` and ``REPARAM``."""

from __future__ import annotations

from textwrap import indent

from bgen.emit.expressions import FORMULA, HOST, TIGHT
from bgen.emit.labels import labels_of, listed
from bgen.emit.lengths import host_length
from bgen.emit.stream import reads_by_row
from bgen.emit.templates import fill
from bgen.emit.text import comment, literal, names_tuple
from bgen.ir import contract
from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import ROW, Classes
from bgen.ir.fast import Fast
from bgen.passes.base import reads

_WHOLE = ("integer", "count", "binary")


def data_part(model: m.Model, fast: Fast | None = None) -> str:
    """The source of the data contract, where NUTS samples the model or its fast form."""
    derived = _derived(model)
    return fill(
        "data",
        columns=[f"{literal(c.name)}: {_column(c)}" for c in model.columns],
        load="    table = load(data)\n" if model.finite else "",
        read="table" if model.finite else "data",
        derived=f"\n{indent(derived, '    ')}\n\n" if derived else "",
        labels=labels_of(model),
        arguments=_arguments(model),
        statistics=[*_statistics(model), *_checks(model)],
        sites=_sites(model),
        reparam=_reparam(model, fast),
    )


def _column(column: contract.ColumnSpec) -> str:
    fields: dict[str, object] = {"type": column.type}
    if column.role != "input":
        fields["role"] = column.role
    if column.levels is not None:
        fields["levels"] = list(column.levels)
    if column.sources is not None:
        fields["columns"] = list(column.sources)
    if column.patterns:
        fields["patterns"] = list(column.patterns)
    for flag in ("block", "open", "coded", "missing", "members"):
        if getattr(column, flag):
            fields[flag] = True
    if column.by is not None:
        fields["by"] = column.by
    if column.unread:
        fields["unread"] = list(column.unread)
    return "{" + ", ".join(f"{literal(k)}: {listed(v)}" for k, v in fields.items()) + "}"


def uses_constants(model: m.Model) -> bool:
    """Whether anything is learnt from the data beside levels."""
    if any(a.kind == "statistic" for a in model.arguments):
        return True
    values = [d.value for d in model.derived]
    values += [a.value for a in model.arguments if a.value is not None]
    values += [f.value for a in model.arguments for f in a.features if f.value is not None]
    return any(isinstance(node, ir.Learnt) for value in values for node in ir.walk(value))


def _derived(model: m.Model) -> str:
    """The statements of ``encode`` before its arguments."""
    blocks = []
    makers = ["constant = constants(encoding)"] if uses_constants(model) else []
    makers += ["finite = finite_values(table, encoding)"] if model.finite else []
    if makers:
        blocks.append("\n".join(makers))
    for crossing in model.crossings:
        parts = ", ".join(literal(part) for part in crossing.parts)
        blocks.append(
            f"columns[{literal(crossing.name)}] = cross("
            f"columns, encoding, {literal(crossing.name)}, [{parts}], unseen)"
        )
    dates = {c.name for c in model.columns if c.type == "date"}
    for grid in model.grids:
        kind = ", dates=True" if grid.column in dates else ""
        blocks.append(
            f"columns[{literal(grid.name)}] = slots(columns, encoding, {literal(grid.name)}, "
            f"{literal(grid.column)}, step={grid.step}, horizon={grid.horizon}{kind})"
        )
    for name in model.imputed():
        slot = literal(f"{name}_slot")
        blocks.append(f"columns[{slot}] = missing_slots(columns, encoding, {literal(name)})")
    for derived in model.derived:
        heading = "\n".join(
            line for text in derived.heading.split("\n") for line in comment(text, indent=4)
        )
        statement = f"columns[{literal(derived.name)}] = {HOST.print(derived.value)}"
        if derived.role == "response":
            statement = _where_present(_columns(derived.value), statement)
        checks = _finite(model, derived.name)
        blocks.append("\n".join([heading, *checks, statement]))
    if checks := _finite(model, ""):
        blocks.append("\n".join(checks))
    for rule in model.rules:
        blocks.append(_where_present(_columns(rule), HOST.print(rule)))
    return "\n\n".join(blocks)


def _finite(model: m.Model, before: str) -> list[str]:
    """Statements that look at values of expressions, where their columns are given."""
    columns = {c.name: c for c in model.columns}
    derived = {d.name: d for d in model.derived}

    def roots(name: str) -> set[str]:
        if name not in derived:
            return {name}
        return set().union(*(roots(other) for other in _columns(derived[name].value)))

    def of(name: str) -> list[contract.ColumnSpec]:
        return [columns[root] for root in roots(name) if root in columns]

    def is_learnt(name: str) -> bool:
        """Whether a constant is in it, which is not known yet where rows are read in blocks."""
        value = derived[name].value if name in derived else ir.ZERO
        own = any(isinstance(node, ir.Learnt) for node in ir.walk(value))
        return own or any(map(is_learnt, _columns(value)))

    def may_lack(name: str) -> bool:
        """Whether there may be nothing in a row: nor is there of what has yet to happen."""
        return any(c.missing or c.role == "history" for c in of(name))

    blocks, found = reads_by_row(model), []
    for check in model.finite:
        if check.before != before:
            continue
        value, names = check.value, sorted(_columns(check.value))
        if value.dims and not value.dims[0].is_row:  # a value a level, shown where a row has it
            value = ir.Gather(value, (ir.Column(value.dims[0].name, (ROW,)),))
        lacking = [n for n in names if may_lack(n) or (blocks and is_learnt(n))]
        given = [f"columns[{literal(n)}]" for n in lacking]
        if blocks:
            learnt = [node for node in ir.walk(value) if isinstance(node, ir.Learnt)]
            given += dict.fromkeys(HOST.print(node) for node in learnt)
        parts = [literal(FORMULA.print(check.shown)), f"lambda: {HOST.print(value)}", *given]
        statement = f"finite({', '.join(parts)})"
        roles = {name: {c.role for c in of(name)} for name in names}
        if any("density" in role for role in roles.values()):
            statement = f'if encoding["training"]:\n    {statement}'
        drawn = {name for name in names if roles[name] & {"response", "history"}}
        found.append(_where_present(drawn, statement) if drawn else statement)
    return found


def _where_present(columns: set[str], statement: str) -> str:
    """A statement that is left out where a column that it reads is absent."""
    test = " and ".join(f"{literal(name)} in columns" for name in sorted(columns))
    return f"if {test}:\n{indent(statement, '    ')}" if test else statement


def _columns(value: ir.Expression) -> set[str]:
    return {node.name for node in ir.walk(value) if isinstance(node, ir.Column)}


# --- arguments ------------------------------------------------------------------------------------


def _arguments(model: m.Model) -> list[str]:
    whole = {c.name for c in model.columns if c.type in _WHOLE}
    plain = [a for a in model.arguments if a.kind != "statistic"]
    texts = {a.name: _argument(a, whole) for a in plain}
    for name in _multiplied(model):
        texts[name] += ".astype(float)"
    found = [f"{literal(name)}: {text}" for name, text in texts.items()]
    counts = [
        f"{literal('n_' + name)}: count_levels(encoding, {literal(name)})"
        for name in model.level_counts()
    ]
    return found + counts


def _multiplied(model: m.Model) -> list[str]:
    """The whole numbers that are multiplied or added: JAX would wrap what they come to."""
    columns = {c.name for c in model.columns if c.type in ("integer", "count")}
    whole = {
        a.name
        for a in model.arguments
        if a.kind == "column" and isinstance(a.value, ir.Column) and a.value.name in columns
    }

    def inputs(value: ir.Expression) -> list[str]:
        """Those of a value that is a whole number."""
        match value:
            case ir.Input(name=name):
                return [name] if name in whole else []
            case ir.Multiply(factors=parts) | ir.Add(terms=parts):
                return [name for _, part in parts for name in inputs(part)]
            case ir.Negative(operand=operand):
                return inputs(operand)
            case _:
                return []

    found: dict[str, None] = {}
    for statement in model.statements():
        for value in reads(statement):
            for node in ir.walk(value):
                names = inputs(node)
                found |= dict.fromkeys(names if len(names) > 1 else ())
    return list(found)


def _argument(argument: m.Argument, whole: set[str]) -> str:
    match argument.kind:
        case "design":
            return _design(argument, whole)
        case "index":
            assert argument.of is not None
            return f"columns[{literal(argument.of)}]"
        case "response":
            name = literal(argument.name)
            if isinstance(argument.value, ir.Helper):
                return f"{HOST.print(argument.value)} if {name} in columns else None"
            return f"columns.get({name})"
        case "history":
            assert argument.value is not None
            (name,) = _columns(argument.value)
            return f"history(encoding, columns.get({literal(name)}))"
        case "observed":
            assert argument.value is not None
            columns = (f"columns.get({literal(name)})" for name in sorted(_columns(argument.value)))
            return f'observed_rows(encoding["rows"], {", ".join(columns)})'
        case "row":
            return 'np.arange(encoding["rows"])'
        case "column" | "computed":
            assert argument.value is not None
            return HOST.print(argument.value)
        case "statistic":
            raise AssertionError("statistics follow once the designs are there")


def _statistics(model: m.Model) -> list[str]:
    """Statements that learn the mean or sd of a design's columns, for scaled priors."""
    found = []
    designs = {a.name: a.features for a in model.arguments if a.kind == "design"}
    for argument in model.arguments:
        if argument.kind == "statistic" and argument.of is not None:
            design = f"arguments[{literal(argument.of)}]"
            statistic = argument.comment.split()[0]
            constant = any(isinstance(f.value, ir.Constant) for f in designs[argument.of])
            ones = ", ones=True" if statistic == "sd" and constant else ""
            call = f"constant({literal(f'{statistic}({argument.of})')}, lambda: {design}{ones})"
            found.append(f"arguments[{literal(argument.name)}] = {call}")
    return found


def _checks(model: m.Model) -> list[str]:
    """Statements that check the number of levels and of columns, where the data tell it."""
    axes = [dim.extent for site in model.sites() for dim in site.dims]
    responses = {response.name for response in model.responses}
    steps = {axis.name for axis in axes if isinstance(axis, Classes)} - responses
    found = [
        f"check_steps({literal(name)}, arguments[{literal(f'n_{name}')}])" for name in sorted(steps)
    ]
    designs = {a.name: f"arguments[{literal(a.name)}]" for a in model.arguments}
    for check in model.columns_needed:
        length = host_length(check.dim, designs)
        found.append(f"check_columns({literal(check.told)}, {check.than:g}, {length})")
    return found


def _design(argument: m.Argument, whole: set[str]) -> str:
    features = argument.features
    text = f"np.column_stack([{', '.join(_feature(feature) for feature in features)}])"
    if argument.standardized:
        return f"standardized(encoding, {literal(argument.name)}, {text})"
    # Columns of whole numbers alone would make a design of integers.
    if any(f.value is None or _is_float(f.value, whole) for f in features):
        return text
    return f"{text}.astype(float)"


def _feature(feature: contract.Feature) -> str:
    if not feature.coded:
        assert feature.value is not None
        if isinstance(feature.value, ir.Constant):
            return f'np.full(encoding["rows"], {feature.value.value!r})'
        return HOST.print(feature.value)
    codes = [_codes(coded) for coded in feature.coded]
    if feature.block and feature.value is not None:  # a spline
        codes.insert(feature.place, HOST.print(feature.value))
        return f"cross_codes({', '.join(codes)})"
    text = codes[0] if len(codes) == 1 else f"cross_codes({', '.join(codes)})"
    if feature.value is None:
        return text
    return f"{text} * {HOST.operand(feature.value, TIGHT)}[:, None]"


def _codes(coded: contract.Coded) -> str:
    name = literal(coded.name)
    full = ", full=True" if coded.full else ""
    return f"code_levels(columns[{name}], count_levels(encoding, {name}){full})"


def _is_float(value: ir.Expression, whole: set[str]) -> bool:
    """Whether NumPy makes floats of it."""
    match value:
        case ir.Constant() | ir.Learnt() | ir.Apply():
            return True
        case ir.Column(name=name):
            return name not in whole
        case ir.Multiply(factors=factors):
            return any(sign == "/" or _is_float(factor, whole) for sign, factor in factors)
        case ir.Gather(table=table):
            return _is_float(table, whole)
        case _:
            return any(_is_float(child, whole) for child in ir.children(value))


# --- sites, parameterisations --------------------------------------------------------------------


def _sites(model: m.Model) -> list[str]:
    found = []
    for statement in model.statements():
        if isinstance(statement, m.Sample | m.Keep):
            axes = ", ".join(literal(d.name) for d in statement.dims)
            comma = "," if len(statement.dims) == 1 else ""
            found.append(f"{literal(statement.name)}: ({axes}{comma})")
    return found


def _reparam(model: m.Model, fast: Fast | None) -> list[str]:
    sampled = (fast or Fast(model, model.paragraphs)).sampled()
    lines = (
        ["# Sites that `model_fast` moves or integrates out are not here."]
        if any(site.name not in sampled for site in model.sites())
        else []
    )
    for r in (r for r in model.reparameterisations if r.site in sampled):
        words = {0.0: "non-centred", 1.0: "centred"}.get(r.centred, "partly centred")
        lines += comment(f"{r.site} is {words}: {r.reason}.", indent=4)
        if r.centred == 1.0:
            continue
        if r.standard:
            lines.append(f"{literal(r.site)}: StandardReparam(),")
            continue
        base = f"{r.site}_base" if r.log else r.site
        if r.log:
            lines.append(f"{literal(r.site)}: TransformReparam(),")
        shape = f", shape_params={names_tuple(list(r.shape))}" if r.shape else ""
        lines.append(f"{literal(base)}: LocScaleReparam(centered={r.centred!r}{shape}),")
    return lines
