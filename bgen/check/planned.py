"""A word of the language that this version lacks -> an error that says so, instead of a guess."""

from __future__ import annotations

from typing import Literal

from bgen.base.source import Span
from bgen.check.scope import Scope
from bgen.layers import layers
from bgen.links import links

Kind = Literal["layer", "link", "combinator", "distribution", "option"]

_WORDS: dict[Kind, str] = {
    "layer": "intercept linear adaptive fixed_effects random_effects random_slopes "
    "correlated_effects embedding fm fm3 interaction lowrank_interaction lowrank_bilinear bilinear "
    "random_walk ar1 pspline hsgp horseshoe horseshoe_interaction mixture_prior spike_and_slab "
    "attention r2d2 monotonic offset",
    "link": "gaussian lognormal laplace student_t bernoulli logit binomial beta_binomial poisson "
    "negative_binomial geometric gamma exponential weibull inverse_gaussian beta categorical "
    "multinomial cumulative sratio cratio acat von_mises asymmetric_laplace skew_normal exgaussian "
    "shifted_lognormal multivariate_gaussian multivariate_student_t",
    "combinator": "zero_inflated hurdle censored truncated weighted mixture",
    "distribution": "LKJCholesky MultivariateNormal MultivariateStudentT",
    "option": "low_rank full_rank structured",
}

#: Every word of the language that some version has, by its kind.
WORDS: dict[str, Kind] = {word: kind for kind, words in _WORDS.items() for word in words.split()}


def reject_planned(scope: Scope, word: str, span: Span) -> None:
    """An error where a word that is not registered is nevertheless one of the language."""
    kind = WORDS.get(word)
    if kind is not None and word not in layers() and word not in links():
        scope.reject(
            "BL450",
            span,
            f"`{word}` is part of the language, but this version does not have it yet",
            label=f"this {kind} is still to come",
        )
