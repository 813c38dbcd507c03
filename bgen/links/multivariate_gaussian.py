"""``y1, y2 ~ multivariate_gaussian(mu1, mu2)``: normal errors that are correlated."""

from __future__ import annotations

from bgen.ir.model import Density
from bgen.ir.supports import REAL
from bgen.layers.base import prior
from bgen.links.base import Link, LinkCall, LinkParameter
from bgen.links.joint import location, scale_tril


def _lower(call: LinkCall) -> Density:
    parameters = (("loc", location(call)), ("scale_tril", scale_tril(call)))
    return Density("MultivariateNormal", parameters, REAL, event=1)


LINK = Link(
    keyword="multivariate_gaussian",
    summary="Normal errors with correlations; a predictor is the mean of each response.",
    formula="(y1, y2) ~ MVN((mu1, mu2), diag(scale) corr diag(scale))",
    source="Barnard, McCulloch and Meng (2000), Modeling covariance matrices; Lewandowski, "
    "Kurowicka and Joe (2009), Generating random correlation matrices",
    functions=("identity",),
    responses=("real", "positive", "proportion", "integer", "count"),
    parameters=(
        LinkParameter("scale", "positive", prior("Exponential", 1), "scale"),
        LinkParameter("corr", "real", prior("LKJ", 2)),
    ),
    lower=_lower,
    example="y1, y2 ~ multivariate_gaussian(mu1, mu2)",
    remedy="real",
    joint=True,
)
