"""A program -> its model: statement by statement, in the order of the file."""

from __future__ import annotations

from typing import NoReturn

from bgen.base.diagnostic import Sink
from bgen.base.source import Span
from bgen.check.columns import declare
from bgen.check.derived import derive
from bgen.check.domains import finite_of
from bgen.check.entries import Column, Derived, Parameter, Predictor, UserLayer, place_of
from bgen.check.expansion import define_layer, expand_call, is_layer, reject_circles
from bgen.check.features import is_data
from bgen.check.groupings import grouping
from bgen.check.helpers import reject_helpers
from bgen.check.inputs import names_read
from bgen.check.layers import TermTranslator
from bgen.check.likelihood import observe
from bgen.check.limits import reject_giants
from bgen.check.lints import lint
from bgen.check.order import definitions
from bgen.check.places import constants_last
from bgen.check.priors import prior_of
from bgen.check.ranges import range_of
from bgen.check.reports import report
from bgen.check.roles import columns_with_roles, derived_with_roles
from bgen.check.scaled import in_order
from bgen.check.scope import Rejected, Scope, level_dim
from bgen.check.settings import read_fit, reparameterise
from bgen.check.site_priors import prior_after_call
from bgen.check.targets import find_natural, find_targets, find_widths
from bgen.check.unknowns import ModelTranslator, index_name
from bgen.check.words import reject_distribution
from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import ROW, Dim, Dims
from bgen.links import links
from bgen.syntax import ast
from bgen.syntax.printer import print_expression, print_statement


def check(program: ast.Program, sink: Sink, default_name: str) -> m.Model | None:
    """The model that a program says, or None after its errors have been reported."""
    scope = Scope(sink)
    title: ast.ModelStatement | None = None
    settings: dict[str, int | float | str] = {}
    reparams: list[ast.ReparamBlock] = []
    try:
        reject_giants(scope, program)
    except Rejected:
        return None
    policy: ast.Priors | None = None
    for statement in program.statements:
        try:
            match statement:
                case ast.DataBlock():
                    declare(scope, statement)
                case ast.LayerDefinition():
                    define_layer(scope, statement)
                case ast.Priors():
                    if policy is not None:
                        reject_second(scope, "priors", statement.span, policy.span)
                    policy = statement
                    _choose_policy(scope, statement)
        except Rejected:
            continue
    reject_circles(scope)
    scope.targets, scope.widths = find_targets(program), find_widths(program)
    scope.natural = find_natural(program, scope.entries)
    scope.later, scope.needs = definitions(program)
    scope.inputs = names_read(program, scope.entries)
    for statement in program.statements:
        try:
            scope.stem, scope.current = "", None
            match statement:
                case ast.ModelStatement():
                    if title is not None:
                        reject_second(scope, "model", statement.span, title.span)
                    title = statement
                case ast.Assignment():
                    _assign(scope, statement)
                case ast.Distributed():
                    _distribute(scope, statement)
                case ast.FitBlock():
                    read_fit(scope, statement, settings)
                case ast.ReparamBlock():
                    reparams.append(statement)
                case ast.Report():
                    report(scope, statement)
                case _:
                    pass
        except Rejected:
            scope.statements.clear()
            scope.nesting, scope.within = 0, None
            _placeholder(scope, statement)
    if not scope.responses and not sink.failed:
        sink.error(
            "BL217",
            program.statements[-1].span,
            "the model has no likelihood",
            help="tie a predictor to a column with a link, such as `y ~ gaussian(mu)`",
        )
    if not scope.sites and not sink.failed:
        sink.error(
            "BL227",
            next(iter(scope.observed.values())),
            "the model has no unknowns, so there is nothing to fit",
            help="add a layer to a predictor, such as `intercept() + linear(x)`, or a parameter, "
            "such as `tau ~ HalfNormal(1)`",
        )
    if not any(a.kind != "response" and ROW in a.dims for a in scope.arguments.values()):
        # Nothing but the response, which may be missing, would tell how many rows there are.
        scope.row_input(program.statements[-1].span if program.statements else Span(0, 0))
    reparameterisations = reparameterise(scope, reparams)
    reject_helpers(scope)
    if sink.failed:
        return None  # what is unused may be used where the error is
    lint(scope)
    derived, rules = derived_with_roles(scope), in_order(scope.rules)
    return m.Model(
        name=title.name if title else default_name,
        title=title.title if title else None,
        columns=columns_with_roles(scope),
        derived=derived,
        crossings=tuple(scope.crossings.values()),
        grids=tuple(scope.grids.values()),
        unions=tuple(scope.unions.values()),
        rules=rules,
        finite=finite_of(scope, derived, rules),
        patched=tuple(scope.patched.values()),
        arguments=tuple(scope.arguments.values()),
        paragraphs=tuple(scope.paragraphs),
        responses=tuple(scope.responses),
        reparameterisations=reparameterisations,
        settings=tuple(settings.items()),
        unidentified=tuple(scope.unidentified),
        pair_labels=tuple(scope.pair_labels),
        fewer=tuple(scope.fewer),
        reviews=tuple(scope.reviews),
        measured=tuple(scope.measured.values()),
    )


