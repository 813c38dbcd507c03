"""`categorical` and `multinomial`: as many predictors as classes, less one for the reference."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln  # type: ignore[import-untyped]

from ..conditional import Conditional
from ..data import BadProgram
from .ordinal import by_table

Floats = NDArray[np.float64]
# Keyword -> whether its response is one column.
WIDE = {"categorical": True, "multinomial": False}


def log_shares(eta: Floats, classes: int, reference: bool) -> Floats:
    """Log softmax; with a reference the first class's logit is 0."""
    width = classes - int(reference)
    logits = eta[:, None] if eta.ndim == 1 else eta
    logits = np.broadcast_to(logits, (logits.shape[0], width))
    if reference:
        logits = np.concatenate([np.zeros_like(logits[:, :1]), logits], axis=1)
    return np.asarray(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))


def categorical(eta: Floats, classes: int, reference: bool) -> Conditional:
    """Classes have no order, and so no tails."""
    return Conditional(by_table(log_shares(eta, classes, reference)).log_prob, discrete=True)


def multinomial(eta: Floats, trials: Floats | None, reference: bool) -> Conditional:
    """Of counts `(n, classes)`."""

    def log_prob(y: Floats) -> Floats:
        shares = log_shares(eta, y.shape[1], reference)
        total = y.sum(axis=1)
        if trials is not None and not np.all(trials == total):
            raise BadProgram("the counts of a multinomial must sum to its trials")
        terms = np.where(y == 0.0, 0.0, y * shares)
        return np.asarray(gammaln(total + 1.0) + (terms - gammaln(y + 1.0)).sum(axis=1))

    return Conditional(log_prob, discrete=True)
