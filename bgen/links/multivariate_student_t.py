"""``y1, y2 ~ multivariate_student_t(mu1, mu2)``: correlated errors with heavy tails."""

from __future__ import annotations

from dataclasses import replace

from bgen.ir.model import Density
from bgen.ir.supports import REAL
from bgen.links.base import LinkCall, LinkParameter
from bgen.links.joint import location, scale_tril
from bgen.links.multivariate_gaussian import LINK as GAUSSIAN


def _lower(call: LinkCall) -> Density:
    parameters = (
        ("df", call.parameter("df")),
        ("loc", location(call)),
        ("scale_tril", scale_tril(call)),
    )
    return Density("JointStudentT", parameters, REAL, event=1, own=True)


LINK = replace(
    GAUSSIAN,
    keyword="multivariate_student_t",
    summary="Correlated errors with heavy tails, which the responses of a row share.",
    formula="(y1, y2) ~ MVT(df, (mu1, mu2), diag(scale) corr diag(scale))",
    source="Lange, Little and Taylor (1989), Robust statistical modeling using the t distribution",
    parameters=(LinkParameter("df", "positive", default=4), *GAUSSIAN.parameters),
    lower=_lower,
    example="y1, y2 ~ multivariate_student_t(mu1, mu2, df = 4)",
)
