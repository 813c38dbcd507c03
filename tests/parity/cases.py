"""The table of parity: every layer and link against those of BLayers."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import jax.numpy as jnp
import numpyro.distributions as dist
from jax import Array

from tests.parity.case import Arguments, Case, layer, link
from tests.parity.shrinkage import CASES as SHRINKAGE
from tests.parity.smooth import CASES as SMOOTH

#: Ours that BLayers lacks, and why.
NOT_IN_BLAYERS = {
    "attention": "0.3.0 had it: tokens x_j W_emb_j + W_bias_j; softmax(Q K' / sqrt(dim)) V in each "
    "head, the mean over tokens of the heads side by side, @ W_out",
    "censored": "its links see every value",
    "correlated_effects": "lme4's (1 + x | g); its effects are independent, as in random_slopes",
    "hurdle": "it has no truncated counts",
    "mixture": "its mixtures are of priors",
    "gp": "its one Gaussian process is the approximation by sines, here `hsgp`",
    "monotonic": "brms's mo(x)",
    "multi_membership": "brms's mm(g1, g2)",
    "autoregressive": "its responses are independent given their predictors",
    "multinomial": "its links take one response",
    "multivariate_gaussian": "its links take one response",
    "multivariate_student_t": "its links take one response",
    "offset": "a known term has no density of its own; there it is a plain sum",
    "r2d2": "brms's R2D2 prior",
    "spike_and_slab": "0.3.0 had it: z ~ Beta(0.5, 0.5), beta ~ Normal(0, 1), x @ (z beta)",
    "truncated": "its links see every value",
    "weighted": "its links have no weights",
    "acat": "its one ordinal link is cumulative",
    "asymmetric_laplace": "no quantile regression there",
    "beta_binomial": "no link of trials there",
    "binomial": "no link of trials there",
    "cratio": "its one ordinal link is cumulative",
    "exgaussian": "no link of response times there",
    "geometric": "its counts are Poisson and negative binomial",
    "inverse_gaussian": "its positive links are gamma, exponential and lognormal",
    "laplace": "its errors are normal and Student's t",
    "shifted_lognormal": "no link of response times there",
    "skew_normal": "its errors are normal and Student's t",
    "sratio": "its one ordinal link is cumulative",
    "von_mises": "no link of angles there",
    "weibull": "its positive links are gamma, exponential and lognormal",
}

#: Every layer and link of BLayers 0.3.8, and what it is called here.
LAYERS = {
    "AR1Layer": "ar1",
    "AdaptiveLayer": "adaptive",
    "BilinearLayer": "bilinear",
    "EmbeddingLayer": "embedding",
    "FM3Layer": "fm3",
    "FMLayer": "fm",
    "FixedEffectsLayer": "fixed_effects",
    "FixedPriorLayer": "linear",
    "HSGPLayer": "hsgp",
    "HorseshoeInteractionLayer": "horseshoe_interaction",
    "HorseshoeLayer": "horseshoe",
    "InteractionLayer": "interaction",
    "InterceptLayer": "intercept",
    "LowRankBilinearLayer": "lowrank_bilinear",
    "LowRankInteractionLayer": "lowrank_interaction",
    "MixtureLayer": "mixture_prior",
    "PSplineLayer": "pspline",
    "RandomEffectsLayer": "random_effects",
    "RandomSlopesLayer": "random_slopes",
    "RandomWalkLayer": "random_walk",
}
LINKS = {
    "beta_link": "beta",
    "categorical_link": "categorical",
    "exponential_link": "exponential",
    "gamma_link": "gamma",
    "gaussian_link": "gaussian",
    "logit_link": "bernoulli",
    "lognormal_link": "lognormal",
    "negative_binomial_link": "negative_binomial",
    "ordinal_link": "cumulative",
    "poisson_link": "poisson",
    "student_t_link": "student_t",
    "zinb_link": "zero_inflated",
    "zip_link": "zero_inflated",
}


def _dot(layers: ModuleType, a: Arguments) -> Array:
    embedding = layers.EmbeddingLayer()
    left = embedding("g", a["g"], a["n_g"], embedding_dim=3)
    right = embedding("h", a["h"], a["n_h"], embedding_dim=3)
    return jnp.sum(left * right, axis=1)


def _total(layers: ModuleType, a: Arguments) -> Array:
    return jnp.sum(layers.EmbeddingLayer()("g", a["g"], a["n_g"], embedding_dim=2), axis=1)


def _wide(layers: ModuleType, a: Arguments) -> Any:
    wide = layers.AdaptiveLayer(
        scale_dist=dist.Exponential,
        scale_kwargs={"rate": 1.0},
        coef_dist=dist.LogNormal,
        coef_kwargs={"loc": 0.0},
    )
    return wide("u", a["mu_u"]) + wide("v", a["mu_v"])


def _everything(layers: ModuleType, a: Arguments) -> Any:
    """Several layers in one sum, an offset among them."""
    return (
        layers.InterceptLayer()("c")
        + layers.FixedPriorLayer()("x", a["mu_x"])
        + layers.RandomSlopesLayer()("x", a["mu_x"], a["g"], a["n_g"])
        + layers.RandomEffectsLayer()("h", a["h"], a["n_h"])
        + a["z"][:, None]
    )


def _ordinal(layers: ModuleType, links: ModuleType, a: Arguments) -> object:
    """Without an intercept, which the cutpoints would say twice."""
    eta = layers.AdaptiveLayer()("u", a["eta_x"])
    return links.ordinal_link(eta, a["level_y"], num_classes=4)


CASES = (
    *SHRINKAGE,
    *SMOOTH,
    layer(
        "intercept",
        "intercept()",
        lambda layers, a: layers.InterceptLayer()("c"),
        {"InterceptLayer_c_beta": "mu"},
    ),
    layer(
        "linear",
        "linear(u)",
        lambda layers, a: layers.FixedPriorLayer()("u", a["mu_x"]),
        {"FixedPriorLayer_u_beta": "mu_coef"},
    ),
    layer(
        "linear of coded levels and transforms",
        "linear(g, standardize(x), x^2, g:z, coding = full)",
        lambda layers, a: layers.FixedPriorLayer()("u", a["mu_x"]),
        {"FixedPriorLayer_u_beta": "mu_coef"},
    ),
    layer(
        "linear with a prior",
        "linear(u, coef ~ StudentT(3, 0.5, 2))",
        lambda layers, a: layers.FixedPriorLayer(
            coef_dist=dist.StudentT, coef_kwargs={"df": 3.0, "loc": 0.5, "scale": 2.0}
        )("u", a["mu_x"]),
        {"FixedPriorLayer_u_beta": "mu_coef"},
    ),
    layer(
        "adaptive",
        "adaptive(u)",
        lambda layers, a: layers.AdaptiveLayer()("u", a["mu_x"]),
        {"AdaptiveLayer_u_scale": "mu_scale", "AdaptiveLayer_u_beta": "mu_coef"},
    ),
    layer(
        "adaptive with priors",
        "wide(u) + wide(v)",
        _wide,
        {
            "AdaptiveLayer_u_scale": "mu_u_scale",
            "AdaptiveLayer_u_beta": "mu_u_coef",
            "AdaptiveLayer_v_scale": "mu_v_scale",
            "AdaptiveLayer_v_beta": "mu_v_coef",
        },
        before="layer wide(p) = adaptive(p, scale ~ Exponential(1), coef ~ LogNormal(0, scale))",
    ),
    layer(
        "fixed_effects",
        "fixed_effects(g)",
        lambda layers, a: layers.FixedEffectsLayer()("g", a["g"], a["n_g"]),
        {"FixedEffectsLayer_g_theta": "mu_effect"},
    ),
    layer(
        "random_effects",
        "random_effects(g)",
        lambda layers, a: layers.RandomEffectsLayer()("g", a["g"], a["n_g"]),
        {"RandomEffectsLayer_g_scale": "mu_scale", "RandomEffectsLayer_g_theta": "mu_effect"},
    ),
    layer(
        "random_effects of crossed levels",
        "random_effects(g:h)",
        lambda layers, a: layers.RandomEffectsLayer()("g", a["g_h"], a["n_g_h"]),
        {"RandomEffectsLayer_g_scale": "mu_scale", "RandomEffectsLayer_g_theta": "mu_effect"},
    ),
    layer(
        "random_slopes",
        "random_slopes(x, z, by = g)",
        lambda layers, a: layers.RandomSlopesLayer()("x", a["mu_x"], a["g"], a["n_g"]),
        {"RandomSlopesLayer_x_scale": "mu_slope_scale", "RandomSlopesLayer_x_beta": "mu_slope"},
    ),
    layer(
        "embedding by dot",
        "dot(embedding(g, dim = 3), embedding(h, dim = 3))",
        _dot,
        {
            "EmbeddingLayer_g_scale": "mu_g_scale",
            "EmbeddingLayer_g_theta": "mu_g_vector",
            "EmbeddingLayer_h_scale": "mu_h_scale",
            "EmbeddingLayer_h_theta": "mu_h_vector",
        },
    ),
    layer(
        "embedding by sum",
        "sum(embedding(g, dim = 2))",
        _total,
        {"EmbeddingLayer_g_scale": "mu_g_scale", "EmbeddingLayer_g_theta": "mu_g_vector"},
    ),
    layer(
        "fm",
        "fm(u, rank = 2)",
        lambda layers, a: layers.FMLayer()("u", a["mu_x"], low_rank_dim=2),
        {"FMLayer_u_scale": "mu_factor_scale", "FMLayer_u_theta": "mu_factor"},
    ),
    layer(
        "fm3",
        "fm3(u, x, z, rank = 2)",
        lambda layers, a: layers.FM3Layer()("u", a["mu_x"], low_rank_dim=2),
        {"FM3Layer_u_scale": "mu_factor_scale", "FM3Layer_u_theta": "mu_factor"},
    ),
    layer(
        "interaction of two blocks",
        "interaction(u, v)",
        lambda layers, a: layers.InteractionLayer()("u", a["mu_x"], a["mu_z"]),
        {"InteractionLayer_u_scale1": "mu_scale", "InteractionLayer_u_beta1": "mu_coef"},
    ),
    layer(
        "interaction within a block",
        "interaction(u)",
        lambda layers, a: layers.InteractionLayer()("u", a["mu_x"]),
        {"InteractionLayer_u_scale1": "mu_scale", "InteractionLayer_u_beta1": "mu_coef"},
    ),
    layer(
        "lowrank_interaction",
        "lowrank_interaction(u, v, rank = 2)",
        lambda layers, a: layers.LowRankInteractionLayer()(
            "u", a["mu_x"], a["mu_z"], low_rank_dim=2
        ),
        {
            "LowRankInteractionLayer_u_scale1": "mu_left_scale",
            "LowRankInteractionLayer_u_theta1": "mu_left",
            "LowRankInteractionLayer_u_scale2": "mu_right_scale",
            "LowRankInteractionLayer_u_theta2": "mu_right",
        },
    ),
    layer(
        "several layers",
        "intercept() + linear(x) + random_slopes(x, by = g) + random_effects(h) + offset(z)",
        _everything,
        {
            "InterceptLayer_c_beta": "mu_intercept",
            "FixedPriorLayer_x_beta": "mu_x_coef",
            "RandomSlopesLayer_x_scale": "mu_x_slope_scale",
            "RandomSlopesLayer_x_beta": "mu_x_slope",
            "RandomEffectsLayer_h_scale": "mu_h_scale",
            "RandomEffectsLayer_h_theta": "mu_h_effect",
        },
        covers=("intercept", "linear", "random_slopes", "random_effects"),
    ),
    link(
        "gaussian",
        "y ~ gaussian(eta)",
        lambda links, eta, a: links.gaussian_link(eta, a["y"]),
        {"sigma": "y_sigma"},
    ),
    link(
        "gaussian with a prior",
        "y ~ gaussian(eta, sigma ~ HalfNormal(2))",
        lambda links, eta, a: links.gaussian_link(
            eta, a["y"], sigma_dist=dist.HalfNormal, sigma_kwargs={"scale": 2.0}
        ),
        {"sigma": "y_sigma"},
    ),
    link(
        "gaussian with a known scale",
        "y ~ gaussian(eta, sigma = se)",
        lambda links, eta, a: links.gaussian_link(eta, a["y"], scale=a["se"]),
        {},
    ),
    link(
        "lognormal",
        "positive_y ~ lognormal(eta)",
        lambda links, eta, a: links.lognormal_link(eta, a["positive_y"]),
        {"sigma": "positive_y_sigma"},
    ),
    link(
        "bernoulli",
        "binary_y ~ bernoulli(eta)",
        lambda links, eta, a: links.logit_link(eta, a["binary_y"]),
        {},
    ),
    link(
        "poisson",
        "count_y ~ poisson(eta)",
        lambda links, eta, a: links.poisson_link(eta, a["count_y"]),
        {},
    ),
    link(
        "negative_binomial",
        "count_y ~ negative_binomial(eta)",
        lambda links, eta, a: links.negative_binomial_link(jnp.exp(eta), a["count_y"]),
        {"sigma": "count_y_concentration"},
        exception="BLayers takes the mean itself, so it is given exp(eta)",
    ),
    link(
        "student_t",
        "y ~ student_t(eta)",
        lambda links, eta, a: links.student_t_link(eta, a["y"]),
        {"sigma": "y_sigma"},
    ),
    link(
        "beta",
        "share_y ~ beta(eta)",
        lambda links, eta, a: links.beta_link(eta, a["share_y"]),
        {"beta_phi": "share_y_precision"},
    ),
    link(
        "gamma",
        "positive_y ~ gamma(eta)",
        lambda links, eta, a: links.gamma_link(eta, a["positive_y"]),
        {"gamma_shape": "positive_y_shape"},
    ),
    link(
        "exponential",
        "positive_y ~ exponential(eta)",
        lambda links, eta, a: links.exponential_link(eta, a["positive_y"]),
        {},
    ),
    Case(
        "cumulative",
        ("cumulative",),
        "eta = adaptive(u)\nlevel_y ~ cumulative(eta)",
        _ordinal,
        {
            "AdaptiveLayer_u_scale": "eta_scale",
            "AdaptiveLayer_u_beta": "eta_coef",
            "ordinal_c0": "level_y_cutpoint_first",
            "ordinal_gaps": "level_y_cutpoint_gaps",
        },
        exception="BLayers clips probabilities at 1e-8, which these values do not reach",
    ),
    link(
        "zero_inflated poisson",
        "count_y ~ zero_inflated(poisson(eta))",
        lambda links, eta, a: links.zip_link(eta, a["count_y"]),
        {"zip_gate": "count_y_gate"},
    ),
    link(
        "zero_inflated negative_binomial",
        "count_y ~ zero_inflated(negative_binomial(eta))",
        lambda links, eta, a: links.zinb_link(eta, a["count_y"]),
        {"zinb_concentration": "count_y_concentration", "zinb_gate": "count_y_gate"},
    ),
)
