"""A word of R, Stan or another library -> how the language says it."""

from __future__ import annotations

from bgen.syntax import ast
from bgen.syntax.printer import print_expression

#: ``x`` stands for the first argument of the call, ``k`` for the second.
_FUNCTIONS = {
    "ln": "log({x})",
    "log2": "log({x}) / log(2)",
    "log10": "log({x}) / log(10)",
    "expm1": "exp({x}) - 1",
    "square": "{base}^2",
    "pow": "{base}^{k}",
    "inv_logit": "sigmoid({x})",
    "expit": "sigmoid({x})",
    "plogis": "sigmoid({x})",
    "invlogit": "sigmoid({x})",
    "scale": "standardize({x})",
    "zscore": "standardize({x})",
    "std": "sd({x})",
    "var": "sd({x})^2",
    "average": "mean({x})",
    "poly": "{x}, {powers}",
    "I": "{x}",
    "ranef": "random_effects({x})",
    "re": "random_effects({x})",
    "s": "pspline({x})",
}
#: What makes columns, which as terms of a predictor have coefficients.
_COLUMNS = ("I", "poly")
#: Arguments that an example has where the call has none.
_EXAMPLES = {"ranef": "g", "re": "g"}
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


def function_of(node: ast.Call, *, term: bool = False) -> str:
    """How a call is written here; a ``term`` of a predictor needs a coefficient."""
    values = [a.value for a in node.arguments]
    x: ast.Expression = values[0] if values else ast.Name(_EXAMPLES.get(node.function, "x"))
    text = print_expression(x)
    said = _FUNCTIONS.get(node.function)
    if said is None:
        return ""
    if term and node.function in _COLUMNS:
        said = f"linear({said})"
    base = text if isinstance(x, ast.Name | ast.Call | ast.Number) else f"({text})"
    second = values[1] if len(values) > 1 else ast.Number(2.0, "2")
    k = print_expression(second)
    most = int(min(max(second.value, 2), 9)) if isinstance(second, ast.Number) else 2
    powers = ", ".join(f"{base}^{degree}" for degree in range(2, most + 1))
    return f"here this is written `{said.format(x=text, base=base, k=k, powers=powers)}`"


def distribution_of(word: str) -> str:
    said = _DISTRIBUTIONS.get(word)
    return f"NumPyro calls it `{said}`" if said else ""


def parameter_of(word: str, known: list[str]) -> str:
    said = next((name for name in _PARAMETERS.get(word, ()) if name in known), "")
    return f"NumPyro calls it `{said}`" if said else ""
