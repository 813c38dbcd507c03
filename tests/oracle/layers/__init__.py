"""The layers of section 3: their sites, default priors and contributions, as the table has them."""

from __future__ import annotations

from . import attention, effects, linear, pairs, shrinkage, smooth, time
from .base import LAYERS, OWN, LayerCall

assert all(m.__doc__ for m in (attention, effects, linear, pairs, shrinkage, smooth, time))
__all__ = ["LAYERS", "OWN", "LayerCall"]
