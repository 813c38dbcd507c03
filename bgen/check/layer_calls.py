"""What a layer's ``lower`` asks for -> sites, arguments and axes of the model."""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

from bgen.check.design_inputs import design
from bgen.check.designs import check_design, warn_twice
from bgen.check.entries import Called
from bgen.check.features import design_features
from bgen.check.groupings import grouping, ordinal, time_grid, union
from bgen.check.host import HostTranslator
from bgen.check.layer_sites import LayerSites
from bgen.check.places import note_offset
from bgen.check.ranges import lies_within
from bgen.check.residuals import Asked, residual_scale
from bgen.check.scope import level_dim
from bgen.ir import contract
from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import Classes, Dim, Fixed, Pairs, Width, fixed_length
from bgen.layers.base import LayerCall
from bgen.syntax import ast
from bgen.syntax.printer import print_expression


class CheckedCall(LayerSites, LayerCall):
    """One layer call with its arguments checked; makes sites and arguments as ``lower`` asks."""

    _coded = ""  # the first category that columns are levels of

    def design(self, slot: str = "x", *, standardized: bool = False) -> ir.Expression:
        full = "coding" in self.options and self.word("coding") == "full"
        spec = next(s for s in self.layer.slots if s.name == slot)
        by = print_expression(self.options["by"].value) if "by" in self.options else ""
        features = design_features(
            self.scope, self.slots[slot], full=full, constant=spec.constant, group=by
        )
        self._coded = self._coded or next((f.coded[0].name for f in features if _measures(f)), "")
        several = sum(s.kind == "features" for s in self.layer.slots if self.given(s.name)) > 1
        if not several:  # else the columns of one side are multiplied by those of the other
            check_design(self.scope, self.layer, self.node, features)
        warn_twice(self.scope, self.slots[slot])
        stem = f"{self.base}_{slot}" if several or self.name is not None else self.base
        if spec.constant:  # not the columns alone, which another layer may have
            stem = f"{self.base}_columns"
        made = design(self.scope, stem, features, self.node.span, standardized=standardized)
        if self.layer.columns > 1 and not several and fixed_length(made.dims[1].extent) is None:
            told = f"`{self.layer.keyword}` needs {self.layer.columns} different columns"
            needed = contract.MoreColumns(told, self.layer.columns - 1, made.dims[1])
            self.scope.columns_needed.append(needed)
        return made

    def became(self, value: ir.Expression) -> Called:
        ones = any(isinstance(node, ast.Number) for nodes in self.slots.values() for node in nodes)
        own = any(slot.constant for slot in self.layer.slots) and ones
        coded = "" if self.layer.biased else self._coded
        return Called(value, self.node, coded, self.layer.is_constant or own)

    def weights(self, option: str, member: Dim) -> ir.Expression | None:
        if option not in self.options:
            return None
        assert isinstance(member.extent, Fixed)
        node, columns = self.options[option].value, member.extent.length
        value = HostTranslator(self.scope, by_row=True).translate(node)
        widths = [d.extent.length for d in value.dims[1:] if isinstance(d.extent, Fixed)]
        if len(value.dims) != 2 or widths not in ([], [columns]):
            self.scope.reject(
                "BL472",
                node.span,
                f"`{option}` of `{self.layer.keyword}` must be a block of {columns} columns, one "
                f"for each category",
                help=f"declare it so: `w: real[{', '.join(f'w{k + 1}' for k in range(columns))}]`",
            )
        keywords = (("columns", columns),)
        checked = ir.Helper("as_many_columns", (value,), (value.dims[0], member), keywords)
        return self.computed(option, checked, print_expression(node))

    def members(self, slot: str) -> tuple[ir.Input, Dim]:
        nodes = self.slots[slot]
        name = union(self.scope, nodes, self.layer.keyword)
        member = Dim(f"{name}_member", Fixed(len(nodes)))
        return self.scope.index_input(name, self.node.span, member), level_dim(name)

    def steps(self, slot: str) -> Dim:
        name = ordinal(self.scope, self.slots[slot][0], self.layer.keyword)
        return Dim(f"{name}_step", Classes(name, 1))

    def column(self, slot: str = "x") -> ir.Expression:
        node = self.slots[slot][0]
        value = HostTranslator(self.scope, by_row=True).translate(node)
        if len(value.dims) != 1:
            self.scope.reject(
                "BL308",
                node.span,
                f"`{self.layer.keyword}` takes one column, and `{print_expression(node)}` is "
                + ("several" if value.dims else "a number"),
                help="give each column a layer of its own",
            )
        return value

    def computed(
        self, part: str, value: ir.Helper, comment: str, *, learns: bool = True
    ) -> ir.Input:
        name = f"{self.base}_{part}"
        if learns:
            value = replace(value, label=name)
        argument = m.Argument(name, "computed", value.dims, comment, value=value)
        return self.scope.argument(argument, self.node.span)

    def counted(self, part: str, axis: int = 1) -> Dim:
        name = f"{self.base}_{part}"
        return Dim(name, Width(name, axis))

    def written(self, slot: str = "x") -> str:
        return print_expression(self.slots[slot][0])

    def review(self, function: str, *names: str, **numbers: float) -> None:
        whole = tuple(f"{self.base}_{name}" for name in names)
        if whole[0] in self.scope.sites:
            self.scope.reviews.append(m.Review(function, whole, tuple(numbers.items())))

    def residual_scale(self, instead: str) -> ir.Expression:
        asked = Asked(self.node, self.prefix, instead)
        return residual_scale(self.scope, self.scope.targets.get(self.prefix), asked)

    def training_rows(self) -> ir.Input:
        value = ir.Helper("training_rows", (), (), label="rows")
        return self.scope.argument(
            m.Argument("training_rows", "column", (), "rows of the fit", value=value),
            self.node.span,
        )

    def index(self, name: str) -> ir.Input:
        return self.scope.index_input(self._grouping(name), self.node.span)

    def levels(self, name: str) -> Dim:
        return level_dim(self._grouping(name))

    def expression(self, slot: str) -> ir.Expression:
        node = self.slots[slot][0]
        value = self.translator.nested(node)
        note_offset(self.scope, value, node)
        return value

    def latent(self, part: str, length: int) -> Dim:
        return Dim(f"{self.base}_{part}", Fixed(length))

    def pairs(self, left: str, right: str | None) -> Dim:
        name = f"{self.base}_pair"
        first = self.design(left)
        second = self.design(right) if right else None
        axes = (first.dims[1], second.dims[1] if second else None)
        self.scope.pair_labels.append(
            contract.PairLabels(name, axes[0].name, axes[1].name if axes[1] else None)
        )
        extent = Pairs(axes[0].extent, axes[1].extent if axes[1] else None)
        return Dim(name, extent)

    def keep(self, part: str, value: ir.Expression) -> ir.Local:
        name = f"{self.base}_{part}"
        self.scope.claim(name, self.node.span, "intermediate", self.scope.stem_help(name))
        self.scope.statements.append(m.Let(name, value))
        return ir.Local(name, value.dims)

    def report(self, part: str, value: ir.Expression) -> ir.Local:
        local = self.keep(part, value)
        self.scope.statements.append(m.Keep(local.name, local.dims))
        return local

    def check_within(self, part: str, low: float, high: float) -> None:
        if lies_within(self.parts[part], low, high, self.scope):
            return
        given = self.priors[part]
        self.scope.reject(
            "BL481",
            given.value.span,
            f"`{part}` of `{self.layer.keyword}` lies between {low:g} and {high:g}, and "
            f"`{print_expression(given.value)}` may not",
            help=f"for example `{part} ~ Uniform({low:g}, {high:g})`",
        )

    def check_least(self, option: str, least: float, why: str) -> None:
        value = self.real(option)
        if value < least:
            self.scope.reject(
                "BL482",
                self.options[option].value.span,
                f"`{option}` of `{self.layer.keyword}` must be at least {least:g}: {why}",
                help="leave it out, or write a larger number",
            )

    def check_fewer(self, option: str, axis: Dim) -> None:
        if option not in self.options:
            return
        value, known = self.real(option), fixed_length(axis.extent)
        if known is None:
            told = f"`{option} = {value:g}` is to be fewer than the columns"
            self.scope.columns_needed.append(contract.MoreColumns(told, value, axis))
        elif value >= known:
            self.scope.reject(
                "BL459",
                self.options[option].value.span,
                f"`{option} = {value:g}` leaves nothing out of {known} "
                f"column{'s' if known > 1 else ''}",
                help=f"`{option}` is how many of them matter, fewer than there are",
            )

    def reject_option(self, option: str, reason: str, help: str) -> NoReturn:
        self.scope.reject(
            "BL486",
            self.options[option].span,
            f"`{option}` of `{self.layer.keyword}` {reason}",
            label="this would not be read",
            help=help,
        )

    def reject(self, message: str, help: str) -> NoReturn:
        self.scope.reject("BL459", self.node.span, message, help=help)

    def _grouping(self, name: str) -> str:
        slot = next((s for s in self.layer.slots if s.name == name), None)
        node = self.slots[name][0] if slot is not None else self.options[name].value
        if slot is not None and slot.kind == "time":
            return time_grid(self.scope, node, self.number("step"), self.number("horizon"))
        if slot is not None and slot.kind == "ordinal":
            return ordinal(self.scope, node, self.layer.keyword)
        return grouping(self.scope, node)


def _measures(feature: contract.Feature) -> bool:
    """Whether its columns are levels against a first one."""
    return bool(feature.coded) and feature.value is None and not any(c.full for c in feature.coded)
