"""Model -> the arguments of ``PROGRAM``: what the generic part of a file knows of the model."""

from __future__ import annotations

from bgen.emit.expressions import HostPrinter
from bgen.emit.guide import guide_of
from bgen.emit.labels import listed
from bgen.emit.optimizer import optimizer_of
from bgen.emit.text import literal, names_tuple
from bgen.ir import expressions as ir
from bgen.ir import model as m


class _KnownPrinter(HostPrinter):
    """As a function of the arguments computes what they alone tell."""

    def leaf(self, node: ir.Column | ir.Learnt | ir.Input | ir.Unknown | ir.Local) -> str:
        assert isinstance(node, ir.Input), "no argument"
        return f"known[{literal(node.name)}]"


_KNOWN = _KnownPrinter()


def program_fields(model: m.Model, source: str) -> list[str]:
    """The arguments of ``PROGRAM``."""
    rows = [a.name for a in model.arguments if a.dims and a.dims[0].is_row]
    flat = [s.name for s in model.sites() if s.prior.name in ("Flat", "Restricted")]
    imputed = model.imputed()
    fields = [
        f"name={literal(model.name)}",
        "model=model",
        "guide=guide",
        "encode=encode",
        "columns=COLUMNS",
        "sites=SITES",
        f"rows={names_tuple(rows)}",
        f"responses={names_tuple([r.name for r in model.responses if r.name not in imputed])}",
        "reparam=REPARAM",
    ]
    if joint := model.joint():
        items = "".join(f"{literal(k)}: {names_tuple(list(v))}," for k, v in joint.items())
        fields.append(f"joint={{{items}}}")
    if imputed:
        fields.append(f"imputed={names_tuple(list(imputed))}")
    if model.is_series():
        fields.append("series=True")
    if model.unidentified:
        fields.append(f"unidentified={names_tuple(list(model.unidentified))}")
    if flat:
        fields.append(f"flat={names_tuple(flat)}")
    if loss := guide_of(model).loss:
        fields.append(f"loss={loss}")
    if fits := optimizer_of(model).fits:
        fields.append(f"approximate={fits}")
    # the guide and what fits it are in the file
    settings = [(k, v) for k, v in model.settings if k not in ("guide", "optimizer")]
    if settings:
        items = ", ".join(f"{literal(k)}: {listed(v)}" for k, v in settings)
        fields.append(f"settings={{{items}}}")
    warned = unit_checks(model)
    if warned:
        # One a line, so that a further response moves none.
        items = "".join(f"{literal(r.name)}: {_unit_check(r)}," for r in warned)
        fields.append(f"checks=(unit_priors({{{items}}}),)")
    if model.measured:
        pairs = (
            f"{literal(x.site)}: ({literal(x.column)}, "
            f"{literal(x.error) if isinstance(x.error, str) else repr(x.error)})"
            for x in model.measured
        )
        fields.append(f"measured={{{', '.join(pairs)}}}")
    if model.reviews:
        fields.append(f"reviews=({''.join(f'{_review(r)}, ' for r in model.reviews)})")
    fields.append(f"source={literal(source)}")
    return fields


def _review(review: m.Review) -> str:
    parts = [literal(name) for name in review.names]
    parts += [f"{name}={number!r}" for name, number in review.numbers]
    return f"{review.function}({', '.join(parts)})"


def unit_checks(model: m.Model) -> list[m.Response]:
    """The responses whose size is compared with a default prior."""
    return [r for r in model.responses if r.location_sd is not None or r.default_scale]


def _unit_check(response: m.Response) -> str:
    """What a response is compared with; what is not said is not there."""
    parts = {"link": literal(response.link)}
    if response.location_sd is not None:
        parts["location_sd"] = repr(response.location_sd)
    if response.default_scale:
        parts["scale"] = "True"
    if response.above_zero:
        parts["above_zero"] = "True"
    if response.offset is not None:
        parts["offset"] = f"lambda known: {_KNOWN.print(response.offset)}"
    return "{" + ", ".join(f"{literal(k)}: {v}" for k, v in parts.items()) + "}"
