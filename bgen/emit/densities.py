"""Densities -> NumPyro source: priors, likelihoods, and the guide's distribution for a site."""

from __future__ import annotations

from bgen.emit.expressions import FORMULA, MODEL, Printer
from bgen.emit.lengths import length
from bgen.emit.typical import Typical
from bgen.ir import expressions as ir
from bgen.ir.dims import Dims
from bgen.ir.distributions import DISTRIBUTIONS
from bgen.ir.model import Density, Sample
from bgen.ir.supports import REAL, Support


def distribution(density: Density, dims: Dims = ()) -> str:
    """``dist.Normal(0.0, tau)``, without its axes."""
    match density.name:
        case "Flat":
            return f"dist.ImproperUniform({constraint(density.support)}, (), ())"
        case "HalfStudentT":
            df, scale = density.parameter("df"), density.parameter("scale") or ir.ONE
            assert df is not None
            inner = f"dist.StudentT({MODEL.operand(df, 0, dims)}, 0.0, "
            return f"dist.FoldedDistribution({inner}{MODEL.operand(scale, 0, dims)}))"
        case "Truncated" | "TruncatedNormal":
            return _truncated(density, dims)
        case "MixtureGeneral":
            parts = ", ".join(distribution(base, dims) for base in density.bases)
            logits = MODEL.operand(density.parameters[0][1], 0)
            return f"dist.MixtureGeneral(dist.Categorical(logits={logits}), [{parts}])"
        case name:
            return f"{'' if density.own else 'dist.'}{name}({_inside(density, MODEL, dims)})"


#: How many scales off a bound may lie for NumPyro's classes to keep their digits in float32.
_NEAR = 5.0


def _truncated(density: Density, dims: Dims) -> str:
    """By NumPyro's class where all is known and no bound is far out, else by tails in log space.

    NumPyro's classes take a difference of two cdfs. Of Normal(m, 1) above 0 nothing is left of it
    in float32 once m is below -13, and the density is infinite.
    """
    base = density.base
    if base is None:
        order = ("loc", "scale")
        own = tuple((k, v) for k, v in density.parameters if k in order)
        base = Density("Normal", own, REAL)
    ends = [(k, v) for k, v in density.parameters if k in ("low", "high")]
    bounds = ", ".join(f"{k}={MODEL.operand(v, 0, dims)}" for k, v in ends)
    tails = DISTRIBUTIONS[base.name].tails
    if not tails or _is_near(base, dict(ends)):
        if density.base is None:
            return f"dist.{density.name}({_inside(density, MODEL, dims)})"
        return f"dist.TruncatedDistribution({distribution(base, dims)}, {bounds})"
    return f"TruncatedTo({tails}({distribution(base, dims)}), {bounds})"


def _is_near(base: Density, ends: dict[str, ir.Expression]) -> bool:
    """Whether numbers say that neither end cuts off all but a far tail."""
    given = {k: ir.number_of(v) for k, v in (*base.parameters, *ends.items())}
    if base.name not in ("Normal", "Laplace", "Logistic") or None in given.values():
        return False
    at = {"loc": 0.0, "scale": 1.0} | {k: v for k, v in given.items() if v is not None}
    low, high = at.get("low", at["loc"]), at.get("high", at["loc"])
    return max(low - at["loc"], at["loc"] - high) <= _NEAR * at["scale"]


def formula(density: Density) -> str:
    """``Normal(0, tau)``, as the docstring shows it."""
    if density.name == "Truncated" and density.base is not None:
        return f"Truncated({formula(density.base)}, {_arguments(density, FORMULA, ())})"
    if density.name.endswith("Tails"):  # the same distribution
        return formula(density.bases[0])
    return f"{density.name}({_inside(density, FORMULA, ())})"


def _inside(density: Density, printer: Printer, dims: Dims) -> str:
    """The densities that one is made of, then its parameters: by name where there are any."""
    if not density.bases:
        return _arguments(density, printer, dims)
    bases = [formula(b) if printer is FORMULA else distribution(b, dims) for b in density.bases]
    given = [f"{name}={printer.operand(v, 0, dims)}" for name, v in density.parameters]
    return ", ".join([*bases, *given])