def reject_second(scope: Scope, word: str, span: Span, first: Span) -> NoReturn:
    scope.reject(
        "BL216",
        span,
        f"a program has one `{word}` statement, and this is the second",
        help="delete one of the two",
        notes=((first, "the first is here"),),
    )


def _placeholder(scope: Scope, statement: ast.Statement) -> None:
    """A name whose definition failed is known all the same: one mistake, one error."""
    targets: tuple[ast.Target, ...] = ()
    if isinstance(statement, ast.Assignment):
        targets = (statement.target,)
    elif isinstance(statement, ast.Distributed):
        targets = statement.targets
    for target in targets:
        indices = tuple(index_name(i) for i in target.indices)
        known = scope.entries.get(target.name)
        # Of a layer or column of that name nobody knows which of the two a use means.
        other = isinstance(known, UserLayer) or (
            isinstance(known, Column | Derived) and isinstance(statement, ast.Assignment)
        )
        if known is None or other or scope.may_miss(target.name):
            scope.broken.add(target.name)
        scope.entries.setdefault(
            target.name,
            Predictor(ir.Local(target.name, ()), indices, _ANY, target.span, used=True),
        )


_ANY = range_of(ir.Constant(0.5), Scope(Sink()))  # a broken name must not cause range errors


# --- layers and policies --------------------------------------------------------------------------


def _choose_policy(scope: Scope, statement: ast.Priors) -> None:
    if statement.policy.id not in ("unit", "scaled"):
        scope.reject(
            "BL508",
            statement.policy.span,
            f"`{statement.policy.id}` is not a policy of priors",
            help="write `priors unit` (the default) or `priors scaled`",
        )
    scope.policy = statement.policy.id


# --- `name = expression` --------------------------------------------------------------------------


def _assign(scope: Scope, statement: ast.Assignment) -> None:
    target, value = statement.target, statement.value
    scope.current = target.name
    _reject_known(scope, target, value)
    reject_distribution(scope, value, _written(target))
    if not target.indices and is_data(scope, value):
        derive(scope, statement)
    elif target.indices:
        _derive_parameter(scope, statement)
    else:
        _predict(scope, target, value)


def _written(target: ast.Target) -> str:
    indices = ", ".join(print_expression(i) for i in target.indices)
    return f"{target.name}[{indices}]" if indices else target.name


def _reject_known(scope: Scope, target: ast.Target, value: ast.Expression) -> None:
    """An error where a statement would define a name a second time."""
    entry = scope.entries.get(target.name)
    if entry is None:
        return
    if target.name in scope.broken:
        raise Rejected
    remedy = f"call this one `{scope.free_name(target.name)}`; a name has one meaning"
    if isinstance(value, ast.Call) and value.function in links():
        remedy = f"a likelihood is written with `~`: `{target.name} ~ {print_expression(value)}`"
    elif isinstance(entry, Column):
        remedy = (
            f"to make the column a response, write `{target.name} ~ gaussian(...)`; a predictor "
            "has a name of its own, such as `mu = ...`"
        )
    scope.reject(
        "BL219",
        target.span,
        f"`{target.name}` is defined already",
        help=remedy,
        notes=((place_of(entry), "defined here before"),),
    )


