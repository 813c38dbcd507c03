"""Cases that fail, each with the reason; strict, so that whoever mends one deletes its line."""

from __future__ import annotations

# Links that the compiler does not know.
NOT_YET: dict[str, str] = {
    "zero_inflated poisson": "`zero_inflated`",
    "zero_inflated negative_binomial": "`zero_inflated`",
    "hurdle poisson": "`hurdle`",
    "hurdle negative_binomial": "`hurdle`",
    "zero_inflated sigmoid": "`zero_inflated`",
    "censored gaussian right": "`censored`",
    "censored lognormal left": "`censored`",
    "censored student_t": "`censored`",
    "censored weibull": "`censored`",
    "censored exponential left": "`censored`",
    "censored gamma": "`censored`",
    "censored gamma left": "`censored`",
    "censored poisson": "`censored`",
    "censored interval": "`censored`",
    "truncated gaussian": "`truncated`",
    "truncated gaussian between": "`truncated`",
    "truncated poisson": "`truncated`",
    "mixture": "`mixture`",
    "categorical": "a value a row beside wide layers",
}
# Densities that lose what the tolerance asks for, by precision.
FLOAT32: dict[str, str] = {}
FLOAT64: dict[str, str] = {}