def _arguments(density: Density, printer: Printer, dims: Dims) -> str:
    """By position as long as none is left out before, then by keyword."""
    known = DISTRIBUTIONS.get(density.name)
    order = [p.name for p in known.parameters if not p.keyword_only] if known else []
    if density.own:
        order = [name for name, _ in density.parameters]
    parts = []
    for place, (name, value) in enumerate(density.parameters):
        text = printer.operand(value, 0, dims)
        if name == "total_count" and (count := ir.number_of(value)) and count.is_integer():
            text = f"{count:.0f}"  # to draw so many it must be whole
        by_position = place < len(order) and order[place] == name
        parts.append(text if by_position else f"{name}={text}")
    return ", ".join(parts)


def expanded(sample: Sample) -> str:
    """The prior with the site's axes: ``.expand([n_county]).to_event(1)``."""
    text = distribution(sample.prior, sample.dims)
    several = sample.dims[: len(sample.dims) - sample.prior.event]
    if not several:
        return text
    if not _has_all_axes(sample.prior, several):
        text += f".expand([{', '.join(length(d) for d in several)}])"
    return f"{text}.to_event({len(several)})"


def _has_all_axes(prior: Density, dims: Dims) -> bool:
    """Whether the parameters already carry every axis of the site."""
    carried = {d for value in parameters_of(prior) for d in value.dims}
    return all(d in carried for d in dims)


def parameters_of(density: Density) -> list[ir.Expression]:
    """Every parameter of a density and of those that it is made of."""
    inner = [*density.bases, *([density.base] if density.base else [])]
    own = [value for _, value in density.parameters]
    return own + [value for part in inner for value in parameters_of(part)]


#: Supports of vectors, which a transform of the whole vector reaches.
VECTORS = ("simplex", "ordered", "corr_cholesky")


def constraint(support: Support) -> str:
    """The NumPyro constraint of a support."""
    low = "" if support.low is None else MODEL.print(support.low)
    high = "" if support.high is None else MODEL.print(support.high)
    text = {
        "real": "real",
        "positive": "positive",
        "unit": "unit_interval",
        "interval": f"interval({low}, {high})",
        "above": f"greater_than({low})",
        "below": f"less_than({high})",
        "circle": "circular",
        "simplex": "simplex",
        "ordered": "ordered_vector",
        "corr_cholesky": "corr_cholesky",
    }[support.kind]
    return f"dist.constraints.{text}"


def approximation(sample: Sample, typical: Typical, loc: str, scale: str) -> str:
    """The guide's distribution: Normal on the line, or pushed onto the support.

    ``loc`` and ``scale`` are the variables that hold the site's variational parameters.
    """
    if sample.is_row:
        # The guide holds parameters for all rows; these are the ones of this batch.
        loc, scale = f"{loc}[row]", f"{scale}[row]"
    support = sample.prior.support
    if sample.prior.name in ("ImputedPositive", "ImputedProportion"):
        # As one vector: of no missing values at all NumPyro cannot transform each by itself.
        normal = f"dist.Normal({typical.shift_log(loc)}, {scale}).to_event(1)"
        whole = f"dist.constraints.independent({constraint(support)}, 1)"
        return f"dist.TransformedDistribution({normal}, dist.biject_to({whole}))"
    match support.kind:
        case "real":
            loc, scale = typical.shift(loc), typical.stretch(scale)
            text = f"dist.Normal({loc}, {scale})"
        case "positive":
            text = f"dist.LogNormal({typical.shift_log(loc)}, {scale})"
        case _:
            transform = f"dist.biject_to({constraint(support)})"
            text = f"dist.TransformedDistribution(dist.Normal({loc}, {scale}), {transform})"
    own = sample.prior.event if support.kind in VECTORS else 0
    events = 0 if sample.is_row else len(sample.dims) - own
    return f"{text}.to_event({events})" if events else text
