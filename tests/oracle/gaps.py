"""Programs that the compiler does not read as the language says, each with the rule it misses.

Strict: whoever builds a feature deletes its lines here, or the comparison fails.
"""

from __future__ import annotations

NOT_YET: dict[str, str] = {
    "autoregressive": "`autoregressive`",
    "bspline": "`bspline`",
    "categorical_of_two": "an output axis of length 1 goes",
    "censored": "`censored`",
    "censored_gamma": "`censored`",
    "censored_interval": "`censored`",
    "censored_more": "`censored`",
    "gp": "`gp`",
    "horseshoe_relevant": "`student_t`",
    "hsgp": "`hsgp`",
    "hurdle": "`hurdle`",
    "hurdle_gate": "`hurdle`",
    "links_student": "`student_t`",
    "measured": "`measured`",
    "missing_category": "missing values",
    "missing_input": "missing values",
    "missing_response": "missing values",
    "mixture": "`mixture`",
    "mixture_counts": "`mixture`",
    "mixture_order": "`mixture`",
    "mixture_weights": "`mixture`",
    "moving_average": "`autoregressive`",
    "natural_in_combinators": "`weighted`",
    "nested_combinators": "`truncated`",
    "priors_power_laws": "every public continuous distribution with scalar parameters",
    "priors_truncated_gamma": "every public continuous distribution with scalar parameters",
    "priors_truncated_more": "`Truncated` takes what has a cdf in log space",
    "pspline": "`pspline`",
    "scaled_layers": "`student_t`",
    "scaled_parts": "the intercept stands at the means of all the columns of its location",
    "truncated": "`truncated`",
    "truncated_censored": "`censored`",
    "truncated_counts": "`truncated`",
    "vector_parameters": "parameters may be vectors",
    "wide_smooth": "`pspline`",
    "zero_inflated": "`zero_inflated`",
    "zero_inflated_binomial": "`zero_inflated`",
    "zero_inflated_gate": "`zero_inflated`",
}
