"""Model -> the body of the low-rank guide: a normal whose correlations come from r factors.

Every unknown that is not of rows is a number, or several, of one normal on the unconstrained scale
with covariance W W' + D^2: r standard normals that all share, each with its own weights W, and
noise D of its own. It is written site by site. What the sites so far tell of the factors is a
normal, too (mean m, covariance L L', at first 0 and 1), so that the next site is

    location + W m + W L e + D noise,

and once it is drawn, it tells of the factors what a regression on W tells. n numbers have n (r + 2)
parameters: levels may be many.

Sites of rows and missing values are mean field, so that minibatches are as they are there. The
gradient takes the way through the draws alone.
"""

from __future__ import annotations

from bgen.emit.approximation import Guide
from bgen.emit.block import joined, one_normal
from bgen.emit.templates import fill
from bgen.emit.typical import Typical
from bgen.ir import model as m


def low_rank_body(model: m.Model) -> str:
    """The paragraphs of the sites that share the factors, then of the others."""
    rank = str(dict(model.settings)["guide"]).removeprefix("low_rank(").removesuffix(")")
    start = f"jnp.zeros({rank}), jnp.eye({rank})"
    return one_normal(model, ("factors", "normal"), start, _sharing)


def _sharing(site: m.Sample, typical: Typical, variables: dict[str, str]) -> str:
    return fill(
        "statements/guide_of_factors",
        name=site.name,
        arguments=", ".join(joined(site, typical, variables["factors"])),
        factors=variables["factors"],
        normal=variables["normal"],
    )


LOW_RANK = Guide(
    "low_rank",
    "Low rank: a few factors that correlate all that is not of rows.",
    "A normal whose correlations come from r factors: `low_rank(5)`.",
    "Ong, Nott and Smith 2018; the gradient: Roeder, Wu and Duvenaud 2017",
    low_rank_body,
    loss="path_loss",
    chosen="low_rank(5)",
)
