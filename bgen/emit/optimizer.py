"""What fits a guide to a posterior, by its word in a ``fit`` block."""

from __future__ import annotations

from dataclasses import dataclass

from bgen.ir import model as m


@dataclass(frozen=True, slots=True)
class Optimizer:
    """One of them. ``fits`` names the function that does it, where it is not ``fit_svi``."""

    name: str
    summary: str
    text: str
    source: str
    fits: str = ""


ADAM = Optimizer(
    "adam",
    "Noisy steps on minibatches: any number of rows.",
    "Each of `steps` steps takes `batch` rows (all, where it is not given) and one draw of the "
    "guide. The rate falls from\n`learning_rate` to a hundredth of it. The ELBO is a noisy one, "
    "and has settled where its last tenth no longer\nchanged by more than its noise.",
    "Kingma and Ba 2015, Adam: A Method for Stochastic Optimization; Hoffman et al. 2013, "
    "Stochastic Variational Inference",
)
LBFGS = Optimizer(
    "lbfgs",
    "No noise and no learning rate: all rows, and the same draws at each step.",
    "The draws of the guide are made once, each with its opposite, with variances of 1, and those "
    "of sites of up to 200\nnumbers (1,000 in all) without correlations. The expectation of what "
    "is quadratic in these is exact then: of a normal\nlikelihood given its scale the ELBO is the "
    "closed one, and of others it is an average over 128 draws or more. L-BFGS\ngoes to its "
    "least, `steps` steps at most, and stops where 20 of them gained nothing. It computes in "
    "float64 on a CPU,\nas NUTS does, reads all rows at each step, and has neither `batch` nor "
    "`learning_rate`.",
    "Giordano, Ingram and Broderick 2024, Black Box Variational Inference with a Deterministic "
    "Objective; Nocedal and Wright 2006, Numerical Optimization, ch. 7",
    fits="fit_fixed_draws",
)
#: The first is the default.
OPTIMIZERS = {each.name: each for each in (ADAM, LBFGS)}


def optimizer_of(model: m.Model) -> Optimizer:
    """The one that the program chooses."""
    return OPTIMIZERS[str(dict(model.settings).get("optimizer", ADAM.name))]
