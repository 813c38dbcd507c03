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

from bgen.emit.approximation import Guide
from bgen.emit.block import in_block, one_normal
from bgen.emit.typical import Typical
from bgen.ir import model as m


def full_rank_body(model: m.Model) -> str:
    """The paragraphs of the block's sites, then of the others."""
    return one_normal(model, ("block", "normal"), "jnp.zeros(0)", _joined)


def _joined(site: m.Sample, typical: Typical, variables: dict[str, str]) -> str:
    return in_block(site, typical, variables, "most=math.inf")


FULL_RANK = Guide(
    "full_rank",
    "Full rank: one normal with all correlations of what is not of rows.",
    "One normal with all correlations of what is not of rows.",
    "Kucukelbir, Tran, Ranganath, Gelman and Blei 2017; the gradient: Roeder, Wu and Duvenaud 2017",
    full_rank_body,
    loss="path_loss",
)
