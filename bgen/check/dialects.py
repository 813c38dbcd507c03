"""A word of R, Stan or another library -> how the language says it."""

from __future__ import annotations

_FUNCTIONS = {
    "ln": "log(x)",
    "log2": "log(x) / log(2)",
    "log10": "log(x) / log(10)",
    "expm1": "exp(x) - 1",
    "square": "x ^ 2",
    "pow": "x ^ 2",
    "inv_logit": "sigmoid(x)",
    "expit": "sigmoid(x)",
    "plogis": "sigmoid(x)",
    "invlogit": "sigmoid(x)",
    "scale": "standardize(x)",
    "zscore": "standardize(x)",
    "std": "sd(x)",
    "var": "sd(x) ^ 2",
    "average": "mean(x)",
    "poly": "linear(x, x^2)",
    "factor": "x: category",
    "as_factor": "x: category",
    "I": "x",
    "ranef": "random_effects(g)",
    "re": "random_effects(g)",
    "s": "pspline(x)",
}
_DISTRIBUTIONS = {
    "Gaussian": "Normal",
    "normal": "Normal",
    "T": "StudentT",
    "Student": "StudentT",
    "student": "StudentT",
    "HalfT": "HalfStudentT",
    "InvGamma": "InverseGamma",
    "inv_gamma": "InverseGamma",
    "DoubleExponential": "Laplace",
    "LogNorm": "LogNormal",
    "ImproperUniform": "Flat",
}
_PARAMETERS = {
    "mu": ("loc", "mean"),
    "mean": ("loc",),
    "location": ("loc",),
    "sd": ("scale",),
    "sigma": ("scale",),
    "std": ("scale",),
    "nu": ("df",),
    "dof": ("df",),
    "lambda": ("rate",),
    "lam": ("rate",),
    "alpha": ("concentration", "concentration1"),
    "a": ("concentration1", "concentration", "low"),
    "b": ("concentration0", "rate", "high"),
    "beta": ("rate", "concentration0", "scale"),
    "shape": ("concentration",),
    "lower": ("low",),
    "upper": ("high",),
    "min": ("low",),
    "max": ("high",),
    "p": ("probs",),
    "n": ("total_count",),
}


def function_of(word: str) -> str:
    said = _FUNCTIONS.get(word)
    return f"here this is written `{said}`" if said else ""


def distribution_of(word: str) -> str:
    said = _DISTRIBUTIONS.get(word)
    return f"NumPyro calls it `{said}`" if said else ""


def parameter_of(word: str, known: list[str]) -> str:
    said = next((name for name in _PARAMETERS.get(word, ()) if name in known), "")
    return f"NumPyro calls it `{said}`" if said else ""
