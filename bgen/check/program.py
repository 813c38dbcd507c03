"""A program -> its model: statement by statement, in the order of the file."""

from __future__ import annotations

from typing import NoReturn

from bgen.base.diagnostic import Sink
from bgen.base.source import Span
from bgen.check.assignments import assign
from bgen.check.columns import declare
from bgen.check.domains import finite_of
from bgen.check.entries import Column, Derived, Predictor, UserLayer
from bgen.check.expansion import define_layer, reject_circles
from bgen.check.helpers import reject_helpers
from bgen.check.inputs import names_read
from bgen.check.limits import reject_giants
from bgen.check.lints import lint
from bgen.check.order import definitions
from bgen.check.parameters import distribute
from bgen.check.ranges import range_of
from bgen.check.reports import report
from bgen.check.roles import columns_with_roles, derived_with_roles
from bgen.check.scaled import in_order
from bgen.check.scope import Rejected, Scope
from bgen.check.settings import read_fit, reparameterise
from bgen.check.targets import find_natural, find_targets, find_widths
from bgen.check.unknowns import index_name
from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import ROW
from bgen.syntax import ast


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
                    assign(scope, statement)
                case ast.Distributed():
                    distribute(scope, statement)
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
        columns_needed=tuple(scope.columns_needed),
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
