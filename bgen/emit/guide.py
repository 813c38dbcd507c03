"""Model -> the function ``guide``, paragraph by paragraph: mean field, or as ``fit`` says."""

from __future__ import annotations

from textwrap import indent

from bgen.emit.approximation import Guide
from bgen.emit.full_rank import FULL_RANK
from bgen.emit.functions import parameter_lines, rows_line, signature
from bgen.emit.low_rank import LOW_RANK
from bgen.emit.mean_field import MEAN_FIELD
from bgen.emit.names import names_in
from bgen.emit.structured import STRUCTURED
from bgen.emit.templates import fill, listing, read
from bgen.ir import model as m

_ALL = (MEAN_FIELD, STRUCTURED, FULL_RANK, LOW_RANK)
#: Every guide by its word in a ``fit`` block; the first is the default.
GUIDES: dict[str, Guide] = {guide.name: guide for guide in _ALL}


def guide_of(model: m.Model) -> Guide:
    """The one that the program chooses."""
    word, _, _ = str(dict(model.settings).get("guide", MEAN_FIELD.name)).partition("(")
    return GUIDES[word]


def guide_function(model: m.Model) -> str:
    """The source of ``guide`` and of what it calls."""
    guide = guide_of(model)
    body = guide.body(model)
    if any(s.is_row for s in model.sites()):
        body = rows_line(model) + body
    return fill(
        "guide",
        helpers=_helpers(body),
        parameters=parameter_lines(signature(model)),
        docstring=guide.docstring,
        body=indent(body, "    "),
    )


def _helpers(body: str) -> list[str]:
    """What the guide calls beside NumPyro, in front of it, and what that calls."""
    known = {name.split("/")[1]: read(name).rstrip() for name in listing("guide")}
    found: set[str] = set()
    texts = [body]
    while texts:
        new = names_in(texts.pop()).used & known.keys() - found
        found |= new
        texts += [known[name] for name in new]
    return [text for name, text in known.items() if name in found]
