"""Layer calls -> sites, arguments and a contribution; terms of a predictor in general."""

from __future__ import annotations

from dataclasses import replace

from bgen.base.diagnostic import did_you_mean
from bgen.base.source import Span
from bgen.check.expansion import expand_body, expand_call, nested, user_layers
from bgen.check.features import argument_name, design_features
from bgen.check.priors import prior_of
from bgen.check.ranges import range_of
from bgen.check.scaled import constants_last, linear_terms, rescale
from bgen.check.scope import Column, Predictor, Scope, UserLayer, level_dim
from bgen.check.unknowns import ModelTranslator
from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import Dim, Dims, Fixed, Pairs
from bgen.ir.supports import Range
from bgen.layers import Layer, layers
from bgen.layers.base import LayerCall, SiteSpec
from bgen.syntax import ast
from bgen.syntax.printer import print_expression


class TermTranslator(ModelTranslator):
    """Expressions in which layers may stand: predictors and the arguments of a link.

    ``prefix`` is what unnamed layers put before their names: the predictor or the response.
    """

    def __init__(self, scope: Scope, prefix: str, frame: Dims | None = None) -> None:
        if frame is None:
            super().__init__(scope)
        else:
            super().__init__(scope, frame)
        self.prefix = prefix

    def sum(self, node: ast.Sum) -> ir.Expression:
        ordered = constants_last(self.scope, node.terms)
        values: dict[int, ir.Expression] = {}
        for sign, term in ordered:
            values[id(term)] = self.translate(term)
            found = linear_terms([(sign, values[id(term)])])
            self.scope.linear_terms = (*self.scope.linear_terms, *found)
        return self.checked_sum(node, [values[id(term)] for _, term in node.terms])

    def layer_or_unknown(self, node: ast.Call) -> ir.Expression:
        if node.function == "dot":
            return self._dot(node)
        if node.function == "sum":
            return self._total(node)
        return self.layer(node, None)

    def layer(self, node: ast.Call, name: str | None) -> ir.Expression:
        """Lower one layer call; ``name`` is that of its statement, if it has one to itself."""
        node = expand_call(self.scope, node)
        layer = layers().get(node.function)
        if layer is not None:
            call = CheckedCall(self, layer, node, name)
            return layer.lower(call)
        user = self.scope.entries.get(node.function)
        if isinstance(user, UserLayer):  # with several layers: a predictor of that name
            inner = TermTranslator(self.scope, name or f"{self.prefix}_{node.function}")
            body = expand_body(self.scope, user, node)
            with nested(self.scope, node, body):
                return inner.translate(body)
        known = [*layers(), "dot", "sum", *user_layers(self.scope)]
        self.scope.reject(
            "BL413",
            node.function_span,
            f"`{node.function}` is not a layer or a function",
            help=did_you_mean(node.function, known) or f"layers are {', '.join(layers())}",
        )

    def _wide(self, node: ast.Expression) -> tuple[ir.Expression, Dim]:
        value = self.translate(node)
        wide = [d for d in value.dims if not d.is_row]
        if len(wide) != 1:
            self.scope.reject(
                "BL414",
                node.span,
                f"`{print_expression(node)}` is not a vector a row",
                help="`dot` and `sum` combine what is several numbers wide: "
                "`embedding(g, dim = 2)`",
            )
        return value, wide[0]

    def _dot(self, node: ast.Call) -> ir.Expression:
        if len(node.arguments) != 2 or any(a.relation for a in node.arguments):
            self.scope.reject(
                "BL302", node.span, "`dot` takes exactly two arguments, without names"
            )
        left, left_axis = self._wide(node.arguments[0].value)
        right, right_axis = self._wide(node.arguments[1].value)
        if left_axis.extent != right_axis.extent:
            self.scope.reject(
                "BL415",
                node.span,
                f"the two sides of `dot` are {_length(left_axis)} and {_length(right_axis)} wide",
                help="give both the same `dim`",
            )
        return ir.Total(ir.multiply(left, ir.Aligned(right, right_axis, left_axis)), left_axis)

    def _total(self, node: ast.Call) -> ir.Expression:
        value, axis = self._wide(self.single_argument(node))
        return ir.Total(value, axis)


def _length(axis: Dim) -> str:
    return str(axis.extent.length) if isinstance(axis.extent, Fixed) else axis.name


