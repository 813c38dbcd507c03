"""The sites of a layer call: the priors of its parts, as given, default or restated."""

from __future__ import annotations

from bgen.check.fixed import fixed_value
from bgen.check.layer_arguments import LayerArguments
from bgen.check.places import note_place
from bgen.check.priors import prior_of
from bgen.check.scaled import in_unit_size, is_restated, rescale, sds_of_columns
from bgen.check.site_priors import prior_before_call
from bgen.check.targets import Target
from bgen.check.unknowns import ModelTranslator
from bgen.check.vectors import dirichlet, lkj
from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import Dim, Dims
from bgen.ir.supports import Range
from bgen.layers import Layer
from bgen.layers.base import SiteSpec
from bgen.links import links
from bgen.syntax import ast
from bgen.syntax.printer import print_expression


class LayerSites(LayerArguments):
    """The arguments of one layer call, and the sites that its parts become.

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
