"""Model -> the body of the mean-field guide.

Each unknown is a normal on its unconstrained scale, in units of its prior, and independent of all
others. The fit is the quickest, and finds means well; where unknowns are correlated under the
posterior (an intercept and the effects of levels, effects and their scale) their sds come out too
small.
"""

from __future__ import annotations

from bgen.emit.approximation import Guide, bounds_of, join_sites, local_names, mean_field_site
from bgen.emit.typical import PLAIN, typical_values
from bgen.ir import model as m


def mean_field_body(model: m.Model) -> str:
    """A site after the other, as the model has them."""
    typical = typical_values(model)
    bounds = bounds_of(model)
    variables = local_names(model, bounds)

    def code(site: m.Sample) -> str:
        own, named = typical.get(site.name, PLAIN), site.name in bounds
        return mean_field_site(site, own, named, variables)

    return join_sites(model, code)


MEAN_FIELD = Guide(
    "mean_field",
    "Mean field: an independent normal for each unknown, on its support.",
    "An independent normal for each unknown.",
    "Kucukelbir, Tran, Ranganath, Gelman and Blei 2017",
    mean_field_body,
)