def _derive_parameter(scope: Scope, statement: ast.Assignment) -> None:
    """``theta[school] = mu + tau * z[school]``: one value a level, computed from others."""
    target = statement.target
    indices, frame = _frame(scope, target)
    value = ModelTranslator(scope, frame).translate(statement.value)
    scope.claim(target.name, target.span, "derived parameter")
    scope.statements.append(m.Let(target.name, value))
    scope.paragraph(print_statement(statement))
    if set(value.dims) != set(frame):
        missing = " and ".join(f"`{d.name}`" for d in frame if d not in value.dims)
        scope.reject(
            "BL441",
            target.span,
            f"`{target.name}` would be the same for each level of {missing}",
            help=f"use a parameter that has one value for each level of {missing}, or define "
            f"`{target.name}` without this index",
        )
    local = ir.Local(target.name, value.dims)  # axes in the order in which they were computed
    scope.entries[target.name] = Predictor(local, indices, range_of(value, scope), target.span)


def _predict(scope: Scope, target: ast.Target, value: ast.Expression) -> None:
    """A predictor: one paragraph a term, accumulated under one name."""
    name = target.name
    written = value.terms if isinstance(value, ast.Sum) else (("+", value),)
    terms = constants_last(scope, written)
    values: list[ir.Expression] = []
    out = scope.widths.get(name, ())
    scope.linear_terms = ()
    for place, (sign, term) in enumerate(terms):
        call = expand_call(scope, term) if isinstance(term, ast.Call) else None
        alone = len(terms) == 1 and call is not None and is_layer(scope, call.function)
        contribution = TermTranslator(scope, name).term(sign, term, name if alone else None)
        if out and contribution.dims == (ROW,):  # the same for every class
            contribution = ir.Spread(contribution, out)
        if place == 0:
            _begin(scope, name, sign, contribution, target)
        else:
            scope.statements.append(m.Accumulate(name, sign, contribution))
        values.append(contribution)
        _head_term(scope, name, sign, term, place)
    _reject_bare_terms(scope, terms, values)
    total = ir.Add(tuple((sign, v) for (sign, _), v in zip(terms, values, strict=True)))
    whole = total if len(values) > 1 else values[0]
    if any(not d.is_row and d not in out for d in whole.dims) and len(values) > 1:
        pairs = zip(terms, values, strict=True)
        term = next(t for (_, t), v in pairs if any(d not in (ROW, *out) for d in v.dims))
        scope.reject(
            "BL435",
            term.span,
            f"`{print_expression(term)}` is several numbers a row, and one is needed",
            help="combine what is several numbers wide with `sum(a)` or `dot(a, b)`",
        )
    if values == [ir.Unknown(name, values[0].dims)]:
        local: ir.Expression = values[0]  # `a = intercept()`: the site carries the name itself
    else:
        local = ir.Local(name, whole.dims)
    scope.entries[name] = Predictor(local, (), range_of(whole, scope), target.span)


def _head_term(scope: Scope, name: str, sign: str, term: ast.Expression, place: int) -> None:
    """Close the paragraph of one term under its source text."""
    text = print_expression(term)
    if isinstance(term, ast.Sum):
        text = f"({text})"
    if place == 0:
        scope.paragraph(f"{name} = {'-' if sign == '-' else ''}{text}")
    else:
        scope.paragraph(f"{sign} {text}", continues=True)


def _begin(scope: Scope, name: str, sign: str, value: ir.Expression, target: ast.Target) -> None:
    """The first term; a name that is a site already needs no further statement."""
    if sign == "-":
        value = ir.Negative(value)
    if value == ir.Unknown(name, value.dims):
        return
    scope.claim(name, target.span, "predictor")
    scope.statements.append(m.Let(name, value))


