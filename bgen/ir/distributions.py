"""NumPyro's distributions with scalar parameters: names, order and ranges of parameters, supports.

The compiler imports no NumPyro. This table is what it knows of it; a test compares every row with
NumPyro's own classes. ``Flat``, ``HalfStudentT`` and ``Truncated``, which NumPyro lacks, are the
language's (see ``check/priors.py``).
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter.

    ``range`` is real, positive, nonnegative, unit (open), probability (closed), count or (several)
    vector.
    """

    name: str
    range: str
    default: float | None = None
    keyword_only: bool = False


@dataclass(frozen=True, slots=True)
class Distribution:
    """One NumPyro distribution.

    ``location_scale`` says that ``loc + scale * z`` moves it, so that it can be non-centred;
    ``log_location_scale`` that its logarithm does. ``support`` names bounds by parameter:
    ``interval(low,high)``.
    """

    name: str
    parameters: tuple[Parameter, ...]
    support: str
    #: The class of ``templates/library`` that adds its log tail probabilities, if there is one.
    tails: str = field(default="", kw_only=True)
    location_scale: bool = False
    log_location_scale: bool = False

    def parameter(self, name: str) -> Parameter | None:
        return next((p for p in self.parameters if p.name == name), None)


#: Families whose tails have a form in log space.
_TAILS = {
    "Beta": "BetaTails",
    "BinomialLogits": "BinomialTails",
    "Exponential": "ExponentialTails",
    "Gamma": "GammaTails",
    "GeometricLogits": "GeometricTails",
    "Gumbel": "GumbelTails",
    "Laplace": "LaplaceTails",
    "Logistic": "LogisticTails",
    "LogNormal": "LogNormalTails",
    "NegativeBinomialLogits": "NegativeBinomialTails",
    "Normal": "NormalTails",
    "Poisson": "PoissonTails",
    "StudentT": "StudentTTails",
    "Weibull": "WeibullTails",
}


def _row(name: str, parameters: str, support: str, *, family: str = "") -> tuple[str, Distribution]:
    parsed = []
    for part in parameters.split():
        keyword = part.startswith("*")
        key, _, rest = part.lstrip("*").partition(":")
        range_, _, default = rest.partition("=")
        parsed.append(Parameter(key, range_, float(default) if default else None, keyword))
    return name, Distribution(
        name,
        tuple(parsed),
        support,
        family == "location_scale",
        family == "log_location_scale",
        tails=_TAILS.get(name, ""),
    )


_LS = "loc:real=0 scale:positive=1"

