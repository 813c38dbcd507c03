"""Layer calls -> sites, arguments and a contribution; terms of a predictor in general."""

from __future__ import annotations

from bgen.base.diagnostic import did_you_mean
from bgen.base.source import Span
from bgen.check.designs import check_design, warn_twice
from bgen.check.expansion import count_layers, expand_body, expand_call, nested
from bgen.check.features import argument_name, design_features
from bgen.check.groupings import grouping, time_grid
from bgen.check.limits import MAX_SLOTS, MAX_WIDTH
from bgen.check.priors import prior_of, reject_late, reject_repeated
from bgen.check.ranges import range_of
from bgen.check.scaled import constants_last, linear_terms, rescale
from bgen.check.scope import Rejected, Scope, UserLayer, level_dim
from bgen.check.unknowns import ModelTranslator
from bgen.check.words import reject_as_term
from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import Dim, Dims, Fixed, Levels, Pairs
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
        #: The name of a statement whose one layer stands inside the body of a user layer.
        self.named: str | None = None

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
        return self.layer(node, self.named)

    def layer(self, node: ast.Call, name: str | None) -> ir.Expression:
        """Lower one layer call; ``name`` is that of its statement, if it has one to itself."""
        node = expand_call(self.scope, node)
        layer = layers().get(node.function)
        if layer is not None:
            call = CheckedCall(self, layer, node, name)
            return layer.lower(call)
        user = self.scope.entries.get(node.function)
        if isinstance(user, UserLayer):
            body = expand_body(self.scope, user, node)
            if count_layers(self.scope, body) == 1:  # is that layer
                inner = TermTranslator(self.scope, self.prefix)
                inner.named = name
            else:  # is a predictor of that name
                inner = TermTranslator(self.scope, name or f"{self.prefix}_{node.function}")
            with nested(self.scope, node, body):
                return inner.translate(body)
        reject_as_term(self.scope, node)

    def _wide(self, node: ast.Expression) -> tuple[ir.Expression, Dim]:
        value = self.translate(node)
        wide = [d for d in value.dims if not d.is_row]
        if any(isinstance(n, ir.Local) and n.name in self.scope.broken for n in ir.walk(value)):
            raise Rejected
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
                "BL302",
                node.span,
                "`dot` takes exactly two arguments, without names",
                help="for example `dot(embedding(g, dim = 2), embedding(h, dim = 2))`",
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
        self.scope.stem = self.base

    # --- arguments --------------------------------------------------------------------------------

    def _sort_arguments(self) -> None:
        seen_keyword: Span | None = None
        positional: list[ast.Expression] = []
        for argument in self.node.arguments:
            if not argument.relation:
                if seen_keyword is not None:
                    reject_late(self.scope, argument)
                positional.append(argument.value)
                continue
            seen_keyword = argument.span
            self._keyword(argument)
        self.positional = tuple(positional)

    def _keyword(self, argument: ast.Argument) -> None:
        name = argument.name or ""
        part, option = self.layer.site(name), self.layer.option(name)
        if name in self.priors or name in self.options:
            reject_repeated(self.scope, argument)
        if part is None and option is None:
            if any(s.name == name for s in self.layer.slots):
                self.scope.reject(
                    "BL453",
                    argument.name_span,
                    f"`{name}` of `{self.layer.keyword}` is given by its place, without a name",
                    help=f"for example `{self.layer.example}`",
                )
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
        if set(value.dims) != set(inner.frame):
            text = print_expression(given.value)
            self.scope.reject(
                "BL454",
                given.value.span,
                f"`{given.name}` of `{self.layer.keyword}` is one number for each "
                f"{' and '.join(_axis(d) for d in inner.frame)}, and `{text}` is a single one",
                help="known coefficients need no layer: write the sum of products in `offset(...)`",
            )
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
        check_design(self.scope, self.layer, self.node, self.slots, features)
        warn_twice(self.scope, self.slots[slot])
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
        node = argument.value
        number = node.value if isinstance(node, ast.Number) else float("nan")
        if not number >= spec.minimum or not number.is_integer():
            self.scope.reject(
                "BL424",
                node.span,
                f"`{option}` must be a whole number of at least {spec.minimum}",
                help=f"for example `{option} = {max(2, spec.minimum)}`",
            )
        most = MAX_SLOTS if option in ("step", "horizon") else MAX_WIDTH
        if number > most:
            self.scope.reject(
                "BL552",
                node.span,
                f"`{option}` can be at most {most:,}",
                label="more than any data could inform",
                help=f"for example `{option} = {max(2, spec.minimum)}`",
            )
        return int(number)

    def _word(self, option: str) -> str:
        spec, value = self.layer.option(option), self.options[option].value
        assert spec is not None
        if not isinstance(value, ast.Name) or value.id not in spec.words:
            self.scope.reject(
                "BL425",
                value.span,
                f"`{option}` must be one of {', '.join(spec.words)}",
                help=f"for example `{option} = {spec.words[0]}`",
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
        self.scope.claim(name, self.node.span, "intermediate", self.scope.stem_help())
        self.scope.statements.append(m.Let(name, value))
        return ir.Local(name, value.dims)

    def _grouping(self, name: str) -> str:
        slot = next((s for s in self.layer.slots if s.name == name), None)
        node = self.slots[name][0] if slot is not None else self.options[name].value
        if slot is not None and slot.kind == "time":
            return time_grid(self.scope, node, self.number("step"), self.number("horizon"))
        return grouping(self.scope, node)


def _axis(dim: Dim) -> str:
    return f"level of `{dim.name}`" if isinstance(dim.extent, Levels) else "column"


def _wanted(kind: str) -> str:
    return {
        "features": "at least one column",
        "category": "a category",
        "time": "a column of integers or dates",
        "expression": "an expression",
    }[kind]