class CheckedCall(LayerCall):
    """One layer call with its arguments checked; makes sites and arguments as ``lower`` asks."""

    def __init__(
        self, translator: TermTranslator, layer: Layer, node: ast.Call, name: str | None
    ) -> None:
        self.translator, self.scope = translator, translator.scope
        self.layer, self.node, self.name = layer, node, name
        self.slots: dict[str, tuple[ast.Expression, ...]] = {}
        self.options: dict[str, ast.Argument] = {}
        self.priors: dict[str, ast.Argument] = {}
        self.parts: dict[str, ir.Expression] = {}
        self._sort_arguments()
        self._fill_slots()
        self.base = name if name is not None else self._unnamed()

    # --- arguments --------------------------------------------------------------------------------

    def _sort_arguments(self) -> None:
        seen_keyword: Span | None = None
        positional: list[ast.Expression] = []
        for argument in self.node.arguments:
            if not argument.relation:
                if seen_keyword is not None:
                    self.scope.reject(
                        "BL417",
                        argument.span,
                        "an argument without a name comes after one with a name",
                        help="write arguments without names first",
                    )
                positional.append(argument.value)
                continue
            seen_keyword = argument.span
            self._keyword(argument)
        self.positional = tuple(positional)

    def _keyword(self, argument: ast.Argument) -> None:
        name = argument.name or ""
        part, option = self.layer.site(name), self.layer.option(name)
        if name in self.priors or name in self.options:
            self.scope.reject("BL407", argument.span, f"`{name}` is given twice")
        if part is None and option is None:
            parts = [s.part for s in self.layer.sites]
            known = parts + [o.name for o in self.layer.options]
            self.scope.reject(
                "BL418",
                argument.name_span,
                f"`{self.layer.keyword}` has no `{name}`",
                help=did_you_mean(name, known)
                or (f"it has {', '.join(known)}" if known else "it takes no arguments by name"),
            )
        if option is not None:
            if argument.relation == "~":
                self.scope.reject(
                    "BL419",
                    argument.span,
                    f"`{name}` is a setting of `{self.layer.keyword}` and has no prior",
                    help=f"write `{name} = ...`",
                )
            self.options[name] = argument
        else:
            self.priors[name] = argument

    def _fill_slots(self) -> None:
        given = list(self.positional)
        for slot in self.layer.slots:
            if slot.many:
                self.slots[slot.name], given = tuple(given), []
            elif given:
                self.slots[slot.name] = (given.pop(0),)
            if not self.slots.get(slot.name) and not slot.optional:
                self.scope.reject(
                    "BL420",
                    self.node.span,
                    f"`{self.layer.keyword}` needs {_wanted(slot.kind)}",
                    help=f"for example `{self.layer.example}`",
                )
        if given:
            self.scope.reject(
                "BL421",
                given[0].span,
                f"`{self.layer.keyword}` takes no more arguments by position",
                label="one too many",
                help=f"for example `{self.layer.example}`",
            )
        for option in self.layer.options:
            if option.default is None and option.name not in self.options:
                self.scope.reject(
                    "BL422",
                    self.node.span,
                    f"`{self.layer.keyword}` needs `{option.name} = ...`",
                    help=f"for example `{self.layer.example}`",
                )

    def _unnamed(self) -> str:
        """``mu`` and its one argument's name, else ``mu`` and the layer's keyword."""
        flat = [node for nodes in self.slots.values() for node in nodes]
        own = argument_name(flat[0]) if len(flat) == 1 else None
        return f"{self.translator.prefix}_{own or self.layer.keyword}"

    # --- what a layer's lower() asks for ----------------------------------------------------------

    def site(self, part: str, *dims: Dim) -> ir.Expression:
        spec = self.layer.site(part)
        assert spec is not None, f"{self.layer.keyword} declares no site {part}"
        given = self.priors.get(part)
        inner = ModelTranslator(self.scope, dims, self.parts)
        if given is not None and given.relation == "=":
            value = self._fixed(given, inner, positive=spec.prior.function.startswith("Half"))
        else:
            node = spec.prior if given is None else given.value
            prior = prior_of(node, inner)
            if spec.prior.function.startswith("Half") and not prior.support.range.is_nonnegative:
                assert given is not None
                self.scope.reject(
                    "BL423",
                    given.value.span,
                    f"`{part}` of `{self.layer.keyword}` is a scale, and {prior.name} is on "
                    f"{prior.support.describe()}",
                    help="use a prior on the positive numbers, such as `HalfNormal(1)`",
                )
            if given is None:
                prior = self._scaled(spec, prior, dims)
            suffix = f"_{part}" if spec.suffix is None else spec.suffix
            sample = m.Sample(f"{self.base}{suffix}", dims, prior, default=given is None)
            value = self.scope.sample(sample, self.node.span)
            if not spec.identified:
                self.scope.unidentified.append(sample.name)
        self.parts[part] = value
        return value

    def _scaled(self, spec: SiteSpec, prior: m.Density, dims: Dims) -> m.Density:
        """The default prior under the program's policy."""
        target = self.scope.targets.get(self.translator.prefix)
        if self.scope.policy == "unit" or target is None:
            return prior
        return rescale(self.scope, target, spec, prior, dims, self.node.span)

    def _fixed(
        self, given: ast.Argument, inner: ModelTranslator, *, positive: bool
    ) -> ir.Expression:
        value = inner.translate(given.value)
        if positive and not range_of(value, self.scope).is_positive:
            text = print_expression(given.value)
            self.scope.reject(
                "BL410",
                given.value.span,
                f"`{given.name}` of `{self.layer.keyword}` must be positive, and `{text}` may "
                "not be",
                help=f"write `exp({text})`, or use something that is positive by its type or prior",
            )
        return value

    def design(self, slot: str = "x") -> ir.Input:
        options = self.options.get("coding")
        full = options is not None and self._word("coding") == "full"
        features = design_features(self.scope, self.slots[slot], full=full)
        several = sum(s.kind == "features" for s in self.layer.slots if self.given(s.name)) > 1
        stem = f"{self.base}_{slot}" if several or self.name is not None else self.base
        return self.scope.design_input(stem, features, self.node.span)

    def index(self, name: str) -> ir.Input:
        return self.scope.index_input(self._grouping(name), self.node.span)

    def levels(self, name: str) -> Dim:
        return level_dim(self._grouping(name))

    def given(self, slot: str) -> bool:
        return bool(self.slots.get(slot))

    def number(self, option: str) -> int:
        spec = self.layer.option(option)
        assert spec is not None
        argument = self.options.get(option)
        if argument is None:
            assert isinstance(spec.default, int)
            return spec.default
        value = argument.value
        whole = isinstance(value, ast.Number) and value.value.is_integer()
        if not whole or value.value < spec.minimum:  # type: ignore[union-attr]
            self.scope.reject(
                "BL424",
                value.span,
                f"`{option}` must be a whole number of at least {spec.minimum}",
            )
        assert isinstance(value, ast.Number)
        return int(value.value)

    def _word(self, option: str) -> str:
        spec, value = self.layer.option(option), self.options[option].value
        assert spec is not None
        if not isinstance(value, ast.Name) or value.id not in spec.words:
            self.scope.reject(
                "BL425",
                value.span,
                f"`{option}` must be one of {', '.join(spec.words)}",
            )
        return value.id

    def expression(self, slot: str) -> ir.Expression:
        return self.translator.nested(self.slots[slot][0])

    def latent(self, part: str, length: int) -> Dim:
        return Dim(f"{self.base}_{part}", Fixed(length))

    def pairs(self, left: str, right: str | None) -> Dim:
        name = f"{self.base}_pair"
        first = self.design(left)
        second = self.design(right) if right else None
        self.scope.pair_labels.append(
            m.PairLabels(name, first.name, second.name if second else None)
        )
        extent = Pairs(first.dims[1].extent, second.dims[1].extent if second else None)
        return Dim(name, extent)

    def keep(self, part: str, value: ir.Expression) -> ir.Local:
        name = f"{self.base}_{part}"
        self.scope.claim(name, self.node.span, "intermediate")
        self.scope.statements.append(m.Let(name, value))
        self.scope.entries[name] = Predictor(value, (), Range.REAL, self.node.span, used=True)
        return ir.Local(name, value.dims)

    # --- groupings and time -----------------------------------------------------------------------

    def _grouping(self, name: str) -> str:
        slot = next((s for s in self.layer.slots if s.name == name), None)
        node = self.slots[name][0] if slot is not None else self.options[name].value
        if slot is not None and slot.kind == "time":
            return self._time(node)
        return grouping(self.scope, node)

    def _time(self, node: ast.Expression) -> str:
        entry = self.scope.lookup(node.id, node.span) if isinstance(node, ast.Name) else None
        if not isinstance(entry, Column) or entry.spec.type not in ("integer", "count", "date"):
            self.scope.reject(
                "BL426",
                node.span,
                f"`{print_expression(node)}` is not a column of integers or dates",
                help="time runs in slots: declare the column as `integer` or `date`",
            )
        assert isinstance(node, ast.Name)
        name = f"{node.id}_slot"
        grid = m.TimeGrid(name, node.id, self.number("step"), self.number("horizon"))
        if self.scope.grids.setdefault(name, grid) != grid:
            self.scope.reject(
                "BL427",
                self.node.span,
                f"another layer already counts `{node.id}` in other steps",
                help="give both the same `step` and `horizon`",
            )
        return name


def _wanted(kind: str) -> str:
    return {
        "features": "at least one column",
        "category": "a category",
        "time": "a column of integers or dates",
        "expression": "an expression",
    }[kind]


def grouping(scope: Scope, node: ast.Expression) -> str:
    """The name of the levels that a category or a crossing ``a:b`` has."""
    if isinstance(node, ast.Cross):
        parts = tuple(grouping(scope, part) for part in node.parts)
        name = "_".join(parts)
        if name not in scope.crossings:
            scope.claim(name, node.span, "crossing")
            scope.crossings[name] = m.Crossing(name, parts)
            scope.entries[name] = Predictor(ir.ZERO, (), Range.REAL, node.span, used=True)
        return name
    entry = scope.lookup(node.id, node.span) if isinstance(node, ast.Name) else None
    if not isinstance(entry, Column) or not entry.is_category:
        text = print_expression(node)
        scope.reject(
            "BL428",
            node.span,
            f"`{text}` is not a category",
            label="groups are needed here",
            help=f"declare it as `{text}: category`" if isinstance(entry, Column) else "",
            notes=((entry.declaration.span, "declared here"),) if isinstance(entry, Column) else (),
        )
    assert isinstance(node, ast.Name)
    return node.id
