"""What NumPyro, brms and R have and the language lacks -> how it is written here."""

from __future__ import annotations

from bgen.links import links
from bgen.syntax import ast
from bgen.syntax.printer import print_expression

_ZERO_INFLATED = "zero_inflated(poisson(mu))"
_HURDLE = "hurdle(gamma(mu))"
_MIXTURE = "mixture(gaussian(a), gaussian(b))"
_TRUNCATED = "truncated(gaussian(mu), low = a)"
_COUNTS = "y1, y2, y3 ~ multinomial(eta, trials = n)"

#: All public names of NumPyro that are not in ``ir/distributions.py``, and what says the same.
LACKING: dict[str, str] = {
    "BetaNegativeBinomial": "",
    "CAR": "",
    "CirculantNormal": "",
    "Delta": "theta = 1",
    "DirichletMultinomial": "",
    "Distribution": "",
    "EulerMaruyama": "",
    "ExpandedDistribution": "",
    "FoldedDistribution": "",
    "GaussianCopula": "",
    "GaussianCopulaBeta": "",
    "GaussianRandomWalk": "mu = random_walk(t)",
    "GaussianStateSpace": "",
    "HurdleDistribution": _HURDLE,
    "HurdleGamma": _HURDLE,
    "HurdleLogNormal": "hurdle(lognormal(mu))",
    "HurdleLogits": _HURDLE,
    "HurdleNegativeBinomial2": "hurdle(negative_binomial(mu))",
    "HurdlePoisson": "hurdle(poisson(mu))",
    "HurdleProbs": _HURDLE,
    "ImproperUniform": "Flat()",
    "Independent": "",
    "IntervalCensoredDistribution": "censored(gaussian(mu), interval = upper)",
    "InverseWishart": "",
    "InverseWishartCholesky": "",
    "LeftCensoredDistribution": "censored(gaussian(mu), left = c)",
    "LeftTruncatedDistribution": _TRUNCATED,
    "LeftTruncatedGamma": "TruncatedGamma(a, b, low = c)",
    "LowRankMultivariateNormal": "",
    "MaskedDistribution": "",
    "MatrixNormal": "",
    "Mixture": _MIXTURE,
    "MixtureGeneral": _MIXTURE,
    "MixtureSameFamily": _MIXTURE,
    "Multinomial": _COUNTS,
    "MultinomialLogits": _COUNTS,
    "MultinomialProbs": _COUNTS,
    "OrderedLogistic": "cumulative(eta)",
    "ProjectedNormal": "",
    "RelaxedBernoulli": "",
    "RelaxedBernoulliLogits": "",
    "RightCensoredDistribution": "censored(gaussian(mu), right = c)",
    "RightTruncatedDistribution": "truncated(gaussian(mu), high = b)",
    "RightTruncatedGamma": "TruncatedGamma(a, b, high = c)",
    "SineBivariateVonMises": "",
    "SineSkewed": "",
    "TransformedDistribution": "",
    "TruncatedDistribution": _TRUNCATED,
    "TruncatedPolyaGamma": "",
    "TwoSidedTruncatedDistribution": "truncated(gaussian(mu), low = a, high = b)",
    "TwoSidedTruncatedGamma": "TruncatedGamma(a, b, low = c, high = d)",
    "Unit": "",
    "Wishart": "",
    "WishartCholesky": "",
    "ZeroInflatedDistribution": _ZERO_INFLATED,
    "ZeroInflatedLogits": _ZERO_INFLATED,
    "ZeroInflatedNegativeBinomial2": "zero_inflated(negative_binomial(mu))",
    "ZeroInflatedProbs": _ZERO_INFLATED,
    "ZeroSumNormal": "",
}

#: The same of priors, where it is another.
PRIORS = {
    "LeftTruncatedDistribution": "Truncated(Normal(0, 1), low = a)",
    "RightTruncatedDistribution": "Truncated(Normal(0, 1), high = b)",
    "TruncatedDistribution": "Truncated(Normal(0, 1), low = a)",
    "TwoSidedTruncatedDistribution": "Truncated(Normal(0, 1), low = a, high = b)",
}

#: Links by the names that brms, R and Stan have for them.
_LINKS = {
    "normal": "gaussian",
    "student": "student_t",
    "negbinomial": "negative_binomial",
    "neg_binomial_2": "negative_binomial",
}
#: Functions of a mean, which are no links of a response here.
_FUNCTIONS = {"probit": "bernoulli", "cloglog": "bernoulli"}


def lacking(word: str, *, prior: bool) -> str:
    """What to write in place of a distribution of NumPyro that the language lacks, if it is one."""
    if word not in LACKING:
        return ""
    instead = (PRIORS if prior else {}).get(word, LACKING[word])
    if not instead:
        return (
            "no form of it is part of the language, which names NumPyro's distributions of one "
            "number with scalar parameters, such as `Gamma`"
        )
    if prior and (instead == _COUNTS or instead.partition("(")[0] in links()):
        return f"a response is given it as `{instead}`, a parameter is not"
    return f"here this is written `{instead}`"


def link_of(node: ast.Call) -> str:
    """How a call of a link by another name is written here, with its arguments."""
    word = node.function
    if word in _FUNCTIONS:
        given = (*node.arguments, ast.Argument(ast.Name(word), name="link", relation="="))
        return _written(ast.Call(_FUNCTIONS[word], given))
    if word in _LINKS:
        return _written(ast.Call(_LINKS[word], node.arguments))
    known = links()
    for combinator in ("zero_inflated", "hurdle"):
        inner = word.removeprefix(f"{combinator}_")
        inner = _LINKS.get(inner, inner)
        if inner != word and inner in known and not known[inner].combines:
            own = [a for a in node.arguments if known[combinator].parameter(a.name or "")]
            rest = tuple(a for a in node.arguments if a not in own)
            part = ast.Argument(ast.Call(inner, rest))
            return _written(ast.Call(combinator, (part, *own)))
    return ""


def _written(node: ast.Call) -> str:
    return f"here this is written `{print_expression(node)}`"
