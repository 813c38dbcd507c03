"""``fit`` and ``reparam`` blocks -> settings of the emitted script and parameterisations."""

from __future__ import annotations

import math
from typing import NoReturn

from bgen.base.diagnostic import did_you_mean
from bgen.check.scope import Rejected, Scope
from bgen.check.words import without_quotes
from bgen.ir import expressions as ir
from bgen.ir import model as m
from bgen.ir.dims import Levels, Rows, Width
from bgen.ir.distributions import DISTRIBUTIONS
from bgen.syntax import ast
from bgen.syntax.printer import print_expression

_WORDS = {
    "method": ("nuts", "svi"),
    "guide": ("mean_field", "structured", "full_rank"),
    "optimizer": ("adam", "lbfgs"),
}
#: What they can be with a number.
_CALLS = {"guide": ("low_rank(5)",)}
_WHOLE = {"chains": 1, "warmup": 1, "draws": 1, "seed": 0, "batch": 1, "steps": 1}
_MOST = 1_000_000_000
_MOST_FACTORS = 1000
_EXAMPLES: dict[str, float] = {
    "chains": 4,
    "warmup": 1000,
    "draws": 1000,
    "seed": 1,
    "batch": 256,
    "steps": 10_000,
}
_EXAMPLES |= {"learning_rate": 0.01, "target_accept": 0.99}
_POSITIVE = {"learning_rate": math.inf, "target_accept": 1.0}
_KEYS = (*_WORDS, *_WHOLE, *_POSITIVE)


def read_fit(scope: Scope, block: ast.FitBlock, settings: dict[str, int | float | str]) -> None:
    """Add the settings of a ``fit`` block; each wrong one is reported and left out."""
    for setting in block.settings:
        try:
            if setting.key in settings:
                reject_twice(scope, setting)
            settings[setting.key] = _setting(scope, setting)
        except Rejected:
            continue
    noisy = {"batch", "learning_rate"} & settings.keys()
    if settings.get("optimizer") == "lbfgs" and noisy:
        here = [s for s in block.settings if s.key in noisy]
        for setting in here or [s for s in block.settings if s.key == "optimizer"]:
            other = setting.key if here else min(noisy)
            scope.sink.error(
                "BL511",
                setting.key_span,
                f"`optimizer = lbfgs` and `{other}` contradict each other",
                help="leave one of them out: lbfgs reads all rows and has no learning rate",
            )


def reject_twice(scope: Scope, setting: ast.Setting) -> NoReturn:
    scope.reject(
        "BL501",
        setting.span,
        f"`{setting.key}` is set twice",
        help="keep one of the two",
    )


def _setting(scope: Scope, setting: ast.Setting) -> int | float | str:
    key, value = setting.key, setting.value
    if key in _WORDS:
        word = value.id if isinstance(value, ast.Name) else None
        if key == "guide" and "low_rank" in (word, getattr(value, "function", None)):
            return f"low_rank({_rank(scope, value)})"
        if word in _WORDS[key]:
            return word
        scope.reject(
            "BL502",
            value.span,
            f"`{key}` cannot be `{print_expression(value)}`",
            help=without_quotes(key, value, tuple(_WORDS[key]))
            or f"it is one of {', '.join((*_WORDS[key], *_CALLS.get(key, ())))}",
        )
    if key in _WHOLE:
        low = _WHOLE[key]
        number = value.value if isinstance(value, ast.Number) else float("nan")
        if low <= number <= _MOST and number.is_integer():
            return int(number)
        scope.reject(
            "BL503",
            value.span,
            f"`{key}` must be a whole number of at least {low}, and at most {_MOST:,}",
            help=f"for example `{key} = {_EXAMPLES[key]}`",
        )
    if key in _POSITIVE:
        most = _POSITIVE[key]
        if isinstance(value, ast.Number) and 0 < value.value < most:
            return value.value
        scope.reject(
            "BL503",
            value.span,
            f"`{key}` must be a positive number" + (f" below {most:g}" if most == 1 else ""),
            help=f"for example `{key} = {_EXAMPLES[key]}`",
        )
    scope.reject(
        "BL504",
        setting.key_span,
        f"`fit` has no setting `{key}`",
        help=did_you_mean(key, _KEYS) or f"settings are {', '.join(_KEYS)}",
    )


def _rank(scope: Scope, value: ast.Expression) -> int:
    """The number of factors in ``low_rank(5)``."""
    match value:
        case ast.Call(arguments=[ast.Argument(name=None, value=ast.Number(value=rank))]) if (
            rank >= 1 and rank.is_integer() and rank <= _MOST_FACTORS
        ):
            return int(rank)
    scope.reject(
        "BL503",
        value.span,
        f"`low_rank` takes a whole number of factors from 1 to {_MOST_FACTORS}",
        help="for example `guide = low_rank(5)`",
    )


