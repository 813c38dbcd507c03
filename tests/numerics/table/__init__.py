"""The cases: every link of the page, with other link functions and inside combinators."""

from __future__ import annotations

from . import chances, counts, levels, positive, reals, wrapped

assert all(m.__doc__ for m in (chances, counts, levels, positive, reals, wrapped))
