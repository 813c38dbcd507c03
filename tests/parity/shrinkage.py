"""Priors for sparse coefficients, bilinear forms, and predictors of several classes."""

from __future__ import annotations

from types import ModuleType

import numpyro.distributions as dist

from tests.parity.case import Arguments, Case, layer


def _horseshoe(kind: str) -> dict[str, str]:
    return {
        f"{kind}_u_tau": "mu_tau",
        f"{kind}_u_scale": "mu_lambda",
        f"{kind}_u_beta": "mu_coef",
    }


def _classes(layers: ModuleType, links: ModuleType, a: Arguments) -> object:
    k = a["n_g"]
    eta = layers.AdaptiveLayer()("v", a["eta_v"], units=k)
    eta = eta + layers.HorseshoeLayer(slab_scale=2.0)("u", a["eta_horseshoe"], units=k)
    eta = eta + layers.FMLayer()("u", a["eta_u"], low_rank_dim=2, units=k)
    return links.categorical_link(eta, a["g"])


CASES = (
    layer(
        "horseshoe",
        "horseshoe(u, tau0 = 0.1)",
        lambda layers, a: layers.HorseshoeLayer(tau0=0.1)("u", a["mu_x"]),
        _horseshoe("HorseshoeLayer"),
    ),
    layer(
        "horseshoe with a slab",
        "horseshoe(u, slab = 1.5, df = 5)",
        lambda layers, a: layers.HorseshoeLayer(slab_scale=1.5, slab_df=5.0)("u", a["mu_x"]),
        _horseshoe("HorseshoeLayer") | {"HorseshoeLayer_u_c2": "mu_c2"},
    ),
    layer(
        "horseshoe_interaction within a block",
        "horseshoe_interaction(u)",
        lambda layers, a: layers.HorseshoeInteractionLayer()("u", a["mu_x"]),
        _horseshoe("HorseshoeInteractionLayer"),
    ),
    layer(
        "horseshoe_interaction of two blocks",
        "horseshoe_interaction(u, v, slab = 2)",
        lambda layers, a: layers.HorseshoeInteractionLayer(slab_scale=2.0)(
            "u", a["mu_x"], a["mu_z"]
        ),
        _horseshoe("HorseshoeInteractionLayer") | {"HorseshoeInteractionLayer_u_c2": "mu_c2"},
    ),
    layer(
        "mixture_prior",
        "mixture_prior(u)",
        lambda layers, a: layers.MixtureLayer()("u", a["mu_x"]),
        {"MixtureLayer_u_logits": "mu_logit", "MixtureLayer_u_beta": "mu_coef"},
    ),
    layer(
        "mixture_prior of other parts",
        "mixture_prior(u, first ~ Normal(0, 0.1), second ~ StudentT(3, 0, 2))",
        lambda layers, a: layers.MixtureLayer(
            component_dists=(dist.Normal, dist.StudentT),
            component_kwargs=(
                {"loc": 0.0, "scale": 0.1},
                {"df": 3.0, "loc": 0.0, "scale": 2.0},
            ),
        )("u", a["mu_x"]),
        {"MixtureLayer_u_logits": "mu_logit", "MixtureLayer_u_beta": "mu_coef"},
    ),
    layer(
        "bilinear",
        "bilinear(u, v)",
        lambda layers, a: layers.BilinearLayer()("u", a["mu_x"], a["mu_z"]),
        {"BilinearLayer_u_scale": "mu_scale", "BilinearLayer_u_W": "mu_weight"},
    ),
    layer(
        "lowrank_bilinear",
        "lowrank_bilinear(u, v, rank = 2)",
        lambda layers, a: layers.LowRankBilinearLayer()("u", a["mu_x"], a["mu_z"], low_rank_dim=2),
        {
            "LowRankBilinearLayer_u_scale": "mu_scale",
            "LowRankBilinearLayer_u_A": "mu_left",
            "LowRankBilinearLayer_u_B": "mu_right",
        },
    ),
    Case(
        "categorical",
        ("categorical",),
        "eta = adaptive(v) + horseshoe(x, z, slab = 2) + fm(u, rank = 2)\n"
        "g ~ categorical(eta, reference = none)",
        _classes,
        {
            "AdaptiveLayer_v_scale": "eta_v_scale",
            "AdaptiveLayer_v_beta": "eta_v_coef",
            "HorseshoeLayer_u_tau": "eta_horseshoe_tau",
            "HorseshoeLayer_u_scale": "eta_horseshoe_lambda",
            "HorseshoeLayer_u_c2": "eta_horseshoe_c2",
            "HorseshoeLayer_u_beta": "eta_horseshoe_coef",
            "FMLayer_u_scale": "eta_u_factor_scale",
            "FMLayer_u_theta": "eta_u_factor",
        },
    ),
)
