"""Sparse regression: horseshoes, R2-D2, a mixture of two shapes, a continuous gate."""

from __future__ import annotations

import numpy as np

from ..data import BadProgram, Floats
from .base import LayerCall, layer, narrow, prior
from .pairs import pairs_of


def _horseshoe(c: LayerCall, x: Floats) -> tuple[Floats, Floats]:
    d, u = x.shape[1], c.outputs
    tau0 = c.number("tau0", 1.0)
    # A slab is there where its width is given, or the prior or the value of its square.
    slab = any(c.argument(*a) is not None for a in (("slab", "="), ("c2", "~"), ("c2", "=")))
    if c.argument("relevant", "=") is not None:
        p0 = c.number("relevant")
        if p0 >= d:
            raise BadProgram("`relevant` is not below the number of columns")
        sigma = c.evaluator.residual_scale(c.scope)
        tau0 = p0 / (d - p0) * sigma / np.sqrt(c.evaluator.data.n)
        slab = True
    tau = c.site("tau", (u,), prior("HalfCauchy", tau0))
    lam = c.site("lambda", (d, u), prior("HalfCauchy", 1))
    size = tau * lam
    if slab:
        s, df = c.number("slab", 2.0), c.number("df", 4.0)
        c2 = c.site("c2", (), prior("InverseGamma", 0.5 * df, 0.5 * df * s * s))
        size = tau * np.sqrt(c2 * lam**2 / (c2 + tau**2 * lam**2))
    c.own["(size)"] = size
    return x, c.site("coef", (d, u), prior("Normal", 0, "(size)"))


@layer("tau", "lambda", "c2", "coef")
def horseshoe(c: LayerCall) -> Floats:
    return c.times(*_horseshoe(c, c.features()))


@layer("tau", "lambda", "c2", "coef")
def horseshoe_interaction(c: LayerCall) -> Floats:
    pairs, coef = _horseshoe(c, pairs_of(c))
    return narrow(pairs @ coef)


@layer("logit", "coef")
def mixture_prior(c: LayerCall) -> Floats:
    x, u = c.features(), c.outputs
    logit = c.site("logit", (2,), prior("Normal", 0, 1), squeeze=False)
    log_weight = logit - np.logaddexp.reduce(logit)
    first = c.log_density("first", prior("Normal", 0, 1))
    second = c.log_density("second", prior("Laplace", 0, 1))

    def log_prob(coef: Floats) -> Floats:
        return np.logaddexp(log_weight[0] + first(coef), log_weight[1] + second(coef))

    return c.times(x, c.special("coef", (x.shape[1], u), log_prob))


@layer("gate", "slab")
def spike_and_slab(c: LayerCall) -> Floats:
    x, u = c.features(), c.outputs
    gate = c.site("gate", (x.shape[1], u), prior("Beta", 0.5, 0.5))
    slab = c.site("slab", (x.shape[1], u), prior("Normal", 0, 1), design=x)
    return c.times(x, gate * slab)


@layer("r2", "share", "coef")
def r2d2(c: LayerCall) -> Floats:
    x, u = c.features(), c.outputs
    x = (x - x.mean(axis=0)) / x.std(axis=0, ddof=1)
    d = x.shape[1]
    sigma = c.evaluator.residual_scale(c.scope)
    r2 = c.site("r2", (u,), prior("Beta", 1, 1))
    share = c.site("share", (d,), prior("Dirichlet", *[0.5] * d), squeeze=False)
    c.own["(size)"] = sigma * np.sqrt(share[:, None] * r2 / (1.0 - r2))
    return c.times(x, c.site("coef", (d, u), prior("Normal", 0, "(size)")))
