"""What a layer's ``lower`` asks for -> sites, arguments and axes of the model."""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

from bgen.check.design_inputs import design
from bgen.check.designs import check_design, warn_twice
from bgen.check.entries import Called
from bgen.check.features import design_features
from bgen.check.fixed import fixed_value
from bgen.check.groupings import grouping, ordinal, time_grid, union
from bgen.check.host import HostTranslator
from bgen.check.layer_arguments import LayerArguments
from bgen.check.places import note_offset, note_place
from bgen.check.priors import prior_of
from bgen.check.ranges import lies_within
from bgen.check.residuals import Asked, residual_scale
from bgen.check.scaled import in_unit_size, is_restated, rescale, sds_of_columns
from bgen.check.scope import level_dim
from bgen.check.site_priors import prior_before_call
from bgen.check.targets import Target
from bgen.check.unknowns import ModelTranslator
from bgen.check.vectors import dirichlet, lkj
from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import Classes, Dim, Dims, Fixed, Pairs, Width, fixed_length
from bgen.ir.supports import Range
from bgen.layers import Layer
from bgen.layers.base import LayerCall, SiteSpec
from bgen.links import links
from bgen.syntax import ast
from bgen.syntax.printer import print_expression


class CheckedCall(LayerArguments, LayerCall):
    """One layer call with its arguments checked; makes sites and arguments as ``lower`` asks.

    ``translator`` reads its expressions; ``prefix`` is the predictor or response that the layer is
    a part of; ``name`` that of its statement, if it has one to itself.
    """

    def __init__(
        self,
        translator: ModelTranslator,
        prefix: str,
        layer: Layer,
        node: ast.Call,
        name: str | None,
    ) -> None:
        super().__init__(translator.scope, layer, node)
        self.translator, self.prefix, self.name = translator, prefix, name
        self.parts: dict[str, ir.Expression] = {}
        self._told = False
        self._coded = ""
        self.base = name if name is not None else self.unnamed(prefix)
        self.scope.stem = self.base
        target = self.scope.targets.get(prefix)
        if layer.is_constant and target is not None and links()[target.link].has_constants:
            self.scope.reject(
                "BL463",
                node.span,
                f"`{node.function}` beside the cutpoints of `{target.link}` says the same twice",
                help="leave it out: a constant moves all cutpoints together",
            )

    @property
    def out(self) -> Dims:
        return self.scope.widths.get(self.prefix, ())

    def _spec(self, part: str) -> SiteSpec:
        spec = self.layer.site(part)
        assert spec is not None, f"{self.layer.keyword} declares no site {part}"
        return spec

    def site(self, part: str, *dims: Dim) -> ir.Expression:
        spec = self._spec(part)
        dims = (*dims, *self.out) if spec.wide else dims
        given = self.priors.get(part)
        inner = ModelTranslator(self.scope, dims, self.parts)
        assert spec.prior is not None, f"{self.layer.keyword} makes the density of {part}"
        if given is not None:
            inner.warn_outer(part, given.value, {s.part for s in self.layer.sites})
        if given is not None and given.relation == "=":
            self.parts[part] = fixed_value(self, given, inner, spec.range)
            return self.parts[part]
        prior = self._density(spec, inner)
        if given is None:
            prior = self._scaled(spec, prior, dims)
        return self.sample(part, prior, *dims)

    def density(self, part: str) -> m.Density:
        self.prior(part)  # a value where a distribution is needed is an error
        if self.scope.policy == "scaled":
            self._tell_unit(self._spec(part))
        return self._density(self._spec(part), ModelTranslator(self.scope, (), self.parts))

    def _density(self, spec: SiteSpec, inner: ModelTranslator) -> m.Density:
        """The prior of a part, with the support that the layer counts on."""
        given = self.priors.get(spec.part)
        if given is None:
            assert spec.prior is not None
            return prior_of(spec.prior, inner)
        prior = prior_of(given.value, inner)
        self._check_support(spec, prior, given)
        return prior

    def simplex(self, part: str, dim: Dim) -> ir.Expression:
        node = self.prior(part)
        inner = ModelTranslator(self.scope, (), self.parts)
        if node.function != "Dirichlet":
            self.scope.reject(
                "BL470",
                node.span,
                f"`{part}` of `{self.layer.keyword}` are shares of a whole, and "
                f"`{node.function}` is not a distribution of those",
                help=f"write `{part} ~ Dirichlet(1)`, or a number for each share",
            )
        return self.sample(part, dirichlet(node, inner, dim), dim)

    def correlation(self, part: str, dim: Dim) -> ir.Expression:
        prior = lkj(self.prior(part), ModelTranslator(self.scope, (), self.parts), dim)
        place = Dim(f"{self.base}_place", dim.extent)  # what a factor's columns are has no name
        return self.sample(part, prior, *self.out, place, place)

    def in_own_units(self, part: str, design: ir.Expression) -> ir.Expression:
        scales = self.parts[part]
        if self.scope.policy == "unit" or self._location is None or part in self.priors:
            return scales
        return ir.divide(scales, sds_of_columns(self.scope, design.dims[1], self.node.span))

    def _check_support(self, spec: SiteSpec, prior: m.Density, given: ast.Argument) -> None:
        """The values that the layer can make sense of are those of its default prior."""
        needed, known = spec.range, prior.support.range
        fits = {Range.UNIT: known is Range.UNIT, Range.POSITIVE: known.is_nonnegative}
        if fits.get(needed, True):
            return
        where = "between 0 and 1" if needed is Range.UNIT else "positive"
        example = "Beta(1, 1)" if needed is Range.UNIT else "HalfNormal(1)"
        self.scope.reject(
            "BL423",
            given.value.span,
            f"`{spec.part}` of `{self.layer.keyword}` must be {where}, and `{prior.name}` is on "
            f"{prior.support.describe()}",
            help=f"use a prior on such numbers, for example `{example}`",
        )

    def sample(self, part: str, prior: m.Density, *dims: Dim) -> ir.Expression:
        spec = self._spec(part)
        default = part not in self.priors
        sample = m.Sample(spec.named(self.base), dims, prior, default=default)
        remedy = ""
        if spec.prior is not None:
            remedy = prior_before_call(self.scope, sample.name, self.node, part)
        self.parts[part] = self.scope.sample(sample, self.node.span, help=remedy)
        if spec.prior is not None:
            self.scope.drawn[sample.name] = self.node, part
        if not spec.identified:
            self.scope.unidentified.append(sample.name)
        return self.parts[part]

    def define(self, name: str, value: ir.Expression) -> None:
        self.parts[name] = value

    def prior(self, part: str) -> ast.Call:
        given, default = self.priors.get(part), self._spec(part).prior
        assert default is not None
        if given is None:
            return default
        if not isinstance(given.value, ast.Call) or given.relation == "=":
            self.scope.reject(
                "BL401",
                given.value.span,
                f"`{part}` of `{self.layer.keyword}` takes a distribution",
                help=f"write `{part} ~ {print_expression(default)}`",
            )
        return given.value

    def _scaled(self, spec: SiteSpec, prior: m.Density, dims: Dims) -> m.Density:
        """The default prior under the program's policy, where that has a meaning."""
        if self.scope.policy == "unit":
            return prior
        self._tell_unit(spec)
        if not is_restated(spec, self.priors):
            return prior
        if (target := self._location) is not None:
            sign = self.translator.sign
            if spec.role == "intercept":
                note_place(self.scope, spec.named(self.base), self.node.span, sign)
            return rescale(self.scope, target, spec, prior, dims, self.node.span, sign)
        if not self._told:
            self._told = True
            self.scope.sink.warning(
                "BL607",
                self.node.span,
                f"`priors scaled` has no meaning for this `{self.layer.keyword}`, whose default "
                "priors stay as without it",
                help="units are those of what adds to the location of a link: write the prior "
                f"here, such as `{spec.part} ~ {print_expression(self.prior(spec.part))}`",
            )
        return prior

    def _tell_unit(self, spec: SiteSpec) -> None:
        """A warning where a default in the units of the data stays as without the policy."""
        if (
            self._told
            or spec.unit is None
            or not {*self.options, *self.priors}.isdisjoint({*spec.unit, spec.part})
        ):
            return
        if not any(slot.kind == "features" for slot in self.layer.slots) and in_unit_size(
            self.scope.targets.get(self.prefix)
        ):
            return
        self._told = True
        options = (self.layer.option(name) for name in spec.unit)
        sized = [f"{o.name} = {o.default:g}" for o in options if o and o.default is not None]
        default = (*sized, f"{spec.part} ~ {print_expression(self.prior(spec.part))}")[0]
        self.scope.sink.warning(
            "BL610",
            self.node.span,
            f"`priors scaled` does not restate `{spec.part}` of `{self.layer.keyword}`, whose "
            "default stays as without it",
            help=f"say how large it is in the units of the data; `{default}` keeps it",
        )

    @property
    def _location(self) -> Target | None:
        """What the layer is an additive part of."""
        return None if self.translator.curved else self.scope.targets.get(self.prefix)

    def design(self, slot: str = "x", *, standardized: bool = False) -> ir.Expression:
        full = "coding" in self.options and self.word("coding") == "full"
        spec = next(s for s in self.layer.slots if s.name == slot)
        by = print_expression(self.options["by"].value) if "by" in self.options else ""
        features = design_features(
            self.scope, self.slots[slot], full=full, constant=spec.constant, group=by
        )
        self._coded = self._coded or next((f.coded[0].name for f in features if _measures(f)), "")
        check_design(self.scope, self.layer, self.node, self.slots, features)
        warn_twice(self.scope, self.slots[slot])
        several = sum(s.kind == "features" for s in self.layer.slots if self.given(s.name)) > 1
        stem = f"{self.base}_{slot}" if several or self.name is not None else self.base
        if spec.constant:  # not the columns alone, which another layer may have
            stem = f"{self.base}_columns"
        return design(self.scope, stem, features, self.node.span, standardized=standardized)

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
            m.PairLabels(name, axes[0].name, axes[1].name if axes[1] else None)
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
            self.scope.fewer.append(m.Fewer(option, value, axis))
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


def _measures(feature: m.Feature) -> bool:
    """Whether its columns are levels against a first one."""
    return bool(feature.coded) and feature.value is None and not any(c.full for c in feature.coded)
