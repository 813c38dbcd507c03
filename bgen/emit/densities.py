"""Densities -> NumPyro source: priors, likelihoods, and the guide's distribution for a site."""

from __future__ import annotations

from bgen.emit.expressions import FORMULA, MODEL, Printer
from bgen.emit.typical import Typical
from bgen.ir import expressions as ir
from bgen.ir.dims import Dim, Dims, Fixed, Levels, Pairs, Rows, Width
from bgen.ir.distributions import DISTRIBUTIONS
from bgen.ir.model import Density, Sample
from bgen.ir.supports import Support


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
        case "Truncated":
            assert density.base is not None
            bounds = ", ".join(f"{k}={MODEL.operand(v, 0, dims)}" for k, v in density.parameters)
            return f"dist.TruncatedDistribution({distribution(density.base, dims)}, {bounds})"
        case name:
            return f"dist.{name}({_arguments(density, MODEL, dims)})"


def formula(density: Density) -> str:
    """``Normal(0, tau)``, as the docstring shows it."""
    if density.name == "Truncated" and density.base is not None:
        return f"Truncated({formula(density.base)}, {_arguments(density, FORMULA, ())})"
    return f"{density.name}({_arguments(density, FORMULA, ())})"


def _arguments(density: Density, printer: Printer, dims: Dims) -> str:
    """By position as long as none is left out before, then by keyword."""
    known = DISTRIBUTIONS.get(density.name)
    order = [p.name for p in known.parameters if not p.keyword_only] if known else []
    parts = []
    for place, (name, value) in enumerate(density.parameters):
        text = printer.operand(value, 0, dims)
        by_position = place < len(order) and order[place] == name
        parts.append(text if by_position else f"{name}={text}")
    return ", ".join(parts)


def expanded(sample: Sample) -> str:
    """The prior with the site's axes: ``.expand([n_county]).to_event(1)``."""
    text = distribution(sample.prior, sample.dims)
    if not sample.dims:
        return text
    if not _has_all_axes(sample):
        text += f".expand([{', '.join(length(d) for d in sample.dims)}])"
    return f"{text}.to_event({len(sample.dims)})"


def _has_all_axes(sample: Sample) -> bool:
    """Whether the parameters already carry every axis of the site."""
    parameters = [v for _, v in sample.prior.parameters]
    if sample.prior.base is not None:
        parameters += [v for _, v in sample.prior.base.parameters]
    carried = {d for value in parameters for d in value.dims}
    return all(d in carried for d in sample.dims)


def length(dim: Dim) -> str:
    """The number of elements of an axis, in the emitted functions."""
    return _extent(dim.extent)


def _extent(extent: Fixed | Levels | Width | Pairs | Rows) -> str:
    match extent:
        case Fixed(length=n):
            return str(n)
        case Levels(name=name):
            return f"n_{name}"
        case Width(input=name):
            return f"{name}.shape[1]"
        case Rows():
            return "rows"
        case Pairs(left=Fixed(length=a), right=None):
            return str(a * (a - 1) // 2)
        case Pairs(left=Fixed(length=a), right=Fixed(length=b)):
            return str(a * b)
        case Pairs(left=left, right=None):
            return f"{_extent(left)} * ({_extent(left)} - 1) // 2"
        case Pairs(left=left, right=right):
            assert right is not None
            return f"{_extent(left)} * {_extent(right)}"


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
    match support.kind:
        case "real":
            loc, scale = typical.shift(loc), typical.stretch(scale)
            text = f"dist.Normal({loc}, {scale})"
        case "positive":
            text = f"dist.LogNormal({typical.shift_log(loc)}, {scale})"
        case _:
            transform = f"dist.biject_to({constraint(support)})"
            text = f"dist.TransformedDistribution(dist.Normal({loc}, {scale}), {transform})"
    events = 0 if sample.is_row else len(sample.dims)
    return f"{text}.to_event({events})" if events else text
