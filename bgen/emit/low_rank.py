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

from bgen.emit.approximation import Guide, join_sites, local_names, mean_field_site
from bgen.emit.block import joined
from bgen.emit.full_rank import joins
from bgen.emit.templates import fill
from bgen.emit.typical import PLAIN, typical_values
from bgen.ir import model as m


def low_rank_body(model: m.Model) -> str:
    """The sites that share the factors first: no row of them is read by one."""
    typical = typical_values(model)
    sharing = {site.name for site in model.sites() if joins(site)}
    variables = local_names(model, sharing, ("loc", "scale", "factors", "normal"))
    factors, normal = variables["factors"], variables["normal"]

    def inside(site: m.Sample) -> str:
        if site.name not in sharing:
            return ""
        arguments = joined(site, typical.get(site.name, PLAIN), factors)
        return fill(
            "statements/guide_of_factors",
            name=site.name,
            arguments=", ".join(arguments),
            factors=factors,
            normal=normal,
        )

    def outside(site: m.Sample) -> str:
        if site.name in sharing:
            return ""
        return mean_field_site(site, typical.get(site.name, PLAIN), False, variables)

    rank = str(dict(model.settings)["guide"]).removeprefix("low_rank(").removesuffix(")")
    start = f"{factors} = jnp.zeros({rank}), jnp.eye({rank})"
    parts = (join_sites(model, code) for code in (inside, outside))
    return "\n\n".join([start, *filter(None, parts)])


LOW_RANK = Guide(
    "low_rank",
    "Low rank: a few factors that correlate all that is not of rows.",
    "A normal whose correlations come from r factors: `low_rank(5)`.",
    "Ong, Nott and Smith 2018; the gradient: Roeder, Wu and Duvenaud 2017",
    low_rank_body,
    loss="path_loss",
    chosen="low_rank(5)",
)