def reparameterise(
    scope: Scope, blocks: list[ast.ReparamBlock]
) -> tuple[m.Reparameterisation, ...]:
    """One explicit value for each site that can be non-centred; the rule is in ``_default``."""
    asked: dict[str, float] = {}
    for setting in (s for block in blocks for s in block.settings):
        try:
            if setting.key in asked:
                reject_twice(scope, setting)
            asked[setting.key] = _asked(scope, setting)
        except Rejected:
            continue
    found = []
    for site in scope.sites.values():
        if not movable(site):
            continue
        said = site.name in asked
        centred, reason = asked.get(site.name, 1.0), "the source says so"
        if not said:
            centred, reason = _default(scope, site)
        if site.prior.standard:
            found.append(
                m.Reparameterisation(site.name, centred, reason, standard=True, asked=said)
            )
            continue
        family = DISTRIBUTIONS[site.prior.name]
        log = family.log_location_scale
        shape = tuple(p.name for p in family.parameters if p.name not in ("loc", "scale"))
        found.append(m.Reparameterisation(site.name, centred, reason, log, shape, asked=said))
    return tuple(found)


def movable(site: m.Sample) -> bool:
    """Whether the prior is a location-scale family whose location or scale is itself unknown.

    So is one that moves independent standard normals as a whole.
    """
    if site.prior.standard:
        return True
    known = DISTRIBUTIONS.get(site.prior.name)
    if known is None or not (known.location_scale or known.log_location_scale):
        return False
    return any(
        ir.has_unknowns(value) for name, value in site.prior.parameters if name in ("loc", "scale")
    )


def _default(scope: Scope, site: m.Sample) -> tuple[float, str]:
    """Effects of levels and rows non-centred, coefficients of columns centred.

    A level sees few rows, so that its prior dominates and couples it to its scale (Betancourt and
    Girolami 2015); a column's coefficient is informed by all rows. Where each has a scale of its
    own, most are shrunk to where the prior dominates (Piironen and Vehtari 2017). Of the
    functions of a basis, which come from one column, the data tell little but for the smoothest.
    """
    first = site.dims[0].extent if site.dims else None
    if isinstance(first, Levels):
        return 0.0, "a level may see few rows"
    if any(site.name == known.site for known in scope.measured.values()):
        return 1.0, "each was measured"
    if isinstance(first, Rows):
        return 0.0, "a row sees one response"
    if isinstance(first, Width) and scope.arguments[first.input].kind == "computed":
        return 0.0, "the data say little of most of its elements"
    scale = site.prior.parameter("scale")
    parts = [] if scale is None else ir.walk(scale)
    own = {d for part in parts if isinstance(part, ir.Unknown | ir.Local) for d in part.dims}
    if site.dims and own.issuperset(site.dims):
        return 0.0, "each value has a scale of its own"
    return 1.0, "every row informs it"


def _asked(scope: Scope, setting: ast.Setting) -> float:
    site = scope.sites.get(setting.key)
    if site is None:
        if scope.sink.failed:
            raise Rejected  # its statement may be one of those that failed
        movable_sites = [s.name for s in scope.sites.values() if movable(s)]
        scope.reject(
            "BL505",
            setting.key_span,
            f"there is no site `{setting.key}`",
            help=did_you_mean(setting.key, movable_sites)
            or (
                f"sites that can be reparameterised are {', '.join(movable_sites)}"
                if movable_sites
                else "no site of this model has an unknown location or scale; leave the block out"
            ),
        )
    if not movable(site):
        scope.reject(
            "BL506",
            setting.key_span,
            f"`{setting.key}` cannot be reparameterised",
            help="only sites whose prior has an unknown location or scale can, such as "
            "`Normal(0, tau)`",
        )
    match setting.value:
        case ast.Name(id="centered"):
            return 1.0
        case ast.Name(id="noncentered"):
            return 0.0
        case ast.Number(value=value) if value in (0, 1) or (
            0 <= value <= 1 and not site.prior.standard
        ):
            return value
    scope.reject(
        "BL507",
        setting.value.span,
        f"`{print_expression(setting.value)}` is not a parameterisation",
        help=(
            "its values belong together: write `centered` or `noncentered`"
            if site.prior.standard
            else "write `centered`, `noncentered`, or a number from 0 (non-centred) to 1 (centred)"
        ),
    )
