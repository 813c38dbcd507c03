"""Model -> the body of the full-rank guide: one normal with all correlations.

Every unknown that is not of rows is a number, or several, of one normal with a dense factor, on
the unconstrained scale. It is written site by site: the location of each is linear in the standard
normals of those before it, which is the Cholesky factor row by row. n numbers have n (n + 1) / 2
parameters for it: some thousands of levels are as many as a machine bears. Where effects of levels
and their scale bend each other, `structured` is nearer to the posterior and has fewer parameters.

Sites of rows and missing values are mean field, so that minibatches are as they are there. The
gradient takes the way through the draws alone.
"""

from __future__ import annotations

from bgen.emit.approximation import Guide, join_sites, local_names, mean_field_site
from bgen.emit.block import in_block
from bgen.emit.typical import PLAIN, typical_values
from bgen.ir import model as m


def full_rank_body(model: m.Model) -> str:
    """The block's sites first: no row of them is read by one."""
    typical = typical_values(model)
    block = {site.name for site in model.sites() if joins(site)}
    variables = local_names(model, block, ("loc", "scale", "block", "normal"))

    def inside(site: m.Sample) -> str:
        if site.name not in block:
            return ""
        return in_block(site, typical.get(site.name, PLAIN), variables, "most=math.inf")

    def outside(site: m.Sample) -> str:
        if site.name in block:
            return ""
        return mean_field_site(site, typical.get(site.name, PLAIN), False, variables)

    parts = (join_sites(model, code) for code in (inside, outside))
    return "\n\n".join([f"{variables['block']} = jnp.zeros(0)", *filter(None, parts)])


def joins(site: m.Sample) -> bool:
    """Whether a site is correlated with all others: it is neither of rows nor of missing values."""
    return not site.is_row and not site.prior.name.startswith("Imputed")


FULL_RANK = Guide(
    "full_rank",
    "Full rank: one normal with all correlations of what is not of rows.",
    "One normal with all correlations of what is not of rows.",
    "Kucukelbir, Tran, Ranganath, Gelman and Blei 2017; the gradient: Roeder, Wu and Duvenaud 2017",
    full_rank_body,
    loss="path_loss",
)
