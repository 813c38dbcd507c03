"""A layer call -> its arguments: slots by place, options and priors by name."""

from __future__ import annotations

from bgen.base.diagnostic import did_you_mean
from bgen.base.source import Span
from bgen.check.features import argument_name
from bgen.check.limits import MAX_SLOTS, MAX_WIDTH
from bgen.check.priors import reject_late, reject_repeated
from bgen.check.scope import Scope
from bgen.check.words import without_quotes
from bgen.ir.distributions import DISTRIBUTIONS, NAMES
from bgen.ir.supports import Range, Support
from bgen.layers import Layer
from bgen.syntax import ast
from bgen.syntax.printer import print_expression


class LayerArguments:
    """The arguments of one layer call, sorted into slots, options and priors."""

    def __init__(self, scope: Scope, layer: Layer, node: ast.Call) -> None:
        self.scope, self.layer, self.node = scope, layer, node
        self.slots: dict[str, tuple[ast.Expression, ...]] = {}
        self.options: dict[str, ast.Argument] = {}
        self.priors: dict[str, ast.Argument] = {}
        self._sort_arguments()
        self._fill_slots()

    # --- arguments --------------------------------------------------------------------------------

    def _sort_arguments(self) -> None:
        seen_keyword: Span | None = None
        positional: list[ast.Expression] = []
        for argument in self.node.arguments:
            if not argument.relation:
                if seen_keyword is not None:
                    reject_late(self.scope, argument)
                self._reject_prior(argument)
                positional.append(argument.value)
                continue
            seen_keyword = argument.span
            self._keyword(argument)
        self.positional = tuple(positional)

    def _reject_prior(self, argument: ast.Argument) -> None:
        """An error for a distribution among the arguments by place."""
        node = argument.value
        if not isinstance(node, ast.Call) or node.function not in NAMES:
            return
        known = DISTRIBUTIONS.get(node.function)
        kind = known.support.partition("(")[0] if known is not None else ""
        narrow = Support(kind).range if kind else Range.REAL
        free = [s for s in self.layer.sites if s.prior is not None]
        fitting = [s for s in free if s.range is narrow] or free
        text = print_expression(node)
        self.scope.reject(
            "BL421",
            argument.span,
            f"`{self.layer.keyword}` takes no distribution by position",
            label="a prior has the name of what it is for",
            help=(
                f"write `{fitting[0].part} ~ {text}`"
                if fitting
                else f"for example `{self.layer.example}`"
            ),
        )

    def _keyword(self, argument: ast.Argument) -> None:
        name = argument.name or ""
        part, option = self.layer.site(name), self.layer.option(name)
        if part is not None and option is not None:  # `step` of a walk: `~` tells the two apart
            part, option = (part, None) if argument.relation == "~" else (None, option)
        if name in (self.priors if option is None else self.options):
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
            # `step` of a walk is both
            known = list(dict.fromkeys([*parts, *(o.name for o in self.layer.options)]))
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
            return
        if part is not None and part.prior is None:
            free = [s.part for s in self.layer.sites if s.prior is not None]
            self.scope.reject(
                "BL480",
                argument.span,
                f"the density of `{name}` is what makes this layer `{self.layer.keyword}`",
                label="this cannot be replaced",
                help=f"priors can be given to {' and '.join(f'`{part}`' for part in free)}",
            )
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
            needed = option.default is None and not option.optional
            if needed and option.name not in self.options:
                self.scope.reject(
                    "BL422",
                    self.node.span,
                    f"`{self.layer.keyword}` needs `{option.name} = ...`",
                    help=f"for example `{self.layer.example}`",
                )

    def unnamed(self, prefix: str) -> str:
        """``mu`` and its one argument's name, else ``mu`` and the layer's keyword."""
        flat = [node for nodes in self.slots.values() for node in nodes]
        flat = [node for node in flat if not isinstance(node, ast.Number)]
        own = argument_name(flat[0]) if len(flat) == 1 else None
        if self.layer.joins:
            names = [argument_name(node) for node in flat]
            own = "_".join(name for name in names if name)
        return f"{prefix}_{own or self.layer.keyword}"

    # --- options and slots ---

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

    def real(self, option: str) -> float:
        spec = self.layer.option(option)
        assert spec is not None
        argument = self.options.get(option)
        if argument is None:
            assert isinstance(spec.default, int | float)
            return float(spec.default)
        node = argument.value
        if not isinstance(node, ast.Number) or node.value <= 0:
            self.scope.reject(
                "BL455",
                node.span,
                f"`{option}` of `{self.layer.keyword}` must be a positive number",
                help=f"for example `{option} = {spec.default or 1}`",
            )
        return node.value

    def has(self, name: str) -> bool:
        return name in self.options or name in self.priors

    def word(self, option: str) -> str:
        spec = self.layer.option(option)
        assert spec is not None
        if option not in self.options:
            assert isinstance(spec.default, str)
            return spec.default
        value = self.options[option].value
        if not isinstance(value, ast.Name) or value.id not in spec.words:
            self.scope.reject(
                "BL425",
                value.span,
                f"`{option}` must be one of {', '.join(spec.words)}",
                help=without_quotes(option, value, spec.words)
                or f"for example `{option} = {spec.words[0]}`",
            )
        return value.id


def _wanted(kind: str) -> str:
    return {
        "features": "at least one column",
        "category": "a category",
        "ordinal": "an ordinal column",
        "time": "a column of integers or dates",
        "expression": "an expression",
    }[kind]