def _reject_bare_terms(
    scope: Scope, terms: tuple[tuple[str, ast.Expression], ...], values: list[ir.Expression]
) -> None:
    translator = ModelTranslator(scope)
    if not any(translator.has_unknowns(value) for value in values):
        return
    for (_, term), value in zip(terms, values, strict=True):
        translator.reject_bare(term, value)


# --- `name ~ distribution` ------------------------------------------------------------------------


def _distribute(scope: Scope, statement: ast.Distributed) -> None:
    target = statement.targets[0]
    entry = scope.entries.get(target.name)
    if isinstance(entry, Column | Derived):
        observe(scope, statement)
        return
    scope.current = target.name
    value = statement.value
    if isinstance(value, ast.Call) and entry is None and value.function in links():
        columns = [n for n, e in scope.entries.items() if isinstance(e, Column | Derived)]
        scope.reject(
            "BL438",
            target.span,
            f"`{target.name}` is not a column, so it cannot be a response",
            help=scope.suggest(target.name, columns)
            or f"declare it in `data {{ ... }}`, such as `{target.name}: real`; "
            "a parameter takes a distribution, such as `Normal(0, 1)`",
        )
    _reject_known(scope, target, value)
    if len(statement.targets) > 1:
        scope.reject(
            "BL439",
            statement.span,
            "a prior is for one parameter",
            help="write a statement for each parameter",
        )
    indices, frame = _frame(scope, target)
    prior = prior_of(value, ModelTranslator(scope, frame))
    # A vector for each index: the axes of one draw come last.
    own = tuple(Dim(f"{target.name}_part", d.extent) for d in _axes_of(prior))
    sample = m.Sample(target.name, (*frame, *own), prior, default=False)
    remedy = prior_after_call(scope, target.name, value)
    scope.sample(sample, target.span, "parameter", remedy)
    scope.written[target.name] = value
    if sample.is_row:
        scope.row_input(target.span)
    scope.paragraph(print_statement(statement))
    scope.entries[target.name] = Parameter(sample, indices, target.span)


def _axes_of(prior: m.Density) -> Dims:
    return prior.parameters[0][1].dims[-prior.event :] if prior.event else ()


def _reject_unknown_index(scope: Scope, target: ast.Target, node: ast.Name) -> None:
    """``eps[rows]``: the one index that is no column is called `row`."""
    near = scope.suggest(node.id, ["row", *scope.entries])
    if node.id in scope.later or (near and "`row`" not in near):
        return  # said where the name is looked up
    written = ", ".join("row" if i is node else print_expression(i) for i in target.indices)
    scope.reject(
        "BL204",
        node.span,
        f"`{node.id}` is not defined",
        label="not a column",
        help=f"one value for each row is `{target.name}[{written}]`; else name a category that "
        "`data` declares",
    )


def _frame(scope: Scope, target: ast.Target) -> tuple[tuple[str, ...], Dims]:
    """The indices of a target as texts and as axes."""
    axes: list[Dim] = []
    for node in target.indices:
        if isinstance(node, ast.Name) and node.id == "row" and "row" not in scope.entries:
            axes.append(ROW)
            continue
        if isinstance(node, ast.Number | ast.String):
            scope.reject(
                "BL314",
                node.span,
                "an index is the name of a category, or `row`",
                help=f"name the category whose levels `{target.name}` has a value for",
            )
        if isinstance(node, ast.Name) and node.id not in scope.entries:
            _reject_unknown_index(scope, target, node)
        axes.append(level_dim(grouping(scope, node)))
    if len(set(axes)) < len(axes) or (ROW in axes and len(axes) > 1):
        scope.reject(
            "BL440",
            target.span,
            f"`{target.name}` cannot have these indices together",
            help="give each index once; `row` stands alone",
        )
    return tuple(index_name(i) for i in target.indices), tuple(axes)