DISTRIBUTIONS: dict[str, Distribution] = dict(
    (
        _row("AsymmetricLaplace", f"{_LS} asymmetry:positive=1", "real", family="location_scale"),
        _row(
            "AsymmetricLaplaceQuantile",
            f"{_LS} quantile:unit=0.5",
            "real",
            family="location_scale",
        ),
        _row("Beta", "concentration1:positive concentration0:positive", "unit"),
        _row("BetaProportion", "mean:unit concentration:positive", "unit"),
        _row("Cauchy", _LS, "real", family="location_scale"),
        _row("Chi2", "df:positive", "positive"),
        _row("Dagum", "concentration:positive sharpness:positive scale:positive", "positive"),
        _row(
            "DoublyTruncatedPowerLaw", "alpha:real low:positive high:positive", "interval(low,high)"
        ),
        _row("Exponential", "rate:positive=1", "positive"),
        _row("Gamma", "concentration:positive rate:positive=1", "positive"),
        _row("Gompertz", "concentration:positive rate:positive=1", "positive"),
        _row("Gumbel", _LS, "real", family="location_scale"),
        _row("HalfCauchy", "scale:positive=1", "positive"),
        _row("HalfNormal", "scale:positive=1", "positive"),
        _row("InverseGamma", "concentration:positive rate:positive=1", "positive"),
        _row("Kumaraswamy", "concentration1:positive concentration0:positive", "unit"),
        _row("Laplace", _LS, "real", family="location_scale"),
        _row("Levy", "loc:real scale:positive", "above(loc)"),
        _row("LogNormal", _LS, "positive", family="log_location_scale"),
        _row("LogUniform", "low:positive high:positive", "interval(low,high)"),
        _row("Logistic", _LS, "real", family="location_scale"),
        _row("LowerTruncatedPowerLaw", "alpha:real low:positive", "above(low)"),
        _row("Normal", _LS, "real", family="location_scale"),
        _row("Pareto", "scale:positive alpha:positive", "above(scale)"),
        _row("SoftLaplace", "loc:real scale:positive", "real", family="location_scale"),
        _row("StudentT", f"df:positive {_LS}", "real", family="location_scale"),
        _row("TruncatedCauchy", f"{_LS} *low:real *high:real", "between(low,high)"),
        _row(
            "TruncatedGamma",
            "concentration:positive=1 rate:positive=1 *low:positive *high:positive",
            "between(low,high)",
        ),
        _row("TruncatedNormal", f"{_LS} *low:real *high:real", "between(low,high)"),
        _row("Uniform", "low:real=0 high:real=1", "interval(low,high)"),
        _row("VonMises", "loc:real concentration:positive", "circle"),
        _row("Weibull", "scale:positive concentration:positive", "positive"),
        # Discrete: responses only.
        _row("BernoulliLogits", "logits:real", "boolean"),
        _row("BernoulliProbs", "probs:probability", "boolean"),
        _row(
            "BetaBinomial",
            "concentration1:positive concentration0:positive total_count:count=1",
            "natural",
        ),
        _row("BinomialLogits", "logits:real total_count:count=1", "natural"),
        _row("BinomialProbs", "probs:probability total_count:count=1", "natural"),
        _row("CategoricalLogits", "logits:vector", "classes"),
        _row("CategoricalProbs", "probs:vector", "classes"),
        _row("DiscreteUniform", "low:real=0 high:real=1", "integer"),
        _row("GammaPoisson", "concentration:positive rate:positive=1", "natural"),
        _row("GeometricLogits", "logits:real", "natural"),
        _row("GeometricProbs", "probs:unit", "natural"),
        _row("NegativeBinomial2", "mean:nonnegative concentration:positive", "natural"),
        _row("NegativeBinomialLogits", "total_count:positive logits:real", "natural"),
        _row("NegativeBinomialProbs", "total_count:positive probs:unit", "natural"),
        _row("Poisson", "rate:nonnegative", "natural"),
        _row("ZeroInflatedPoisson", "gate:unit rate:positive=1", "natural"),
    )
)

#: Families that ``Truncated`` takes: NumPyro's classes for two of them, tails of our own else.
TRUNCATABLE = (
    "Beta",
    "Cauchy",
    "Exponential",
    "Gamma",
    "Gumbel",
    "Laplace",
    "Logistic",
    "LogNormal",
    "Normal",
    "SoftLaplace",
    "StudentT",
    "Weibull",
)

#: Distributions of the language that NumPyro has no class for, or whose size it cannot infer.
OWN = ("Flat", "HalfStudentT", "ScaledBeta", "Truncated", "Dirichlet", "LKJ")

#: NumPyro's functions that choose a class by which of ``probs`` and ``logits`` is given.
BY_PARAMETER = {
    "Bernoulli": ("BernoulliProbs", "BernoulliLogits"),
    "Binomial": ("BinomialProbs", "BinomialLogits"),
    "Categorical": ("CategoricalProbs", "CategoricalLogits"),
    "Geometric": ("GeometricProbs", "GeometricLogits"),
    "NegativeBinomial": ("NegativeBinomialProbs", "NegativeBinomialLogits"),
}

#: The order of their arguments, where it is not that of the classes.
ORDERS = {"Binomial": ("total_count", "probs", "logits")}

#: Every distribution that a program may name.
NAMES = frozenset((*DISTRIBUTIONS, *OWN, *BY_PARAMETER))
