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
    "hsgp": "`hsgp`",
    "hurdle": "`hurdle`",
    "hurdle_gate": "`hurdle`",
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
    "priors_truncated_more": "`Truncated` takes what has a cdf in log space",
    "pspline": "`pspline`",
    "truncated": "`truncated`",
    "truncated_censored": "`censored`",
    "truncated_counts": "`truncated`",
    "wide_smooth": "`pspline`",
    "zero_inflated": "`zero_inflated`",
    "zero_inflated_binomial": "`zero_inflated`",
    "zero_inflated_gate": "`zero_inflated`",
}
