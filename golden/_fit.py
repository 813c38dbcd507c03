"""Reading tables, fitting, predicting: the same for every model."""

import argparse
import contextlib
import copy
import csv
import datetime
import difflib
import fnmatch
import hashlib
import inspect
import io
import json
import logging
import math
import mmap
import os
import platform
import re
import signal
import sys
import tempfile
import threading
import time
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from statistics import NormalDist
from typing import IO, Any, NamedTuple, TypeVar, cast

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
import optax
from jax import Array, lax
from jax.flatten_util import ravel_pytree
from jax.nn import log_sigmoid
from jax.scipy.linalg import block_diag, cho_solve, solve_triangular
from jax.scipy.special import digamma, erfc, gammaln, i0e, logsumexp, polygamma
from numpyro.distributions import biject_to, constraints
from numpyro.handlers import replay, seed, substitute, trace
from numpyro.infer import (
    NUTS,
    SVI,
    Predictive,
    Trace_ELBO,
    init_to_median,
    init_to_uniform,
)
from numpyro.infer.reparam import Reparam
from numpyro.infer.util import (
    constrain_fn,
    log_density,
    potential_energy,
    unconstrain_fn,
)

# The log probabilities of levels by the log odds of neighbours


def acat_levels(eta: Array, cutpoints: Array) -> Array:
    """log P(Y = k) where log P(Y = k + 1) / P(Y = k) = eta - c_k."""
    steps = jnp.cumsum(jnp.asarray(eta)[..., None] - cutpoints, axis=-1)
    logits = jnp.concatenate([jnp.zeros_like(steps[..., :1]), steps], axis=-1)
    return jax.nn.log_softmax(logits, axis=-1)


# A stationary autoregression of order 1


class AR1(dist.Distribution):
    """x[0] ~ Normal(0, scale / sqrt(1 - rho^2)), x[t] ~ Normal(rho x[t-1], scale).

    One draw is a whole series, slots along its first axis, a column for each `rho`.
    """

    arg_constraints = {
        "rho": dist.constraints.interval(-1.0, 1.0),
        "scale": dist.constraints.positive,
    }
    pytree_data_fields = ("rho", "scale")

    def __init__(self, rho: Any, scale: Any, slots: int, **options: Any) -> None:
        columns = jnp.broadcast_shapes(jnp.shape(rho), jnp.shape(scale))
        self.rho = jnp.broadcast_to(rho, columns)
        self.scale = jnp.broadcast_to(scale, columns)
        super().__init__((), (slots, *columns), **options)

    @property
    def support(self) -> Any:
        return dist.constraints.independent(dist.constraints.real, self.event_dim)

    def scales(self, size: int) -> Array:
        """The sd of each innovation; the first is that of the stationary level."""
        start = self.scale / jnp.sqrt((1.0 - self.rho) * (1.0 + self.rho))
        later = jnp.broadcast_to(self.scale, (size - 1, *self.scale.shape))
        return jnp.concatenate([start[None], later])

    def log_prob(self, value: Array) -> Array:
        x = jnp.moveaxis(value, -self.event_dim, 0)  # slots, draws, columns
        moves = jnp.concatenate([x[:1], x[1:] - self.rho * x[:-1]])
        moves = jnp.moveaxis(moves, 0, -self.event_dim)
        density = dist.Normal(0.0, self.scales(len(x))).log_prob(moves)
        return jnp.sum(density, axis=tuple(range(-self.event_dim, 0)))

    def from_standard(self, z: Array) -> Array:
        """The series that standard normals move, a linear recursion by doubling."""
        size = self.event_shape[0]
        moves = jnp.moveaxis(z * self.scales(size), -self.event_dim, 0)
        factors = jnp.broadcast_to(self.rho, moves.shape)

        def join(first: Any, then: Any) -> Any:
            return first[0] * then[0], then[0] * first[1] + then[1]

        _, series = jax.lax.associative_scan(join, (factors, moves))
        return jnp.moveaxis(series, 0, -self.event_dim)

    def sample(self, key: Array, sample_shape: tuple[int, ...] = ()) -> Array:
        shape = sample_shape + self.event_shape
        return self.from_standard(jax.random.normal(key, shape))


# Blocks whose number of columns is given


def as_many_columns(
    encoding: dict[str, Any], label: str, block: np.ndarray, columns: int
) -> np.ndarray:
    """The block as it is, if it has this number of columns."""
    if block.shape[1] != columns:
        raise DataError(f"{label}: {block.shape[1]} columns, expected {columns}")
    return block


# Self-attention among the columns of a row


def attend(
    x: Array, embedding: Array, bias: Array, query: Array, key: Array, value: Array
) -> Array:
    """What the heads make of a row's tokens, their mean over the columns.

    x is (row, column), embedding and bias are (column, hidden), the others (head,
    hidden, dim); hidden dimensions are those of the heads one after another.
    """
    tokens = x[:, :, None] * embedding + bias
    q, k, v = (jnp.einsum("ndh,mhk->nmdk", tokens, w) for w in (query, key, value))
    scores = q @ jnp.swapaxes(k, -1, -2) / jnp.sqrt(float(query.shape[-1]))
    attended = jax.nn.softmax(scores, axis=-1) @ v
    return attended.mean(axis=2).reshape(len(x), -1)


# Series: rows in the order of time, each depending on those before it


def series_order(
    encoding: dict[str, Any],
    label: str,
    time: np.ndarray,
    group: np.ndarray | None = None,
) -> np.ndarray:
    """The rows by group and time, which no two rows of a group share."""
    group = np.zeros(len(time), int) if group is None else group
    order: np.ndarray = np.lexsort((time, group))
    tied = (np.diff(time[order]) == 0) & (np.diff(group[order]) == 0)
    if tied.any():
        numbers = row_numbers(encoding)
        at = np.flatnonzero(tied)[:3].tolist()
        pairs = [sorted((numbers[order[i]], numbers[order[i + 1]])) for i in at]
        shown = ", ".join(f"rows {a} and {b}" for a, b in pairs)
        more = f" and {tied.sum() - 3} more" if tied.sum() > 3 else ""
        raise DataError(f"expected one row at each {label}; {shown}{more} share one")
    return order


def series_place(
    encoding: dict[str, Any],
    label: str,
    time: np.ndarray,
    group: np.ndarray | None = None,
) -> np.ndarray:
    """How many rows of the same group come before, for the rows in that order."""
    order = series_order(encoding, label, time, group)
    group = np.zeros(len(time), int) if group is None else group[order]
    rows = np.arange(len(time))
    starts = np.diff(group, prepend=group[0] - 1) != 0
    return rows - np.maximum.accumulate(np.where(starts, rows, 0))


def history(encoding: dict[str, Any], values: np.ndarray | None) -> np.ndarray:
    """What a prediction knows of the response; a fit's own draws begin anew."""
    if encoding["training"] or values is None:
        return np.full(encoding["rows"], np.nan)
    return values.astype(float)


class Autoregressive(dist.Distribution):
    """ARMA errors around the location of `base`, whose own errors are the innovations.

    The density of a row is given the rows before it; draws carry on from `before`.
    """

    arg_constraints: dict[str, Any] = {}
    support = dist.constraints.real
    pytree_data_fields = ("base", "order", "place", "before", "ar", "ma")

    def __init__(
        self,
        base: Any,
        order: Array,
        place: Array,
        before: Array,
        ar: Any = (),
        ma: Any = (),
    ) -> None:
        self.base, self.order, self.place, self.before = base, order, place, before
        self.ar, self.ma = jnp.asarray(ar, float), jnp.asarray(ma, float)
        super().__init__(order.shape)

    def innovations(self, errors: Array) -> Array:
        """What is new in the errors of all rows, both in the order of time."""
        lags = range(1, self.ar.size + 1)
        # what lies before the first row of a group is 0
        past = [jnp.where(self.place >= k, jnp.roll(errors, k), 0.0) for k in lags]
        new = errors - sum(a * n for a, n in zip(self.ar, past, strict=True))

        def step(past: Array, row: tuple[Array, Array]) -> tuple[Array, Array]:
            past = jnp.where(jnp.arange(past.size) < row[0], past, 0.0)
            u = row[1] - self.ma @ past
            return jnp.append(u, past)[: past.size], u

        if not self.ma.size:
            return new
        return lax.scan(step, jnp.zeros_like(self.ma), (self.place, new))[1]

    def log_prob(self, value: Array) -> Array:
        new = self.innovations((value - self.base.loc)[self.order])
        return self.base.log_prob(self.base.loc + new[jnp.argsort(self.order)])

    def carry(self, innovations: Array, known: Array) -> Array:
        """Errors in the order of time, each after those that are known (else NaN)."""

        def step(past: tuple[Array, Array], row: tuple[Array, ...]) -> Any:
            place, new, given = row
            n, u = (jnp.where(jnp.arange(v.size) < place, v, 0.0) for v in past)
            carried = self.ar @ n + self.ma @ u
            error = jnp.where(jnp.isnan(given), carried + new, given)
            n = jnp.append(error, n)[: n.size]
            return (n, jnp.append(error - carried, u)[: u.size]), carried + new

        start = jnp.zeros_like(self.ar), jnp.zeros_like(self.ma)
        return lax.scan(step, start, (self.place, innovations, known))[1]

    def sample(self, key: Array, sample_shape: tuple[int, ...] = ()) -> Array:
        loc = jnp.broadcast_to(self.base.loc, self.batch_shape)
        drawn = self.base.expand(self.batch_shape).sample(key, sample_shape) - loc
        new = drawn.reshape(-1, *self.batch_shape)[:, self.order]
        known = (self.before - loc)[self.order]
        errors = jax.vmap(lambda row: self.carry(row, known))(new)
        back = jnp.argsort(self.order)
        return loc + errors[:, back].reshape(drawn.shape)


# The logarithm that logistic densities are made of


@jax.custom_jvp
def softplus(x: Array) -> Array:
    """log(1 + exp(x)); value and slope are made of the same exponential."""
    return jnp.maximum(x, 0) + jnp.log1p(jnp.exp(-jnp.abs(x)))


@softplus.defjvp
def softplus_slope(point: tuple[Array], change: tuple[Array]) -> tuple[Array, Array]:
    (x,), (dx,) = point, change
    small = jnp.exp(-jnp.abs(x))
    slope = jnp.where(x >= 0, 1, small) / (1 + small)
    return jnp.maximum(x, 0) + jnp.log1p(small), slope * dx


# The Bernoulli distribution by its logits


class BernoulliByLogits(dist.BernoulliLogits):
    """0 or 1; NumPyro's own has the derivative of one side where the logits are 0."""

    def log_prob(self, value: Array) -> Array:
        # of the side that happened: one exponential, and exact in both tails
        return -softplus((1 - 2 * value) * self.logits)


# Gamma and binomial terms without cancellation (Loader 2000)


HALF_LOG_2PI = 0.5 * math.log(2.0 * math.pi)


def stirling_error(a: Array) -> Array:
    """log Gamma(a + 1) less Stirling's sqrt(2 pi a) (a / e)^a."""
    large = a > 8.0
    low, high = jnp.where(large, 8.0, a), jnp.where(large, a, 8.0)
    exact = jax.scipy.special.gammaln(low + 1.0) + low
    exact = exact - (low + 0.5) * jnp.log(low) - HALF_LOG_2PI
    r = 1.0 / (high * high)
    tail = 1 / 1260 - r * (1 / 1680 - r * (1 / 1188 - r * 691 / 360360))
    return jnp.where(large, (1 / 12 - r * (1 / 360 - r * tail)) / high, exact)


def excess(u: Array, log_ratio: Array) -> Array:
    """u - log(1 + u), where log(1 + u) is also known directly for u far from 0."""
    near = jnp.abs(u) < 0.4
    small = jnp.where(near, u, 0.0)
    r = small / (2.0 + small)
    total = jnp.zeros_like(u)
    for k in range(21, 1, -2):
        total = 1.0 / k + r * r * total
    return jnp.where(near, r * small - 2.0 * r**3 * total, u - log_ratio)


# What is left of a log density once its large terms have cancelled


def log_gamma_rest(x: Array, log_x: Array) -> Array:
    """log Gamma(x) - x log x + x, of the size of log x however large x is."""
    tiny = x < 1e-30
    safe = jnp.where(tiny, 1.0, x)
    rest = stirling_error(safe) + HALF_LOG_2PI - 0.5 * jnp.log(safe)
    return jnp.where(tiny, -log_x, rest)


def log_factorial_rest(x: Array) -> Array:
    """log x! - x log x + x, which is 0 at 0."""
    safe = jnp.where(x > 0, x, 1.0)
    rest = stirling_error(safe) + HALF_LOG_2PI + 0.5 * jnp.log(safe)
    return jnp.where(x > 0, rest, 0.0)


def deviance(x: Array, m: Array, log_m: Array) -> Array:
    """x log(x / m) - x + m, which is not negative, also where x and m are close."""
    near = jnp.abs(m - x) < 0.4 * x
    gap = jnp.where(near, m - x, 0.0) / jnp.where(near, x, 1.0)
    close = x * excess(gap, jnp.log1p(gap))
    safe = jnp.where(x > 0, x, 1.0)
    return jnp.where(near, close, x * (jnp.log(safe) - log_m) + m - x)


# The beta distribution by the logits of its mean


class BetaByLogits(dist.Beta):
    """Beta(p c, (1 - p) c) where logit p and the precision c are given.

    A concentration of less than 1e-30 is that, and what it lost in logs is kept: the
    density is proportional to it.
    """

    pytree_data_fields = ("logits", "precision", "lost1", "lost0")

    def __init__(self, logits: Array, precision: Array) -> None:
        self.logits, self.precision = logits, precision
        log_a = log_sigmoid(logits) + jnp.log(precision)
        log_b = log_sigmoid(-logits) + jnp.log(precision)
        least = math.log(1e-30)
        self.lost1 = jnp.minimum(log_a - least, 0.0)
        self.lost0 = jnp.minimum(log_b - least, 0.0)
        super().__init__(*(jnp.exp(jnp.maximum(x, least)) for x in (log_a, log_b)))

    def log_prob(self, value: Array) -> Array:
        log_c = jnp.log(self.precision)
        found = log_gamma_rest(self.precision, log_c)
        sides = (
            (value, jnp.log(value), self.logits),
            (1 - value, jnp.log1p(-value), -self.logits),
        )
        for share, log_share, logits in sides:
            log_a = log_sigmoid(logits) + log_c
            a = jnp.exp(log_a)
            found -= deviance(a, self.precision * share, log_c + log_share)
            found -= log_gamma_rest(a, log_a) + log_share
        return found


# The beta-binomial distribution by the logits of its mean


class BetaBinomialByLogits(dist.BetaBinomial):
    """Successes of trials whose probability is Beta(p c, (1 - p) c), logit p given."""

    pytree_data_fields = ("logits", "total")

    def __init__(self, logits: Array, concentration: Array, total_count: Array) -> None:
        self.logits, self.total = logits, concentration
        a = jnp.maximum(jnp.exp(log_sigmoid(logits)) * concentration, 1e-30)
        b = jnp.maximum(jnp.exp(log_sigmoid(-logits)) * concentration, 1e-30)
        super().__init__(a, b, total_count)

    def log_prob(self, value: Array) -> Array:
        n, c = self.total_count, self.total
        log_c = jnp.log(c)
        log_sum, log_n = jnp.log(c + n), jnp.log(jnp.maximum(n, 1))
        found = log_factorial_rest(n)
        found += log_gamma_rest(c, log_c) - log_gamma_rest(c + n, log_sum)
        sides = ((value, self.logits), (n - value, -self.logits))
        for count, logits in sides:
            # `share` is what a trial has of this side once the counts are known.
            log_a = log_sigmoid(logits) + log_c
            a = jnp.exp(log_a)
            some = count > 0
            both = jnp.where(some, a + count, 1.0)
            log_both = jnp.where(some, jnp.log(both), log_a)
            share, log_share = jnp.exp(log_both - log_sum), log_both - log_sum
            found += log_gamma_rest(a + count, log_both) - log_gamma_rest(a, log_a)
            found -= log_factorial_rest(count)
            found -= deviance(count, n * share, log_n + log_share)
            found -= deviance(a, c * share, log_c + log_share)
        return found


# The largest number that tails are taken at


def farthest() -> float:
    """Far from the largest of all, so that what it is multiplied by stays finite."""
    return float(jnp.finfo(jnp.result_type(float)).max) ** 0.8


# Logarithms of differences


def log1mexp(x: Array) -> Array:
    """log(1 - e^x) for x <= 0, -inf at 0, with finite gradients."""
    near, far = x > -0.7, x <= -0.7
    inside = x < 0.0
    small = jnp.where(near & inside, x, -0.1)
    value = jnp.where(
        near,
        jnp.log(-jnp.expm1(small)),
        jnp.log1p(-jnp.exp(jnp.where(far, x, -1.0))),
    )
    return jnp.where(inside, value, -jnp.inf)


# Series and continued fractions with derivatives in every argument


def elementwise(function: Callable[..., Array]) -> Callable[..., Array]:
    """The function on broadcast arrays, with derivatives carried through its loops.

    Reverse mode cannot run through a loop of unknown length; forward mode can, and an
    elementwise function needs no more than a derivative for each argument.
    """
    inner = jax.custom_jvp(function)
    whole = jax.jit(inner)  # so that it is compiled once, outside of jit too

    @inner.defjvp
    def derive(values: Any, tangents: Any) -> tuple[Array, Array]:
        def along(direction: Array) -> tuple[Array, Array]:
            steps = tuple(
                jnp.full_like(v, 1.0) * d
                for v, d in zip(values, direction, strict=True)
            )
            return jax.jvp(function, values, steps)

        unit = jnp.eye(len(values), dtype=values[0].dtype)
        value, slopes = jax.vmap(along)(unit)
        return value[0], sum(s * t for s, t in zip(slopes, tangents, strict=True))

    def run(*arguments: Any) -> Array:
        floats = [jnp.asarray(a) for a in arguments]
        kind = jnp.result_type(float, *floats)
        return whole(*jnp.broadcast_arrays(*(a.astype(kind) for a in floats)))

    return run


def repeat(step: Callable[..., Any], start: Any, arguments: Any) -> Any:
    """Run `step(n, state, arguments)`, n = 1, 2, ..., until it has converged.

    The last of a state is how much its last but one changed, as a share. Slopes are
    waited for as well: they go on changing where a fraction happens to end.
    """
    tolerance = 2.0 * jnp.finfo(start[-1].dtype).eps

    def moves(state: Any) -> Array:
        return jnp.abs(state[-1]) > tolerance

    @jax.custom_jvp
    def run(start: Any, arguments: Any) -> Any:
        return iterate(lambda n, state: step(n, state, arguments), start, moves)

    @run.defjvp
    def derive(values: Any, tangents: Any) -> Any:
        (start, arguments), (slopes, directions) = values, tangents

        def advance(n: Array, dual: Any) -> Any:
            def of_both(state: Any, arguments: Any) -> Any:
                return step(n, state, arguments)

            return jax.jvp(of_both, (dual[0], arguments), (dual[1], directions))

        def still(dual: Any) -> Array:
            state, slopes = dual
            size = 1.0 + jnp.abs(slopes[-2] / state[-2])
            return moves(state) | (jnp.abs(slopes[-1]) > 4.0 * tolerance * size)

        slopes = (*slopes[:-1], jnp.ones_like(slopes[-1]))
        return iterate(advance, (start, slopes), still)

    return run(start, arguments)


def iterate(step: Callable[..., Any], start: Any, moves: Callable[..., Array]) -> Any:
    """Run steps while any element moves; one that does not is left alone, since
    thousands of further roundings add up."""

    def body(at: Any) -> Any:
        n, state = at[0] + 1, at[1]
        kind = jax.tree.leaves(state)[0].dtype
        active = moves(state)
        after = step(n.astype(kind), state)
        return n, jax.tree.map(lambda a, b: jnp.where(active, a, b), after, state)

    def goes_on(at: Any) -> Array:
        return (at[0] < 20_000) & jnp.any(moves(at[1]))

    return lax.while_loop(goes_on, body, (jnp.array(0), start))[1]


def lentz(terms: Callable[..., Any], first: Array, arguments: Any) -> Array:
    """The continued fraction first + n1 / (d1 + n2 / (d2 + ...)), by Lentz's method.

    `terms(k, *arguments)` are the k-th numerator and denominator.
    """
    tiny = jnp.finfo(first.dtype).tiny * 1e3

    def whole(x: Array) -> Array:
        return jnp.where(jnp.abs(x) < tiny, tiny, x)

    def step(k: Array, state: Any, arguments: Any) -> Any:
        c, d, before, _ = state
        numerator, denominator = terms(k, *arguments)
        d = 1.0 / whole(denominator + numerator * d)
        c = whole(denominator + numerator / c)
        value = before * (c * d)
        return c, d, value, value / before - 1.0

    start = (whole(first), jnp.zeros_like(first), whole(first), jnp.ones_like(first))
    return repeat(step, start, arguments)[2]


# The incomplete beta function in log space


@elementwise
def log_beta_share(a: Array, b: Array, log_x: Array, log_y: Array) -> Array:
    """I_x(a, b) over x^a y^b / B(a, b), y = 1 - x, for x up to a / (a + b): the
    fraction of Didonato and Morris (1992), whose terms do not cancel there."""
    x, y = jnp.exp(log_x), jnp.exp(log_y)
    distance = y * a - x * b

    def fraction(k: Array, *arguments: Array) -> tuple[Array, Array]:
        a, b, x, y, distance = arguments
        root = x / (a + 2.0 * k - 1.0)
        numerator = (a + k - 1.0) * (a + b + k - 1.0) * k * (b - k) * root * root
        last = (a + k) * (distance + 1.0 + k * (1.0 + y)) / (a + 2.0 * k + 1.0)
        return numerator, k + k * (b - k) * root + last

    first = a * (distance + 1.0) / (a + 1.0)
    return -jnp.log(lentz(fraction, first, (a, b, x, y, distance)))


def log_beta_peak(a: Any, b: Any, log_x: Any, log_y: Any) -> Array:
    """log x^a y^b / B(a, b)."""
    n, x, y = a + b, jnp.exp(log_x), jnp.exp(log_y)

    def part(a: Any, x: Array, log_x: Array, distance: Array) -> Array:
        ratio, least = x * n / a, jnp.finfo(x.dtype).tiny
        direct = jnp.log(jnp.maximum(ratio, least))
        log_ratio = jnp.where(ratio > least * 1e3, direct, log_x + jnp.log(n / a))
        return a * excess(distance / a, log_ratio)

    peak = -part(a, x, log_x, x * b - y * a) - part(b, y, log_y, y * a - x * b)
    peak = peak + stirling_error(n) - stirling_error(a) - stirling_error(b)
    return peak + 0.5 * (jnp.log(a) + jnp.log(b) - jnp.log(n)) - HALF_LOG_2PI


def log_beta_near_one(a: Array, b: Array, log_x: Array) -> tuple[Array, Array]:
    """log I_x(a, b) where a is so small that it is nearly 0, as is x, and where it is:
    in powers of a, with which it goes to 0; fractions take thousands of terms there."""
    small = (a < 2e-3) & (b > 0.1) & (log_x + jnp.log(jnp.maximum(b, 1.0)) < -4.0)
    a, b = jnp.where(small, a, 1e-5), jnp.where(small, b, 1.0)
    log_x = jnp.where(small, log_x, -20.0)
    x, term, powers = jnp.exp(log_x), jnp.ones_like(log_x), jnp.zeros_like(log_x)
    for n in range(1, 9):
        term = term * x * (n - b) / n
        powers = powers + term / (a + n)
    first = log_x + jnp.euler_gamma + digamma(b)
    second = polygamma(1, b) - jnp.pi**2 / 6
    third = polygamma(2, b) + 2 * 1.2020569031595942  # zeta(3)
    fourth = polygamma(3, b) - jnp.pi**4 / 15
    series = a * (first + a * (second / 2 + a * (third / 6 + a * fourth / 24)))
    return series + jnp.log1p(a * powers), small


def log_beta_parts(
    a: Any, b: Any, log_x: Any, log_y: Any
) -> tuple[Array, Array, Array, Array]:
    """log x^a y^b / B(a, b), a tail over it, that tail, and whether it is the lower."""
    kind = jnp.result_type(float)
    a, b = (jnp.asarray(parameter, kind) for parameter in (a, b))
    log_x, log_y = (jnp.maximum(part, -farthest()) for part in (log_x, log_y))
    lower = a <= b
    tail, small = log_beta_near_one(
        jnp.where(lower, a, b),
        jnp.where(lower, b, a),
        jnp.where(lower, log_x, log_y),
    )
    below = jnp.exp(log_x) * b <= jnp.exp(log_y) * a
    # where it is small the fraction would go on for long: any other numbers, for it
    share = log_beta_share(
        jnp.where(small, 1.0, jnp.where(below, a, b)),
        jnp.where(small, 1.0, jnp.where(below, b, a)),
        jnp.where(small, -0.7, jnp.where(below, log_x, log_y)),
        jnp.where(small, -0.7, jnp.where(below, log_y, log_x)),
    )
    peak = log_beta_peak(a, b, log_x, log_y)
    share = jnp.where(small, tail - peak, share)
    tail = jnp.where(small, tail, peak + share)
    return peak, share, tail, jnp.where(small, lower, below)


def log_beta_tails(a: Any, b: Any, log_x: Any, log_y: Any) -> tuple[Array, Array]:
    """log I_x(a, b) and log I_y(b, a), x + y = 1, each exact where it is small."""
    _, _, tail, below = log_beta_parts(a, b, log_x, log_y)
    other = log1mexp(jnp.minimum(tail, 0.0))
    return jnp.where(below, tail, other), jnp.where(below, other, tail)


def log_beta_shares(a: Any, b: Any, log_x: Any, log_y: Any) -> tuple[Array, Array]:
    """Both over x^a y^b / B(a, b)."""
    peak, share, tail, below = log_beta_parts(a, b, log_x, log_y)
    other = log1mexp(jnp.minimum(tail, 0.0)) - peak
    return jnp.where(below, share, other), jnp.where(below, other, share)


# Log tail probabilities


Method = TypeVar("Method", bound=Callable[..., Any])


def once(method: Method) -> Method:
    """For the same values a method is computed once: laws of laws ask the inner ones
    over and over, and each answer would be compiled."""

    def called(self: Any, *values: Any) -> Any:
        known = self.known = getattr(self, "known", {})
        key = (method.__name__, *map(id, values))
        if key not in known:
            known[key] = values, method(self, *values)  # with the values, so ids last
        return known[key][1]

    return cast(Method, called)


class Tails(dist.Distribution):
    """`base` with log P(Y <= y) and log P(Y > y), both of them as `log_tails`.

    Far out, differences of these and of log densities lose all digits. `log_shares`
    are both tails over the density at y, and `log_ratio` is the density at a value over
    that at another, without what would cancel.
    """

    pytree_data_fields: tuple[str, ...] = ("base",)

    def __init__(self, base: Any) -> None:
        self.base = base
        super().__init__(base.batch_shape)

    @property
    def support(self) -> Any:
        return self.base.support

    def log_prob(self, value: Any) -> Array:
        return self.base.log_prob(value)

    def sample(self, key: Array, sample_shape: tuple[int, ...] = ()) -> Array:
        return self.base.expand(self.batch_shape).sample(key, sample_shape)

    def inside(self, value: Any) -> tuple[Any, Any, Any]:
        """The value, or one that can be drawn where it is below or above all."""
        return value, False, False

    def pieces(self) -> list[tuple[Any, Any]]:
        """Log weights and laws of a sum of laws; a law None is a point at 0."""
        return []

    def tails(self, value: Any) -> tuple[Array, Array]:
        """Both log tails at a value that can be drawn."""
        raise NotImplementedError

    def shares(self, value: Any) -> tuple[Array, Array]:
        cdf, survival = self.tails(value)
        density = self.log_prob(value)
        return cdf - density, survival - density

    def ratio(self, value: Any, at: Any) -> Array:
        return self.log_prob(value) - self.log_prob(at)

    @once
    def log_tails(self, value: Any) -> tuple[Array, Array]:
        value, below, above = self.inside(value)
        cdf, survival = self.tails(value)
        cdf = jnp.where(below, -jnp.inf, jnp.where(above, 0.0, cdf))
        survival = jnp.where(above, -jnp.inf, jnp.where(below, 0.0, survival))
        return cdf, survival

    @once
    def log_shares(self, value: Any) -> tuple[Array, Array]:
        value, below, above = self.inside(value)
        cdf, survival = self.shares(value)
        return jnp.where(below, -jnp.inf, cdf), jnp.where(above, -jnp.inf, survival)

    @once
    def log_ratio(self, value: Any, at: Any) -> Array:
        value, at = self.inside(value)[0], self.inside(at)[0]
        return self.ratio(value, at)

    def log_cdf(self, value: Any) -> Array:
        return self.log_tails(value)[0]

    def log_survival(self, value: Any) -> Array:
        return self.log_tails(value)[1]


# The tails of the beta distribution


class BetaTails(Tails):
    """Of `base` by its two concentrations."""

    def inside(self, value: Any) -> tuple[Any, Any, Any]:
        below, above = value <= 0.0, value >= 1.0
        return jnp.where(below | above, 0.5, value), below, above

    def tails(self, value: Any) -> tuple[Array, Array]:
        a, b = self.base.concentration1, self.base.concentration0
        cdf, survival = log_beta_tails(a, b, jnp.log(value), jnp.log1p(-value))
        lost_a, lost_b = self.lost()
        return cdf + lost_b, survival + lost_a

    def lost(self) -> tuple[Any, Any]:
        """What is left out of the logs of concentrations that are nearly 0, of one."""
        a, b = (getattr(self.base, name, 0.0) for name in ("lost1", "lost0"))
        return jnp.where(b < 0, 0.0, a), jnp.where(a < 0, 0.0, b)

    def shares(self, value: Any) -> tuple[Array, Array]:
        a, b = self.base.concentration1, self.base.concentration0
        log_x, log_y = jnp.log(value), jnp.log1p(-value)
        cdf, survival = log_beta_shares(a, b, log_x, log_y)
        lost_a, lost_b = self.lost()
        return cdf + log_x + log_y - lost_a, survival + log_x + log_y - lost_b

    def ratio(self, value: Any, at: Any) -> Array:
        a, b = self.base.concentration1, self.base.concentration0
        up = (a - 1.0) * (jnp.log(value) - jnp.log(at))
        return up + (b - 1.0) * (jnp.log1p(-value) - jnp.log1p(-at))


# Probabilities of intervals


def log_between(base: Any, low: Any, high: Any) -> Array:
    """log P(low < Y <= high), either bound None."""
    if low is None:
        return base.log_cdf(high)
    if high is None:
        return base.log_survival(low)
    return log_difference(base, low, high, base.log_tails(low), base.log_tails(high))


def log_difference(base: Any, low: Any, high: Any, below: Any, above: Any) -> Array:
    """log P(low < Y <= high) from the tails at both ends, those that lose less."""
    if pieces := base.pieces():
        # what another piece has below or above would swamp the difference
        total = jnp.array(-jnp.inf)
        for weight, law in pieces:
            total = jnp.logaddexp(total, weight + log_piece(law, low, high))
        return total
    upper = below[0] > below[1]
    more = jnp.where(upper, below[1], above[0])
    less = jnp.where(upper, above[1], below[0])
    possible = more > -jnp.inf
    gap = jnp.where(possible, less, -1.0) - jnp.where(possible, more, 0.0)
    mass = jnp.where(possible, more, 0.0) + log1mexp(jnp.minimum(gap, 0.0))
    # the two nearly agree: the density in the middle says more than their difference
    narrow = possible & (gap * gap < jnp.finfo(gap.dtype).eps) & (low < high)
    discrete = getattr(base.support, "is_discrete", False)
    middle = jnp.where(narrow, 0.5 * (low + high) + (0.5 if discrete else 0.0), high)
    width = jnp.where(narrow, high - low, 1.0)
    inside = base.log_prob(middle) + jnp.log(width)
    return jnp.where(possible, jnp.where(narrow, inside, mass), -jnp.inf)


def log_piece(law: Any, low: Any, high: Any) -> Array:
    """log P(low < Y <= high), of a point at 0 where `law` is None."""
    if law is not None:
        return log_between(law, low, high)
    return jnp.where((low < 0) & (high >= 0), 0.0, -jnp.inf)


class FromPoint(Tails):
    """`base` over its density at a point, where `used`: what lies far out in a tail and
    is to be divided by the like, both too small for their difference to have digits."""

    pytree_data_fields = ("base", "point", "used")

    def __init__(self, base: Any, point: Any, used: Any) -> None:
        Tails.__init__(self, base)
        self.point, self.used = point, used

    def log_prob(self, value: Any) -> Array:
        density = self.base.log_prob(value)
        return jnp.where(self.used, self.base.log_ratio(value, self.point), density)

    @once
    def pieces(self) -> list[tuple[Any, Any]]:
        at, pieces = self.point, self.base.pieces()
        whole = jnp.where(self.used, self.base.log_prob(at), 0.0) if pieces else 0.0
        found = []
        for weight, law in pieces:
            if law is not None:
                weight += jnp.where(self.used, law.log_prob(at), 0.0)
                law = FromPoint(law, at, self.used)
            found.append((weight - whole, law))
        return found

    @once
    def log_tails(self, value: Any) -> tuple[Array, Array]:
        ratio = self.base.log_ratio(value, self.point)
        shares, tails = self.base.log_shares(value), self.base.log_tails(value)
        return (
            jnp.where(self.used, ratio + shares[0], tails[0]),
            jnp.where(self.used, ratio + shares[1], tails[1]),
        )


# The binomial distribution by its logits


class BinomialByLogits(dist.BinomialLogits):
    """Successes of `total_count` trials; exact for any number of them."""

    def __init__(self, logits: Array, total_count: Array) -> None:
        super().__init__(logits, total_count)

    def log_prob(self, value: Array) -> Array:
        n = self.total_count
        log_n = jnp.log(jnp.maximum(n, 1))
        log_p, log_q = log_sigmoid(self.logits), log_sigmoid(-self.logits)
        rest = log_factorial_rest(n)
        rest -= log_factorial_rest(value) + log_factorial_rest(n - value)
        yes = deviance(value, n * jnp.exp(log_p), log_n + log_p)
        no = deviance(n - value, n * jnp.exp(log_q), log_n + log_q)
        return rest - yes - no


# Quotients of factorials in log space


def log_factorial_ratio(x: Any, y: Any) -> Array:
    """log x! - log y!, with the digits of the difference where both are large."""
    kind = jnp.result_type(float)
    x, y = jnp.broadcast_arrays(jnp.asarray(x, kind), jnp.asarray(y, kind))
    large = (x > 8.0) & (y > 8.0)
    one, two = jnp.where(large, x, 9.0), jnp.where(large, y, 9.0)
    few_x, few_y = jnp.where(large, 1.0, x), jnp.where(large, 1.0, y)
    step = one - two
    rest = stirling_error(one) - stirling_error(two)
    rest = rest + (one + 0.5) * jnp.log1p(step / two) - step + step * jnp.log(two)
    return jnp.where(large, rest, gammaln(few_x + 1.0) - gammaln(few_y + 1.0))


# The tails of the binomial distribution


class BinomialTails(Tails):
    """Of `base` by its logits and total count."""

    def inside(self, value: Any) -> tuple[Any, Any, Any]:
        below, above = value < 0, value >= self.base.total_count
        return jnp.where(below | above, 0, value), below, above

    def tails(self, value: Any) -> tuple[Array, Array]:
        logits, reach = self.base.logits, jnp.floor(value) + 1.0
        log_x, log_y = jax.nn.log_sigmoid(-logits), jax.nn.log_sigmoid(logits)
        return log_beta_tails(self.rest(reach), reach, log_x, log_y)

    def shares(self, value: Any) -> tuple[Array, Array]:
        logits, reach = self.base.logits, jnp.floor(value) + 1.0
        log_x, log_y = jax.nn.log_sigmoid(-logits), jax.nn.log_sigmoid(logits)
        cdf, survival = log_beta_shares(self.rest(reach), reach, log_x, log_y)
        size = jnp.log(self.rest(reach)) + log_y
        return cdf + size, survival + size

    def rest(self, reach: Any) -> Array:
        """What is left of the trials; of none, one stands in."""
        return jnp.maximum(self.base.total_count - reach + 1.0, 1.0)

    def log_ratio(self, value: Any, at: Any) -> Array:
        n = self.base.total_count
        one, two = jnp.clip(value, 0, n), jnp.clip(at, 0, n)
        orders = log_factorial_ratio(two, one) + log_factorial_ratio(n - two, n - one)
        return (one - two) * self.base.logits + orders


# Designs by column


def by_column(x: np.ndarray) -> np.ndarray:
    """Each column as one run of memory."""
    return np.ascontiguousarray(x.T)


# Rows that are equal in all that tells them apart, as one


class Cells:
    """Rows of which all `keys` are equal; all `rows`, where there are no keys.

    A key is a column or a block of columns, of whole numbers or not. Each row is a cell
    by itself where that saves little, unless they are to `merge`. A row counts as often
    as its weight says.
    """

    def __init__(
        self,
        rows: int,
        *keys: np.ndarray,
        merge: int = 0,
        weights: np.ndarray | float = 1.0,
    ) -> None:
        of, cells = np.zeros(rows, int), 1
        for column in (c for k in keys for c in k.reshape(rows, -1).T):
            kinds, width = distinct(column)
            of, cells = distinct(of * width + kinds)
            if not merge and 2 * cells > rows:
                of, cells = np.arange(rows), rows
                break
        self.of = of
        self.weights = np.ones(rows) * weights
        self.count = np.bincount(of, self.weights)
        self.first = np.zeros(cells, int)
        self.first[of[::-1]] = np.arange(rows)[::-1]


def distinct(values: np.ndarray) -> tuple[np.ndarray, int]:
    """The place of each value among those that differ, and the number of these."""
    if values.dtype.kind in "iub":
        low, high = int(values.min()), int(values.max())
        if high - low <= 4 * len(values):  # a table of them all beats sorting
            shifted = values.astype(int) - low
            seen = np.zeros(high - low + 1, bool)
            seen[shifted] = True
            return (np.cumsum(seen) - 1)[shifted], int(seen.sum())
    kinds, places = np.unique(values, return_inverse=True)
    return places.reshape(-1), len(kinds)


def cell_counts(cells: Cells) -> np.ndarray:
    return cells.count


def cell_values(cells: Cells, x: np.ndarray) -> np.ndarray:
    """Of what all rows of a cell have in common."""
    return x[cells.first]


# Normal rows as the means of cells, and what the rows of a cell differ from its mean


def cell_means(cells: Cells, x: np.ndarray) -> np.ndarray:
    columns = np.asarray(x, float).reshape(len(x), -1)
    counts = np.where(cells.count > 0, cells.count, 1.0)  # a sum without rows is 0
    sums: Any = (cells.weights @ columns)[None]
    if len(counts) > 1:
        sums = np.empty((len(counts), columns.shape[1]))
        for k, column in enumerate(columns.T):
            sums[:, k] = np.bincount(cells.of, cells.weights * column)
    means: np.ndarray = sums / counts[:, None]
    return means.reshape(len(counts), *x.shape[1:])


def cells_within(
    cells: Cells, response: np.ndarray, *columns: np.ndarray, slopes: Any = None
) -> list[np.ndarray]:
    """The parts less their cell means, as the R factor of them all, in float64.

    R has the cross products of all rows, in as many rows as it has columns; in blocks,
    for the R of several Rs is the R of the whole. What rows are along `slopes` is left
    out.
    """
    parts = [*columns, response]  # what comes last is in all rows of R
    wide = [p.reshape(len(p), -1) for p in parts]
    means = np.column_stack([cell_means(cells, p) for p in wide])
    roots = np.sqrt(cells.weights)
    turned = slopes.turned(np.column_stack(wide)) if slopes else ()
    factor: Any = np.zeros((0, means.shape[1]))
    for start in range(0, len(response), 65536):
        rows = slice(start, start + 65536)
        block = np.column_stack([p[rows] for p in wide]) - means[cells.of[rows]]
        block *= roots[rows, None]
        for direction, along in turned:
            block -= direction[rows, None] * along[cells.of[rows]]
        factor = np.vstack([factor, r_factor(block)])
    *others, own = split_columns(r_factor(factor), parts)
    return [own, *others]


def r_factor(rows: np.ndarray) -> np.ndarray:
    """R of rows = Q R: by way of the R of a few rows each, which the cache holds."""
    left: Any = rows
    width = rows.shape[1]
    few = max(256, 4 * width)
    while len(left) > few:
        blocks = -(-len(left) // few)
        padded = np.vstack([left, np.zeros((blocks * few - len(left), width))])
        left = np.linalg.qr(padded.reshape(blocks, few, width), mode="r")
        left = left.reshape(math.prod(left.shape[:2]), width)
    return np.asarray(np.linalg.qr(left, mode="r"))


def split_columns(wide: np.ndarray, parts: Sequence[np.ndarray]) -> list[np.ndarray]:
    """The columns of each of the parts, in its shape."""
    widths = [math.prod(p.shape[1:]) for p in parts]
    split = np.split(wide, np.cumsum(widths)[:-1], axis=1)
    return [s.reshape(len(s), *p.shape[1:]) for s, p in zip(split, parts, strict=True)]


def cell_freedom(cells: Cells) -> float:
    return float(cells.count.sum() - len(cells.count))


def cell_constant(cells: Cells, log_jacobian: np.ndarray | float = 0.0) -> float:
    """What the densities of means and deviations lack to be that of the rows."""
    volume = np.sum(cells.weights * log_jacobian)
    return float(-0.5 * cells.count.sum() * math.log(2 * math.pi) - volume)


def means_log_density(
    means: Array, location: Array, scale: Array, counts: Array
) -> Array:
    """Of the means of `counts` normal values, as their share of the rows' density."""
    squares = jnp.sum(counts * (means - location) ** 2)
    return -0.5 * squares / scale**2 - len(means) * jnp.log(scale)


def within_log_density(
    residual: Array, scale: Array, freedom: Array, constant: Array
) -> Array:
    """Of the deviations of normal values from their means."""
    return constant - freedom * jnp.log(scale) - 0.5 * jnp.sum((residual / scale) ** 2)


# Columns whose coefficients differ between cells: normal rows turned along them


class CellSlopes:
    """Directions among the rows of each cell, of length 1 and at right angles.

    In each cell the columns, less their means, lie along as many directions as there
    are columns, or fewer (modified Gram-Schmidt, each column turned twice). What rows
    are along a direction is one number a cell.
    """

    def __init__(self, cells: Cells, *columns: np.ndarray) -> None:
        self.cells, self.roots = cells, np.sqrt(cells.weights)
        self.directions: list[np.ndarray] = []
        self.there: list[np.ndarray] = []  # the cells that have each direction
        for x in np.column_stack([np.asarray(x, float) for x in columns]).T:
            rest = self.roots * self.apart(self.apart(x))
            for _ in range(2):
                for direction in self.directions:
                    rest = rest - direction * self.sums(direction * rest)[cells.of]
            squares = self.sums(rest**2)
            has = squares > 1e-24 * self.sums((self.roots * x) ** 2)  # else rounding
            length = np.sqrt(np.where(has, squares, 1.0))
            self.directions.append(rest * (has / length)[cells.of])
            self.there.append(np.flatnonzero(has))

    def sums(self, x: np.ndarray) -> np.ndarray:
        return np.bincount(self.cells.of, x, len(self.cells.count))

    def apart(self, x: np.ndarray) -> np.ndarray:
        """Less the mean of each cell."""
        return x - cell_means(self.cells, x)[self.cells.of]

    def turned(self, columns: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
        """Each direction, and what the columns are along it in each cell."""
        apart = [self.roots * self.apart(x) for x in columns.T]
        found = []
        for direction in self.directions:
            along = np.empty((len(self.cells.count), len(apart)))
            for k, x in enumerate(apart):
                along[:, k] = self.sums(direction * x)
            found.append((direction, along))
        return found


def along_slopes(slopes: CellSlopes, x: np.ndarray) -> np.ndarray:
    """What rows are along each direction, in the cells that have it."""
    wide = np.asarray(x, float).reshape(len(x), -1)
    pairs = zip(slopes.turned(wide), slopes.there, strict=True)
    none = np.empty((0, wide.shape[1]))
    found = np.concatenate([none, *(along[there] for (_, along), there in pairs)])
    return found.reshape(len(found), *x.shape[1:])


def levels_along(slopes: CellSlopes, level: np.ndarray) -> np.ndarray:
    """The level of each cell, beside what its rows are along its directions."""
    of_cell: np.ndarray = level[slopes.cells.first]
    return np.concatenate([of_cell[:0], *(of_cell[there] for there in slopes.there)])


def along_log_density(residual: Array, scale: Array) -> Array:
    """Of what rows are along slopes, as its share of the deviations' density."""
    return -0.5 * jnp.sum((residual / scale) ** 2)


# Sums over the rows of each cell


def cell_sums(cells: Cells, x: np.ndarray | float) -> np.ndarray:
    return np.bincount(cells.of, np.broadcast_to(np.asarray(x, float), cells.of.shape))


# Normal rows whose scale differs between cells


def cells_within_scales(
    cells: Cells, scales: Cells, response: np.ndarray, *columns: np.ndarray
) -> list[np.ndarray]:
    """The parts less their cell means, as an R factor for the rows of each scale.

    Last the cell whose scale each row of these has.
    """
    parts = [*columns, response]
    wide = np.column_stack([p.reshape(len(p), -1) for p in parts])
    apart = wide - cell_means(cells, wide)[cells.of]
    apart *= np.sqrt(cells.weights)[:, None]
    order = np.argsort(scales.of, kind="stable")
    ends = np.cumsum(np.bincount(scales.of))[:-1]
    factors = [r_factor(apart[rows]) for rows in np.split(order, ends)]
    of_scale = cells.of[scales.first]
    *others, own = split_columns(np.vstack(factors), parts)
    return [own, *others, np.repeat(of_scale, [len(factor) for factor in factors])]


def means_log_density_by_scale(
    means: Array, location: Array, scale: Array, counts: Array, rows: Array
) -> Array:
    """Of the means of cells, and all that the scales of their `rows` are counted in."""
    squares = jnp.sum(counts * ((means - location) / scale) ** 2)
    return -0.5 * squares - jnp.sum(rows * jnp.log(scale))


def within_log_density_by_scale(
    residual: Array, scale: Array, constant: Array
) -> Array:
    """Of what rows differ from the means of their cells."""
    return constant - 0.5 * jnp.sum((residual / scale) ** 2)


# Values of which only a bound is known


class Censored(Tails):
    """`base`, above the value where the flag `right` is 1 and not above it where `left`
    is; draws are uncensored."""

    pytree_data_fields: tuple[str, ...] = ("base", "left", "right")

    def __init__(self, base: Any, left: Any = 0, right: Any = 0) -> None:
        self.base, self.left, self.right = base, jnp.asarray(left), jnp.asarray(right)
        flags = self.left.shape, self.right.shape
        dist.Distribution.__init__(self, lax.broadcast_shapes(base.batch_shape, *flags))

    def log_prob(self, value: Any) -> Array:
        cdf, survival = self.base.log_tails(value)
        density = jnp.where(self.left > 0, cdf, self.base.log_prob(value))
        return jnp.where(self.right > 0, survival, density)


# What the rows of a level say of it by themselves, and how far that centres its effect


class ByLevel(NamedTuple):
    """Of each level's rows alone, on the scale of the predictor.

    An estimate with its variance, and the information in them, 0 where there are none;
    the means of columns (level, column) whose coefficients the estimates have in them.
    """

    estimate: np.ndarray
    variance: np.ndarray
    information: np.ndarray
    columns: np.ndarray | None = None


def log_odds_by_level(
    successes: np.ndarray,
    level: np.ndarray,
    levels: int,
    trials: np.ndarray | float = 1.0,
) -> ByLevel:
    """Empirical log odds; the information is that at the share of all rows."""
    tried = np.bincount(level, np.broadcast_to(trials, level.shape), levels)
    won = np.bincount(level, successes, levels)
    share = (won.sum() + 0.5) / (tried.sum() + 1)
    lost = tried - won
    return ByLevel(
        np.log((won + 0.5) / (lost + 0.5)),
        1 / (won + 0.5) + 1 / (lost + 0.5),
        tried * share * (1 - share),
    )


def dispersion(counts: np.ndarray, expected: np.ndarray, level: np.ndarray) -> float:
    """How far counts scatter, of what Poisson ones would; no less than 1."""
    squares = np.sum((counts - expected) ** 2 / expected)
    freedom = max(len(level) - len(np.unique(level)), 1)
    return float(max(1.0, squares / freedom))


def log_means_by_level(
    counts: np.ndarray, level: np.ndarray, levels: int, *, dispersed: int = 0
) -> ByLevel:
    """Logs of mean counts; the information is the sum, over the dispersion inside."""
    rows = np.maximum(np.bincount(level, minlength=levels), 1)
    total = np.bincount(level, counts, levels)
    expected = ((total + 0.5) / rows)[level]
    inflation = dispersion(counts, expected, level) if dispersed else 1.0
    return ByLevel(
        np.log((total + 0.5) / rows), inflation / (total + 0.5), total / inflation
    )


def means_by_level(
    values: np.ndarray,
    level: np.ndarray,
    levels: int,
    scale: np.ndarray | float | None = None,
) -> ByLevel:
    """Means, by the scale of each row where it is known, or by the variance inside."""
    if scale is None:
        rows = np.maximum(np.bincount(level, minlength=levels), 1)
        within = values - (np.bincount(level, values, levels) / rows)[level]
        freedom = len(level) - len(np.unique(level))
        spread = np.sum(within**2) / freedom if freedom else 0.0
        scale = np.sqrt(spread or np.var(values) or 1.0)
    weight = np.broadcast_to(1 / np.square(scale), level.shape)
    information = np.bincount(level, weight, levels)
    known = np.where(information > 0, information, 1.0)
    total = np.bincount(level, weight * values, levels)
    return ByLevel(total / known, 1 / known, information)


def less_offset(by_level: ByLevel, level: np.ndarray, offset: np.ndarray) -> ByLevel:
    """Estimates without what is known of the predictor, its mean in each level."""
    rows = np.maximum(np.bincount(level, minlength=len(by_level.estimate)), 1)
    known = np.bincount(level, offset, len(rows)) / rows
    return by_level._replace(estimate=by_level.estimate - known)


def less_exposure(by_level: ByLevel, level: np.ndarray, offset: np.ndarray) -> ByLevel:
    """Estimates of log means without what is known of the predictor."""
    most = offset.max()
    rows = np.maximum(np.bincount(level, minlength=len(by_level.estimate)), 1)
    share = np.bincount(level, np.exp(offset - most), len(rows)) / rows
    known = np.log(np.where(share > 0, share, 1)) + most
    return by_level._replace(estimate=by_level.estimate - known)


def beside_columns(
    by_level: ByLevel, level: np.ndarray, *columns: np.ndarray
) -> ByLevel:
    """With the means of columns in each level: what these explain are no differences
    of its effects. At most half as many as levels, those first that differ most."""
    rows = np.bincount(level, minlength=len(by_level.estimate))
    each = np.column_stack(columns).astype(float)
    sds = each.std(axis=0)
    each = (each[:, sds > 0] - each.mean(axis=0)[sds > 0]) / sds[sds > 0]
    total = np.zeros((len(rows), each.shape[1]))
    np.add.at(total, level, each)
    means = total / np.maximum(rows, 1)[:, None]
    between = rows @ means**2
    first = np.argsort(-between, kind="stable")[: np.sum(rows > 0) // 2]
    return by_level._replace(columns=means[:, first])


def apart_from_columns(
    by_level: ByLevel, weight: np.ndarray
) -> tuple[np.ndarray, np.ndarray, int]:
    """Estimates less their weighted regression on a constant and the columns.

    Of the levels that were seen; with the leverages, and how many numbers were fitted:
    fewer than levels, of which some may have rows that say nothing.
    """
    seen = by_level.information > 0
    estimate, design = by_level.estimate[seen], np.ones((seen.sum(), 1))
    if by_level.columns is not None:
        few = max(len(estimate) - 2, 0)
        design = np.column_stack([design, by_level.columns[seen, :few]])
    rooted = np.sqrt(weight)[:, None] * design
    values, vectors = np.linalg.eigh(rooted.T @ rooted)
    kept = values > 1e-9 * values.max()
    basis = rooted @ vectors[:, kept] / np.sqrt(values[kept])
    fitted = basis @ (basis.T @ (np.sqrt(weight) * estimate)) / np.sqrt(weight)
    return estimate - fitted, np.sum(basis**2, axis=1), int(kept.sum())


def through_levels(
    by_level: ByLevel,
    level: np.ndarray,
    inner: np.ndarray,
    inside: np.ndarray,
    of_inner: ByLevel,
    pilot: float,
) -> ByLevel:
    """What rows say of the levels around others, whose effects have the scale `pilot`.

    All rows of an inner level tell one draw of its effects: of the level that it lies
    within they say 1 / (pilot^2 + 1 / information), and not their information.
    """
    information, levels = of_inner.information, len(by_level.information)
    rows = np.maximum(np.bincount(inner, minlength=len(inside)), 1)
    each = information / (1 + information * pilot**2 * inside) / rows
    told = np.bincount(level, each[inner], levels)
    whole = by_level.information
    share = np.minimum(told / np.where(whole > 0, whole, 1), 1)
    known = np.where(share > 0, share, 1)
    return by_level._replace(
        variance=by_level.variance / known, information=whole * share
    )


def apart_from_outer(
    by_level: ByLevel, place: np.ndarray, inside: np.ndarray
) -> ByLevel:
    """Estimates less the mean of those that lie within the same outer level.

    What these differ by is no part of how far the inner levels differ. A mean of k of
    them takes 1 / k of what they differ by with it.
    """
    weight = inside * (by_level.information > 0) / by_level.variance
    total = np.bincount(place, weight)
    number = np.bincount(place, weight > 0)
    grown = np.sqrt(number / np.maximum(number - 1, 1))[place]

    def away(values: np.ndarray) -> np.ndarray:
        mean = np.bincount(place, weight * values) / np.where(total, total, 1)
        return np.where(inside > 0, grown * (values - mean[place]), values)

    columns = by_level.columns
    if columns is not None and columns.shape[1]:
        columns = np.apply_along_axis(away, 0, columns)
    return by_level._replace(estimate=away(by_level.estimate), columns=columns)


def pilot_scale(by_level: ByLevel) -> float:
    """How far levels differ beyond their errors (DerSimonian and Kacker 2007).

    By moments, each weighted by what that makes of its precision, a few times over; no
    less than the standard error of that, so that it is never 0.
    """
    variance = by_level.variance[by_level.information > 0]
    if len(variance) < 2:
        return float(np.sqrt(variance.sum() or 1.0))
    found = 0.0
    for _ in range(5):
        weight = 1 / (variance + found)
        away, share, fitted = apart_from_columns(by_level, weight)
        expected = weight * variance @ (1 - share)
        error = np.sqrt(2 * (len(variance) - fitted))
        found = max(weight @ away**2 - expected, error) / (weight @ (1 - share))
    return float(np.sqrt(found))


def pilot_middle(by_level: ByLevel, pilot: float) -> float:
    """About the mean of the levels."""
    seen = by_level.information > 0
    if not seen.any():
        return 0.0
    weight = 1 / (by_level.variance[seen] + pilot**2)
    return float(np.average(by_level.estimate[seen], weights=weight))


def least_scale(by_level: ByLevel, pilot: float, errors: float = 2.0) -> float:
    """The lower end of what the levels leave plausible, `errors` away from likely.

    That is the profile of Q, the weighted squares of the estimates about what their
    mean and the columns explain (Viechtbauer 2007); 0 where the levels do not tell the
    scale from 0.
    """
    variance = by_level.variance[by_level.information > 0]
    if len(variance) < 2:
        return 0.0
    low, high = 0.0, pilot**2
    for _ in range(40):
        middle = (low + high) / 2
        weight = 1 / (variance + middle)
        away, _, fitted = apart_from_columns(by_level, weight)
        freedom = len(variance) - fitted
        far = weight @ away**2 > freedom + errors * np.sqrt(2 * freedom)
        low, high = (middle, high) if far else (low, middle)
    return float(np.sqrt(low))


def centring(by_level: ByLevel, pilot: float, errors: float = 2.0) -> np.ndarray:
    """1 where the rows say all of a level, 0 where its prior does.

    By the least plausible scale: too little centring costs some steps, too much
    has no end where the scale may be near 0.
    """
    least = least_scale(by_level, pilot, errors)
    precision = by_level.information * least**2
    return precision / (1 + precision)


# The logarithms of a probability and of its complement


def log_chances(chance: Any, logits: Any) -> tuple[Array, Array]:
    """log p and log(1 - p), from p or from its log odds."""
    if logits is None:
        return jnp.log(chance), jnp.log1p(-jnp.asarray(chance))
    return jax.nn.log_sigmoid(logits), jax.nn.log_sigmoid(-jnp.asarray(logits))


# Layers that need several columns


def check_columns(told: str, than: float, columns: int) -> None:
    """An error where there are no more columns than that."""
    if columns <= than:
        raise DataError(f"{told}, and the data have {columns}")


# Ordinal columns that have steps


def check_steps(column: str, levels: int) -> None:
    """An error where a single level leaves no step between levels."""
    if levels < 2:
        raise DataError(f"column {column!r}: one level, and steps need two at least")


# The complementary log-log scale


def cloglog_chances(eta: Array) -> tuple[Array, Array]:
    """log(1 - exp(-e^eta)) and -e^eta, kept from overflow."""
    most = 0.9 * jnp.log(jnp.finfo(jnp.result_type(float)).max)
    hazard = jnp.exp(jnp.minimum(eta, most))
    small, large = eta < -15, eta >= 0
    low = jnp.where(large | small, 0.1, hazard)
    high = jnp.where(large, hazard, 1.0)
    log_p = jnp.where(large, jnp.log1p(-jnp.exp(-high)), jnp.log(-jnp.expm1(-low)))
    return jnp.where(small, eta - hazard / 2, log_p), -hazard


def cloglog_logits(eta: Array) -> Array:
    """logit p where log(-log(1 - p)) = eta."""
    log_p, log_q = cloglog_chances(eta)
    return log_p - log_q


# Several sites in one vector


def split_sites(values: Array, shapes: list[tuple[int, ...]]) -> list[Array]:
    """The last axis as sites of these shapes, one after another."""
    sizes = [math.prod(shape) for shape in shapes]
    ends = [sum(sizes[: k + 1]) for k in range(len(sizes) - 1)]
    parts = zip(jnp.split(values, ends, axis=-1), shapes, strict=True)
    return [part.reshape(values.shape[:-1] + shape) for part, shape in parts]


# Normal coefficients, integrated out of a normal response


class Block(NamedTuple):
    """Coefficients, and the columns that they belong to; of an intercept 1 and 0."""

    means: Any  # of the columns
    within: Any  # what the rows differ from these
    loc: Any  # of the prior
    scale: Any
    factor: Any = 1.0  # what the coefficients are multiplied by


class Standard(NamedTuple):
    """A normal response given u, of coefficients that are loc + scale u."""

    residual: Array  # in units of the errors, at u = 0
    columns: Array  # (residual, u) what one unit of each u adds
    root: Array  # (u, u) lower Cholesky factor of the precision of u
    mean: Array  # of u given the response
    loc: Array
    scale: Array


def standard_coefficients(
    means: Array,
    location: Any,
    within: Array,
    counts: Array,
    scale: Array,
    blocks: tuple[Block, ...],
) -> Standard:
    """The terms of the blocks are what `location` and `within` lack."""
    weights = jnp.sqrt(counts)
    parts: list[tuple[Array, ...]] = []
    for block in blocks:
        rows = [as_columns(block.means, len(counts)) * weights[:, None]]
        rows.append(as_columns(block.within, len(within)))
        x = jnp.concatenate(rows)
        values = (block.loc, block.scale, block.factor)
        parts.append((x, *(jnp.broadcast_to(v, x.shape[1:]) for v in values)))
    x, loc, sd, factor = (
        jnp.concatenate(part, axis=-1) for part in zip(*parts, strict=True)
    )
    tell_width(len(loc))
    unit = sd * factor / scale
    # of data alone: no slope goes through it
    squares = x.T @ x
    precision = jnp.eye(len(loc)) + unit[:, None] * squares * unit
    root = jnp.linalg.cholesky(precision)
    residual = jnp.concatenate([weights * (means - location), within])
    residual -= x @ (loc * factor)
    mean = cho_solve((root, True), unit * (residual @ x) / scale)
    return Standard(residual / scale, x * unit, root, mean, loc, sd)


@lru_cache
def tell_width(p: int) -> None:
    """The time of a step grows with the cube of it."""
    if p > 300:
        log.warning(
            f"{p} coefficients are integrated out, which takes a factorisation a step;"
            " where that is slow, compile with --without collapse_linear"
        )


def as_columns(values: Any, rows: int) -> Array:
    """(rows, columns) of one number, one column or several."""
    wide = jnp.asarray(values)
    if wide.ndim < 2:
        wide = jnp.broadcast_to(wide, (rows,))[:, None]
    return wide


def collapsed_log_density(
    freedom: Array,
    constant: Array,
    means: Array,
    location: Any,
    within: Array,
    counts: Array,
    scale: Array,
    *blocks: Block,
) -> Array:
    """Of the means of all rows, and of what these differ from them.

    log p(r) = log p(r | u) - |u|^2 / 2 - log |P| / 2 at the mean of u given r, where P
    is its precision. In u this is at its maximum there, so that gradients are exact
    with u held fixed, for first-order methods such as NUTS; second derivatives are not.
    """
    found = standard_coefficients(means, location, within, counts, scale, blocks)
    u = lax.stop_gradient(found.mean)
    squares = jnp.sum((found.residual - found.columns @ u) ** 2) + jnp.sum(u**2)
    log_root = jnp.sum(jnp.log(jnp.diagonal(found.root)))
    rows = freedom + len(counts)
    return constant - rows * jnp.log(scale) - 0.5 * squares - log_root


def coefficients_given(
    means: Array,
    location: Any,
    within: Array,
    counts: Array,
    scale: Array,
    *blocks: Block,
) -> dist.Distribution:
    """The coefficients of all blocks given the response, one after another."""
    u = standard_coefficients(means, location, within, counts, scale, blocks)
    return Coefficients(u, [jnp.shape(block.means)[1:] for block in blocks])


class Coefficients(dist.Distribution):
    """loc + scale u, of sites that `shapes` tells."""

    support = dist.constraints.real_vector

    def __init__(self, u: Standard, shapes: list[tuple[int, ...]]) -> None:
        self.u, self.shapes = u, shapes
        super().__init__((), u.mean.shape)

    def split(self, value: Array) -> list[Array]:
        """The values of each site."""
        return split_sites(value, self.shapes)

    def log_prob(self, value: Array) -> Array:
        u = (value - self.u.loc) / self.u.scale
        squares = jnp.sum(((u - self.u.mean) @ self.u.root) ** 2, axis=-1)
        stretch = jnp.log(jnp.diagonal(self.u.root)) - jnp.log(self.u.scale)
        size = u.shape[-1] * math.log(2 * math.pi)
        return jnp.sum(stretch) - 0.5 * (squares + size)

    def sample(self, key: Array, sample_shape: tuple[int, ...] = ()) -> Array:
        e = jax.random.normal(key, sample_shape + self.event_shape)
        root = solve_triangular(self.u.root, jnp.eye(len(self.u.loc)), lower=True)
        return self.u.loc + self.u.scale * (self.u.mean + e @ root)


# Coefficients in units of their posterior, as least squares has it


class Coordinates(NamedTuple):
    """b = at + by @ z for coefficients b of normal rows, where z is nearly standard.

    Names of what `prepare` makes, in pairs: means, and what rows differ from them.
    `at` and `by by'` are the posterior's mean and covariance for errors of the
    estimated scale and normal `priors`: whatever they are, the posterior stays the
    same.
    """

    z: str
    counts: str
    response: tuple[str, str]
    columns: dict[str, tuple[str, ...]]  # of each site; an intercept has none
    known: tuple[tuple[str, str], ...] = ()  # columns without a coefficient
    priors: dict[str, tuple[float, float]] = {}  # location, 1 / scale; else 0 and 1
    scale: str = ""  # the site of the errors' scale

    def __call__(self, made: dict[str, Any]) -> dict[str, Any]:
        root = float(np.sqrt(made[self.counts].sum()))
        bare = np.append(root, np.zeros(len(made[self.response[1]])))[:, None]

        def rows(names: tuple[str, ...]) -> np.ndarray:
            """Rows with the cross products of all rows, about 0."""
            if not names:
                return bare
            mean, within = (made[name].reshape(len(made[name]), -1) for name in names)
            return np.vstack([root * mean, within])

        y = rows(self.response)[:, 0] - sum(rows(names)[:, 0] for names in self.known)
        blocks = [rows(names) for names in self.columns.values()]
        widths = [block.shape[1] for block in blocks]
        ends = dict(zip(self.columns, np.cumsum(widths), strict=True))
        x = np.hstack(blocks)
        if not (np.isfinite(x).all() and np.isfinite(y).all()):
            x, y = np.zeros_like(x), np.zeros_like(y)  # the fit tells of it
        unit = np.linalg.norm(x, axis=0)
        unit = np.where(unit > 0.0, unit, 1.0)
        # of collinear columns, the shortest of all solutions
        b, _, rank, _ = np.linalg.lstsq(x / unit, y, rcond=1e-10)
        freedom = max(root**2 - rank, 1.0)
        sigma = float(np.linalg.norm(y - x / unit @ b) / np.sqrt(freedom))
        if not sigma > 1e-12 * float(np.linalg.norm(y)):  # rows without errors
            sigma = 1.0

        # the rows in units of their errors, then one for each prior
        priors = np.array([self.priors.get(k, (0.0, 1.0)) for k in self.columns])
        location, precision = np.repeat(priors, widths, axis=0).T
        # 0 is of a flat one, or in units of the data: about as wide as those would be
        spread = 2.5 * float(np.linalg.norm(y[1:])) or 1.0
        wide = np.linalg.norm(x[1:], axis=0) / spread
        precision = np.where(precision > 0.0, precision, wide)
        weights = np.vstack([x / unit / sigma, np.diag(precision / unit)])
        u, s, vt = np.linalg.svd(weights, full_matrices=False)
        by = vt.T / np.maximum(s, 1e-12 * s[0]) / unit[:, None]
        mean = by @ (u.T @ np.append(y / sigma, location * precision))
        found = {f"{self.z}_volume": float(np.linalg.slogdet(by)[1])}
        for width, (site, names) in zip(widths, self.columns.items(), strict=True):
            scalar, end = not names or made[names[0]].ndim == 1, ends[site]
            place: Any = end - 1 if scalar else slice(end - width, end)
            found |= {f"{site}_at": mean[place], f"{site}_by": by[place]}
        if self.scale:
            found[f"{self.scale}_at"] = sigma
            found[f"{self.scale}_width"] = 1.0 / np.sqrt(2.0 * freedom)
        return found


# Distances as kernels see them


def in_lengthscales(x: Array, lengthscale: Array) -> Array:
    """|x_i - x_j| / lengthscale; below 1e-15 its slope would overflow in float32."""
    return jnp.abs(x[:, None] - x) / jnp.maximum(lengthscale, 1e-15)


# The Matern 3/2 kernel


def correlation_matern32(x: Array, lengthscale: Array) -> Array:
    """(1 + z) exp(-z), z = sqrt(3) r, of the distances r in lengthscales."""
    z = 3.0**0.5 * in_lengthscales(x, lengthscale)
    return (1.0 + z) * jnp.exp(-z)


# The Matern 5/2 kernel


def correlation_matern52(x: Array, lengthscale: Array) -> Array:
    """(1 + z + z^2 / 3) exp(-z), z = sqrt(5) r, of the distances r in lengthscales."""
    z = 5.0**0.5 * in_lengthscales(x, lengthscale)
    return (1.0 + z + z**2 / 3.0) * jnp.exp(-z)


# The squared exponential kernel


def correlation_squared_exponential(x: Array, lengthscale: Array) -> Array:
    """exp(-r^2 / 2) of the distances r in lengthscales."""
    return jnp.exp(-(in_lengthscales(x, lengthscale) ** 2) / 2.0)


# Correlations


def correlation_of(factor: Array) -> Array:
    """The matrix of a Cholesky factor; its diagonal is 1 without rounding errors."""
    at = jnp.arange(factor.shape[-1])
    matrix = factor @ jnp.swapaxes(factor, -1, -2)
    return matrix.at[..., at, at].set(1.0)


def scaled_factor(scale: Array, factor: Array) -> Array:
    """The factor of a covariance, from the sds (along axis 0) and the correlations."""
    return scale.T[..., None] * factor


# Tails of counts


class CountTails(Tails):
    """Nothing is drawn below 0."""

    @once
    def inside(self, value: Any) -> tuple[Any, Any, Any]:
        below = value < 0
        return jnp.where(below, 0, value), below, False


# Log factorials of data, once and on the host


def log_factorials(*counts: np.ndarray) -> float:
    """The sum of all log n!, each distinct count once."""
    total = 0.0
    for each in counts:
        kinds, times = np.unique(each, return_counts=True)
        total += float(times @ np.array([math.lgamma(k + 1.0) for k in kinds]))
    return total


# Poisson counts around the estimate of each cell


def counts_centred(
    counts: np.ndarray, total: np.ndarray, number: np.ndarray | float
) -> tuple[np.ndarray, np.ndarray, float]:
    """The log mean of each cell (0 where its total is), the total expected there, and
    what the density below lacks."""
    some = total > 0
    centre = np.log(np.where(some, total, number) / number)
    mass = number * np.exp(centre)
    return centre, mass, float(np.sum(total * centre - mass) - log_factorials(counts))


def counts_log_density(
    log_mean: Array, total: Array, centre: Array, mass: Array
) -> Array:
    """Of totals, as differences from the centres, so that nothing large cancels."""
    apart = log_mean - centre
    return jnp.sum(total * apart - mass * jnp.expm1(apart))


# Products of categories


def cross_codes(first: np.ndarray, *others: np.ndarray) -> np.ndarray:
    """The products of the columns of each, those of the last running fastest."""
    for codes in others:
        first = (first[:, :, None] * codes[:, None, :]).reshape(len(codes), -1)
    return first


# The log probabilities of ordered levels between cutpoints


def cumulative_levels(
    eta: Array,
    cutpoints: Array,
    chances: Callable[[Array], tuple[Array, Array]],
    between: Callable[[Array, Array, Array, Array], Array],
) -> Array:
    """log P(Y = k) where P(Y <= k) = F(c_k - eta), also in both tails."""
    x = cutpoints - jnp.asarray(eta)[..., None]
    below, above = chances(x)
    inside = between(x[..., :-1], jnp.diff(cutpoints), below[..., 1:], above[..., :-1])
    return jnp.concatenate([below[..., :1], inside, above[..., -1:]], axis=-1)


def logit_between(low: Array, gap: Array, below: Array, above: Array) -> Array:
    """log(F(low + gap) - F(low)), from log F(low + gap) and log(1 - F(low))."""
    return below + above + log1mexp(-gap)


# What is between two cutpoints, for errors of the complementary log-log scale


def cloglog_between(low: Array, gap: Array, below: Array, above: Array) -> Array:
    """log(exp(-e^low) - exp(-e^(low + gap)))."""
    return above + cloglog_chances(low + gap + log1mexp(-gap))[0]


# The tail of the normal distribution in log space


def log_mills(x: Array) -> Array:
    """log of Phi(x) / phi(x)."""
    far = x < -3
    t = jnp.where(far, -x, 3.0)
    fraction = t
    for k in range(50, 0, -1):  # Laplace's continued fraction of phi / Phi
        fraction = t + k / fraction
    near = jnp.where(far, 0.0, x)
    return jnp.where(far, -jnp.log(fraction), log_near(near) - log_phi(near))


def log_near(x: Array) -> Array:
    """log Phi(x) where x is not far below 0."""
    below, above = jnp.where(x < 0, x, 0.0), jnp.where(x < 0, 0.0, x)
    lower = jnp.log(0.5 * erfc(-below * math.sqrt(0.5)))
    return jnp.where(x < 0, lower, jnp.log1p(-0.5 * erfc(above * math.sqrt(0.5))))


def log_phi(x: Array) -> Array:
    return -0.5 * x**2 - 0.5 * math.log(2 * math.pi)


def log_normal_cdf(x: Array) -> Array:
    """log Phi(x); JAX's own loses its gradient in the tail."""
    far = x < -3
    low, near = jnp.where(far, x, -4.0), jnp.where(far, 0.0, x)
    return jnp.where(far, log_phi(low) + log_mills(low), log_near(near))


# What is between two cutpoints, for normal errors


def probit_between(low: Array, gap: Array, below: Array, above: Array) -> Array:
    """log(Phi(low + gap) - Phi(low)), from the tail that both are in."""
    high, middle = low + gap, low + 0.5 * gap
    thin = (gap < 1) & (jnp.abs(middle) * gap < 1)
    # A difference of logs in the lower tail, where it is not itself lost.
    right = middle > 0
    upper = log_normal_cdf(jnp.where(thin, 0.0, jnp.where(right, -low, high)))
    lower = log_normal_cdf(jnp.where(thin, -1.0, jnp.where(right, -high, low)))
    apart = upper + log1mexp(lower - upper)
    # Else the density at the middle and Gauss's quadrature of what it changes by.
    nodes, weights = np.polynomial.legendre.leggauss(8)
    step = 0.5 * jnp.where(thin, gap, 0.1)
    t = step[..., None] * nodes.astype(step.dtype)
    centre = jnp.where(thin, middle, 0.0)
    change = jnp.exp(-(centre[..., None] + 0.5 * t) * t) @ weights.astype(step.dtype)
    positive = gap > 0
    log_step = jnp.where(positive, jnp.log(jnp.where(positive, step, 1.0)), -jnp.inf)
    together = log_phi(centre) + log_step + jnp.log(change)
    return jnp.where(thin, together, apart)


# Cutpoints from the first one and the gaps between them


def ordered_cutpoints(first: Array, gaps: Array) -> Array:
    return first + jnp.append(0.0, jnp.cumsum(gaps))


# Draws from an interval


def draw_between(
    base: Any, key: Array, shape: tuple[int, ...], low: Any, high: Any
) -> Array:
    """Exact draws from low < Y <= high: the inverse of a tail, found by bisection.

    Of whole numbers up to 2^30, or of all floating point numbers, which are in the
    order of their bits.
    """
    kind = jnp.result_type(float)
    least = jnp.finfo(kind).tiny
    log_u = jnp.log(jax.random.uniform(key, shape, kind, minval=least))
    log_u = log_u + log_between(base, low, high)
    cdf_low, survival_low = (-jnp.inf, 0.0) if low is None else base.log_tails(low)
    survival_high = -jnp.inf if high is None else base.log_survival(high)
    upper = cdf_low > survival_low
    goal = jnp.logaddexp(jnp.where(upper, survival_high, cdf_low), log_u)

    def reached(value: Array) -> Array:
        cdf, survival = base.log_tails(value)
        return jnp.where(upper, survival <= goal, cdf >= goal)

    discrete = getattr(base.support, "is_discrete", False)
    whole = jnp.int64 if kind == jnp.float64 else jnp.int32
    most = jnp.iinfo(whole).max

    def number(place: Array) -> Array:
        if discrete:
            return place.astype(kind)
        return lax.bitcast_convert_type(jnp.where(place < 0, place ^ most, place), kind)

    top = jnp.array(jnp.finfo(kind).max, kind)
    last = 2**30 if discrete else lax.bitcast_convert_type(top, whole)
    above = jnp.full(shape, last, whole)
    under = jnp.full_like(above, -1) if discrete else -above - 1

    def halve(_: int, at: tuple[Array, Array]) -> tuple[Array, Array]:
        under, above = at
        middle = (under & above) + ((under ^ above) >> 1)
        there = reached(number(middle))
        return jnp.where(there, under, middle), jnp.where(there, middle, above)

    steps = 31 if discrete else jnp.iinfo(whole).bits
    found = number(lax.fori_loop(0, steps, halve, (under, above))[1])
    found = found if high is None else jnp.minimum(found, high)
    found = found if low is None else jnp.maximum(found, low + 1 if discrete else low)
    return found.astype(jnp.result_type(int)) if discrete else found


# A warning where the sines of an hsgp are too few for what was found


def enough_sines(
    lengthscale: str, frequencies: str, *, factor: float
) -> Callable[[dict[str, Any], dict[str, Any]], list[str]]:
    """A review by Riutort-Mayol et al. (2023): m >= factor c S / lengthscale.

    S is the largest |x|, so that c S is the end L of the interval.
    """

    def review(posterior: dict[str, Any], arguments: dict[str, Any]) -> list[str]:
        w = np.asarray(arguments[frequencies])
        length = float(np.median(posterior[lengthscale]))
        needed = int(np.ceil(factor * np.pi / (2 * w[0]) / length))
        if len(w) >= needed:
            return []
        return [
            f"warning: m = {len(w)} is too small where {lengthscale} is {length:.3g};"
            f" it asks for m = {needed} at least"
        ]

    return review


# A normal plus an exponential variable


class ExGaussian(dist.Distribution):
    """Normal(loc, scale) plus an exponential variable of mean `beta`."""

    arg_constraints = {
        "loc": dist.constraints.real,
        "scale": dist.constraints.positive,
        "beta": dist.constraints.positive,
    }
    support = dist.constraints.real
    pytree_data_fields = ("loc", "scale", "beta")

    def __init__(self, loc: Array, scale: Array, beta: Array) -> None:
        self.loc, self.scale, self.beta = loc, scale, beta
        shapes = (jnp.shape(loc), jnp.shape(scale), jnp.shape(beta))
        super().__init__(jnp.broadcast_shapes(*shapes))

    def log_prob(self, value: Array) -> Array:
        z, ratio = (value - self.loc) / self.scale, self.scale / self.beta
        left = z < ratio
        below = log_phi(z) + log_mills(jnp.where(left, z - ratio, 0.0))
        right = jnp.where(left, 0.0, z - ratio)
        above = ratio * (0.5 * ratio - z) + log_normal_cdf(right)
        return jnp.where(left, below, above) - jnp.log(self.beta)

    def sample(self, key: Array, sample_shape: tuple[int, ...] = ()) -> Array:
        one, two = jax.random.split(key)
        size = (*sample_shape, *self.batch_shape)
        late = self.beta * jax.random.exponential(two, size)
        return self.loc + self.scale * jax.random.normal(one, size) + late


# Tails of positive numbers


class PositiveTails(Tails):
    """Nothing is drawn at 0 or below."""

    def inside(self, value: Any) -> tuple[Any, Any, Any]:
        below = value <= 0.0
        return jnp.where(below, 1.0, value), below, False


# The tails of the exponential distribution


class ExponentialTails(PositiveTails):
    """Of `base` by its rate."""

    def tails(self, value: Any) -> tuple[Array, Array]:
        survival = -self.base.rate * value
        return log1mexp(survival), survival

    def shares(self, value: Any) -> tuple[Array, Array]:
        log_rate = jnp.log(self.base.rate)
        survival = jnp.zeros_like(self.base.rate * value) - log_rate
        return self.tails(value)[0] + self.base.rate * value - log_rate, survival

    def ratio(self, value: Any, at: Any) -> Array:
        return self.base.rate * (at - value)


# Sums that begin at zero


def from_zero(sums: Array) -> Array:
    """What has been climbed at each level: nothing at the first."""
    return jnp.concatenate([jnp.zeros(1, sums.dtype), sums])


# The gamma distribution by its mean


class GammaByMean(dist.Gamma):
    """Gamma(shape, shape / mean), by the log of the mean."""

    pytree_data_fields = ("log_mean",)

    def __init__(self, log_mean: Array, shape: Array) -> None:
        self.log_mean = log_mean
        super().__init__(shape, shape * jnp.exp(-log_mean))

    def log_prob(self, value: Array) -> Array:
        shape, log_y = self.concentration, jnp.log(value)
        rest = log_gamma_rest(shape, jnp.log(shape))
        off = log_y - self.log_mean
        return -shape * excess(jnp.expm1(off), off) - log_y - rest


# The incomplete gamma function in log space


@elementwise
def log_gamma_share(a: Array, x: Array) -> Array:
    """A tail over x^a e^-x / Gamma(a + 1): P by its series up to x = max(a, 1/2), and
    Q by its continued fraction above."""
    below = x <= jnp.maximum(a, 0.5)
    s = jnp.where(below, x, 0.5 * a)
    f = jnp.where(below, jnp.maximum(2.0 * a, 2.0), x)

    def add(n: Array, state: Any, arguments: Any) -> Any:
        (term, total, _), (a, s) = state, arguments
        term = term * s / (a + n)
        return term, total + term, term / total

    def fraction(n: Array, a: Array, f: Array) -> tuple[Array, Array]:
        return n * (a - n), f + 1.0 - a + 2.0 * n

    one = jnp.ones_like(a)
    series = jnp.log(repeat(add, (one, one, one), (a, s))[1])
    upper = jnp.log(a) - jnp.log(lentz(fraction, f + 1.0 - a, (a, f)))
    return jnp.where(below, series, upper)


def log_gamma_parts(a: Any, x: Any) -> tuple[Array, Array, Array]:
    """log x^a e^-x / Gamma(a + 1), the tail over it, and whether that is the lower."""
    x = jnp.clip(x, jnp.finfo(jnp.result_type(float)).tiny, farthest())
    peak = -a * excess((x - a) / a, jnp.log(x / a)) - stirling_error(a)
    peak = peak - HALF_LOG_2PI - 0.5 * jnp.log(a)
    return peak, log_gamma_share(a, x), x <= jnp.maximum(a, 0.5)


def log_gamma_tails(a: Any, x: Any) -> tuple[Array, Array]:
    """log P(a, x) and log Q(a, x), each exact where it is small."""
    peak, share, below = log_gamma_parts(a, x)
    other = log1mexp(jnp.minimum(peak + share, 0.0))
    return jnp.where(below, peak + share, other), jnp.where(below, other, peak + share)


def log_gamma_shares(a: Any, x: Any) -> tuple[Array, Array]:
    """Both over x^a e^-x / Gamma(a + 1)."""
    peak, share, below = log_gamma_parts(a, x)
    other = log1mexp(jnp.minimum(peak + share, 0.0)) - peak
    return jnp.where(below, share, other), jnp.where(below, other, share)


# The tails of the gamma distribution


class GammaTails(PositiveTails):
    """Of `base` by its concentration and rate."""

    def tails(self, value: Any) -> tuple[Array, Array]:
        return log_gamma_tails(self.base.concentration, self.base.rate * value)

    def shares(self, value: Any) -> tuple[Array, Array]:
        a = self.base.concentration
        cdf, survival = log_gamma_shares(a, self.base.rate * value)
        size = jnp.log(value) - jnp.log(a)
        return cdf + size, survival + size

    def ratio(self, value: Any, at: Any) -> Array:
        step = jnp.log(value) - jnp.log(at)
        return (self.base.concentration - 1.0) * step + self.base.rate * (at - value)


# The geometric distribution by its mean


class GeometricByMean(dist.GeometricLogits):
    """Failures before the first success, by the log of their mean."""

    def __init__(self, log_mean: Array) -> None:
        super().__init__(-log_mean)

    def log_prob(self, value: Array) -> Array:
        return -softplus(-self.logits) - value * softplus(self.logits)


# The tails of the geometric distribution


class GeometricTails(CountTails):
    """Of `base` by its logits."""

    def tails(self, value: Any) -> tuple[Array, Array]:
        survival = (jnp.floor(value) + 1.0) * jax.nn.log_sigmoid(-self.base.logits)
        return log1mexp(survival), survival

    def shares(self, value: Any) -> tuple[Array, Array]:
        (cdf, survival), logits = self.tails(value), self.base.logits
        # P(Y > y) / P(Y = y) is (1 - p) / p
        return cdf - survival - logits, jnp.zeros_like(survival) - logits

    def ratio(self, value: Any, at: Any) -> Array:
        return (value - at) * jax.nn.log_sigmoid(-self.base.logits)


# A column in units of its spread


def own_units(
    encoding: dict[str, Any], label: str, x: np.ndarray, of: str, scale: str
) -> np.ndarray:
    """x less its mean by its sd, both of the training data; or as it is, if `raw`."""
    known: dict[str, Any] = encoding["constants"]
    if encoding["training"] and len(np.unique(x)) < 2:
        why = "there is one row" if len(x) == 1 else "all rows have the same value"
        raise DataError(f"a curve over {of} cannot be fitted: {why}")
    if scale == "raw":
        return np.asarray(x, float)
    if encoding["training"]:
        known[f"mean({label})"] = float(np.mean(x))
        known[f"sd({label})"] = float(np.std(x, ddof=1))
    centred: np.ndarray = x - known[f"mean({label})"]
    return centred / known[f"sd({label})"]


# Exact Gaussian processes over distinct values


def distinct_values(
    encoding: dict[str, Any], label: str, x: np.ndarray, *, of: str, scale: str
) -> np.ndarray:
    """The values of training in order, then those that are new, in their own units."""
    known: dict[str, Any] = encoding["constants"]
    if encoding["training"]:
        known[label] = np.unique(x).astype(float).tolist()
    new = sorted(set(np.unique(x).astype(float).tolist()) - set(known[label]))
    if new:
        encoding.setdefault("points", {})[label] = new
    own_units(encoding, label, x, of, scale)  # learnt over rows
    values = np.array(known[label] + new)
    return own_units(encoding | {"training": False}, label, values, of, scale)


def value_index(encoding: dict[str, Any], label: str, x: np.ndarray) -> np.ndarray:
    """The place of each row's value among the distinct ones."""
    new = encoding.get("points", {}).get(label, [])
    values = np.array(encoding["constants"][label] + new)
    order = np.argsort(values)
    return order[np.searchsorted(values[order], x)]


def exact_gp(
    correlation: Array, amplitude: Array, weight: Array, *, jitter: float | None = None
) -> Array:
    """Values of the process, which standard normals `weight` move."""
    eye = jnp.eye(len(correlation))
    if jitter is not None:
        return jnp.linalg.cholesky(amplitude**2 * correlation + jitter * eye) @ weight
    # float32 does not see 1e-6 beside the largest eigenvalues
    share = 1e-6 if correlation.dtype == jnp.float64 else 1e-4
    return amplitude * (jnp.linalg.cholesky(correlation + share * eye) @ weight)


# The tails of the Gumbel distribution


class GumbelTails(Tails):
    """Of `base` by its loc and scale."""

    def tails(self, value: Any) -> tuple[Array, Array]:
        z = (value - self.base.loc) / self.base.scale
        # far below, exp(-z) is beyond all numbers; far above, it is all that is left
        most = 0.9 * jnp.log(jnp.finfo(jnp.result_type(float)).max)
        rate = jnp.exp(-jnp.maximum(z, -most))
        near = log1mexp(-jnp.exp(-jnp.clip(z, -most, 20.0)))
        return -rate, jnp.where(z > 20.0, -z, near)

    def shares(self, value: Any) -> tuple[Array, Array]:
        z = (value - self.base.loc) / self.base.scale
        rest = jnp.log(self.base.scale) + z
        return rest, self.tails(value)[1] + jnp.exp(-z) + rest

    def ratio(self, value: Any, at: Any) -> Array:
        step = (at - value) / self.base.scale
        return step - jnp.exp((self.base.loc - at) / self.base.scale) * jnp.expm1(step)


# Gaussian processes by sines: Solin and Sarkka (2020), Riutort-Mayol et al. (2023)


def hsgp_sines(
    encoding: dict[str, Any],
    label: str,
    x: np.ndarray,
    *,
    m: int,
    c: float,
    of: str,
    scale: str,
) -> np.ndarray:
    """sin(w (x + L)) / sqrt(L) at m frequencies w, with L = c max |x| of training."""
    units = own_units(encoding, label, x, of, scale)
    known: dict[str, Any] = encoding["constants"]
    if encoding["training"]:
        known[label] = float(c * np.max(np.abs(units)))
    end = known[label]
    outside = np.flatnonzero(np.abs(units) > end)
    if outside.size:
        number = row_numbers(encoding)
        rows = ", ".join(f"row {number[i]} has {x[i]:g}" for i in outside[:3])
        more = f" and {outside.size - 3} more rows" if outside.size > 3 else ""
        raise DataError(
            f"hsgp of {of}: {rows}{more}, which is beyond {c:g} times the reach of the"
            " data of the fit (a larger `c` in the model reaches further)"
        )
    frequency = hsgp_frequencies(encoding, label, m=m)
    return np.sin(frequency * (units + end)[:, None]) / np.sqrt(end)


def hsgp_frequencies(encoding: dict[str, Any], label: str, *, m: int) -> np.ndarray:
    """w = pi j / (2 L), j = 1 ... m."""
    return np.pi * np.arange(1, m + 1) / (2 * encoding["constants"][label])


# Zeros of their own beside positive numbers


class Hurdle(Tails):
    """0 with probability `gate`, else a draw of `base`, which is above 0."""

    pytree_data_fields = ("base", "log_gate", "log_rest")
    support = constraints.nonnegative

    def __init__(self, base: Any, gate: Any = None, gate_logits: Any = None) -> None:
        self.base = base
        self.log_gate, self.log_rest = log_chances(gate, gate_logits)
        shape = lax.broadcast_shapes(base.batch_shape, jnp.shape(self.log_gate))
        dist.Distribution.__init__(self, shape)

    def log_prob(self, value: Any) -> Array:
        zero = value == 0
        drawn = self.base.log_prob(jnp.where(zero, 0.5, value))
        return jnp.where(zero, self.log_gate, self.log_rest + drawn)

    @once
    def inside(self, value: Any) -> tuple[Any, Any, Any]:
        below = value < 0
        return jnp.where(below, 0.0, value), below, False

    def pieces(self) -> list[tuple[Any, Any]]:
        return [(self.log_gate, None), (self.log_rest, self.base)]

    def tails(self, value: Any) -> tuple[Array, Array]:
        cdf, survival = self.base.log_tails(value)
        cdf = jnp.logaddexp(self.log_gate, self.log_rest + cdf)
        return cdf, self.log_rest + survival

    def sample(self, key: Array, sample_shape: tuple[int, ...] = ()) -> Array:
        keys = jax.random.split(key)
        shape = sample_shape + self.batch_shape
        none = jnp.log(jax.random.uniform(keys[0], shape)) < self.log_gate
        drawn = self.base.expand(self.batch_shape).sample(keys[1], sample_shape)
        return jnp.where(none, 0, drawn)


# Values that are seen only within bounds


class TruncatedTo(Tails):
    """`base` given that it is from `low` to `high`, of counts inclusive."""

    pytree_data_fields = ("base", "low", "high")

    def __init__(self, base: Any, low: Any = None, high: Any = None) -> None:
        self.base, self.low, self.high = base, low, high
        bounds = (jnp.shape(bound) for bound in (low, high) if bound is not None)
        shape = lax.broadcast_shapes(base.batch_shape, *bounds)
        dist.Distribution.__init__(self, shape)

    @property
    def support(self) -> Any:
        inner = self.base.support
        if inner.is_discrete:
            return inner
        low = getattr(inner, "lower_bound", None) if self.low is None else self.low
        high = getattr(inner, "upper_bound", None) if self.high is None else self.high
        if high is None:
            return dist.constraints.greater_than(low)
        if low is None:
            return dist.constraints.less_than(high)
        return dist.constraints.interval(low, high)

    @once
    def range(self) -> tuple[Any, Any]:
        """What `base` is above, and what it is at most."""
        if not self.base.support.is_discrete:
            return self.low, self.high
        low = None if self.low is None else jnp.ceil(self.low) - 1
        return low, None if self.high is None else jnp.floor(self.high)

    @once
    def seen(self) -> tuple[Any, Array]:
        """`base` over its density at the bound that most lies near, if that is in a
        tail, and the log of what lies within the bounds."""
        low, high = self.range()
        upper = lower = jnp.array(False)
        if low is not None:
            tails = self.base.log_tails(low)
            upper = tails[0] > tails[1]
        if high is not None:
            tails = self.base.log_tails(high)
            lower = ~upper & (tails[1] > tails[0])
        ends = (low if high is None else high), (high if low is None else low)
        base = FromPoint(self.base, jnp.where(upper, ends[1], ends[0]), upper | lower)
        return base, log_between(base, low, high)

    def log_prob(self, value: Any) -> Array:
        base, mass = self.seen()
        below = False if self.low is None else value < self.low
        above = False if self.high is None else value > self.high
        inside = base.log_prob(value) - mass
        return jnp.where(jnp.logical_or(below, above), -jnp.inf, inside)

    @once
    def inside(self, value: Any) -> tuple[Any, Any, Any]:
        low, high = self.range()
        below = False if low is None else value <= low
        above = False if high is None else value >= high
        # of counts, `low` is one below what can be drawn
        first: Any = low if low is None else low + self.base.support.is_discrete
        within = value if low is None else jnp.maximum(value, first)
        return within if high is None else jnp.minimum(within, high), below, above

    def tails(self, value: Any) -> tuple[Array, Array]:
        (low, high), (base, mass) = self.range(), self.seen()
        cdf = log_between(base, low, value) - mass
        return cdf, log_between(base, value, high) - mass

    def sample(self, key: Array, sample_shape: tuple[int, ...] = ()) -> Array:
        shape = sample_shape + self.batch_shape
        return draw_between(self.base, key, shape, *self.range())


# Zeros of their own beside counts from 1


class HurdleCounts(Tails):
    """0 with probability `gate`, else a draw of `base` given that it is above 0."""

    pytree_data_fields = ("base", "log_gate", "log_rest")

    def __init__(self, base: Any, gate: Any = None, gate_logits: Any = None) -> None:
        self.base = base
        self.log_gate, self.log_rest = log_chances(gate, gate_logits)
        shape = lax.broadcast_shapes(base.batch_shape, jnp.shape(self.log_gate))
        dist.Distribution.__init__(self, shape)

    @once
    def above(self) -> TruncatedTo:
        return TruncatedTo(self.base, low=1)

    def log_prob(self, value: Any) -> Array:
        zero = value == 0
        drawn = self.above().log_prob(jnp.where(zero, 1, value))
        return jnp.where(zero, self.log_gate, self.log_rest + drawn)

    @once
    def inside(self, value: Any) -> tuple[Any, Any, Any]:
        below = value < 0
        return jnp.where(below, 0, value), below, False

    @once
    def pieces(self) -> list[tuple[Any, Any]]:
        return [(self.log_gate, None), (self.log_rest, self.above())]

    def tails(self, value: Any) -> tuple[Array, Array]:
        cdf, survival = self.above().log_tails(value)
        cdf = jnp.logaddexp(self.log_gate, self.log_rest + cdf)
        return cdf, self.log_rest + survival

    def sample(self, key: Array, sample_shape: tuple[int, ...] = ()) -> Array:
        keys = jax.random.split(key)
        shape = sample_shape + self.batch_shape
        none = jnp.log(jax.random.uniform(keys[0], shape)) < self.log_gate
        above = self.above().expand(self.batch_shape)
        return jnp.where(none, 0, above.sample(keys[1], sample_shape))


# Bounds that a response must keep


def inside(
    encoding: dict[str, Any],
    label: str,
    values: Any,
    low: Any = -np.inf,
    high: Any = np.inf,
    below: Any = np.inf,
    unless: Any = 0,
    or_zero: Any = 0,
) -> Any:
    """The response itself, once all rows to be fitted are within bounds."""
    limits = np.broadcast_arrays(values, low, high, below)
    bad = (unless == 0) & (
        (limits[0] < limits[1]) | (limits[0] > limits[2]) | (limits[0] >= limits[3])
    )
    if or_zero:
        bad &= limits[0] != 0
    if encoding["training"] and bad.any():
        numbers, shown = row_numbers(encoding), []
        for i in np.flatnonzero(bad)[:3].tolist():
            value, low, high, below = (float(limit[i]) for limit in limits)
            words = [f"at least {low:g}"] * (low > -np.inf)
            words += [f"at most {high:g}"] * (high < np.inf)
            words += [f"below {below:g}"] * (below < np.inf)
            shown.append(
                f"row {numbers[i]} has {value:g}, expected {' and '.join(words)}"
            )
        more = f" and {bad.sum() - 3} more rows" if bad.sum() > 3 else ""
        raise DataError(f"column {label!r}: {', '.join(shown)}{more}")
    return values


# Values that are known to lie between two others


class IntervalCensored(Censored):
    """Where no flag is 1, `base` is in (value, upper], or seen where both are equal."""

    pytree_data_fields = ("upper",)

    def __init__(
        self, base: Any, left: Any = 0, right: Any = 0, interval: Any = 0
    ) -> None:
        Censored.__init__(self, base, left, right)
        self.upper = interval
        shape = lax.broadcast_shapes(self.batch_shape, jnp.shape(interval))
        dist.Distribution.__init__(self, shape)

    def log_prob(self, value: Any) -> Array:
        tails, upper = self.base.log_tails(value), self.base.log_tails(self.upper)
        between = log_difference(self.base, value, self.upper, tails, upper)
        exact = self.upper == value
        density = jnp.where(exact, self.base.log_prob(value), between)
        density = jnp.where(self.left > 0, tails[0], density)
        return jnp.where(self.right > 0, tails[1], density)


# The inverse Gaussian distribution


class InverseGaussian(dist.Distribution):
    """By the log of the mean and the shape; the variance is mean^3 / shape."""

    arg_constraints = {
        "log_mean": dist.constraints.real,
        "shape_": dist.constraints.positive,
    }
    support = dist.constraints.positive
    pytree_data_fields = ("log_mean", "shape_")

    def __init__(self, log_mean: Array, shape: Array) -> None:
        self.log_mean, self.shape_ = log_mean, shape
        batch = jnp.broadcast_shapes(jnp.shape(log_mean), jnp.shape(shape))
        super().__init__(batch)

    def log_prob(self, value: Array) -> Array:
        log_y = jnp.log(value)
        # y / mean - 1; the derivative of expm1 is lost where that is nearly -1
        log_ratio = log_y - self.log_mean
        near = jnp.abs(log_ratio) < 1
        off = jnp.where(
            near,
            jnp.expm1(jnp.where(near, log_ratio, 0.0)),
            jnp.exp(log_ratio) - 1,
        )
        off *= jnp.sqrt(self.shape_) * jnp.exp(-0.5 * log_y)
        size = jnp.log(self.shape_) - math.log(2 * math.pi) - 3 * log_y
        return 0.5 * (size - off**2)

    def sample(self, key: Array, sample_shape: tuple[int, ...] = ()) -> Array:
        """Michael, Schucany and Haas (1976), the smaller root without a difference."""
        one, two = jax.random.split(key)
        size = (*sample_shape, *self.batch_shape)
        mean = jnp.exp(self.log_mean)
        w = 0.5 * mean / self.shape_ * jax.random.normal(one, size) ** 2
        root = 1 + w + jnp.sqrt(w * (w + 2))
        low = jax.random.uniform(two, size) * (1 + root) < root
        return mean * jnp.where(low, 1 / root, root)


# The tails of the inverse Gaussian distribution


class InverseGaussianTails(PositiveTails):
    """Of `base` by its log mean and shape (Giner and Smyth 2016), from Mills ratios:
    the exponential of 2 shape / mean is never formed."""

    def tails(self, value: Any) -> tuple[Array, Array]:
        (direct, off), low = self.direct(value), value < jnp.exp(self.base.log_mean)
        tail = direct + log_phi(off)
        other = log1mexp(jnp.minimum(tail, 0.0))
        return jnp.where(low, tail, other), jnp.where(low, other, tail)

    def shares(self, value: Any) -> tuple[Array, Array]:
        (direct, off), low = self.direct(value), value < jnp.exp(self.base.log_mean)
        # the density is phi(off) sqrt(shape / y^3)
        size = 1.5 * jnp.log(value) - 0.5 * jnp.log(self.base.shape_)
        tail = direct + size
        other = log1mexp(jnp.minimum(direct + log_phi(off), 0.0)) - log_phi(off) + size
        return jnp.where(low, tail, other), jnp.where(low, other, tail)

    def direct(self, value: Any) -> tuple[Array, Array]:
        """The tail on the value's side of the mean, over phi(off), and off."""
        mean, root = jnp.exp(self.base.log_mean), jnp.sqrt(self.base.shape_ / value)
        off, far = root * (value - mean) / mean, log_mills(
            -root * (value + mean) / mean
        )
        low = off < 0.0
        # P(Y <= y) = phi(off) (M(off) + M(-sum)), M(x) = Phi(x) / phi(x), and
        # P(Y > y) = phi(off) (M(-off) - M(-sum))
        small = jnp.logaddexp(log_mills(jnp.where(low, off, -1.0)), far)
        near = log_mills(jnp.where(low, -1.0, -off))
        large = near + log1mexp(jnp.minimum(far - near, -1e-30))
        return jnp.where(low, small, large), off

    def ratio(self, value: Any, at: Any) -> Array:
        inverse = jnp.exp(-2.0 * self.base.log_mean)
        slope = 0.5 * self.base.shape_ * (inverse - 1.0 / value / at)
        return 1.5 * (jnp.log(at) - jnp.log(value)) + slope * (at - value)


# The multivariate t distribution, a draw for each row


class JointStudentT(dist.MultivariateStudentT):
    """NumPyro's own draws one scale for all rows where `df` is a single number.

    Its density has no digits left where the degrees of freedom are many.
    """

    def __init__(self, df: Any, loc: Array, scale_tril: Array) -> None:
        rows = jnp.broadcast_shapes(jnp.shape(df), loc.shape[:-1])
        loc = jnp.broadcast_to(loc, (*rows, loc.shape[-1]))
        super().__init__(jnp.broadcast_to(df, rows), loc, scale_tril)

    def log_prob(self, value: Array) -> Array:
        half, more = 0.5 * self.df, 0.5 * self.event_shape[0]
        step = jnp.log1p(more / half)
        rest = log_gamma_rest(half + more, jnp.log(half) + step)
        rest -= log_gamma_rest(half, jnp.log(half))
        identity = jnp.broadcast_to(jnp.eye(self.event_shape[0]), self.scale_tril.shape)
        inverse = solve_triangular(self.scale_tril, identity, lower=True)
        off = inverse @ (value - self.loc)[..., None]
        # The constant is that of a normal and what vanishes as the degrees grow.
        size = (half + more) * step - more + rest - 2 * more * HALF_LOG_2PI
        size += jnp.sum(jnp.log(jnp.diagonal(inverse, axis1=-2, axis2=-1)), axis=-1)
        squares = jnp.sum(off[..., 0] ** 2, axis=-1)
        return size - (half + more) * jnp.log1p(squares / self.df)


# The tails of the Laplace distribution


class LaplaceTails(Tails):
    """Of `base` by its loc and scale."""

    def tails(self, value: Any) -> tuple[Array, Array]:
        z = (value - self.base.loc) / self.base.scale
        near = -jnp.abs(z) - jnp.log(2.0)
        far = jnp.log1p(-0.5 * jnp.exp(-jnp.abs(z)))
        return jnp.where(z < 0.0, near, far), jnp.where(z < 0.0, far, near)

    def shares(self, value: Any) -> tuple[Array, Array]:
        # beyond the value lies as much as its density times the scale
        far = self.tails(value)[0], self.tails(value)[1]
        density, left = self.base.log_prob(value), value < self.base.loc
        near = jnp.log(self.base.scale) + jnp.zeros_like(density)
        return (
            jnp.where(left, near, far[0] - density),
            jnp.where(left, far[1] - density, near),
        )

    def ratio(self, value: Any, at: Any) -> Array:
        one, two = value - self.base.loc, at - self.base.loc
        across = jnp.abs(two) - jnp.abs(one)
        same = jnp.sign(one) * (at - value)
        return jnp.where(one * two > 0.0, same, across) / self.base.scale


# Ordered levels, each by the two cutpoints around it


def inner_levels(level: np.ndarray, levels: int) -> np.ndarray:
    """The rows at each level that has a cutpoint on either side."""
    return np.bincount(level, minlength=levels)[1:-1].astype(float)


def level_log_density(
    eta: Array, cutpoints: Array, level: Array, number: Array
) -> Array:
    """Of `number` rows at each level, without the gaps between the cutpoints."""
    edge = jnp.full(1, jnp.inf)
    above = jnp.concatenate([cutpoints, edge])[level]
    below = jnp.concatenate([-edge, cutpoints])[level]
    return -jnp.sum(number * (softplus(eta - above) + softplus(below - eta)))


def log_gaps(cutpoints: Array, times: Array) -> Array:
    """log(1 - exp(-gap)) below each inner cutpoint, as often as its level occurs."""
    gap = jnp.where(times > 0, jnp.diff(cutpoints), 1.0)
    return jnp.sum(times * log1mexp(-gap))


# Ordered levels, each with its log probability


class Levels(dist.Distribution):
    """A level by the log probabilities of all, which sum to 1 as they are."""

    arg_constraints = {"log_probs": dist.constraints.real_vector}
    pytree_data_fields = ("log_probs",)

    def __init__(self, log_probs: Array) -> None:
        self.log_probs = log_probs
        super().__init__(log_probs.shape[:-1])

    @property
    def support(self) -> dist.constraints.Constraint:
        return dist.constraints.integer_interval(0, self.log_probs.shape[-1] - 1)

    def log_prob(self, value: Array) -> Array:
        shape = jnp.broadcast_shapes(jnp.shape(value), self.batch_shape)
        rows = jnp.broadcast_to(self.log_probs, (*shape, self.log_probs.shape[-1]))
        at = jnp.broadcast_to(value, shape)[..., None]
        return jnp.take_along_axis(rows, at, axis=-1)[..., 0]

    def sample(self, key: Array, sample_shape: tuple[int, ...] = ()) -> Array:
        shape = (*sample_shape, *self.batch_shape)
        return jax.random.categorical(key, self.log_probs, shape=shape)


# Binomial coefficients of data


def log_coefficients(trials: np.ndarray | float, successes: np.ndarray) -> float:
    """The sum of log C(n, y) over all rows."""
    n = np.broadcast_to(trials, successes.shape)
    return log_factorials(n) - log_factorials(successes, n - successes)


# The logarithm of a softplus


def log_softplus(eta: Array) -> Array:
    """log log(1 + e^eta), whose slope does not overflow where e^eta is tiny."""
    far = eta < -12.0
    near = jnp.log(jax.nn.softplus(jnp.where(far, 0.0, eta)))
    return jnp.where(far, eta - jnp.exp(jnp.where(far, eta, 0.0)) / 2.0, near)


# The tails of the logistic distribution


class LogisticTails(Tails):
    """Of `base` by its loc and scale."""

    def tails(self, value: Any) -> tuple[Array, Array]:
        z = (value - self.base.loc) / self.base.scale
        return -softplus(-z), -softplus(z)

    def shares(self, value: Any) -> tuple[Array, Array]:
        z, log_scale = (value - self.base.loc) / self.base.scale, jnp.log(
            self.base.scale
        )
        return log_scale + softplus(z), log_scale + softplus(-z)

    def ratio(self, value: Any, at: Any) -> Array:
        one, two = value - self.base.loc, at - self.base.loc
        same = jnp.sign(one) * (at - value)
        far = jnp.where(one * two > 0.0, same, jnp.abs(two) - jnp.abs(one))
        near = [jnp.log1p(jnp.exp(-jnp.abs(x) / self.base.scale)) for x in (one, two)]
        return far / self.base.scale + 2.0 * (near[1] - near[0])


# The logit scale


def logit_chances(x: Array) -> tuple[Array, Array]:
    """log F(x) and log(1 - F(x)) of the logistic distribution."""
    return log_sigmoid(x), log_sigmoid(-x)


# The tails of the lognormal distribution


class LogNormalTails(PositiveTails):
    """Of `base` by its loc and scale."""

    def tails(self, value: Any) -> tuple[Array, Array]:
        z = (jnp.log(value) - self.base.loc) / self.base.scale
        return log_normal_cdf(z), log_normal_cdf(-z)

    def shares(self, value: Any) -> tuple[Array, Array]:
        size = jnp.log(self.base.scale) + jnp.log(value)
        z = (jnp.log(value) - self.base.loc) / self.base.scale
        return log_mills(z) + size, log_mills(-z) + size

    def ratio(self, value: Any, at: Any) -> Array:
        one, two, scale = jnp.log(value), jnp.log(at), self.base.scale
        middle = (0.5 * (one - self.base.loc) + 0.5 * (two - self.base.loc)) / scale
        return (two - one) / scale * middle + (two - one)


# Normal effects of levels, integrated out of normal means


def rows_by_level(
    level: np.ndarray, levels: int, weights: np.ndarray | float = 1.0
) -> np.ndarray:
    """The rows of each level by their weights, 0 for one without."""
    return np.bincount(level, np.broadcast_to(weights, level.shape), levels)


def means_log_density_around(
    means: Array, location: Array, scale: Array, counts: Array, effect_scale: Array
) -> Array:
    """Of means around effects that are normal themselves; one mean a level."""
    variance = scale**2 + counts * effect_scale**2
    squares = jnp.sum(counts * (means - location) ** 2 / variance)
    return -0.5 * (squares + jnp.sum(jnp.log(variance)))


def pull_of_levels(
    means: Array, location: Array, counts: Array, level: Array, rows: Array
) -> Array:
    """For each level the sum of its rows' residuals."""
    return jnp.zeros_like(rows).at[level].add(counts * (means - location))


def means_log_density_over(
    means: Array,
    location: Array,
    scale: Array,
    counts: Array,
    level: Array,
    effect_scale: Array,
    rows: Array,
) -> Array:
    """Of means around effects that are normal themselves; several means a level.

    `rows` are those of each level.
    """
    pull = pull_of_levels(means, location, counts, level, rows)
    ratio = (effect_scale / scale) ** 2
    found = means_log_density(means, location, scale, counts)
    shrunk = jnp.sum(pull**2 / (1 + ratio * rows)) * ratio / scale**2
    return found + 0.5 * (shrunk - jnp.sum(jnp.log1p(ratio * rows)))


def effect_given(
    means: Array,
    location: Array,
    scale: Array,
    counts: Array,
    level: Array,
    effect_scale: Array,
    rows: Array,
) -> dist.Distribution:
    """The effects given the means; a level without rows has its prior."""
    pull = pull_of_levels(means, location, counts, level, rows)
    variance = effect_scale**2 / (1 + (effect_scale / scale) ** 2 * rows)
    mean = variance * pull / scale**2
    return dist.Normal(mean, jnp.sqrt(variance)).to_event(1)


# Normal effects and slopes of levels, integrated out of normal rows


def loads_of_cells(cells: Cells, *columns: Any) -> np.ndarray:
    """The means of the columns, of which 1 is the level itself; (slope, cell)."""
    ones = np.ones(len(cells.count))
    means = [ones if np.ndim(x) == 0 else cell_means(cells, x) for x in columns]
    return np.column_stack(means).T


def loads_along(slopes: CellSlopes, *columns: Any) -> np.ndarray:
    """The columns along slopes, where nothing is the level itself; (slope, along)."""
    none = np.zeros(sum(map(len, slopes.there)))
    rows = [none if np.ndim(x) == 0 else along_slopes(slopes, x) for x in columns]
    return np.column_stack(rows).T


def products_by_level(
    cells: Cells,
    slopes: CellSlopes,
    level: np.ndarray,
    levels: int,
    loads: np.ndarray,
    along: np.ndarray,
) -> np.ndarray:
    """Z' N Z of each level: of its cells by their counts, and along its slopes."""
    place, place_along = level[cells.first], levels_along(slopes, level)

    def product(i: int, j: int) -> np.ndarray:
        means = np.bincount(place, cells.count * loads[i] * loads[j], levels)
        return means + np.bincount(place_along, along[i] * along[j], levels)

    each = range(len(loads))
    found = np.array([[product(i, j) for j in each] for i in each])
    return found.reshape(len(loads), len(loads), levels)


class Slopes(NamedTuple):
    """Of the effects and slopes u = S w of each level, w standard normal."""

    inverse: Array  # S^-1
    precision: Array  # (slope, slope, level) of u given the rows
    pull: Array  # (slope, level) the precision times the mean of u given the rows
    shapes: list[tuple[int, ...]]  # of u in each site, for one level


def slopes_of_levels(
    means: Array,
    location: Any,
    counts: Array,
    level: Array,
    loads: Array,
    turned: Array,
    level_along: Array,
    loads_along: Array,
    products: Array,
    scale: Array,
    *roots: Array,
) -> Slopes:
    """By what the means of cells, and rows along slopes, differ from the rest."""
    root = block_diag(*(jnp.diag(r) if jnp.ndim(r) == 1 else r for r in roots))
    inverse = solve_triangular(root, jnp.eye(len(root)), lower=True)
    rest = counts * (means - location)
    pulls = [
        jnp.zeros(products.shape[-1])
        .at[level]
        .add(rest * of)
        .at[level_along]
        .add(turned * along)
        for of, along in zip(loads, loads_along, strict=True)
    ]
    precision = (inverse.T @ inverse)[..., None] + products / scale**2
    shapes = [jnp.shape(r)[:1] for r in roots]
    pull = jnp.array(pulls).reshape(products.shape[1:]) / scale**2
    return Slopes(inverse, precision, pull, shapes)


def solve_by_level(precision: Array, pull: Array) -> tuple[Array, Array]:
    """P^-1 pull of each level, and log |P| of all, in a few steps for all levels."""
    steps, log_volume = [], jnp.zeros(())
    for _ in range(len(pull)):
        pivot, column = precision[0, 0], precision[1:, 0] / precision[0, 0]
        steps.append((pull[0] / pivot, column))
        log_volume += jnp.sum(jnp.log(pivot))
        precision = precision[1:, 1:] - column[:, None] * precision[0, 1:]
        pull = pull[1:] - column * pull[0]
    solved = pull
    for first, column in reversed(steps):
        first = first - jnp.sum(column * solved, axis=0)
        solved = jnp.concatenate([first[None], solved])
    return solved, log_volume


def slopes_log_density(
    means: Array,
    location: Any,
    counts: Array,
    level: Array,
    loads: Array,
    turned: Array,
    level_along: Array,
    loads_along: Array,
    products: Array,
    scale: Array,
    *roots: Array,
) -> Array:
    """Of the means of cells, and of rows along slopes, around all effects and slopes.

    log p(r) = log p(r | u) + log p(u) - log p(u | r) at any u. At the mean of u given r
    the last is at its maximum, so that gradients are exact with u held fixed, for
    first-order methods such as NUTS; second derivatives are not.
    """
    of_cells = (means, location, counts, level, loads)
    along = (turned, level_along, loads_along)
    found = slopes_of_levels(*of_cells, *along, products, scale, *roots)
    mean, log_volume = solve_by_level(found.precision, found.pull)
    u = lax.stop_gradient(mean)
    squares = jnp.sum(
        counts * (means - location - jnp.sum(loads * u[:, level], axis=0)) ** 2
    )
    squares += jnp.sum((turned - jnp.sum(loads_along * u[:, level_along], axis=0)) ** 2)
    rows = -0.5 * squares / scale**2 - len(means) * jnp.log(scale)
    log_inverse = jnp.sum(jnp.log(jnp.diagonal(found.inverse)))
    prior = u.shape[1] * log_inverse - 0.5 * jnp.sum((found.inverse @ u) ** 2)
    return rows + prior - 0.5 * log_volume


class LevelSlopes(dist.Distribution):
    """u of all levels given the rows, which `split` gives site by site."""

    support = dist.constraints.real_vector

    def __init__(self, u: Slopes) -> None:
        self.width, self.shapes = len(u.pull), u.shapes
        self.factor = jnp.linalg.cholesky(jnp.moveaxis(u.precision, -1, 0))
        self.half = solve_triangular(self.factor, u.pull.T[..., None], lower=True)
        super().__init__((), (u.pull.size,))

    def split(self, value: Array) -> list[Array]:
        """The values of each site."""
        around = (*value.shape[:-1], len(self.half), self.width)
        return split_sites(value.reshape(around), self.shapes)

    def log_prob(self, value: Array) -> Array:
        u = value.reshape(self.half.shape)
        squares = jnp.sum((jnp.swapaxes(self.factor, 1, 2) @ u - self.half) ** 2)
        volume = jnp.sum(jnp.log(jnp.diagonal(self.factor, axis1=1, axis2=2)))
        return volume - 0.5 * (squares + u.size * math.log(2 * math.pi))

    def sample(self, key: Array, sample_shape: tuple[int, ...] = ()) -> Array:
        e = jax.random.normal(key, sample_shape + self.half.shape)
        factor = jnp.broadcast_to(self.factor, sample_shape + self.factor.shape)
        u = solve_triangular(factor, self.half + e, trans=1, lower=True)
        return u.reshape(*sample_shape, *self.event_shape)


# What `prepare` makes of normal rows, from what it makes of blocks of them


class MergeCells(NamedTuple):
    """The names of what `prepare` makes of cells; by them, several blocks become one.

    A cell of n_b rows with the mean m_b in each block has n = sum n_b rows and the mean
    m = sum n_b m_b / n. What its rows differ from m is what they differ from m_b, and
    sqrt(n_b) (m_b - m) as one row more (Chan, Golub and LeVeque 1983); the R factor of
    several R factors is that of all their rows.
    """

    counts: str
    freedom: str
    constant: str
    keys: tuple[str, ...]  # what the rows of a cell have in common
    parts: dict[str, str]  # means: what the rows differ from them; the response last
    sums: tuple[str, ...] = ()  # of rows, level by level

    def __call__(self, blocks: list[dict[str, Any]]) -> dict[str, Any]:
        def stacked(name: str) -> np.ndarray:
            return np.concatenate([made[name] for made in blocks])

        counts = stacked(self.counts)
        cells = Cells(len(counts), *(stacked(key) for key in self.keys), merge=1)
        total = np.bincount(cells.of, counts)
        parts = [stacked(name) for name in self.parts]
        wide = np.column_stack(parts)
        sums = [np.bincount(cells.of, counts * column) for column in wide.T]
        means = np.stack(sums, axis=1) / np.where(total > 0, total, 1.0)[:, None]
        between = np.sqrt(counts)[:, None] * (wide - means[cells.of])
        within = np.column_stack([stacked(name) for name in self.parts.values()])
        factor = r_factor(np.vstack([within, between]))

        merged = blocks[-1] | {
            key: cell_values(cells, stacked(key)) for key in self.keys
        }
        merged |= dict(zip(self.parts, split_columns(means, parts), strict=True))
        split = split_columns(factor, parts)
        merged |= dict(zip(self.parts.values(), split, strict=True))
        merged[self.counts] = total
        rows = sum(made[self.freedom] + len(made[self.counts]) for made in blocks)
        merged[self.freedom] = float(rows - len(total))
        for name in (self.constant, *self.sums):
            merged[name] = sum(made[name] for made in blocks)
        return merged

    def names(self) -> set[str]:
        own = {self.counts, self.freedom, self.constant, *self.keys, *self.sums}
        return own | set(self.parts) | set(self.parts.values())

    def is_finite(self, made: dict[str, Any]) -> bool:
        return all(
            np.isfinite(made[name]).all()
            for pair in self.parts.items()
            for name in pair
        )


# Missing values: responses are masked, inputs imputed


def observed_rows(rows: int, *columns: np.ndarray | None) -> np.ndarray:
    """Where the responses are there; everywhere if they are to be predicted."""
    there = np.ones(rows, bool)
    for values in columns:
        there &= True if values is None else ~np.isnan(values)
    return there


def fill_missing(
    encoding: dict[str, Any], label: str, values: np.ndarray, whole: int = 0
) -> np.ndarray:
    """A response, the least observed value where it is missing: a mask covers it."""
    if np.isnan(values).all():
        raise DataError(f"column {label!r} has no value in any row")
    filled = np.where(np.isnan(values), np.nanmin(values), values)
    return filled.astype(int) if whole else filled


def missing_slots(
    columns: dict[str, Any], encoding: dict[str, Any], name: str
) -> np.ndarray:
    """The number of each missing value of a column, -1 where it has one."""
    missing = np.isnan(columns[name])
    numbers = row_numbers(encoding)[missing].tolist()
    encoding["levels"][f"{name}_missing"] = [str(number) for number in numbers]
    return np.where(missing, np.cumsum(missing) - 1, -1)


def fill_in(values: Array, slots: Array, imputed: Array) -> Array:
    """The values, with imputed ones in the rows that have a slot."""
    padded = jnp.append(imputed, 0.0)  # none may be missing
    return jnp.where(slots < 0, values, padded[slots])


class Imputed(dist.Distribution):
    """Missing values, without a density: they have that of the column's likelihood.

    Fits start at draws about the observed values, which `loc` and `scale` describe.
    """

    arg_constraints = {
        "loc": dist.constraints.real,
        "scale": dist.constraints.positive,
    }
    support = dist.constraints.real
    pytree_data_fields = ("loc", "scale")

    def __init__(self, loc: Any, scale: Any) -> None:
        self.loc, self.scale = loc, scale
        super().__init__(jnp.broadcast_shapes(jnp.shape(loc), jnp.shape(scale)))

    def sample(self, key: Array, sample_shape: tuple[int, ...] = ()) -> Array:
        z = jax.random.normal(key, sample_shape + self.batch_shape)
        return dist.biject_to(self.support)(self.loc + self.scale * z)

    def log_prob(self, value: Array) -> Array:
        return jnp.zeros_like(value)


class ImputedPositive(Imputed):
    """The same of positive numbers, `loc` and `scale` those of their logarithms."""

    support = dist.constraints.positive


class ImputedProportion(Imputed):
    """The same of proportions, `loc` and `scale` those of their log odds."""

    support = dist.constraints.unit_interval


# Mixtures


class Mixture(Tails):
    """A draw of one of `parts`, chosen with probabilities `weights`.

    Of two parts the probability of the first, or its log odds, may be given instead.
    """

    pytree_data_fields = ("parts", "log_weights")

    def __init__(
        self,
        *parts: Any,
        weights: Any = None,
        first: Any = None,
        first_logits: Any = None,
    ) -> None:
        self.parts = parts
        if weights is None:
            weights = jnp.stack(log_chances(first, first_logits), axis=-1)
        else:
            weights = jnp.log(weights)
        self.log_weights = weights
        shapes = [part.batch_shape for part in parts]
        dist.Distribution.__init__(
            self, lax.broadcast_shapes(weights.shape[:-1], *shapes)
        )

    @property
    def support(self) -> Any:
        return self.parts[0].support

    def total(self, logs: list[Array]) -> Array:
        stacked = jnp.stack(jnp.broadcast_arrays(*logs), axis=-1)
        return logsumexp(self.log_weights + stacked, axis=-1)

    def log_prob(self, value: Array) -> Array:
        return self.total([part.log_prob(value) for part in self.parts])

    @once
    def pieces(self) -> list[tuple[Any, Any]]:
        weights = jnp.moveaxis(self.log_weights, -1, 0)
        return list(zip(weights, self.parts, strict=True))

    def tails(self, value: Any) -> tuple[Array, Array]:
        tails = [part.log_tails(value) for part in self.parts]
        return self.total([t[0] for t in tails]), self.total([t[1] for t in tails])

    def sample(self, key: Array, sample_shape: tuple[int, ...] = ()) -> Array:
        keys = jax.random.split(key, len(self.parts) + 1)
        shape = sample_shape + self.batch_shape
        which = jax.random.categorical(keys[0], self.log_weights, shape=shape)
        found = jnp.zeros(shape)
        for k, part in enumerate(self.parts):
            drawn = part.expand(self.batch_shape).sample(keys[k + 1], sample_shape)
            found = jnp.where(which == k, drawn, found.astype(drawn.dtype))
        return found


# Columns in units of their own spread


def standardized(
    encoding: dict[str, Any], label: str, design: np.ndarray
) -> np.ndarray:
    """Each column less its mean, by its sd, as they were in the training data."""
    known: dict[str, Any] = encoding["constants"]
    if encoding["training"]:
        check_variation(label, len(design) > 1 and np.ptp(design, axis=0).all())
        known[label] = [
            design.mean(axis=0).tolist(),
            design.std(axis=0, ddof=1).tolist(),
        ]
    elif label not in known:  # rows in blocks
        return design * encoding["moments"].add(label, design)
    mean, sd = np.asarray(known[label])
    return np.asarray((design - mean) / sd)


def check_variation(label: str, varies: Any) -> None:
    if not varies:
        raise DataError(f"{label}: a column does not vary, and has no sd")


# Data constants of rows that are read in blocks


class Moments:
    """Of what constants are of: rows, means, sums of squared deviations (Chan 1983).

    While a constant is not known it is NaN, and so is all that is made with it.
    """

    def __init__(self) -> None:
        self.of: dict[str, tuple[int, Any, Any, bool]] = {}

    def add(self, label: str, values: Any, ones: bool = False) -> np.ndarray:
        """The rows of one more block."""
        x = np.asarray(values, float)
        n, mean, squares, _ = self.of.get(label, (0, 0.0, 0.0, ones))
        own, more = x.mean(axis=0), len(x)
        apart = own - mean
        if not label.startswith("mean("):
            squares = squares + np.square(x - own).sum(axis=0)
            squares = squares + np.square(apart) * (n * more / (n + more))
        self.of[label] = (n + more, mean + apart * (more / (n + more)), squares, ones)
        return np.full(own.shape, np.nan)

    def constants(self) -> dict[str, Any]:
        """All but those that are made with what was not known in this pass."""
        found: dict[str, Any] = {}
        for label, (n, mean, squares, ones) in self.of.items():
            if np.isnan(mean).any():
                continue
            sd = np.sqrt(squares / max(n - 1, 1))
            if ones:
                sd = np.where((mean == 1) & (squares == 0), 1.0, sd)
            if "(" not in label:  # of a whole design
                found[label] = [mean.tolist(), sd.tolist()]
                check_variation(label, n > 1 and (sd > 0).all())
            else:
                value = mean if label.startswith("mean(") else sd
                found[label] = check_constant(label, np.asarray(value), n)
        return found


# Rules of responses that the types of their columns do not say


def require_within(
    encoding: dict[str, Any], label: str, total: Any, count: np.ndarray
) -> None:
    """No count is above its trials."""
    wanted, numbers = np.broadcast_to(total, count.shape), row_numbers(encoding)
    shown = [
        f"row {numbers[i]} has {count[i]:g} of {wanted[i]:g}"
        for i in np.flatnonzero(count > wanted).tolist()
    ]
    if shown:
        raise DataError(f"expected {label}; {first_rows(shown)}")


def require_angles(encoding: dict[str, Any], label: str, angle: np.ndarray) -> None:
    """Radians from -pi to pi, a rounded pi among them."""
    numbers = row_numbers(encoding)
    shown = [
        f"row {numbers[i]} has {angle[i]:g}"
        for i in np.flatnonzero(np.abs(angle) > np.pi + 1e-3).tolist()
    ]
    if shown:
        raise DataError(f"expected {label} in radians, -pi to pi; {first_rows(shown)}")


def first_rows(shown: list[str]) -> str:
    more = f" and {len(shown) - 3} more rows" if len(shown) > 3 else ""
    return f"{', '.join(shown[:3])}{more}"


# Counts of several classes


def require_total(
    encoding: dict[str, Any], label: str, total: Any, *counts: np.ndarray
) -> None:
    """The counts of a row, where all are there, sum to its trials."""
    found: np.ndarray = np.stack(counts).sum(axis=0)
    wanted = np.broadcast_to(total, found.shape)
    numbers = row_numbers(encoding)
    shown = [
        f"row {numbers[i]} has {found[i]:g} and {wanted[i]:g}"
        for i in np.flatnonzero((found < wanted) | (found > wanted)).tolist()
    ]
    if shown:
        raise DataError(f"expected {label}; {first_rows(shown)}")


class Multinomial(dist.Distribution):
    """Counts by log odds. NumPyro's own class cannot draw where trials are traced."""

    arg_constraints = {
        "logits": dist.constraints.real_vector,
        "trials": dist.constraints.nonnegative_integer,
    }
    support = dist.constraints.independent(dist.constraints.nonnegative_integer, 1)
    pytree_data_fields = ("logits", "trials")

    def __init__(self, logits: Array, trials: Any) -> None:
        rows = jnp.broadcast_shapes(logits.shape[:-1], jnp.shape(trials))
        self.logits = jnp.broadcast_to(logits, (*rows, logits.shape[-1]))
        self.trials = jnp.broadcast_to(trials, rows)
        super().__init__(rows, logits.shape[-1:])

    def log_prob(self, value: Array) -> Array:
        shares = jax.nn.log_softmax(self.logits)
        ways = gammaln(self.trials + 1.0) - jnp.sum(gammaln(value + 1.0), axis=-1)
        return ways + jnp.sum(value * shares, axis=-1)

    def sample(self, key: Array, sample_shape: tuple[int, ...] = ()) -> Array:
        rows = sample_shape + self.batch_shape
        shares = jnp.broadcast_to(jax.nn.softmax(self.logits), rows + self.event_shape)
        # its `shape` does not mean the same in all versions of JAX
        drawn = jax.random.multinomial(key, jnp.broadcast_to(self.trials, rows), shares)
        return drawn.astype(jnp.result_type(int))


# The negative binomial distribution by its mean


class NegativeBinomialByMean(dist.NegativeBinomialLogits):
    """By the log of the mean and the concentration; variance mean + mean^2 / c."""

    def __init__(self, log_mean: Array, concentration: Array) -> None:
        super().__init__(concentration, log_mean - jnp.log(concentration))

    def log_prob(self, value: Array) -> Array:
        c = self.concentration
        both, log_both = c + value, jnp.log(c + value)
        log_p, log_q = log_sigmoid(-self.logits), log_sigmoid(self.logits)
        found = jnp.log(c) - log_both + log_factorial_rest(both)
        found -= log_factorial_rest(c) + log_factorial_rest(value)
        found -= deviance(c, both * jnp.exp(log_p), log_both + log_p)
        return found - deviance(value, both * jnp.exp(log_q), log_both + log_q)


# The tails of the negative binomial distribution


class NegativeBinomialTails(CountTails):
    """Of `base` by its total count and logits."""

    def tails(self, value: Any) -> tuple[Array, Array]:
        logits, reach = self.base.logits, jnp.floor(value) + 1.0
        log_x, log_y = jax.nn.log_sigmoid(-logits), jax.nn.log_sigmoid(logits)
        return log_beta_tails(self.base.total_count, reach, log_x, log_y)

    def shares(self, value: Any) -> tuple[Array, Array]:
        logits, r, whole = self.base.logits, self.base.total_count, jnp.floor(value)
        log_x, log_y = jax.nn.log_sigmoid(-logits), jax.nn.log_sigmoid(logits)
        cdf, survival = log_beta_shares(r, whole + 1.0, log_x, log_y)
        size = jnp.log(r + whole) + log_y
        return cdf + size, survival + size

    def ratio(self, value: Any, at: Any) -> Array:
        r = self.base.total_count
        orders = log_factorial_ratio(value + r, at + r)
        orders = orders - (jnp.log(value + r) - jnp.log(at + r))
        orders = orders - log_factorial_ratio(value, at)
        return (value - at) * jax.nn.log_sigmoid(self.base.logits) + orders


# Which levels of one grouping lie within those of another


def level_around(level: np.ndarray, other: np.ndarray, levels: int) -> np.ndarray:
    """The level of the other grouping that a row of each level has."""
    found = np.zeros(levels, int)
    found[level] = other
    return found


def lies_within(level: np.ndarray, other: np.ndarray, levels: int) -> np.ndarray:
    """1 for a level of which all rows have one level of the other grouping, else 0."""
    strays = other != level_around(level, other, levels)[level]
    return (np.bincount(level, strays, levels) == 0).astype(float)


def mostly_crossed(inside: np.ndarray) -> float:
    """1 where fewer than half of the levels lie within one of the other grouping."""
    return float(inside.mean() < 0.5)


def nested(*within: np.ndarray) -> float:
    """1 where every level lies within one of the grouping before it, else 0."""
    return float(min(each.min() for each in within))


# The tails of the normal distribution


class NormalTails(Tails):
    """Of `base` by its loc and scale."""

    def tails(self, value: Any) -> tuple[Array, Array]:
        z = (value - self.base.loc) / self.base.scale
        return log_normal_cdf(z), log_normal_cdf(-z)

    def shares(self, value: Any) -> tuple[Array, Array]:
        z, log_scale = (value - self.base.loc) / self.base.scale, jnp.log(
            self.base.scale
        )
        return log_mills(z) + log_scale, log_mills(-z) + log_scale

    def ratio(self, value: Any, at: Any) -> Array:
        loc, scale = self.base.loc, self.base.scale
        return (at - value) / scale * (0.5 * (at - loc) + 0.5 * (value - loc)) / scale


# Flags of censoring that exclude each other


def one_flag(
    encoding: dict[str, Any], label: str, values: Any, left: Any, right: Any
) -> Any:
    """The response itself, once no row is both at most and above its value."""
    both = np.broadcast_to((left > 0) & (right > 0), np.shape(values))
    if encoding["training"] and both.any():
        numbers = row_numbers(encoding)
        rows = ", ".join(str(numbers[i]) for i in np.flatnonzero(both)[:3])
        raise DataError(
            f"column {label!r}: censored on the left and on the right in {both.sum()}"
            f" rows, the first of them {rows}"
        )
    return values


# Numbers restricted to their order


class Ordered(dist.Distribution):
    """`size` independent draws of `base`, given that they increase."""

    support = dist.constraints.ordered_vector
    pytree_data_fields = ("base",)

    def __init__(self, base: Any, size: int) -> None:
        self.base = base
        super().__init__((), (size,))

    def log_prob(self, value: Array) -> Array:
        # each of the size! orders is equally likely
        orders = gammaln(value.shape[-1] + 1.0)
        return jnp.sum(self.base.log_prob(value), axis=-1) + orders

    def sample(self, key: Array, sample_shape: tuple[int, ...] = ()) -> Array:
        draws = self.base.sample(key, (*sample_shape, *self.event_shape))
        return jnp.sort(draws, axis=-1)


# Weights of products of columns, from tables and factors, and as tables


def weights_of_factor(factor: Array) -> Array:
    """Of x_i x_j, i < j: what a factorisation machine makes of its factors."""
    i, j = jnp.triu_indices(len(factor), 1)
    return jnp.sum(factor[i] * factor[j], axis=-1)


def weights_of_pairs(left: Array, right: Array) -> Array:
    """Of x_i z_j, from factors of both."""
    return (left @ right.T).reshape(-1)


def weights_of_table(table: Array) -> Array:
    """Of x_i z_j, from a table of them."""
    return table.reshape(-1)


def table_of_weights(weights: Array, columns: int) -> Array:
    """Of x_i z_j, as the table that x' W z has."""
    return weights.reshape(-1, columns)


def table_of_pairs(weights: Array, columns: int) -> Array:
    """Of x_i x_j, i < j, as the upper triangle of a table."""
    i, j = jnp.triu_indices(columns, 1)
    return jnp.zeros((columns, columns)).at[i, j].set(weights)


# The loss of a guide that may come near the posterior


def path_loss(
    key: Array, params: dict[str, Array], model: Any, guide: Any, arrays: Any
) -> Array:
    """The negative ELBO at one draw; its gradient takes the way through the draw alone.

    What it leaves out has the mean 0. What is left has no noise where the guide is
    the posterior: one that can come near it does (Roeder, Wu and Duvenaud 2017).
    """
    keys = jax.random.split(key)
    sites = trace(seed(substitute(guide, params), keys[0])).get_trace(arrays)
    drawn = {k: s["value"] for k, s in sites.items() if s["type"] == "sample"}
    held = jax.tree.map(lax.stop_gradient, params)
    log_q, _ = log_density(guide, (arrays,), {}, held | drawn)
    log_p, _ = log_density(seed(model, keys[1]), (arrays,), {}, drawn)
    return log_q - log_p


# The Poisson distribution by its mean


class PoissonByMean(dist.Poisson):
    """By the log of the mean; exact for large counts too."""

    pytree_data_fields = ("log_mean",)

    def __init__(self, log_mean: Array) -> None:
        self.log_mean = log_mean
        super().__init__(jnp.exp(log_mean))

    def log_prob(self, value: Array) -> Array:
        return -deviance(value, self.rate, self.log_mean) - log_factorial_rest(value)


# The tails of the Poisson distribution


class PoissonTails(CountTails):
    """Of `base` by its rate."""

    def log_rate(self) -> Array:
        return jnp.log(self.base.rate)

    def tails(self, value: Any) -> tuple[Array, Array]:
        survival, cdf = log_gamma_tails(jnp.floor(value) + 1.0, self.base.rate)
        return cdf, survival

    def shares(self, value: Any) -> tuple[Array, Array]:
        reach = jnp.floor(value) + 1.0
        survival, cdf = log_gamma_shares(reach, self.base.rate)
        size = self.log_rate() - jnp.log(reach)
        # From there on, which the shares are taken at, the cdf is the density.
        most = math.log(farthest()) - jnp.log(reach)
        return cdf + jnp.minimum(size, most), survival + size

    def ratio(self, value: Any, at: Any) -> Array:
        return (value - at) * self.log_rate() - log_factorial_ratio(value, at)


# The tails of the Poisson distribution by its mean


class PoissonByMeanTails(PoissonTails):
    """Of `base` by its log mean, which may be too small or large to be undone."""

    def log_rate(self) -> Array:
        return self.base.log_mean


# The probit scale


def probit_chances(x: Array) -> tuple[Array, Array]:
    """log Phi(x) and log(1 - Phi(x))."""
    return log_normal_cdf(x), log_normal_cdf(-x)


def probit_logits(eta: Array) -> Array:
    """logit Phi(eta), from both tails."""
    log_p, log_q = probit_chances(eta)
    return log_p - log_q


# Cubic B-splines


def learn_knots(
    encoding: dict[str, Any], label: str, x: np.ndarray, knots: int, of: str
) -> np.ndarray:
    """Clamped knots, those inside at quantiles of the training data, tied ones once."""
    known: dict[str, Any] = encoding["constants"]
    if encoding["training"]:
        if len(np.unique(x)) < 4:
            told = f"{len(np.unique(x))} distinct values"
            raise DataError(f"a cubic spline of {of} needs 4 at least: it has {told}")
        inside = np.unique(np.quantile(x, np.linspace(0, 1, knots + 2)[1:-1]))
        inside = inside[(inside > x.min()) & (inside < x.max())]
        known[label] = [float(x.min())] * 4 + inside.tolist() + [float(x.max())] * 4
    return np.array(known[label])


def cubic_basis(x: np.ndarray, knots: np.ndarray) -> np.ndarray:
    """(row, knots - 4), by de Boor's recursion; constant outside of the knots."""
    x = np.clip(x, knots[0], knots[-1])[:, None]
    basis = (knots[:-1] <= x) & (x < knots[1:])
    basis[:, -4] |= x[:, 0] == knots[-1]  # the last interval has its right end too
    basis = basis.astype(float)
    for degree in (1, 2, 3):
        width = knots[degree:] - knots[:-degree]
        rise = (x - knots[:-degree]) / np.where(width > 0, width, np.inf)
        basis = rise[:, :-1] * basis[:, :-1] + (1 - rise[:, 1:]) * basis[:, 1:]
    return basis


def spline_columns(
    encoding: dict[str, Any], label: str, x: np.ndarray, *, knots: int, of: str
) -> np.ndarray:
    """The basis less its first column, as R's `bs` has it beside an intercept."""
    return cubic_basis(x, learn_knots(encoding, label, x, knots, of))[:, 1:]


# A curve as a trend and second differences of its spline coefficients


def anchored_basis(
    encoding: dict[str, Any], label: str, x: np.ndarray, knots: int, of: str
) -> np.ndarray:
    """The basis at x less that at the middle of its range, where the curve is 0."""
    known = learn_knots(encoding, label, x, knots, of)
    middle = np.array([(known[0] + known[-1]) / 2])
    return cubic_basis(x, known) - cubic_basis(middle, known)


def pspline_differences(
    encoding: dict[str, Any], label: str, x: np.ndarray, *, knots: int, of: str
) -> np.ndarray:
    """What each second difference adds: coef = D' (D D')^-1 difference."""
    basis = anchored_basis(encoding, label, x, knots, of)
    second = np.diff(np.eye(basis.shape[1]), n=2, axis=0)
    return basis @ np.linalg.solve(second @ second.T, second).T


def pspline_trend(
    encoding: dict[str, Any], label: str, x: np.ndarray, *, knots: int, of: str
) -> np.ndarray:
    """What the trend adds, whose coefficients run evenly from -1 to 1."""
    basis = anchored_basis(encoding, label, x, knots, of)
    return basis @ np.linspace(-1, 1, basis.shape[1])


# Means of the data on the scale of a link


#: What the mean of a response must be for a link to be finite there.
MEANS: dict[str, tuple[str, Callable[[float], bool]]] = {
    "log": ("above 0", lambda m: m > 0),
    "softplus": ("above 0", lambda m: m > 0),
    "sqrt": ("above 0", lambda m: m > 0),
    "inverse": ("other than 0", lambda m: m != 0),
    "logit": ("between 0 and 1", lambda m: 0 < m < 1),
    "probit": ("between 0 and 1", lambda m: 0 < m < 1),
    "cloglog": ("between 0 and 1", lambda m: 0 < m < 1),
}


def require_mean(encoding: dict[str, Any], label: str, mean: float, link: str) -> None:
    """An error where the prior of an intercept would be placed at no finite number."""
    needed, fits = MEANS[link]
    if encoding["training"] and not fits(mean):
        sized = link in ("softplus", "sqrt", "inverse")  # the mean is in all priors
        own = "all layers priors of their" if sized else "the intercept a prior of its"
        raise DataError(
            f"{label} cannot be used: it is {mean:.4g}, and `priors scaled` needs a"
            f" mean {needed} for `link = {link}`; give {own} own, such as"
            " `intercept(coef ~ Normal(0, 1))`, or choose another link"
        )


# Unknowns in increasing order


class Restricted(dist.Distribution):
    """The density of `base` between bounds, not normalised: a factor of a joint prior
    on an ordered set. Draws are starting values, not draws from that prior."""

    pytree_data_fields = ("base", "low", "high")

    def __init__(self, base: Any, low: Any = None, high: Any = None) -> None:
        self.base, self.low, self.high = base, low, high
        bounds = (jnp.shape(bound) for bound in (low, high) if bound is not None)
        super().__init__(lax.broadcast_shapes(base.batch_shape, *bounds))

    @property
    def support(self) -> Any:
        if self.high is None:
            return constraints.greater_than(self.low)
        if self.low is None:
            return constraints.less_than(self.high)
        return constraints.interval(self.low, self.high)

    def log_prob(self, value: Array) -> Array:
        return self.base.log_prob(value)

    def sample(self, key: Array, sample_shape: tuple[int, ...] = ()) -> Array:
        drawn = self.base.sample(key, sample_shape)
        if self.high is None:
            return self.low + jnp.abs(drawn - self.low)
        if self.low is None:
            return self.high - jnp.abs(drawn - self.high)
        return self.low + (self.high - self.low) * jax.nn.sigmoid(drawn)


# Spectral density of the Matern 3/2 kernel


def root_density_matern32(frequency: Array, lengthscale: Array) -> Array:
    """Its square root at unit amplitude, finite for any lengthscale."""
    size = 2.0 * 3.0**0.75 * jnp.sqrt(lengthscale)
    return size / (3.0 + (lengthscale * frequency) ** 2)


# Spectral density of the Matern 5/2 kernel


def root_density_matern52(frequency: Array, lengthscale: Array) -> Array:
    """Its square root at unit amplitude, finite for any lengthscale."""
    size = 4.0 / 3.0**0.5 * 5.0**1.25 * jnp.sqrt(lengthscale)
    return size * (5.0 + (lengthscale * frequency) ** 2) ** -1.5


# Spectral density of the squared exponential kernel


def root_density_squared_exponential(frequency: Array, lengthscale: Array) -> Array:
    """Its square root at unit amplitude; the density itself would underflow."""
    size = (2.0 * jnp.pi) ** 0.25 * jnp.sqrt(lengthscale)
    return size * jnp.exp(-((lengthscale * frequency) ** 2) / 4.0)


# A Beta distribution on any interval


class ScaledBeta(dist.TransformedDistribution):
    """low + (high - low) Beta(concentration1, concentration0)."""

    def __init__(
        self,
        concentration1: Any,
        concentration0: Any,
        low: Any = -1.0,
        high: Any = 1.0,
        **options: Any,
    ) -> None:
        base = dist.Beta(concentration1, concentration0)
        onto = dist.transforms.AffineTransform(
            low, high - low, domain=dist.constraints.unit_interval
        )
        super().__init__(base, onto, **options)


# Normal rows of a scale that is known of each, but for a factor


def scaled_weights(scales: np.ndarray, weights: np.ndarray | float = 1.0) -> np.ndarray:
    """What rows count in a sum of squares, as if all had the scale 1."""
    return weights / scales**2


def scaled_freedom(cells: Cells, weights: np.ndarray | float = 1.0) -> float:
    rows = np.sum(np.broadcast_to(weights, cells.of.shape))
    return float(rows - len(cells.count))


def scaled_constant(
    cells: Cells,
    scales: np.ndarray,
    log_jacobian: np.ndarray | float = 0.0,
    weights: np.ndarray | float = 1.0,
) -> float:
    """What the densities of means and deviations lack to be that of the rows."""
    lacks = 0.5 * math.log(2 * math.pi) + np.log(scales) + log_jacobian
    return -float(np.sum(weights * lacks))


# A lognormal variable and a shift


class ShiftedLogNormal(dist.Distribution):
    """`shift` plus LogNormal(loc, scale)."""

    support = dist.constraints.positive
    pytree_data_fields = ("base", "shift")

    def __init__(self, loc: Array, scale: Array, shift: Array) -> None:
        self.base: Any = dist.LogNormal(loc, scale)
        self.shift = shift
        super().__init__(jnp.broadcast_shapes(self.base.batch_shape, jnp.shape(shift)))

    def log_prob(self, value: Array) -> Array:
        after = value > self.shift
        density = self.base.log_prob(jnp.where(after, value - self.shift, 1.0))
        return jnp.where(after, density, -jnp.inf)

    def sample(self, key: Array, sample_shape: tuple[int, ...] = ()) -> Array:
        draws = self.base.expand(self.batch_shape).sample(key, sample_shape)
        return self.shift + draws


# Several responses of one density


def side_by_side(*responses: Array | None) -> Array | None:
    """The responses on a last axis; None where they are to be drawn."""
    given = [y for y in responses if y is not None]
    return jnp.stack(given, axis=-1) if len(given) == len(responses) else None


# The skew normal distribution


class SkewNormal(dist.Distribution):
    """Density 2 / scale phi(z) Phi(skew z) (Azzalini 1985)."""

    arg_constraints = {
        "loc": dist.constraints.real,
        "scale": dist.constraints.positive,
        "skew": dist.constraints.real,
    }
    support = dist.constraints.real
    pytree_data_fields = ("loc", "scale", "skew")

    def __init__(self, loc: Array, scale: Array, skew: Array) -> None:
        self.loc, self.scale, self.skew = loc, scale, skew
        shapes = (jnp.shape(loc), jnp.shape(scale), jnp.shape(skew))
        super().__init__(jnp.broadcast_shapes(*shapes))

    def log_prob(self, value: Array) -> Array:
        z = (value - self.loc) / self.scale
        tilt = log_normal_cdf(self.skew * z)
        return math.log(2) + log_phi(z) + tilt - jnp.log(self.scale)

    def sample(self, key: Array, sample_shape: tuple[int, ...] = ()) -> Array:
        size = (2, *sample_shape, *self.batch_shape)
        one, two = jax.random.normal(key, size)
        root = jnp.hypot(1.0, self.skew)
        return self.loc + self.scale * (self.skew * jnp.abs(one) + two) / root


# What the rows of a level say of its slopes, and how far that centres them


def log_odds_residuals(
    successes: np.ndarray,
    level: np.ndarray,
    levels: int,
    trials: np.ndarray | float = 1.0,
) -> tuple[np.ndarray, np.ndarray]:
    """Of each row on the scale of log odds, around those of its level; and its weight.

    That is no less than at the share of all rows: few rows may all be equal.
    """
    tried = np.bincount(level, np.broadcast_to(trials, level.shape), levels)
    won = np.bincount(level, successes, levels)
    own, all_rows = (won + 0.5) / (tried + 1), (won.sum() + 0.5) / (tried.sum() + 1)
    each = np.maximum(own * (1 - own), all_rows * (1 - all_rows))[level]
    return (successes - trials * own[level]) / each, trials * each


def log_means_residuals(
    counts: np.ndarray, level: np.ndarray, levels: int
) -> tuple[np.ndarray, np.ndarray]:
    """Likewise of logs of means, by how far the counts of a level scatter."""
    rows = np.maximum(np.bincount(level, minlength=levels), 1)
    expected = ((np.bincount(level, counts, levels) + 0.5) / rows)[level]
    weight = expected / dispersion(counts, expected, level)
    return (counts - expected) / expected, weight


def means_residuals(
    values: np.ndarray,
    level: np.ndarray,
    levels: int,
    scale: np.ndarray | float | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Likewise of means, by the scale of each row or by the variance inside."""
    rows = np.maximum(np.bincount(level, minlength=levels), 1)
    within = values - (np.bincount(level, values, levels) / rows)[level]
    if scale is None:
        scale = np.std(within) or 1.0
    return within, np.broadcast_to(1 / np.square(scale), level.shape)


def slopes_by_level(
    residuals: tuple[np.ndarray, np.ndarray],
    level: np.ndarray,
    levels: int,
    columns: np.ndarray,
) -> list[ByLevel]:
    """For each column, by itself: its slope in the rows of each level."""
    residual, weight = residuals
    total = np.bincount(level, weight, levels)
    found = []
    for x in np.asarray(columns, float).T:
        mean = np.bincount(level, weight * x, levels) / np.where(total > 0, total, 1.0)
        apart = x - mean[level]
        squares = np.bincount(level, weight * apart**2, levels)
        seen = squares > 1e-9 * np.bincount(level, weight * x**2, levels)
        known = np.where(seen, squares, 1.0)
        slope = np.bincount(level, weight * apart * residual, levels) / known
        found.append(ByLevel(slope, 1 / known, np.where(seen, squares, 0.0)))
    return found


def slope_pilots(slopes: list[ByLevel]) -> np.ndarray:
    return np.array([pilot_scale(slope) for slope in slopes])


def slope_middles(slopes: list[ByLevel], pilots: np.ndarray) -> np.ndarray:
    pairs = zip(slopes, pilots, strict=True)
    return np.array([pilot_middle(slope, pilot) for slope, pilot in pairs])


def slope_centring(slopes: list[ByLevel], pilots: np.ndarray) -> np.ndarray:
    """(level, column), of 1 where the rows say all and 0 where the prior does.

    Four errors away: what these are from is one step, and rough where rows are few.
    """
    pairs = zip(slopes, pilots, strict=True)
    shares = [centring(slope, pilot, 4.0) for slope, pilot in pairs]
    return np.stack(shares, axis=1)


# The log probabilities of levels that are passed one after the other


def sratio_levels(
    eta: Array,
    cutpoints: Array,
    chances: Callable[[Array], tuple[Array, Array]],
) -> Array:
    """log P(Y = k) where P(Y = k given Y >= k) = F(c_k - eta)."""
    stop, go_on = chances(cutpoints - jnp.asarray(eta)[..., None])
    return passed_levels(stop, go_on)


def cratio_levels(
    eta: Array,
    cutpoints: Array,
    chances: Callable[[Array], tuple[Array, Array]],
) -> Array:
    """log P(Y = k) where P(Y > k given Y >= k) = F(eta - c_k)."""
    go_on, stop = chances(jnp.asarray(eta)[..., None] - cutpoints)
    return passed_levels(stop, go_on)


def passed_levels(stop: Array, go_on: Array) -> Array:
    """log P(Y = k) from those of stopping at a level and of going beyond it."""
    passed = jnp.cumsum(go_on, axis=-1)
    start = jnp.zeros_like(passed[..., :1])
    before = jnp.concatenate([start, passed[..., :-1]], axis=-1)
    return jnp.concatenate([stop + before, passed[..., -1:]], axis=-1)


# Sites that are sampled as standard normals


def from_standard(fn: Any, z: Array) -> Array:
    """A draw of `fn` from standard normals: its own `from_standard` says how."""
    if isinstance(fn, dist.MultivariateNormal):
        moved: Array = fn.loc + jnp.einsum("...ij,...j->...i", fn.scale_tril, z)
        return moved
    value: Array = fn.from_standard(z)
    return value


class StandardReparam(Reparam):
    """Sample `<site>_standard` instead, of which the site is a function."""

    def __call__(self, name: str, fn: Any, obs: Any) -> tuple[None, Array]:
        inner, _, event_dim = self._unwrap(fn)
        normal = dist.Normal(0.0, 1.0).expand(fn.shape()).to_event(event_dim)
        z = numpyro.sample(f"{name}_standard", normal, infer={"is_auxiliary": True})
        return None, from_standard(inner, z)


# Student's t for any degrees of freedom


class StudentTByRest(dist.StudentT):
    """Exact also for many degrees of freedom, where it is nearly normal."""

    def log_prob(self, value: Array) -> Array:
        half = 0.5 * self.df
        off = (value - self.loc) / (self.scale * jnp.sqrt(self.df))
        step = jnp.log1p(0.5 / half)
        rest = log_gamma_rest(half + 0.5, jnp.log(half) + step)
        rest -= log_gamma_rest(half, jnp.log(half))
        # The constant is -log sqrt(2 pi) and what vanishes as the degrees grow.
        size = (half + 0.5) * step - 0.5 + rest - HALF_LOG_2PI - jnp.log(self.scale)
        return size - (half + 0.5) * jnp.log1p(off**2)


# The tails of Student's t distribution


class StudentTTails(Tails):
    """Of `base` by its df, loc and scale."""

    def tails(self, value: Any) -> tuple[Array, Array]:
        df = self.base.df
        far = jnp.finfo(jnp.result_type(float)).tiny ** -0.5  # its square is a number
        t = jnp.clip((value - self.base.loc) / self.base.scale, -far, far)
        # I_x(df / 2, 1 / 2), x = df / (df + t^2), is what lies beyond -|t| and |t|
        # (a step aside from 0 keeps the slope there)
        apart = jnp.abs(t + jnp.where(t == 0.0, 1e-15, 0.0))
        size = 2.0 * jnp.log(apart) - jnp.log(df)
        log_x, log_y = jax.nn.log_sigmoid(-size), jax.nn.log_sigmoid(size)
        beyond = log_beta_tails(0.5 * df, 0.5, log_x, log_y)[0]
        near = beyond - jnp.log(2.0)
        rest = jnp.log1p(-0.5 * jnp.exp(beyond))
        return jnp.where(t < 0.0, near, rest), jnp.where(t < 0.0, rest, near)


# Successes of trials, without the binomial coefficients


def successes_log_density(logits: Array, successes: Array, trials: Array) -> Array:
    return jnp.sum(successes * logits - trials * softplus(logits))


# The mean of crossed effects, told apart from what they differ by


def level_weights(by_level: ByLevel, apart: float) -> np.ndarray:
    """Each level's share in what the rows say of all; 0 where others carry them."""
    return apart * by_level.information / (by_level.information.sum() or 1.0)


def wider_mean(by_level: ByLevel, pilot: float, apart: float) -> float:
    """The sd of a level by its prior, over that by rows and prior together, less 1."""
    seen = by_level.information[by_level.information > 0]
    said = seen.mean() if len(seen) else 0.0
    return apart * float(np.sqrt(1 + said * pilot**2) - 1)


# Overdispersed counts: totals of cells, and log gammas of the counts that occur


def distinct_counts(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """The counts that occur, the rows that have them, and what the densities lack."""
    kinds, times = np.unique(counts, return_counts=True)
    return kinds.astype(float), times.astype(float), -log_factorials(counts)


def totals_log_density(
    log_mean: Array, concentration: Array, total: Array, number: Array
) -> Array:
    """Of totals of `number` counts each, without their gamma terms."""
    x = log_mean - jnp.log(concentration)
    return jnp.sum(total * x - (total + number * concentration) * softplus(x))


def log_gammas(distinct: Array, times: Array, concentration: Array) -> Array:
    """log Gamma(k + c) - log Gamma(c) of the counts k."""
    return jnp.sum(times * log_gamma_ratio(distinct, concentration))


def log_gamma_ratio(k: Array, c: Array) -> Array:
    """log Gamma(c + k) - log Gamma(c), also where c is far below 1 or far above k."""
    large = c > 8.0
    low, high = jnp.where(large, 1.0, c), jnp.where(large, c, 9.0)
    both = high + k
    rest = stirling_error(both) - stirling_error(high)
    rest += k * jnp.log(both) + (high - 0.5) * jnp.log1p(k / high) - k
    return jnp.where(large, rest, gammaln(low + k) - gammaln(low))


# The size of the training data


def training_rows(encoding: dict[str, Any], label: str) -> int:
    """The rows that the model was fitted to, also when others are predicted."""
    known: dict[str, Any] = encoding["constants"]
    if encoding["training"]:
        known[label] = encoding["rows"]
    return int(known[label])


# The von Mises distribution at any concentration


class VonMisesByHalfAngle(dist.VonMises):
    """Angles; cos - 1 would lose what is left of it at a high concentration."""

    def log_prob(self, value: Array) -> Array:
        below = 2 * self.concentration * jnp.sin(0.5 * (value - self.loc)) ** 2
        return -below - math.log(2 * math.pi) - log_bessel(self.concentration)


def log_bessel(x: Array) -> Array:
    """log I0(x) - x, by its asymptotic series where that is exact."""
    few = x < 30
    small, large = jnp.where(few, x, 1.0), jnp.where(few, 30.0, x)
    w = 1 / (8 * large)
    series = 1 + w * 225 / 8
    for k in (7, 6, 5, 4, 3, 2, 1):
        series = 1 + w * (2 * k - 1) ** 2 / k * series
    asymptotic = jnp.log(series) - 0.5 * jnp.log(2 * math.pi * large)
    return jnp.where(few, jnp.log(i0e(small)), asymptotic)


# The Weibull distribution by its mean


class WeibullByMean(dist.Weibull):
    """Weibull(mean / Gamma(1 + 1 / shape), shape), by the log of the mean."""

    pytree_data_fields = ("log_scale",)

    def __init__(self, log_mean: Array, shape: Array) -> None:
        self.log_scale = log_mean - gammaln(1 + 1 / shape)
        super().__init__(jnp.exp(self.log_scale), shape)

    def log_prob(self, value: Array) -> Array:
        shape, log_y = self.concentration, jnp.log(value)
        z = shape * (log_y - self.log_scale)
        return jnp.log(shape) + z - log_y - jnp.exp(z)


# The tails of the Weibull distribution


class WeibullTails(PositiveTails):
    """Of `base` by its scale and concentration."""

    def log_scale(self) -> Array:
        return jnp.log(self.base.scale)

    def tails(self, value: Any) -> tuple[Array, Array]:
        log_ratio = jnp.log(value) - self.log_scale()
        survival = -jnp.exp(self.base.concentration * log_ratio)
        return log1mexp(survival), survival

    def shares(self, value: Any) -> tuple[Array, Array]:
        k, log_ratio = self.base.concentration, jnp.log(value) - self.log_scale()
        # the survival over the density is the inverse of the hazard
        survival = jnp.log(value) - jnp.log(k) - k * log_ratio
        cdf = self.tails(value)[0] + jnp.exp(k * log_ratio)
        return cdf + survival, survival

    def ratio(self, value: Any, at: Any) -> Array:
        k, step = self.base.concentration, jnp.log(value) - jnp.log(at)
        hazard = jnp.exp(k * (jnp.log(at) - self.log_scale()))
        return (k - 1.0) * step - hazard * jnp.expm1(k * step)


# The tails of the Weibull distribution by its mean


class WeibullByMeanTails(WeibullTails):
    """Of `base` by its log scale, which may be too small to be formed."""

    def log_scale(self) -> Array:
        return self.base.log_scale


# A power likelihood


class Weighted(dist.Distribution):
    """`base` with each log density times a weight; draws are those of `base`."""

    pytree_data_fields = ("base", "weight")

    def __init__(self, base: Any, weight: Any) -> None:
        self.base, self.weight = base, weight
        shape = lax.broadcast_shapes(base.batch_shape, jnp.shape(weight))
        super().__init__(shape, base.event_shape)

    @property
    def support(self) -> Any:
        return self.base.support

    def log_prob(self, value: Array) -> Array:
        # a row of weight 0 counts for nothing, whatever its density is
        used = self.weight > 0
        density = jnp.where(used, self.base.log_prob(value), 0)
        return jnp.where(used, self.weight, 0) * density

    def sample(self, key: Array, sample_shape: tuple[int, ...] = ()) -> Array:
        return self.base.expand(self.batch_shape).sample(key, sample_shape)


# Log odds against the first class


def with_reference(logits: Array) -> Array:
    """The first class, whose log odds against itself are 0, before the others."""
    return jnp.concatenate([jnp.zeros_like(logits[..., :1]), logits], axis=-1)


# Counts with structural zeros


class ZeroInflated(Tails):
    """0 with probability `gate`, else a draw of `base`, which may be 0 as well."""

    pytree_data_fields = ("base", "log_gate", "log_rest")

    def __init__(self, base: Any, gate: Any = None, gate_logits: Any = None) -> None:
        self.base = base
        self.log_gate, self.log_rest = log_chances(gate, gate_logits)
        shape = lax.broadcast_shapes(base.batch_shape, jnp.shape(self.log_gate))
        dist.Distribution.__init__(self, shape)

    def log_prob(self, value: Array) -> Array:
        drawn = self.log_rest + self.base.log_prob(value)
        return jnp.where(value == 0, jnp.logaddexp(self.log_gate, drawn), drawn)

    @once
    def inside(self, value: Any) -> tuple[Any, Any, Any]:
        below = value < 0
        return jnp.where(below, 0, value), below, False

    def pieces(self) -> list[tuple[Any, Any]]:
        return [(self.log_gate, None), (self.log_rest, self.base)]

    def tails(self, value: Any) -> tuple[Array, Array]:
        cdf, survival = self.base.log_tails(value)
        cdf = jnp.logaddexp(self.log_gate, self.log_rest + cdf)
        return cdf, self.log_rest + survival

    def sample(self, key: Array, sample_shape: tuple[int, ...] = ()) -> Array:
        keys = jax.random.split(key)
        shape = sample_shape + self.batch_shape
        structural = jnp.log(jax.random.uniform(keys[0], shape)) < self.log_gate
        drawn = self.base.expand(self.batch_shape).sample(keys[1], sample_shape)
        return jnp.where(structural, 0, drawn)


# What the generic code knows of a model


class Program(NamedTuple):
    """A model, and what is needed to read its data, fit it and predict with it."""

    name: str
    model: Callable[..., None]
    guide: Callable[..., None]
    encode: Callable[..., tuple[dict[str, Any], dict[str, Any]]]
    columns: dict[str, dict[str, Any]]
    sites: dict[str, tuple[str, ...]]  # latent and reported sites: named dimensions
    rows: tuple[str, ...]  # arguments with a row axis, which a minibatch cuts
    responses: tuple[str, ...]
    joint: dict[str, tuple[str, ...]] = {}  # sites of several responses
    imputed: tuple[str, ...] = ()  # inputs whose missing values are sites
    series: bool = False  # rows depend on each other: never a part of them
    reparam: dict[str, Any] = {}  # NUTS only
    loss: Any = None  # of SVI, where it is not NumPyro's
    approximate: Any = None  # what fits the guide, where it is not fit_svi
    unidentified: tuple[str, ...] = ()  # sites that R-hat and ESS do not judge
    flat: tuple[str, ...] = ()  # sites with an improper prior
    settings: dict[str, Any] = {}  # what the fit block says
    fast: Any = None  # the form that NUTS samples, where it is not the model's own
    blocks: Any = None  # reads data larger than memory, where that is possible
    checks: tuple[Callable[[dict[str, Any]], list[str]], ...] = ()  # warn before a fit
    # true values: the column that was read off, its standard error or where that is
    measured: dict[str, tuple[str, str | float]] = {}
    # warn after it, from the posterior and the arguments
    reviews: tuple[Callable[[dict[str, Any], dict[str, Any]], list[str]], ...] = ()
    source: str = ""  # hash of the source


class Data(NamedTuple):
    """Arguments of a model."""

    arrays: dict[str, Array]  # passed to compiled functions
    sizes: dict[str, int]  # compiled into them
    rows: int


class Fit(NamedTuple):
    """What a RUN folder holds."""

    posterior: dict[str, np.ndarray]  # site: (chain, draw, ...)
    summary: list[dict[str, Any]]
    encoding: dict[str, Any]
    report: dict[str, Any]


class DataError(ValueError):
    """The data break the contract; one line a problem. Exit status 1."""


class NoRowsError(DataError):
    """Nothing is left to read."""


class RunError(Exception):
    """The command cannot be carried out as given. Exit status 2."""


class StartError(Exception):
    """No valid start. Exit status 4."""


# Reading tables and checking them against COLUMNS


MISSING = {"", "NA"}
NULLS = {"None", "nan", "NaT", "<NA>"}  # of arrays and Parquet
WHOLE = ("integer", "count", "binary")
RULES: dict[str, tuple[str, Callable[[np.ndarray], np.ndarray]]] = {
    "real": ("a finite number", np.isfinite),
    "positive": ("a finite number above 0", lambda x: x > 0),
    "proportion": ("a number from 0 to 1", lambda x: (x >= 0) & (x <= 1)),
    "open proportion": (
        "a number strictly between 0 and 1",
        lambda x: (x > 0) & (x < 1),
    ),
    "integer": ("a whole number", lambda x: x == np.floor(x)),
    "count": ("a whole number, 0 or more", lambda x: (x == np.floor(x)) & (x >= 0)),
    "binary": ("0 or 1, true or false", lambda x: (x == 0) | (x == 1)),
}


@dataclass
class Table:
    """Columns as they were read, how to read them, and what is wrong with them."""

    columns: dict[str, Any]  # lists, or arrays of numbers
    lines: Sequence[int] = ()  # of the file, where there is one
    number: Sequence[int] = ()  # of the rows, where they are not all of the file's
    contract: dict[str, dict[str, Any]] = field(default_factory=dict)
    encoding: dict[str, Any] = field(default_factory=dict)
    unseen: str = "error"
    na: str = "error"
    settings: dict[str, float] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rows = len(next(iter(self.columns.values()), ()))
        self.missing = np.zeros(self.rows, bool)

    def take_rows(self, at: Sequence[int]) -> "Table":
        """Some of the rows, which keep their numbers."""
        return Table(
            {
                k: v[list(at)] if isinstance(v, np.ndarray) else [v[i] for i in at]
                for k, v in self.columns.items()
            },
            [self.lines[i] for i in at] if self.lines else (),
            [self.row(i) for i in at],
        )

    def row(self, i: int) -> int:
        """The number in the file of a row of the table; from 1."""
        return self.number[i] if self.number else i + 1

    def place(self, i: int) -> str:
        """Where a row of the table is, in words."""
        line = f" (line {self.lines[i]})" if self.lines else ""
        return f"row {self.row(i)}{line}"

    def blame(self, column: str, bad: np.ndarray, rule: str) -> None:
        """Note that the rows of the mask `bad` break a rule; rows count from 1."""
        shown = [
            f"{self.place(i)} has {str(self.columns[column][i])!r}"
            for i in np.flatnonzero(bad)[:3].tolist()
        ]
        if shown:
            more = f" and {bad.sum() - 3} more rows" if bad.sum() > 3 else ""
            self.problems.append(f"column {column!r}: {rule}; {', '.join(shown)}{more}")

    def take(
        self, column: str, words: set[str], may_miss: bool = False
    ) -> tuple[Any, np.ndarray]:
        """The values of a column and which of them are missing, as `words` say."""
        values = self.columns[column]
        if isinstance(values, np.ndarray):
            missing = np.isnan(values)
        else:
            missing = np.array(
                [v in words if isinstance(v, str) else str(v) in NULLS for v in values]
            )
        if may_miss:
            return values, missing
        self.missing |= missing
        if self.na == "error":
            self.blame(column, missing, "missing value (--na drop drops such rows)")
        return values, missing


def load(data: Any) -> Table:
    """A table from a .csv or .parquet file, or from a mapping of columns."""
    if isinstance(data, Table):
        return data
    if not isinstance(data, str | Path):
        columns: dict[str, Any] = {}
        refuse_twins("the columns given", list(map(str, data)))
        for name, values in data.items():
            one = isinstance(values, str) or getattr(values, "ndim", 1) == 0
            if one or not hasattr(values, "__iter__"):
                raise DataError(f"column {str(name)!r}: expected a value for each row")
            kind = getattr(getattr(values, "dtype", None), "kind", "")
            numeric = kind in ("i", "u", "f") and np.ndim(values) == 1
            if numeric and not np.ma.is_masked(values):
                columns[str(name)] = np.asarray(values, float if kind == "f" else None)
            else:  # an array of others, or with a mask: as Python's own
                if isinstance(values, np.ndarray) and kind == "M":
                    values = values.astype("datetime64[us]")  # of [ns] Python has none
                known = hasattr(values, "tolist")
                columns[str(name)] = values.tolist() if known else list(values)
        if len({len(v) for v in columns.values()}) > 1:
            raise DataError("the columns are not of one length")
        return Table(columns)
    path = Path(data)
    try:
        read = read_parquet if path.suffix == ".parquet" else read_csv
        names, values, lines = read(path)
    except (ImportError, OSError) as error:
        raise DataError(f"{path}: {error}") from None
    refuse_twins(path, names)
    return Table(dict(zip(names, values, strict=True)), lines)


def refuse_twins(of: str | Path, names: list[str]) -> None:
    if len(set(names)) < len(names):
        twice = sorted({k for k in names if names.count(k) > 1})
        raise DataError(f"{of}: duplicate columns: {', '.join(twice)}")


def read_parquet(path: Path) -> tuple[list[str], list[Any], list[int]]:
    import pyarrow.parquet

    try:
        if path.is_dir():
            table = pyarrow.parquet.read_table(path)
        else:  # without Arrow's data sets, which take a quarter of a second to import
            with pyarrow.parquet.ParquetFile(path) as file:
                table = file.read()
        return table.column_names, [from_arrow(column) for column in table.columns], []
    except (pyarrow.ArrowException, ValueError, OverflowError) as error:
        raise DataError(f"{path}: {error}") from None


def from_arrow(column: Any) -> Any:
    """A column of Arrow as an array of numbers, or a list of anything else."""
    from pyarrow.types import is_binary, is_floating, is_integer, is_large_binary

    if is_binary(column.type) or is_large_binary(column.type):
        column = column.cast("string")
    whole, real = is_integer(column.type), is_floating(column.type)
    if column.null_count or not (whole or real):
        return column.to_pylist()
    return np.asarray(column.to_numpy(), float if real else None)


def read_csv(path: Path) -> tuple[list[str], list[Any], list[int]]:
    """A comma separated UTF-8 file with one header line."""
    if path.suffix != ".csv" and path.is_file():
        raise DataError(f"{path}: expected a .csv or .parquet file")
    raw = path.read_bytes()

    def broken(line: int, why: str) -> DataError:
        return DataError(f"{path}: line {line}: {why}")

    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise broken(1, "the file is UTF-16, save it as UTF-8")
    if b"\0" in raw:
        raise broken(raw[: raw.index(b"\0")].count(b"\n") + 1, "a NUL byte")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise broken(line, "not UTF-8 (Latin-1?), save the file as UTF-8") from None
    # lines end where csv says, not at each of the many that Python knows
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        # blank lines are no rows; the line number goes in front
        rows: list[Any] = [(reader.line_num, *row) for row in reader if row]
    except csv.Error as error:
        raise broken(reader.line_num, str(error)) from None
    if len(rows) < 2:
        raise broken(1, "a header but no rows" if rows else "the file is empty")
    width = len(rows[0])
    for row in rows:
        if len(row) != width:
            raise broken(row[0], f"{len(row) - 1} fields, {width - 1} in the header")
    names = list(rows[0][1:])
    lines, *columns = ([row[i] for row in rows[1:]] for i in range(width))
    return names, columns, lines


def number(value: Any) -> float:
    """The number that a value spells exactly, NaN if it spells none."""
    try:
        x = float(value)
    except (TypeError, ValueError, OverflowError):
        return math.nan
    if isinstance(value, str) and "_" in value:  # Python's 1_000
        return math.nan
    rounded = abs(x) >= 2**53 and str(value).strip("+- ").isdigit()
    return math.nan if rounded else x


def numbers(values: Any) -> np.ndarray:
    """The number that each value spells exactly."""
    if not isinstance(values, np.ndarray):
        return np.fromiter(map(number, values), float, len(values))
    x = values.astype(float)
    return x if values.dtype.kind == "f" else np.where(np.abs(x) < 2**53, x, math.nan)


def read_numbers(table: Table, name: str, spec: dict[str, Any]) -> np.ndarray:
    """A column of numbers that keep the rule of their type."""
    column, kind = spec.get("columns", [name])[0], spec["type"]
    rule, holds = RULES.get("open " * bool(spec.get("open")) + kind, RULES["real"])
    known = spec.get("role") == "history" and not table.encoding["training"]
    may_miss = "missing" in spec or known
    values, missing = table.take(column, MISSING | {"NaN", "nan"}, may_miss)
    if kind == "binary" and not isinstance(values, np.ndarray):
        words = {"true": 1, "false": 0}
        values = [words.get(str(v).strip().lower(), v) for v in values]
    x = numbers(values)
    large = (kind in WHOLE) & (np.abs(x) >= 2**53)  # numbers() has NaN for most of them
    good = np.isfinite(x) & holds(x) & ~large
    bad = ~good & ~missing
    if any(large[i] or len(str(values[i])) > 15 for i in np.flatnonzero(bad).tolist()):
        rule += " (whole numbers below 2^53)"
    table.blame(column, bad, f"expected {rule}")
    if may_miss:
        return np.where(missing, np.nan, x)
    return np.where(good, x, 0).astype(int) if kind in WHOLE else x


def spell(value: str, numeric: bool) -> str:
    """The name of a level: 1, 1.0 and "1" are one level where all are numbers."""
    x = number(value) if numeric else math.nan
    return value if not math.isfinite(x) else str(int(x) if x == int(x) else x)


def read_levels(table: Table, name: str, spec: dict[str, Any]) -> np.ndarray:
    """A category as indices into its levels, which are learnt when training."""
    column, learnt = spec.get("columns", [name])[0], table.encoding["levels"]
    listed = spec.get("levels", [])
    may_miss = "missing" in spec
    values, missing = table.take(column, MISSING - set(listed), may_miss)
    texts = [str(v) for v in values]
    seen = {v for v, none in zip(texts, missing.tolist(), strict=True) if not none}
    known = learnt.get(name, listed)
    numeric = all(math.isfinite(number(v)) for v in known or seen)
    label = {v: spell(v, numeric) for v in seen}
    labels = set(label.values())
    if not known:
        known = sorted(labels, key=number if numeric else None)
    learnt[name] = [spell(v, numeric) for v in known]
    index = {v: i for i, v in enumerate(learnt[name])}
    new = sorted(labels - set(index))
    closed = listed or spec.get("coded") or spec["type"] == "ordinal"
    rule = f"not one of the {len(index)} levels {', '.join(known[:5])}"[:200]
    if new and not closed and table.unseen != "error":
        table.encoding.setdefault("unseen", {})[name] = new
        index |= {v: i for i, v in enumerate(new, len(index))}
    elif new and not closed:
        rule += "; --unseen sample or population admits new levels"
    place = {v: index.get(name, -1) for v, name in label.items()}
    at = np.array([place.get(v, -1) for v in texts])
    table.blame(column, (at < 0) & ~missing, rule)
    if spec.get("role") == "response" and len(index) < 2:
        table.problems.append(f"column {column!r}: a response of one level; list them")
    if spec["type"] == "ordinal" and not listed and not numeric:
        table.problems.append(
            f"column {column!r}: an ordinal of words lists its levels"
        )
    return np.where(missing, np.nan, at) if may_miss else at


def row_numbers(encoding: dict[str, Any]) -> np.ndarray:
    """The number that each row has in the file, from 1."""
    dropped = encoding.get("dropped", [])
    every = np.arange(encoding["rows"] + len(dropped))
    return np.delete(every, np.array(dropped, int) - 1) + 1


# by "block" or "members" (several columns), "by" (a value a level), or the type
READERS: dict[str, Callable[[Table, str, dict[str, Any]], np.ndarray]] = {
    "category": read_levels,
    "ordinal": read_levels,
}


def new_encoding() -> dict[str, Any]:
    """One that knows nothing, for training."""
    empty: dict[str, Any] = {"levels": {}, "columns": {}, "constants": {}, "labels": {}}
    return empty | {"training": True}


def stand_in(table: Table, spec: dict[str, Any]) -> np.ndarray:
    """For a column that only the density needs: a draw does not look at it."""
    levels = table.encoding["levels"].get(spec.get("by"))
    whole = spec["type"] in ("category", "ordinal", *WHOLE)
    size = table.rows if levels is None else len(levels)
    return np.zeros(size, int if whole else float)


def read_each(table: Table, fitted: bool = False) -> dict[str, Any]:
    """The columns of the contract, and in the table what is missing or wrong in them.

    Where the table has the encoding of a fit, the responses may be absent.
    """
    read: dict[str, Any] = {}
    for name, spec in table.contract.items():
        wanted = set(spec.get("columns", [name])) - set(spec.get("patterns", []))
        absent = sorted(wanted - set(table.columns))
        role = spec.get("role")
        optional = fitted and role
        if not absent or spec["type"] == "scalar":
            own = (form for form in ("block", "members", "by") if form in spec)
            form = next(own, spec["type"])
            read[name] = READERS.get(form, read_numbers)(table, name, spec)
        elif optional and role == "density":
            read[name] = stand_in(table, spec)
        elif not optional:
            near = difflib.get_close_matches(absent[0], list(table.columns), 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            table.problems.append(f"column {absent[0]!r} is missing{hint}")
    return read


def read_columns(
    data: Any,
    contract: dict[str, dict[str, Any]],
    encoding: dict[str, Any] | None = None,
    *,
    unseen: str = "error",
    settings: dict[str, float] | None = None,
    na: str = "error",
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The columns of the contract as arrays, and what was learnt in reading them.

    With an encoding (prediction) nothing is learnt, and columns that only the density
    needs may be absent.
    """
    learnt = copy.deepcopy(encoding or new_encoding())
    learnt["training"] = encoding is None
    for old in ("unseen", "dropped"):
        learnt.pop(old, None)
    learnt.pop("points", None)
    table = replace(
        load(data),
        contract=contract,
        encoding=learnt,
        unseen=unseen,
        na=na,
        settings=settings or {},
        problems=[],
    )
    if not table.rows:
        raise NoRowsError("no rows")
    learnt["rows"] = table.rows
    for name in table.settings:
        if contract.get(name, {}).get("type") != "scalar":
            table.problems.append(f"--set {name}: the model has no such scalar")
    read = read_each(table, bool(encoding))
    if na == "drop" and table.missing.any():
        kept = table.take_rows(np.flatnonzero(~table.missing).tolist())
        read, learnt = read_columns(
            kept, contract, encoding, unseen=unseen, settings=settings
        )
        dropped = [table.row(i) for i in np.flatnonzero(table.missing).tolist()]
        return read, learnt | {"dropped": dropped}
    if table.problems:
        raise DataError("\n".join(table.problems))
    return read, learnt


# Blocks: several columns under one name, some by pattern


def read_block(table: Table, name: str, spec: dict[str, Any]) -> np.ndarray:
    """Columns side by side, (row, column); a pattern takes them in the file's order."""
    patterns, known = spec.get("patterns", []), table.encoding["columns"]
    declared = {c for k, s in table.contract.items() for c in s.get("columns", [k])}
    declared.update(spec.get("unread", []))
    if name not in known:
        known[name] = []
        for column in spec["columns"]:
            found = [column]
            if column in patterns:
                matching = fnmatch.filter(table.columns, column)
                found = [k for k in matching if k not in declared | set(known[name])]
            if not found:
                table.problems.append(f"no column matches {column!r} ({name})")
            known[name] += found
    absent = [k for k in known[name] if k not in table.columns]
    if absent:
        told = ", ".join(absent[:5]) + ", ..." * (len(absent) > 5)
        table.problems.append(f"columns missing from {name}: {told}")
    present = [k for k in known[name] if k in table.columns]
    columns = [read_numbers(table, k, spec | {"columns": [k]}) for k in present]
    return np.column_stack(columns) if columns else np.empty((table.rows, 0))


READERS["block"] = read_block


# Several categories with their levels in common


def read_members(table: Table, name: str, spec: dict[str, Any]) -> np.ndarray:
    """Indices, (row, column), into the levels of all the columns together."""
    each = [column for column in spec["columns"] if column in table.columns]
    alone = {k: v for k, v in spec.items() if k not in ("columns", "members")}
    values = [value for column in each for value in table.columns[column]]
    pooled = replace(table, columns={name: values}, lines=(), number=(), problems=[])
    at = read_levels(pooled, name, alone).reshape(len(each), table.rows).T
    table.missing |= pooled.missing.reshape(len(each), table.rows).any(axis=0)
    if pooled.problems:  # once more, to name column and row
        for column in each:
            read_levels(table, name, alone | {"columns": [column]})
    return at


READERS["members"] = read_members


# Columns with one value a level, stored in long data


def read_by_level(table: Table, name: str, spec: dict[str, Any]) -> np.ndarray:
    """A table with one value for each level; new levels bring their own."""
    group, column = spec["by"], spec.get("columns", [name])[0]
    values = read_numbers(table, name, spec)
    index = read_levels(table, group, table.contract[group])
    tables = table.encoding.setdefault("tables", {})
    known, new = tables.get(name, []), table.encoding.get("unseen", {}).get(group, [])
    by_level = np.zeros(len(table.encoding["levels"][group]) + len(new))
    use = np.flatnonzero(~table.missing)[::-1]  # the first row of a level decides
    by_level[index[use]] = values[use]
    by_level[: len(known)] = known
    differs = ~table.missing & (index >= 0) & (values != by_level[index])
    table.blame(column, differs, f"expected one value for each level of {group}")
    if table.encoding["training"]:
        untold = set(range(len(by_level))) - set(index[use].tolist())
        for level in [table.encoding["levels"][group][i] for i in sorted(untold)][:3]:
            told = f"column {column!r}: no row tells its value for {group} = {level!r}"
            table.problems.append(f"{told}; add one, or do not list that level")
        tables[name] = by_level.tolist()
    return by_level


READERS["by"] = read_by_level


# Scalars: one number, from --set, a constant column, or the fit


def read_scalar(table: Table, name: str, spec: dict[str, Any]) -> np.ndarray:
    """One number for all rows."""
    column, known = spec.get("columns", [name])[0], table.encoding["constants"]
    if name in table.settings:
        known[name] = table.settings[name]
        if not math.isfinite(known[name]):
            told = f"expected a finite number, and it is {known[name]}"
            table.problems.append(f"--set {name}: {told}")
    elif column in table.columns:
        values = read_numbers(table, name, spec)
        known[name] = float(values[0])
        differs = ~table.missing & (values != values[0])
        table.blame(column, differs, f"expected one number, {values[0]:g}, in all rows")
    elif name not in known:
        table.problems.append(f"no column {column!r}: add it, or --set {name}=NUMBER")
    return np.asarray(known.get(name, 0.0))


READERS["scalar"] = read_scalar


# Dates as day numbers


def day_number(value: Any) -> int:
    """2024-01-31 as a number of days; -1 if it is no date."""
    try:
        return datetime.datetime.fromisoformat(str(value).strip()).toordinal()
    except ValueError:
        return -1


def read_dates(table: Table, name: str, spec: dict[str, Any]) -> np.ndarray:
    """A column of ISO dates; a time of day is ignored."""
    column = spec.get("columns", [name])[0]
    values, missing = table.take(column, MISSING)
    days = np.fromiter(map(day_number, values), int, table.rows)
    table.blame(column, (days < 0) & ~missing, "expected a date such as 2024-01-31")
    return days


READERS["date"] = read_dates


# Data constants: learnt when training, looked up afterwards


# of all values, and of those that are not missing
STATISTICS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "mean": (np.mean, np.nanmean),
    "sd": (partial(np.std, ddof=1), partial(np.nanstd, ddof=1)),
    "min": (np.min, np.nanmin),
    "max": (np.max, np.nanmax),
}


def constants(encoding: dict[str, Any]) -> Callable[..., Any]:
    """A function that learns a constant from training data, and recalls it later."""

    def constant(
        label: str, values: Callable[[], Any], missing: bool = False, ones: bool = False
    ) -> Any:
        """The statistic that the label names, of each column.

        Of values that are not `missing`; a column of `ones` is in its own units.
        """
        known: dict[str, Any] = encoding["constants"]
        if encoding["training"]:
            statistic = STATISTICS[label.partition("(")[0]][missing]
            with warnings.catch_warnings():  # an sd of one row, a logarithm of 0
                warnings.simplefilter("ignore")
                x = values()
                value = np.asarray(statistic(x, axis=0), float)
            if ones:
                value = np.where(np.all(x == 1, axis=0), 1.0, value)
            known[label] = check_constant(label, value, encoding["rows"])
        elif label not in known:  # rows in blocks, of which each counts once
            known[label] = encoding["moments"].add(label, values(), ones)
        return np.asarray(known[label]) if np.ndim(known[label]) else known[label]

    return constant


def check_constant(label: str, value: np.ndarray, rows: int) -> Any:
    """As the encoding holds it."""
    bad = ~np.isfinite(value) | (label.startswith("sd(") & (value <= 0))
    if bad.any():
        first = int(np.argmax(bad))
        why = f"it is {value.flat[first]:g}"
        if value.size > 1:
            why += f" in column {first + 1} of {value.size}"
        why += ", which does not vary" * bool(value.flat[first] == 0)
        why = "there is one row" if rows == 1 else why
        raise DataError(f"{label} cannot be used: {why}")
    return value.tolist()


# Expressions that some numbers have no value for, such as log(x) at 0


def finite_values(table: Table, encoding: dict[str, Any]) -> Callable[..., None]:
    """A function that refuses rows in which an expression has no finite value."""

    def finite(label: str, values: Callable[[], Any], *given: Any) -> None:
        """Or there is nothing in the row of what is `given`, which may be missing."""
        with np.errstate(all="ignore"):
            found = np.asarray(values())
        bad = ~np.isfinite(found)
        for part in given:
            bad = bad & ~np.isnan(part)
        if not bad.any():
            return
        told = f"{label}: expected a finite number; "
        if not bad.ndim:
            raise DataError(f"{told}it is {found:g}")
        gone = set(encoding.get("dropped", ()))
        kept = [i for i in range(table.rows) if table.row(i) not in gone]
        rows = np.flatnonzero(bad.reshape(len(bad), -1).any(axis=1)).tolist()
        told += ", ".join(
            f"{table.place(kept[i])} has {np.ravel(found[i])[np.argmax(bad[i])]:g}"
            for i in rows[:3]
        )
        more = f" and {len(rows) - 3} more rows" if len(rows) > 3 else ""
        remedy = "leave such rows out, or write what has a value there"
        raise DataError(f"{told}{more}; {remedy}")

    return finite


# Counting levels


def count_levels(encoding: dict[str, Any], name: str) -> int:
    """The levels of a category: those of training, then new ones at prediction."""
    new = encoding.get("unseen", {}).get(name, [])
    return len(encoding["levels"][name]) + len(new)


# Treatment codes: a column of 0 and 1 for each level but the first


def code_levels(index: np.ndarray, levels: int, full: bool = False) -> np.ndarray:
    """Indicators, (row, levels - 1); the first level is the reference unless `full`."""
    return np.eye(levels)[index][:, 0 if full else 1 :]


# Crossings: a category made of the combinations that were seen of others


def cross(
    columns: dict[str, Any],
    encoding: dict[str, Any],
    name: str,
    parts: list[str],
    unseen: str,
) -> np.ndarray:
    """The index of each row's combination; combinations are learnt when training."""
    known, new = encoding["levels"], encoding.get("unseen", {})
    names = [known[part] + new.get(part, []) for part in parts]
    index = np.stack([columns[part] for part in parts], axis=1)
    found, first, inverse = np.unique(
        index, axis=0, return_index=True, return_inverse=True
    )
    # a colon inside a name is escaped: "a:b" and "c" are not "a" and "b:c"
    names = [[level.replace(":", r"\:") for level in part] for part in names]
    labels = [":".join(n[i] for n, i in zip(names, row, strict=True)) for row in found]
    if encoding["training"]:
        known[name] = labels
    place = {label: i for i, label in enumerate(known[name])}
    extra = [label for label in labels if label not in place]
    if extra and unseen == "error":
        row = row_numbers(encoding)[first[labels.index(extra[0])]]
        raise DataError(
            f"row {row}: {name} has the new combination {extra[0]!r}; use --unseen"
        )
    if extra:
        encoding.setdefault("unseen", {})[name] = extra
        place |= {label: len(place) + i for i, label in enumerate(extra)}
    return np.array([place[label] for label in labels], int)[inverse.reshape(-1)]


# Time slots: (t - min) / step, with gaps kept and room for forecasts


def slots(
    columns: dict[str, Any],
    encoding: dict[str, Any],
    name: str,
    column: str,
    *,
    step: int,
    horizon: int,
    dates: bool = False,
) -> np.ndarray:
    """Each row's slot; the grid is learnt when training."""

    def told(time: int) -> str:
        known = dates and time <= datetime.date.max.toordinal()
        return str(datetime.date.fromordinal(time)) if known else str(time)

    time = np.asarray(columns[column])
    grids = encoding.setdefault("grids", {})
    if encoding["training"]:
        last = (int(time.max()) - int(time.min())) // step + horizon
        if last >= 1_000_000:
            raise DataError(
                f"column {column!r}: {last + 1} slots of {step}; is `step` right?"
            )
        grids[name] = {"start": int(time.min()), "slots": last + 1}
        encoding["levels"][name] = [
            told(int(time.min()) + k * step) for k in range(last + 1)
        ]
    start, count = grids[name]["start"], grids[name]["slots"]
    slot, rest = np.divmod(time - start, step)
    wrong = (rest != 0) | (slot < 0) | (slot >= count)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        number = row_numbers(encoding)[row]
        rule = f"every {step} from " if step != 1 else "from "
        raise DataError(
            f"column {column!r}: row {number} has {told(int(time[row]))}, which is not"
            f" one of the {count} slots {rule}{told(start)} (`horizon` reserves more)"
        )
    return slot.astype(int)


# A warning where data contradict priors of unit size


LINKS: dict[str, Callable[[float], float]] = {
    "identity": lambda m: m,
    "log": lambda m: math.log(m) if m > 0 else -math.inf,
    "logit": lambda m: math.log(m / (1 - m)) if 0 < m < 1 else math.inf,
    "probit": lambda m: NormalDist().inv_cdf(m) if 0 < m < 1 else math.inf,
    "cloglog": lambda m: math.log(-math.log1p(-m)) if 0 < m < 1 else math.inf,
    "softplus": lambda m: math.log(math.expm1(m)) if 0 < m < 500 else m,
    "sqrt": lambda m: math.sqrt(abs(m)),
    "inverse": lambda m: 1 / m if m else math.inf,
}


def unit_priors(
    responses: dict[str, dict[str, Any]],
) -> Callable[[dict[str, Any]], list[str]]:
    """A check: is link(mean y) within 3 prior sds, and sd(y) at most 5?

    Both less what is known of the predictor; each where a default prior is about it.
    """

    def check(arguments: dict[str, Any]) -> list[str]:
        notes = []
        for name, spec in responses.items():
            y = np.asarray(arguments[name], float)
            there = np.isfinite(y) & arguments.get(f"{name}_observed", True)
            if spec.get("above_zero"):
                there &= y > 0
            offset = spec.get("offset", lambda _: 0.0)(arguments)
            offset, y = np.broadcast_to(offset, y.shape)[there], y[there]
            if not y.size:
                continue
            location_sd, centre = spec.get("location_sd"), LINKS[spec["link"]](y.mean())
            far = location_sd and abs(centre - offset.mean()) > 3 * location_sd
            plain = spec["link"] == "identity"
            sd = np.std(y - offset if plain else y, ddof=1) if y.size > 1 else 0.0
            wide = sd > 5 and (spec.get("scale") or (plain and location_sd))
            if far or wide:
                less = " less its offset" if plain and offset.any() else ""
                mean = y.mean() - (offset.mean() if plain else 0.0)
                notes.append(
                    f"warning: {name}{less} (mean {mean:.4g}, sd {sd:.4g}) is large"
                    " for the default priors of unit size; consider `priors scaled`"
                )
        return notes

    return check


# Diagnostics: Vehtari, Gelman, Simpson, Carpenter and Buerkner (2021)


DIAGNOSTICS = ("mcse_mean", "ess_bulk", "ess_tail", "r_hat")
FEWEST = 6  # draws of a chain: halves of three have a first lag


def split_chains(x: np.ndarray) -> np.ndarray:
    """(chain, draw, k) to (2 chain, draw // 2, k)."""
    half = x.shape[1] // 2
    return np.concatenate([x[:, :half], x[:, x.shape[1] - half :]])


@lru_cache
def rank_quantiles(size: int) -> np.ndarray:
    """Of average ranks, which are multiples of one half: from 1 to `size`."""
    ranks = (np.arange(2, 2 * size + 1) / 2 - 0.375) / (size + 0.25)
    return np.array([NormalDist().inv_cdf(p) for p in ranks])


def normal_scores(x: np.ndarray) -> np.ndarray:
    """Ranks over all chains, ties averaged, as standard normal quantiles."""
    quantiles = rank_quantiles(x.shape[0] * x.shape[1])
    scores = np.empty(x.shape)
    for k in range(x.shape[2]):
        _, place, ties = np.unique(x[..., k], return_inverse=True, return_counts=True)
        twice_rank = 2 * np.cumsum(ties) - ties + 1
        scores[..., k] = quantiles[twice_rank - 2][place].reshape(x.shape[:2])
    return scores


def r_hat(x: np.ndarray) -> np.ndarray:
    """Square root of total over within variance; x is split."""
    within = x.var(axis=1, ddof=1).mean(axis=0)
    between = x.mean(axis=1).var(axis=0, ddof=1)
    return np.asarray(np.sqrt(1 - 1 / x.shape[1] + between / within))


def effective_size(x: np.ndarray) -> np.ndarray:
    """ESS of the mean by Geyer's initial monotone sequence; x is split."""
    chains, draws, _ = x.shape
    spectrum = np.fft.rfft(x - x.mean(axis=1, keepdims=True), 2 * draws, axis=1)
    power = (abs(spectrum) ** 2).mean(axis=0)
    lagged = np.fft.irfft(power, axis=0)[:draws] / draws
    within = lagged[0] * draws / (draws - 1)
    total = lagged[0] + x.mean(axis=1).var(axis=0, ddof=1)
    rho = 1 - (within - lagged[: (draws - 1) // 2 * 2]) / total
    rho[0] = 1
    pairs = rho[0::2] + rho[1::2]
    positive = np.logical_and.accumulate(pairs > 0, axis=0)
    positive[-1] = False  # the first pair that is left out counts by half its even lag
    monotone = np.minimum.accumulate(np.where(positive, pairs, 0), axis=0)
    last = np.take_along_axis(rho[0::2], positive.sum(axis=0)[None], axis=0)[0]
    tau = 2 * monotone.sum(axis=0) - 1 + np.maximum(last, 0)
    return np.asarray(chains * draws / np.maximum(tau, 1 / np.log10(chains * draws)))


def diagnose(x: np.ndarray) -> dict[str, np.ndarray]:
    """MCSE of the mean, bulk and tail ESS and rank R-hat; x is (chain, draw, k).

    NaN where a draw is not finite, or chains have fewer than FEWEST.
    """
    if x.shape[1] < FEWEST:
        return dict.fromkeys(DIAGNOSTICS, np.full(x.shape[2], np.nan))
    with np.errstate(all="ignore"):  # a constant has no R-hat: NaN
        split = split_chains(x)
        scores = normal_scores(split)
        folded = normal_scores(abs(split - np.median(split, axis=(0, 1))))
        low, high = np.quantile(x, [0.05, 0.95], axis=(0, 1))
        tails = [effective_size(split_chains(1.0 * (x <= q))) for q in (low, high)]
        found = {
            "mcse_mean": x.std(axis=(0, 1), ddof=1) / np.sqrt(effective_size(split)),
            "ess_bulk": effective_size(scores),
            "ess_tail": np.minimum(*tails),
            "r_hat": np.maximum(r_hat(scores), r_hat(folded)),
        }
    finite = np.isfinite(x).all(axis=(0, 1))  # ranks would hide what is not
    return {k: np.where(finite, v, np.nan) for k, v in found.items()}


# Whole files: replaced in one step, read as data


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Write a file whole or not at all, whenever the process is killed."""
    temporary = path.with_name(path.name + ".tmp")
    try:
        temporary.unlink(missing_ok=True)  # a link would be written through
        with open(temporary, "xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        raise RunError(
            f"cannot write {path}: {error.strerror or error}; once that is mended, give"
            " the command again (fit goes on with --resume)"
        ) from None
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def reading(path: Path) -> Iterator[IO[bytes]]:
    """A file of a RUN folder, which may hold anything, or lead anywhere."""
    try:
        if path.is_symlink() or not path.is_file():
            raise ValueError("no such file" if not path.exists() else "no plain file")
        with open(path, "rb") as file:
            yield file
    except Exception as error:  # parsers fail in many ways
        why = str(error) or type(error).__name__
        raise RunError(
            f"{path} is not one that a fit wrote: {why}; fit again (--force)"
        ) from None


def read_json(path: Path) -> dict[str, Any]:
    with reading(path) as file:
        content = json.load(file)
        if not isinstance(content, dict):
            raise TypeError("not a JSON object")
        return content


def write_json(path: Path, content: dict[str, Any]) -> None:
    with replacing(path) as file:
        file.write(json.dumps(content, indent=2).encode())


def null_unknown(found: dict[str, float]) -> dict[str, float | None]:
    """None for what JSON has not: NaN and infinity."""
    return {k: v if math.isfinite(v) else None for k, v in found.items()}


LOCATIONS = ("mean", "q05", "q50", "q95")


def digits_of(mean: float, sd: float) -> int:
    """Six, or four of the sd where the mean is much larger; 15 are all there are."""
    if not (math.isfinite(mean) and sd > 0 and mean):
        return 15 if sd == 0 else 6
    larger = math.log10(abs(mean)) - math.log10(sd)
    return min(15, max(6, 4 + math.ceil(larger)))


def write_csv(path: Path, rows: list[dict[str, Any]]) -> None:
    """Numbers of six digits, more of a mean far from 0; NaN is left empty.

    Diagnostics can be NaN, and the sd of one draw.
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    quoted = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    table.writerow(rows[0])

    def cell(value: Any, digits: int) -> Any:
        if not isinstance(value, float):
            return value  # a level may be called nan
        return "" if math.isnan(value) else f"{value:.{digits}g}"

    for row in rows:
        digits = digits_of(row.get("mean", 0.0), row.get("sd", math.nan))
        cells = [cell(v, digits if k in LOCATIONS else 6) for k, v in row.items()]
        # the csv of some versions of Python writes a carriage return as it is
        bare = any("\r" in v for v in cells if isinstance(v, str))
        (quoted if bare else table).writerow(cells)
    with replacing(path) as file:
        file.write(text.getvalue().encode())


def write_npz(path: Path, arrays: dict[str, Any]) -> None:
    """numpy.savez, but any name may be used (`file` may not, there)."""
    with replacing(path) as file, zipfile.ZipFile(file, "w") as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asarray(array))


def read_npz(path: Path) -> dict[str, np.ndarray]:
    """What write_npz wrote: plain numbers, no more of them than the file is long."""
    with reading(path) as file, zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        size = sum(m.file_size for m in members)
        if any(m.compress_type for m in members) or size > path.stat().st_size:
            raise ValueError("compressed arrays")
        arrays = {}
        for each in members:
            with archive.open(each) as member:
                array = np.lib.format.read_array(member, allow_pickle=False)
            if array.dtype.kind not in "biuf":
                raise ValueError(f"{each.filename} holds no numbers")
            arrays[each.filename.removesuffix(".npy")] = array
        return arrays


# RUN folders: Ctrl-C, checkpoints, summaries


log = logging.getLogger(__name__)


INTERRUPTED = threading.Event()


@contextlib.contextmanager
def holding_interrupts() -> Iterator[None]:
    """The first Ctrl-C waits for `stop_if_interrupted`, a second one kills at once.

    Raised where it arrives, as Python does, it is lost inside a callback of JAX.
    """

    def note(*_: Any) -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        INTERRUPTED.set()

    INTERRUPTED.clear()
    main = threading.current_thread() is threading.main_thread()
    usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if main and usual:  # a handler of somebody else's stays, and so does nohup's
        signal.signal(signal.SIGINT, note)
    try:
        yield
        stop_if_interrupted()
    finally:
        if main and usual:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        INTERRUPTED.clear()


def stop_if_interrupted() -> None:
    if INTERRUPTED.is_set():
        raise KeyboardInterrupt


def count_rows(program: Program, arguments: dict[str, Any]) -> int:
    return next(len(v) for k in program.rows if (v := arguments.get(k)) is not None)


def prepare_data(program: Program, arguments: dict[str, Any]) -> Data:
    """Arguments on the device; whole numbers are checked, since JAX would wrap them."""
    sizes = {k: v for k, v in arguments.items() if isinstance(v, int)}
    given = {k: np.asarray(v) for k, v in arguments.items() if v is not None}
    largest = np.iinfo(jnp.result_type(int)).max
    for name, value in given.items():
        if value.dtype.kind == "i" and value.size and abs(value).max() > largest:
            raise DataError(f"{name}: whole numbers above {largest} need --x64")
    arrays = {k: jnp.asarray(v) for k, v in given.items() if k not in sizes}
    return Data(arrays, sizes, count_rows(program, given))


def take_arrays(
    function: Callable[..., None], sizes: dict[str, int]
) -> Callable[[dict[str, Array]], None]:
    """A model or guide of one argument: NumPyro's own keywords then meet no column."""

    def bound(arrays: dict[str, Array]) -> None:
        function(**arrays, **sizes)

    return bound


# Options of the compiler; what a version of it does not know it refuses. The older of
# its two emitters takes half the time, and what it makes is slower where rows are many.
OLDER = {
    "xla_cpu_use_fusion_emitters": False,
    "xla_cpu_parallel_codegen_split_count": 1,
}
QUICK = {"xla_backend_optimization_level": 0, "xla_llvm_disable_expensive_passes": True}


def compile_lowered(lowered: Any, numbers: int = 0) -> Any:
    """Less thoroughly for what runs on few numbers, or once: that is sooner done."""
    tried: list[dict[str, Any]] = []
    if numbers <= 1000:
        tried = [QUICK | OLDER, QUICK]
    elif numbers <= 10_000:
        tried = [OLDER]
    for options in tried:
        with contextlib.suppress(Exception):
            return lowered.compile(compiler_options=options)
    return lowered.compile()


def run_once(function: Any, *arguments: Any) -> Any:
    """A compiled function's value, compiled quickly."""
    return compile_lowered(function.lower(*arguments))(*arguments)


def join_blocks(blocks: list[dict[str, Any]]) -> dict[str, np.ndarray]:
    """Draws of consecutive blocks, along their second axis."""
    names = blocks[0] if blocks else ()
    return {k: np.concatenate([b[k] for b in blocks], axis=1) for k in names}


def read_state(path: Path, start: Any) -> tuple[int, Any]:
    """How many steps were done, and the state after them, which is like the start."""
    saved, (leaves, structure) = read_npz(path), jax.tree.flatten(start)
    # those of NumPy keep types that JAX has not without float64
    leaves = [v if isinstance(v, np.ndarray) else jnp.asarray(v) for v in leaves]
    names = {str(i): leaf for i, leaf in enumerate(leaves)}
    like = {k: (v.shape, v.dtype) for k, v in names.items()}
    like["done"] = ((), np.dtype(int))
    found = {k: (v.shape, v.dtype) for k, v in saved.items()}
    if found != like or saved["done"] < 0:
        raise RunError(f"{path} is of another fit; start again (--force)")
    state = [
        saved[k] if isinstance(leaf, np.ndarray) else jnp.asarray(saved[k])
        for k, leaf in names.items()
    ]
    return int(saved["done"]), jax.tree.unflatten(structure, state)


def read_draws(folder: Path, done: int, count: int) -> dict[str, np.ndarray]:
    """The draws of the first `done` steps, of which the last `count` are kept."""
    last = f"draws_{done:09d}.npz"  # what a kill left uncounted has this name
    paths = [p for p in sorted(folder.glob("draws_*.npz")) if p.name < last]
    blocks = [block for path in paths if (block := read_npz(path))]
    try:
        kept = join_blocks(blocks)
        whole = all(draws.shape[1] == count for draws in kept.values())
    except (KeyError, IndexError, ValueError):  # blocks of several fits
        whole = False
    if not whole or bool(blocks) != (count > 0):
        raise RunError(f"{folder} lacks draws of {done} steps; start again (--force)")
    return kept


def show_progress(done: int, total: int) -> None:
    """A bar on a terminal."""
    if sys.stderr.isatty() and log.isEnabledFor(logging.INFO):
        bar, end = "#" * (40 * done // total), "\n" * (done == total)
        print(f"\r[{bar:40}] {done}/{total}", end=end, file=sys.stderr)


def run_blocks(
    advance: Callable[[Any, int, int], tuple[Any, dict[str, Any]]],
    state: Any,
    stages: tuple[int, ...],
    length: int,
    folder: Path,
) -> tuple[Any, dict[str, np.ndarray]]:
    """Advance to the last stage in blocks, and save every five seconds or so.

    The draws since the last time are written first, then the state, which says how far
    they count: whatever a kill leaves uncounted is written again, bit for bit.
    """
    done, checkpoint = 0, folder / "state.npz"
    before = (0, *stages)[-2]  # steps without draws
    if checkpoint.exists():
        done, state = read_state(checkpoint, state)
        read_draws(folder, done, done - before)
    pace = 0.0  # seconds a step
    first, unsaved = done, list[dict[str, Any]]()
    last = -math.inf  # time of the last save: the first block is saved at once
    while done < stages[-1]:
        stop_if_interrupted()
        stage = next(s for s in stages if done < s)
        steps = min(length, stage - done, max(1, int(5 / pace)) if pace else length)
        began = time.monotonic()
        state, block = jax.block_until_ready(advance(state, done, steps))
        pace = (time.monotonic() - began) / steps
        done += steps
        unsaved += [block] if block else []
        due = time.monotonic() - last > 5 or INTERRUPTED.is_set()
        if due or done == stages[-1]:
            write_npz(folder / f"draws_{first:09d}.npz", join_blocks(unsaved))
            saved = {str(i): leaf for i, leaf in enumerate(jax.tree.leaves(state))}
            write_npz(checkpoint, saved | {"done": np.asarray(done)})
            first, unsaved, last = done, [], time.monotonic()
        show_progress(done, stages[-1])
    return state, read_draws(folder, done, done - before)


def trace_median(
    model: Callable[..., None], arrays: dict[str, Array]
) -> dict[str, dict[str, Any]]:
    """The sites of a model at the median of the prior."""
    median = init_to_median(num_samples=15)
    started = numpyro.handlers.substitute(
        numpyro.handlers.seed(model, 0), substitute_fn=median
    )
    return dict(numpyro.handlers.trace(started).get_trace(arrays))


def steep_sites(
    model: Callable[..., None], arrays: dict[str, Array], values: dict[str, Any]
) -> list[str]:
    """The sites in which the density at these values has no finite gradient."""
    seeded = numpyro.handlers.seed(model, 0)
    z = unconstrain_fn(seeded, (arrays,), {}, values)
    slopes = jax.grad(partial(potential_energy, seeded, (arrays,), {}))(z)
    return [name for name, slope in slopes.items() if not np.isfinite(slope).all()]


def explain_start(model: Callable[..., None], data: Data) -> str:
    """Log probability by site at the prior median, the broken ones first.

    Where all are finite, the sites whose gradients are not.
    """
    lines, values = [], {}
    try:
        sites = trace_median(model, data.arrays)
    except ValueError as error:  # NumPyro refuses parameters such as NaN
        return f"no valid start; at the prior median: {error}"
    for name, site in sites.items():
        if site["type"] == "sample":
            total = float(jnp.sum(site["fn"].log_prob(site["value"])))
            lines.append((np.isfinite(total), f"  {name:30} {total:.6g}"))
            if not site["is_observed"]:
                values[name] = site["value"]
    table = "\n".join(line for _, line in sorted(lines))
    told = f"no valid start; log probability by site at the prior median:\n{table}"
    if all(finite for finite, _ in lines):
        steep = steep_sites(model, data.arrays, values)
        told += f"\nthe gradient is not finite in: {', '.join(steep)}" * bool(steep)
    return told


def label_elements(
    name: str, shape: tuple[int, ...], dims: tuple[str, ...], encoding: dict[str, Any]
) -> list[str]:
    """`site[label,...]` of each element; numbers from 0 where there are no labels."""
    axes = []
    for axis, size in enumerate(shape):
        dim = dims[axis] if axis < len(dims) else ""
        known = encoding["labels"].get(dim) or encoding["levels"].get(dim) or []
        axes.append(known if len(known) == size else [str(i) for i in range(size)])
    labels = (
        ",".join(a[i] for a, i in zip(axes, at, strict=True))
        for at in np.ndindex(*shape)
    )
    return [f"{name}[{label}]" for label in labels] if shape else [name]


def describe(x: np.ndarray, chains: bool) -> dict[str, np.ndarray]:
    """The columns of a summary, for some scalars."""
    x = x.astype(float)
    none = np.full(x.shape[2], np.nan)
    several = x.shape[0] * x.shape[1] > 1
    sd = x.std(axis=(0, 1), ddof=1) if several else none
    found = {"mean": x.mean(axis=(0, 1)), "sd": sd}
    quantiles = np.quantile(x, [0.05, 0.5, 0.95], axis=(0, 1))
    found |= dict(zip(("q05", "q50", "q95"), quantiles, strict=True))
    return found | (diagnose(x) if chains else dict.fromkeys(DIAGNOSTICS, none))


def summarize(
    program: Program, fit: dict[str, np.ndarray], encoding: dict[str, Any], chains: bool
) -> list[dict[str, Any]]:
    """A row for each scalar; independent draws have no chains to diagnose."""
    labels: list[str] = []
    parts: list[np.ndarray] = []  # a few at a time bound the memory, and fill all cores
    for name, draws in fit.items():
        labels += label_elements(name, draws.shape[2:], program.sites[name], encoding)
        flat = draws.reshape(*draws.shape[:2], -1)
        parts += [flat[..., k : k + 50] for k in range(0, flat.shape[2], 50)]
    with ThreadPoolExecutor(count_cores()) as pool:
        described = list(pool.map(partial(describe, chains=chains), parts))
    rows = [
        {k: float(v[i]) for k, v in columns.items()}
        for columns in described
        for i in range(len(columns["mean"]))
    ]
    pairs = zip(labels, rows, strict=True)
    return [{"parameter": label} | row for label, row in pairs]


# Precision: whether float32 is enough for these data


def coarse_arguments(arguments: dict[str, Any]) -> list[str]:
    """Those with a column that float32 moves by a thousandth of its sd, or more."""
    found = []
    for name, value in arguments.items():
        if not isinstance(value, np.ndarray) or value.dtype != np.float64:
            continue
        for column in value.reshape(len(value), -1).T if value.ndim else ():
            known = column[np.isfinite(column)]
            with np.errstate(over="ignore"):
                moved = np.abs(known - known.astype(np.float32)).max(initial=0.0)
            if known.size and moved > 1e-3 * known.std() > 0:
                found.append(name)
                break
    return found


def slopes_are_coarse(program: Program, arguments: dict[str, Any]) -> bool:
    """Whether in float32 the gradient at the median of the prior is wrong by 1 %.

    Of the first 10,000 rows, where rows do not depend on each other.
    """
    rows = count_rows(program, arguments)
    if not program.series:
        known = [k for k in program.rows if arguments.get(k) is not None]
        arguments = arguments | {k: arguments[k][:10_000] for k in known}
    sizes = {k: v for k, v in arguments.items() if isinstance(v, int)}
    model = take_arrays(program.model, sizes | {"n_row": rows})

    @jax.jit
    def start(arrays: dict[str, Array]) -> Any:
        sites = {
            k: s["value"]
            for k, s in trace_median(model, arrays).items()
            if s["type"] == "sample" and not s["is_observed"]
        }
        return unconstrain_fn(seed(model, 0), (arrays,), {}, sites)

    @jax.jit
    def slopes(z: Any, arrays: dict[str, Array]) -> Any:
        energy = partial(potential_energy, seed(model, 0), (arrays,), {})
        return jax.grad(energy)(z)

    with jax.enable_x64(True):
        arrays = prepare_data(program, arguments).arrays
        z = run_once(start, arrays)
        exact = jax.tree.map(np.asarray, run_once(slopes, z, arrays))
    z = jax.tree.map(lambda leaf: np.asarray(leaf, np.float32), z)
    rough = run_once(slopes, z, prepare_data(program, arguments).arrays)
    leaves = jax.tree.leaves(exact)
    size = max((float(np.abs(leaf).max(initial=1.0)) for leaf in leaves), default=1.0)
    if not np.isfinite(size):
        return False  # a start is not found in float64 either
    off = jax.tree.map(lambda a, b: np.abs(a - b).max(initial=0.0), rough, exact)
    return not all(worst <= 1e-2 * size for worst in jax.tree.leaves(off))


def check_precision(
    program: Program, arguments: dict[str, Any], fast: Any, free: bool
) -> list[str]:
    """Turn float64 on where float32 is not enough; where one is not `free` to, tell.

    What a `fast` form integrates out is what is left of sums of squares, which are many
    times as large where levels differ by more than the errors.
    """
    if jnp.result_type(float) == jnp.float64:
        return []
    coarse = coarse_arguments(arguments)
    if fast is not None and fast.recover is not None:
        coarse.append("what is integrated out")
    if not coarse and not slopes_are_coarse(program, arguments):
        return []
    told = f"float32 is too coarse for {', '.join(coarse) or 'the gradient'}"
    if not free:
        return [f"{told}: float64 (--x64) is safer"]
    numpyro.enable_x64()
    return [f"{told}: computed in float64"]


# The fast form of a model: what NUTS samples, and the proof that it may


def call(function: Callable[..., Any], values: dict[str, Any]) -> Any:
    """A function of those of the values that it takes."""
    names = inspect.signature(function).parameters
    return function(**{k: v for k, v in values.items() if k in names})


class FastForm:
    """Another density of the same posterior.

    It takes what `prepare` makes of the model's arguments; `recover` gives the
    distribution of sites that it lacks, from those that are `given`. What is
    `auxiliary` moves a site of the model, value by value: its name, and the site's;
    `coordinates` move several sites together. What is `shifted` is computed from others
    by a linear map that is the same everywhere, which leaves densities as they are.
    """

    def __init__(
        self,
        model: Callable[..., None],
        prepare: Callable[..., dict[str, Any]],
        *,
        passes: tuple[str, ...],
        recover: Callable[..., dict[str, Any]] | None = None,
        given: tuple[str, ...] = (),
        auxiliary: dict[str, str] | None = None,
        shifted: tuple[str, ...] = (),
        coordinates: Any = None,
    ) -> None:
        self.function, self.prepare, self.passes = model, prepare, passes
        self.recover, self.given = recover, given
        self.auxiliary, self.shifted = auxiliary or {}, shifted
        self.coordinates = coordinates

    def bind(self, made: dict[str, Any], rows: int) -> Data:
        """What `prepare` made, on the device, and the coordinates that it tells."""
        if self.coordinates:
            made = made | self.coordinates(made)
        sizes = {k: v for k, v in made.items() if isinstance(v, int)}
        arrays = {k: jnp.asarray(v) for k, v in made.items() if k not in sizes}
        return Data(arrays, sizes, rows)

    def model(self, sizes: dict[str, int]) -> Callable[[dict[str, Array]], None]:
        """`model_fast` of the arrays alone."""
        return lambda arrays: call(self.function, arrays | sizes)

    def lacking(self, data: Data, sites: dict[str, Any]) -> dict[Any, Any]:
        """The distributions of what was integrated out, of a site or of several."""
        if self.recover is None:
            return {}
        given = {k: sites[k] for k in self.given}
        return dict(call(self.recover, data.arrays | data.sizes | given))

    def draw_lacking(
        self, data: Data, sites: dict[str, Any], key: Array
    ) -> tuple[dict[str, Array], Array]:
        """A draw of what was integrated out, and its log density."""
        found: dict[str, Array] = {}
        total = jnp.zeros(())
        for i, (names, given) in enumerate(self.lacking(data, sites).items()):
            value = given.sample(jax.random.fold_in(key, i))
            total += jnp.sum(given.log_prob(value))
            parts = given.split(value) if hasattr(given, "split") else [value]
            own = names if isinstance(names, tuple) else (names,)
            found |= zip(own, parts, strict=True)
        return found, total

    def complete(
        self, program: Program, draws: dict[str, Any], data: Data, whole: Data, key: int
    ) -> dict[str, np.ndarray]:
        """Draws of all sites: with what was integrated out, and what is reported."""
        keys = jax.random.split(jax.random.PRNGKey(key), 2)
        shape = next(iter(draws.values())).shape[:2]
        number = shape[0] * shape[1]
        flat = {k: v.reshape(number, *v.shape[2:]) for k, v in draws.items()}

        @jax.jit
        def draw(arrays: dict[str, Array], keys: Array, given: dict[str, Any]) -> Any:
            def at_one(at: tuple[Array, dict[str, Any]]) -> dict[str, Array]:
                return self.draw_lacking(data._replace(arrays=arrays), at[1], at[0])[0]

            # some at a time: what it takes on the way may be as long as the rows; JAX
            # has no batches of what is empty, such as slopes on a category of one level
            batch = 64 if all(v.size for v in given.values()) else None
            return jax.lax.map(at_one, (keys, given), batch_size=batch)

        if self.recover is not None:
            given = {k: flat[k] for k in self.given}
            flat |= draw(data.arrays, jax.random.split(keys[0], number), given)
        reported = [k for k in program.sites if k not in flat]
        if reported:
            model = take_arrays(program.model, whole.sizes)
            follow = Predictive(model, flat, return_sites=reported)
            flat |= follow(keys[1], whole.arrays)
        return {
            k: np.asarray(flat[k]).reshape(*shape, *flat[k].shape[1:])
            for k in program.sites
        }

    def log_stretch(
        self, fast: Any, arrays: dict[str, Array], sites: dict[str, Any], key: Array
    ) -> Array:
        """log |det J| of the map from auxiliary sites to the model's, others given.

        J @ v is J @ 1 times v for a random v only where J is diagonal; else NaN.
        """
        total = jnp.zeros(())
        for source, target in self.auxiliary.items():

            def move(z: Array, source: str = source, target: str = target) -> Array:
                run = substitute(seed(fast, key), data=sites | {source: z})
                found: Array = trace(run).get_trace(arrays)[target]["value"]
                return found

            z = sites[source]
            v = jax.random.normal(key, z.shape)
            diagonal = jax.jvp(move, (z,), (jnp.ones_like(z),))[1]
            apart = jnp.allclose(
                jax.jvp(move, (z,), (v,))[1], diagonal * v, 1e-9, 1e-12
            )
            total += jnp.where(apart, jnp.sum(jnp.log(jnp.abs(diagonal))), jnp.nan)
        if self.coordinates:

            def place(z: Array) -> Array:
                given = sites | {self.coordinates.z: z}
                made = trace(substitute(seed(fast, key), data=given)).get_trace(arrays)
                parts = [made[k]["value"] for k in self.coordinates.columns]
                return jnp.concatenate([jnp.ravel(part) for part in parts])

            matrix = jax.jacfwd(place)(sites[self.coordinates.z])
            total += jnp.linalg.slogdet(matrix)[1]
        return total

    def compare(
        self,
        program: Program,
        arguments: dict[str, Any],
        points: int,
        made: dict[str, Any] | None = None,
        pool: Executor | None = None,
        nudge: float = 0.0,
    ) -> Callable[[], tuple[np.ndarray, np.ndarray]]:
        """log p_fast and log p at random points.

        A function gives them: a `pool` compiles it while others start.

        The points lie within 1, 0.01 and 0.0001 of 0 in unconstrained space, in turn.
        Where sites u were integrated out, log p(phi, u) - log q(u | phi) is in place of
        log p(phi), with u drawn from q (the candidate's identity, Besag 1989). Where
        sites move the model's, log p has the logarithm of that map's determinant added.
        `made` is what `prepare` makes of the arguments, where that is there already.
        `nudge` moves each value that log p is of by that share of itself, up or down.
        """
        made = made or self.prepare(**arguments)
        with jax.enable_x64(True):
            whole = prepare_data(program, arguments)
            data = self.bind(made, whole.rows)
            textbook = take_arrays(program.model, whole.sizes)
            fast = self.model(data.sizes)

            def at_one(
                point: tuple[Array, Array], arrays: Any, all_rows: Any
            ) -> tuple[Array, Array]:
                keys, radius = jax.random.split(point[0]), point[1]
                start = substitute(
                    seed(fast, keys[0]), substitute_fn=init_to_uniform(radius=radius)
                )
                drawn = trace(start).get_trace(arrays)
                sites = {
                    k: s["value"]
                    for k, s in drawn.items()
                    if s["type"] == "sample" and not s["is_observed"]
                }
                value, _ = log_density(fast, (arrays,), {}, sites)
                value -= self.log_stretch(fast, arrays, sites, keys[1])
                moved = [*self.auxiliary.values(), *self.shifted]
                moved += self.coordinates.columns if self.coordinates else []
                sites |= {k: drawn[k]["value"] for k in moved}
                bound = data._replace(arrays=arrays)
                u, integrated = self.draw_lacking(bound, sites, keys[1])
                sites |= u
                for i, (name, v) in enumerate(sites.items() if nudge else ()):
                    own = jax.random.fold_in(keys[1], i)
                    sites[name] = v * (1 + nudge * jax.random.rademacher(own, v.shape))
                joint, _ = log_density(textbook, (all_rows,), {}, sites)
                return value, joint - integrated

            keys = jax.random.split(jax.random.PRNGKey(0), points)
            radius = 0.01 ** (jnp.arange(points) % 3)

            @jax.jit
            def run(at: tuple[Array, Array], *rows: Any) -> tuple[Array, Array]:
                # rows are arguments: as constants they would be compiled each time
                return jax.lax.map(lambda point: at_one(point, *rows), at)

            given = (keys, radius), data.arrays, whole.arrays
            lowered = run.lower(*given)
        compiled = pool.submit(compile_lowered, lowered) if pool else None

        def differences() -> tuple[np.ndarray, np.ndarray]:
            with jax.enable_x64(True):
                ready = compiled.result() if compiled else compile_lowered(lowered)
                found, expected = map(np.asarray, ready(*given))
            return found, expected

        return differences

    def verify(
        self,
        program: Program,
        arguments: dict[str, Any],
        points: int,
        made: dict[str, Any] | None = None,
    ) -> float | None:
        """Compare, and judge."""
        found = self.compare(program, arguments, points, made)()
        return self.judge(program, arguments, *found, made)

    def judge(
        self,
        program: Program,
        arguments: dict[str, Any],
        found: np.ndarray,
        joint: np.ndarray,
        made: dict[str, Any] | None = None,
    ) -> float | None:
        """The largest difference as a share of the log density, or of the rows.

        An error where it is more than rounding explains; None where the density is not
        finite at any point: a fit tells of that itself.
        """
        known = np.isfinite(found) | np.isfinite(joint)
        if not known.any():
            return None
        off = np.where(known, np.abs(found - joint), 0.0)
        size = np.maximum(count_rows(program, arguments), np.abs(joint))
        share = np.nan_to_num(off / size, nan=np.inf)
        if share.max() > 1e-9:
            # The last digits of a value may be worth more: an angle of 1e13 has none.
            near = self.compare(program, arguments, len(joint), made, nudge=1e-15)
            worth = 10 * np.nan_to_num(np.abs(near()[1] - joint), posinf=0.0)
            share = np.where(off <= worth, 0.0, share)
        worst = int(np.argmax(share))
        if share[worst] > 1e-9:
            raise StartError(
                f"model_fast is not model: log densities differ by {off[worst]:.3g} at"
                f" {joint[worst]:.6g}, 1e-9 of that or of the rows is rounding (passes"
                f" {', '.join(self.passes)})"
            )
        return float(share[worst])


# Data larger than memory: a Parquet file, a block of rows after another


LARGE = 2**28  # bytes of a table in float64 above which it is read in blocks
BLOCK = 2**16  # rows
SAMPLE = 10_000  # rows


class Stream(NamedTuple):
    """What a fit needs of rows that are never in memory together."""

    arguments: dict[str, Any]  # of a sample of the rows, spread evenly over the file
    encoding: dict[str, Any]
    kept: Any  # of all rows: `MergedRows` for NUTS, `StoredRows` for SVI
    digest: str
    notes: list[str]


class Pass(NamedTuple):
    """What one pass over the rows gives."""

    whole: bool  # kept with all constants known
    sample: Table
    rows: int
    digest: str
    encoding: dict[str, Any]


class Blocks(NamedTuple):
    """Reads a file in blocks, for methods that need not have all rows in memory.

    What `nuts` and `svi` make keeps of each block what the method needs; `merge` joins
    what `prepare` makes of several blocks. `moments` learns the constants that the rows
    tell, where the model has any.
    """

    nuts: Callable[[Program, Path], Any] | None = None
    svi: Callable[[Program, Path], Any] | None = None
    merge: Any = None
    moments: Callable[[], Any] | None = None

    def wanted(
        self, program: Program, data: Any, asked: bool | None, settings: dict[str, Any]
    ) -> bool:
        """Whether to read in blocks: as `asked`, or where the table is LARGE."""
        nuts = settings["method"] == "nuts"
        able = bool(self.nuts if nuts else self.svi and settings.get("batch"))
        parquet = isinstance(data, str | Path) and Path(data).suffix == ".parquet"
        folder = parquet and Path(data).is_dir()
        if asked and not able:
            raise RunError(self.explain(nuts))
        if asked and not parquet:
            raise RunError("--stream reads .parquet files")
        if asked and folder:
            raise RunError(f"--stream reads one .parquet file, and {data} is a folder")
        if asked is not None or not parquet or folder or not able:
            return bool(asked)
        names, rows = describe_parquet(Path(data))
        width = len(columns_read(program.columns, names))
        return 8 * width * rows > LARGE and (nuts or rows > settings["batch"])

    def explain(self, nuts: bool) -> str:
        """Why a method cannot."""
        if nuts:
            return "--stream: NUTS takes it of models whose rows compress"
        if self.svi:
            return "--stream: SVI takes it with --batch, the rows of a step"
        return "--stream: SVI takes it where the program has `fit { method = svi }`"

    def read(
        self,
        program: Program,
        data: Any,
        values: dict[str, float] | None,
        na: str,
        nuts: bool = True,
        folder: Path = Path(),
    ) -> Stream:
        """What a fit needs of a file; what is too much for memory is kept in `folder`.

        In one pass, after one over the columns of categories alone; and one more where
        columns are made with constants that only all rows tell (their means and sds).
        """
        path, contract = Path(data), program.columns
        make = self.nuts if nuts else self.svi
        assert make is not None
        names, total = describe_parquet(path)
        if not required_columns(contract) <= set(names):
            table = next(read_blocks(path, names), Table({}))
            program.encode(table, settings=values, na=na)  # it says what is missing
        encode = partial(program.encode, settings=values, na=na)
        columns = columns_read(contract, names)
        encoding = learn_levels(path, contract, na)
        with contextlib.closing(make(program, folder)) as keep:
            while True:
                if self.moments:
                    encoding["moments"] = self.moments()
                keep.clear()
                found = self.read_once(
                    program, encode, encoding, path, columns, total, keep
                )
                if not self.moments:
                    break
                learnt = found.encoding.pop("moments").constants()
                encoding["constants"] |= learnt
                if found.whole or not learnt:
                    break
            encoding.pop("moments", None)
            arguments, encoding = encode(found.sample, encoding)
            seen = encoding["rows"]
            told = keep.finish(arguments, seen)
        notes = [f"{found.rows} rows were read in blocks; {told}"]
        if total > found.rows:
            notes.append(f"{total - found.rows} rows with missing values were dropped")
        encoding["rows"] = found.rows
        encoding.pop("dropped", None)
        return Stream(arguments, encoding, keep, found.digest, notes)

    def read_once(
        self,
        program: Program,
        encode: Callable[..., Any],
        encoding: dict[str, Any],
        path: Path,
        columns: list[str],
        total: int,
        keep: Any,
    ) -> Pass:
        digest, rows, whole = hashlib.sha256(), 0, True
        sample: list[Table] = []
        every = max(1, total // SAMPLE)
        for table in read_blocks(path, columns):
            last = table.row(table.rows - 1)
            try:
                arguments, read = encode(table, encoding)
            except NoRowsError:  # all of them were dropped
                continue
            except DataError as error:
                more = f"\nrows {last + 1} to {total} were not read" * (last < total)
                raise DataError(f"{error}{more}") from None
            gone = set(read.get("dropped", ()))
            kept: Any = range(table.rows)
            if gone:
                kept = [i for i in kept if table.row(i) not in gone]
            sample.append(table.take_rows(kept[-rows % every :: every]))
            rows += read["rows"]
            for name in sorted(program.rows):
                digest.update(name.encode())
                digest.update(arguments[name].tobytes())
            if "moments" in encoding:
                encoding = encoding | {"moments": read["moments"]}
            whole = whole and keep.add(arguments)
            show_progress(last, total)
        if not rows:
            raise NoRowsError("no rows")
        return Pass(
            whole,
            stack_tables(sample),
            rows,
            f"{digest.hexdigest()} in blocks",
            encoding,
        )


def describe_parquet(path: Path) -> tuple[list[str], int]:
    """The names of the columns, and the number of rows."""
    try:
        import pyarrow.parquet
    except ImportError as error:
        raise DataError(f"{path}: {error}") from None
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            names, rows = list(file.schema_arrow.names), int(file.metadata.num_rows)
            refuse_twins(path, names)
            return names, rows
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise DataError(f"{path}: {error}") from None


def required_columns(contract: dict[str, dict[str, Any]]) -> set[str]:
    """The columns that a contract names, not those of a pattern."""
    every = {c for k, spec in contract.items() for c in spec.get("columns", [k])}
    return every - {p for spec in contract.values() for p in spec.get("patterns", [])}


def columns_read(contract: dict[str, dict[str, Any]], names: list[str]) -> list[str]:
    """The columns of the file that the contract takes, in the file's order."""
    wanted = required_columns(contract)
    patterns = [p for spec in contract.values() for p in spec.get("patterns", [])]
    return [
        k for k in names if k in wanted or any(fnmatch.fnmatch(k, p) for p in patterns)
    ]


def read_blocks(
    path: Path, columns: list[str], *, distinct: bool = False
) -> Iterator[Table]:
    """The rows of a file, a block at a time; they have their numbers in the file.

    Or the `distinct` values of each column of a block.
    """
    import pyarrow.parquet

    first = 1
    try:
        # through a buffer: else it would hold row groups, of any size, until the end
        with pyarrow.parquet.ParquetFile(
            path, buffer_size=2**20, pre_buffer=False
        ) as file:
            for block in file.iter_batches(BLOCK, columns=columns):
                stop_if_interrupted()
                read = {
                    name: from_arrow(values.unique() if distinct else values)
                    for name, values in zip(
                        block.schema.names, block.columns, strict=True
                    )
                }
                numbers = range(first, first + block.num_rows)
                first += block.num_rows
                if numbers:
                    yield Table(read, number=numbers)
    except (pyarrow.ArrowException, OSError, ValueError, OverflowError) as error:
        raise DataError(f"{path}: {error}") from None


def stack_tables(tables: list[Table]) -> Table:
    """The rows of several tables."""
    columns: dict[str, Any] = {}
    for name in tables[0].columns:
        parts = [t.columns[name] for t in tables]
        numeric = all(isinstance(part, np.ndarray) for part in parts)
        columns[name] = (
            np.concatenate(parts) if numeric else [x for part in parts for x in part]
        )
    return Table(columns, number=[n for t in tables for n in t.number])


def drop_missing(table: Table, contract: dict[str, dict[str, Any]]) -> Table:
    """The rows in which nothing is missing. What is wrong with them is told later."""
    read = replace(
        table, contract=contract, encoding=new_encoding(), na="drop", problems=[]
    )
    read_each(read)
    return table.take_rows(np.flatnonzero(~read.missing).tolist())


def learn_levels(
    path: Path, contract: dict[str, dict[str, Any]], na: str
) -> dict[str, Any]:
    """An encoding with the levels of categories, learnt from their distinct values.

    Where rows are dropped they teach nothing, and it takes all columns to know them.
    """
    learnt: dict[str, Any] = new_encoding()
    own = {
        k: s.get("columns", [k])[0]
        for k, s in contract.items()
        if s["type"] in ("category", "ordinal")
    }
    if not own:
        return learnt
    seen: dict[str, set[str]] = {column: set() for column in own.values()}
    columns = list(seen)
    if na == "drop":
        columns = columns_read(contract, describe_parquet(path)[0])
    for table in read_blocks(path, columns, distinct=na == "error"):
        if na == "drop":
            table = drop_missing(table, contract)
        for column, texts in seen.items():
            values = table.columns[column]
            texts |= {
                str(v) for v in values if isinstance(v, str) or str(v) not in NULLS
            }
    for name, column in own.items():
        if seen[column]:
            distinct = {column: list(seen[column])}
            table = Table(distinct, contract=contract, encoding=learnt)
            read_levels(table, name, contract[name])
    return learnt


# Rows that NUTS needs only once: what `prepare` makes of them, block by block


class MergedRows:
    """What `prepare` makes of all rows, and of a sample of them, as its proof."""

    def __init__(self, program: Program, _: Path) -> None:
        self.program, self.merge = program, program.blocks.merge
        self.blocks: list[dict[str, Any]] = []
        self.made: dict[str, Any] = {}
        self.proof: dict[str, Any] = {}

    def clear(self) -> None:
        self.blocks = []

    def close(self) -> None:
        """There is nothing but memory."""

    def add(self, arguments: dict[str, Any]) -> bool:
        """Whether all that they are made with was known."""
        self.blocks.append(self.program.fast.prepare(**arguments))
        known = bool(self.merge.is_finite(self.blocks[-1]))
        if len(self.blocks) == 8:
            self.blocks = [self.merge(self.blocks)]
        return known

    def finish(self, sample: dict[str, Any], rows: int) -> str:
        """Make the whole, and its proof of two parts of a sample; what was checked."""
        names = self.program.rows
        parts = [
            {k: v[cut] if k in names else v for k, v in sample.items()}
            for cut in (slice(0, rows // 2), slice(rows // 2, rows))[rows == 1 :]
        ]
        self.proof = self.merge([self.program.fast.prepare(**part) for part in parts])
        # what is not of the rows is that of the sample, which has all constants
        merged, own = self.merge(self.blocks), self.merge.names()
        self.made = self.proof | {k: v for k, v in merged.items() if k in own}
        return f"model_fast was checked on {rows}"


# NUTS: all rows, all chains, one compiled block


def over_chains(function: Callable[..., Any], chains: int) -> Any:
    """Compile a function of one chain, a number and the data for all the chains.

    A device a chain where there are as many. Else one after another on a CPU, where
    side by side the longest tree would rule, and side by side on one GPU.
    """
    if jax.local_device_count() >= chains > 1:
        return jax.pmap(function, in_axes=(0, None, None))
    if jax.default_backend() == "cpu":
        return jax.jit(lambda s, *rest: lax.map(lambda c: function(c, *rest), s))
    return jax.jit(jax.vmap(function, in_axes=(0, None, None)))


def start_chain(
    kernel: NUTS, warmup: int, key: Array, _: int, arrays: dict[str, Array]
) -> Any:
    return kernel.init(key, warmup, None, (arrays,), {})


def start_in_units(
    model: Any, warmup: int, accept: float, start: Any, _: int, arrays: dict[str, Array]
) -> Any:
    key, z, metric = start  # an argument: as a constant it would be compiled each time
    kernel = NUTS(model, inverse_mass_matrix=metric, target_accept_prob=accept)
    return kernel.init(key, warmup, z, (arrays,), {})


def start_chains(
    start: Any, model: Any, keys: Array, warmup: int, accept: float, data: Data
) -> Any:
    """States of the chains at over-dispersed points, first those that `start` gives.

    Where the density is not finite there, or so low that no chain would find back (a
    scale of 30 in a logarithm): uniform values in unconstrained space.
    """
    best: tuple[float, Any] | None = None
    for radius in (None, 2.0, 0.1):
        stop_if_interrupted()
        if radius:
            uniform = init_to_uniform(radius=radius)
            kernel = NUTS(model, init_strategy=uniform, target_accept_prob=accept)
            start = over_chains(partial(start_chain, kernel, warmup), len(keys))
        state = run_once(start, keys, 0, data.arrays)
        begun = jax.tree.leaves((state.potential_energy, state.z_grad))
        if not all(np.isfinite(leaf).all() for leaf in begun):
            continue
        energy = float(np.max(state.potential_energy))
        if best is None or energy < best[0]:
            best = (energy, state)
        if energy < 1e6 * data.rows:
            break
    if best is None:
        raise StartError(explain_start(model, data))
    state = best[1]
    # for fewer data it costs what it saves
    if sum(v.size for v in data.arrays.values()) > 50_000:
        stop_if_interrupted()
        # through the host: the chains' states are spread over the devices
        first = jax.tree.map(lambda v: np.asarray(v)[0], state.z)
        metric = np.tile(pilot_metric(model, first, data), (len(keys), 1))
        start = over_chains(partial(start_in_units, model, warmup, accept), len(keys))
        state = run_once(start, (keys, state.z, metric), 0, data.arrays)
    return state


def pilot_metric(model: Any, z: Any, data: Data) -> np.ndarray:
    """Variances of a mean field approximation: the units of the first steps.

    Until the warm-up has learnt them its trees are deep, and it is as long as all the
    rest. 400 steps of Adam, each with one draw of the approximation (Kucukelbir et al.
    2017), lead from `z` to about what they are. A slope that is not finite leads
    nowhere.
    """
    flat, unravel = ravel_pytree(z)
    steps, kept = 400, 100
    adam = optax.adam(optax.cosine_decay_schedule(0.1, steps, alpha=0.1))

    @jax.jit
    def approximate(flat: Array, arrays: dict[str, Array]) -> Array:
        def loss(guide: tuple[Array, Array], draw: Array) -> Array:
            loc, log_scale = guide
            z = unravel(loc + jnp.exp(log_scale) * draw)
            energy: Array = potential_energy(model, (arrays,), {}, z)
            return energy - jnp.sum(log_scale)

        def step(i: Array, carry: Any) -> Any:
            guide, moments, total = carry
            key = jax.random.fold_in(jax.random.PRNGKey(0), i)
            slope = jax.grad(loss)(guide, jax.random.normal(key, flat.shape))
            slope = jax.tree.map(lambda v: jnp.where(jnp.isfinite(v), v, 0.0), slope)
            change, moments = adam.update(slope, moments)
            guide = optax.apply_updates(guide, change)
            late = jnp.where(i >= steps - kept, guide[1], 0.0)
            return guide, moments, total + late

        guide = (flat, jnp.full_like(flat, -2.0))
        start = (guide, adam.init(guide), jnp.zeros_like(flat))
        found: Array = jnp.exp(2 * lax.fori_loop(0, steps, step, start)[2] / kept)
        return found

    return np.asarray(approximate(flat, data.arrays))


def fit_nuts(
    program: Program,
    whole: Data,
    arguments: Any,
    settings: dict[str, Any],
    folder: Path,
    stream: Any = None,
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Draws of the sites and statistics of the sampler, each (chain, draw, ...).

    Of a `stream` the data and the arguments are a sample, but for the number of rows.
    """
    form, data = program.fast, whole
    model: Any = take_arrays(program.model, data.sizes)
    if form:
        made = stream.kept.made if stream else form.prepare(**arguments)
        data = form.bind(made, whole.rows)
        model = form.model(data.sizes)
    if program.reparam:
        model = numpyro.handlers.reparam(model, config=program.reparam)
    chains, warmup, draws = settings["chains"], settings["warmup"], settings["draws"]
    keys = jax.random.split(jax.random.PRNGKey(settings["seed"]), chains)
    accept = settings["target_accept"]
    # the median of three draws spreads the chains like the prior, without its tails
    spread = init_to_median(num_samples=3)
    kernel = NUTS(model, init_strategy=spread, target_accept_prob=accept)
    start = over_chains(partial(start_chain, kernel, warmup), chains)
    first = jax.eval_shape(start, keys, 0, data.arrays)
    length = min(100, max(warmup, draws))

    def sample_block(state: Any, steps: int, arrays: dict[str, Array]) -> Any:
        # `length` iterations of which `steps` count: one compiled function serves
        # warm-up, draws and what is left over at the end of either
        def step(state: Any, i: Array) -> Any:
            state = lax.cond(
                i < steps, lambda s: kernel.sample(s, (arrays,), {}), lambda s: s, state
            )
            kept = constrain_fn(model, (arrays,), {}, state.z, True)
            kept["__log_density"] = -state.potential_energy
            kept["__divergences"] = state.diverging
            kept["__leapfrog_steps"] = state.num_steps
            names = [k for k in kept if k in program.sites or k.startswith("__")]
            return state, {k: kept[k] for k in names}

        return lax.scan(step, state, jnp.arange(length))

    lowered = over_chains(sample_block, chains).lower(first, 0, data.arrays)
    numbers = sum(v.size for v in data.arrays.values())
    with ThreadPoolExecutor(2) as pool:
        # compiled while the chains start: the compiler holds no lock of Python's
        compiling = pool.submit(compile_lowered, lowered, numbers)
        if form:
            proof = stream.kept.proof if stream else made
            compare = form.compare(program, arguments, 3, proof, pool)
        state = start_chains(start, model, keys, warmup, accept, data)
        if form:
            form.judge(program, arguments, *compare(), proof)
        run = compiling.result()

    def advance(state: Any, done: int, steps: int) -> tuple[Any, dict[str, Any]]:
        state, block = run(state, steps, data.arrays)
        kept = {k: np.asarray(v)[:, :steps] for k, v in block.items()}
        return state, kept if done >= warmup else {}

    stages = (warmup, warmup + draws)
    _, kept = run_blocks(advance, state, stages, length, folder)
    statistics = {k[2:]: v for k, v in kept.items() if k.startswith("__")}
    posterior = {k: kept[k] for k in program.sites if k in kept}
    if form:
        posterior = form.complete(program, posterior, data, whole, settings["seed"])
    return posterior, statistics


def judge_nuts(
    program: Program, summary: list[dict[str, Any]], statistics: dict[str, np.ndarray]
) -> tuple[dict[str, Any], list[str]]:
    """Diagnostics of all that is identified, and what is wrong with them."""
    density = diagnose(statistics["log_density"][..., None])
    judged = {"log density": {k: float(v[0]) for k, v in density.items()}}
    for row in summary:
        if (
            row["parameter"].split("[")[0] not in program.unidentified
            and row["sd"] != 0
        ):
            judged[row["parameter"]] = row
    diverged = int(statistics["divergences"].sum())
    deepest = int((statistics["leapfrog_steps"] >= 1023).sum())
    found: dict[str, Any] = {"divergences": diverged, "max_tree_depth": deepest}
    wrong = [f"{diverged} divergent transitions"] if diverged else []
    for name, sign, limit in (
        ("r_hat", 1, 1.01),
        ("ess_bulk", -1, 400),
        ("ess_tail", -1, 400),
    ):
        # NaN, of draws that are too few or not finite, is the worst
        excess = {k: sign * (r[name] - limit) for k, r in judged.items()}
        excess = {k: np.inf if np.isnan(v) else v for k, v in excess.items()}
        worst = max(excess, key=lambda k: excess[k])
        value = {"worst": float(f"{judged[worst][name]:.6g}")}
        found[name] = null_unknown(value) | {"of": worst}
        bad = sum(v > 0 for v in excess.values())
        unknown = [k for k, r in judged.items() if np.isnan(r[name])]
        if unknown:
            wrong.append(
                f"{name} is not known in {len(unknown)} of {len(judged)}, such as"
                f" {unknown[0]}: the draws are too few, or not all finite"
            )
        elif bad:
            wrong.append(
                f"{name} {'above' if sign > 0 else 'below'} {limit} in {bad} of"
                f" {len(judged)}, worst {judged[worst][name]:.4g} of {worst}"
            )
    return found, wrong


# SVI: minibatches of exactly B rows, each epoch a new permutation


def compare_guide(model: Any, guide: Any, data: Data) -> None:
    """NumPyro only warns where model and guide differ, and then fits the prior."""
    values: dict[str, Any] = {}
    wrong: list[str] = []

    def fill(site: dict[str, Any]) -> Any:
        # what the guide drew, since a support may depend on it
        value = values.get(site["name"]) if site["type"] == "sample" else None
        fits = value is not None and jnp.shape(value) == site["fn"].shape()
        return value if fits else init_to_uniform(site)

    def latent(run: Any, arrays: dict[str, Array]) -> dict[str, Any]:
        found = trace(run).get_trace(arrays)
        values.update({k: s["value"] for k, s in found.items()})
        return {
            name: (site["fn"].support, jnp.shape(site["value"]))
            for name, site in found.items()
            if site["type"] == "sample" and not site["is_observed"]
            if not site["infer"].get("is_auxiliary")
        }

    def compare(arrays: dict[str, Array]) -> dict[str, Array]:
        drawn = latent(seed(guide, 0), arrays)
        expected = latent(substitute(seed(model, 0), substitute_fn=fill), arrays)
        wrong.extend(f"{k}: only in the model" for k in expected if k not in drawn)
        wrong.extend(f"{k}: only in the guide" for k in drawn if k not in expected)
        same = {}
        for name in sorted(expected.keys() & drawn.keys()):
            (support, shape), (other, its) = expected[name], drawn[name]
            if shape != its:
                wrong.append(f"{name}: {shape} in the model, {its} in the guide")
                continue
            # supports have many spellings: compare what they hold
            holds = []
            for one, two in ((support, other), (other, support)):
                size = (32, *biject_to(one).inverse_shape(shape))
                wide = 3 * jax.random.normal(jax.random.PRNGKey(0), size)
                holds.append(jnp.all(two(biject_to(one)(wide))))
            same[name] = holds[0] & holds[1]
        return same

    same = run_once(jax.jit(compare), data.arrays)
    wrong += [f"{k}: another support in the guide" for k, v in same.items() if not v]
    if wrong:
        raise StartError("model and guide differ:\n  " + "\n  ".join(wrong))


@lru_cache(maxsize=2)  # a block of steps may begin in one epoch and end in the next
def shuffle_rows(key: int, epoch: int, rows: int) -> np.ndarray:
    return np.random.default_rng([key, epoch]).permutation(rows)


def batch_rows(key: int, rows: int, size: int, start: int, stop: int) -> np.ndarray:
    """Rows of the steps from `start` to `stop`: a function of seed and epoch alone.

    An epoch is a permutation cut into batches of `size`, the remainder left out: each
    row is in a batch with probability size / rows.
    """
    each = rows // size
    epochs = [
        shuffle_rows(key, e, rows)[: each * size]
        for e in range(start // each, -(-stop // each))
    ]
    return np.concatenate(epochs).reshape(-1, size)[start % each :][: stop - start]


class Batches:
    """Blocks of `length` batches, cut on the host: the device reads on and on.

    Two buffers take turns: one is read while the other is filled. They begin at
    multiples of 64 bytes, where JAX on a CPU reads them in place.

    Many rows lie far apart, and fetching each by itself takes longer than a step: from
    100,000 on they are shuffled once for all, and then drawn in runs of eight that stay
    together. That leaves out the last rows % 8 of them, whichever they are.
    """

    def __init__(
        self,
        arrays: dict[str, np.ndarray],
        plan: tuple[int, int, int],
        length: int,
        like: dict[str, np.ndarray] | None = None,
    ) -> None:
        key, rows, size = plan
        arrays, run = self.join_runs(arrays, plan)
        self.runs: dict[str, np.ndarray] = {}
        for name, array in arrays.items():
            shape = (len(array) // run, run, *array.shape[1:])
            self.runs[name] = array.reshape(shape)
        self.plan, self.length, self.turn = (key, rows // run, size // run), length, 0
        self.buffers: list[dict[str, np.ndarray]] = [{}, {}]
        for buffer in self.buffers:
            for name, array in self.runs.items():
                shape = (length, size // run, *array.shape[1:])
                kind = (like or arrays)[name].dtype
                memory = math.prod(shape) * kind.itemsize
                room = np.empty(memory + 64, np.uint8)
                room = room[-room.ctypes.data % 64 :][:memory]
                buffer[name] = room.view(kind).reshape(shape)

    def join_runs(
        self, arrays: dict[str, np.ndarray], plan: tuple[int, int, int]
    ) -> tuple[dict[str, np.ndarray], int]:
        """The rows as they are drawn from, and how many stay together."""
        key, rows, size = plan
        if rows < 100_000 or size % 8:
            return arrays, 1
        order = np.random.default_rng([key, 0, 1]).permutation(rows)[: rows // 8 * 8]
        return {k: v[order] for k, v in arrays.items()}, 8

    def choose(self, start: int, stop: int) -> np.ndarray:
        """The runs of the steps from `start` to `stop`."""
        return batch_rows(*self.plan, start, stop)

    def cut(self, first: int) -> dict[str, np.ndarray]:
        """The batches from step `first` on."""
        if not self.runs:
            return {}
        at = self.choose(first, first + self.length)
        self.turn = 1 - self.turn
        buffer = self.buffers[self.turn]
        for name, room in buffer.items():
            if room.dtype != self.runs[name].dtype:
                room[...] = self.runs[name][at]
                continue
            # clipping changes nothing here, but without it numpy fills a copy
            np.take(self.runs[name], at, axis=0, out=room, mode="clip")
        return {
            k: v.reshape(self.length, v.shape[1] * v.shape[2], *v.shape[3:])
            for k, v in buffer.items()
        }


class Approximation:
    """A guide of a model on data: its parameters as one vector, and draws of it."""

    def __init__(self, program: Program, data: Data, settings: dict[str, Any]) -> None:
        sizes = data.sizes | {"n_row": data.rows}
        self.model: Any = take_arrays(program.model, sizes)
        self.guide: Any = take_arrays(program.guide, sizes)
        compare_guide(self.model, self.guide, data)
        self.program, self.data, self.settings = program, data, settings
        self.keys = jax.random.split(jax.random.PRNGKey(settings["seed"]), 4)
        # NumPyro's own loop is not used: of the optimizer it takes what starts it
        self.svi = SVI(self.model, self.guide, optax.adam(0.0), Trace_ELBO())
        begun = run_once(jax.jit(self.svi.init), self.keys[0], data.arrays)
        # all unconstrained parameters as one vector: a step updates one array, not many
        self.start, self.unravel = ravel_pytree(
            self.svi.optim.get_params(begun.optim_state)
        )

    def params(self, flat: Array) -> Any:
        return self.svi.constrain_fn(self.unravel(flat))

    def draws(self, flat: Array) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
        """Draws of all sites as one chain, and the parameters."""

        @jax.jit
        def draw(flat: Array, arrays: dict[str, Array]) -> Any:
            params, sites = self.params(flat), self.program.sites
            number = self.settings["draws"]
            sample = Predictive(self.guide, params=params, num_samples=number)
            draws = sample(self.keys[2], arrays)
            reported = [k for k in sites if k not in draws]
            if reported:
                follow = Predictive(self.model, draws, return_sites=reported)
                draws |= follow(self.keys[3], arrays)
            return params, {k: draws[k][None] for k in sites}

        params, posterior = jax.tree.map(np.asarray, draw(flat, self.data.arrays))
        return posterior, params


def fit_svi(
    program: Program,
    data: Data,
    settings: dict[str, Any],
    folder: Path,
    stream: Any = None,
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray], np.ndarray]:
    """Draws from the fitted guide as one chain, its parameters, and the losses.

    A step whose loss or gradient is not finite changes nothing; its loss is then NaN.
    Of a `stream` the data are a sample, but for the number of their rows.
    """
    rows, steps, seed = data.rows, settings["steps"], settings["seed"]
    size = min(settings["batch"] or rows, rows)
    fitted = Approximation(program, data, settings)
    rate = optax.cosine_decay_schedule(settings["learning_rate"], steps, alpha=0.01)
    adam, start = optax.adam(rate), fitted.start
    estimate = program.loss or Trace_ELBO().loss
    names = [k for k in program.rows if k in data.arrays and size < rows]
    cut = {k: np.asarray(data.arrays[k]) for k in names}
    whole = {k: v for k, v in data.arrays.items() if k not in cut}
    width = size * sum(v[0].nbytes for v in cut.values())
    length = max(1, min(1000, steps, 2**24 // max(width, 1)))  # bounds a buffer
    if stream:
        batches = stream.kept.batches(seed, size, length, cut)
    else:
        batches = Batches(cut, (seed, rows, size), length)

    def loss(flat: Array, key: Array, arrays: dict[str, Array]) -> Array:
        return estimate(key, fitted.params(flat), fitted.model, fitted.guide, arrays)

    @jax.jit
    def run(state: Any, done: int, count: int, batches: Any, whole: Any) -> Any:
        every = done + jnp.arange(length)
        own = jax.vmap(jax.random.fold_in, in_axes=(None, 0))(fitted.keys[1], every)

        def step(i: Array, carry: Any) -> Any:
            state, losses = carry
            batch = whole | {k: v[i] for k, v in batches.items()}
            value, slope = jax.value_and_grad(loss)(state[0], own[i], batch)
            change, moments = adam.update(slope, state[1])
            usable = jnp.isfinite(value) & jnp.isfinite(slope).all()
            moved = (optax.apply_updates(state[0], change), moments)
            state = jax.tree.map(lambda a, b: jnp.where(usable, a, b), moved, state)
            return state, losses.at[i].set(jnp.where(usable, value, jnp.nan))

        # a scan of as many steps as are asked for: one compiled function
        return lax.fori_loop(0, count, step, (state, jnp.zeros(length)))

    ahead: dict[int, dict[str, np.ndarray]] = {}

    def advance(state: Any, done: int, count: int) -> tuple[Any, dict[str, Any]]:
        block = ahead.pop(done) if done in ahead else batches.cut(done)
        state, losses = run(state, done, count, block, whole)
        if done + count < steps:  # meanwhile the device is at work
            ahead[done + count] = batches.cut(done + count)
        if done == 0 and not jnp.isfinite(losses[:count]).any():
            raise StartError(explain_start(fitted.model, data))
        return state, {"loss": np.asarray(losses)[None, :count]}

    state, kept = run_blocks(
        advance, (start, adam.init(start)), (steps,), length, folder
    )
    return *fitted.draws(state[0]), kept["loss"][0]


def judge_svi(losses: np.ndarray) -> tuple[dict[str, Any], list[str]]:
    """Settled: between the last two tenths of the steps the mean ELBO changed by less
    than four standard errors, or by less than 0.1 and 1e-5 of itself.

    Steps that were left out have no loss: they are counted, and not averaged over.
    """
    tenth, usable = len(losses) // 10, np.isfinite(losses)
    before, after = (
        losses[part][usable[part]].astype(float)
        for part in (slice(-2 * tenth, -tenth), slice(-tenth, None))
    )
    elbo, change, error = math.nan, math.nan, math.nan
    if after.size:
        elbo = -float(after.mean())
    if min(before.size, after.size):
        change = float(before.mean() - after.mean())
        error = math.sqrt(before.var() / before.size + after.var() / after.size)
    found = {"elbo": elbo, "elbo_change": change, "elbo_change_error": error}
    wrong = []
    if not usable.all():
        left_out = f"{np.sum(~usable)} of {len(losses)} steps"
        wrong = [f"{left_out} had no finite gradient and were left out"]
    few = min(before.size, after.size) < 10
    if not few and abs(change) < max(4 * error, 0.1 + 1e-5 * abs(elbo)):
        return null_unknown(found), wrong
    told = (
        f"it changed by {change:.3g} with standard error {error:.2g} in the last tenth"
        " of the steps"
    )
    if few:
        told = "too few steps to tell"
    return null_unknown(found), [*wrong, f"the ELBO has not settled: {told}"]


# Rows that SVI reads on and on: encoded once, then cut into minibatches from a disk


RUN = 64  # rows that lie together
WINDOW = 64  # steps


def run_length(rows: int) -> int:
    """How many lie together: of few rows one, or there would be few runs."""
    return min(RUN, max(1, rows // 4096))


def divide_epoch(rows: int, size: int) -> tuple[int, int]:
    """How many rows lie together, and the batches of an epoch: at least one."""
    run = run_length(rows)
    if rows // run * run < size:
        run = 1  # whole runs would leave out too many
    return run, rows // run * run // size


@lru_cache(maxsize=2)
def place_runs(key: int, epoch: int, rows: int, run: int) -> tuple[int, np.ndarray]:
    """Where the first run of rows begins, and the order of the runs."""
    rng = np.random.default_rng([key, 1, epoch])
    return int(rng.integers(rows)), rng.permutation(rows // run)


@lru_cache(maxsize=4)
def window_rows(key: int, rows: int, size: int, epoch: int, window: int) -> np.ndarray:
    """Rows of the steps of one window of an epoch: (step, row)."""
    run, each = divide_epoch(rows, size)
    first, order = place_runs(key, epoch, rows, run)
    last = min((window + 1) * WINDOW, each)
    # zeros at the end count for nothing: the 2 keeps window 0 apart from the runs
    rng = np.random.default_rng([key, 2, epoch, window])
    at = rng.permutation(np.arange(window * WINDOW * size, last * size))
    found = (first + order[at // run] * run + at % run) % rows
    return found.reshape(-1, size)


def stored_rows(key: int, rows: int, size: int, start: int, stop: int) -> np.ndarray:
    """Rows of the steps from `start` to `stop`: a function of seed and step alone.

    The rows of a file are a ring. In each epoch it is cut anew into runs of RUN rows,
    which are read in random order; those of WINDOW steps are shuffled among the
    batches of these steps. Each row is in a batch with probability size / rows.
    """
    _, each = divide_epoch(rows, size)
    found: list[np.ndarray] = []
    while start < stop:
        epoch, step = start // each, start % each
        window = window_rows(key, rows, size, epoch, step // WINDOW)
        steps = window[step % WINDOW :][: stop - start]
        found.append(steps)
        start += len(steps)
    return np.concatenate(found)


class StoredBatches(Batches):
    """Batches of arrays that are maps of files."""

    maps: tuple[mmap.mmap, ...] = ()

    def join_runs(
        self, arrays: dict[str, np.ndarray], plan: tuple[int, int, int]
    ) -> tuple[dict[str, np.ndarray], int]:
        return arrays, 1

    def choose(self, start: int, stop: int) -> np.ndarray:
        return stored_rows(*self.plan, start, stop)

    def cut(self, first: int) -> dict[str, np.ndarray]:
        found = super().cut(first)
        if hasattr(mmap, "MADV_DONTNEED"):
            # pages count as memory of the process until they are given back; the system
            # keeps what is in them as long as there is room
            for pages in self.maps:
                pages.madvise(mmap.MADV_DONTNEED)
        return found


class StoredRows:
    """Encoded rows in files without a name beside RUN: no kill leaves any of them."""

    def __init__(self, program: Program, folder: Path) -> None:
        self.names, self.folder = program.rows, folder
        self.files: dict[str, Any] = {}
        self.maps: dict[str, mmap.mmap] = {}
        self.kinds: dict[str, tuple[np.dtype[Any], tuple[int, ...]]] = {}
        self.largest: dict[str, int] = {}  # of whole numbers
        self.rows = 0

    def close(self) -> None:
        for file in self.files.values():
            file.close()

    def clear(self) -> None:
        self.close()
        self.files, self.kinds, self.largest, self.rows = {}, {}, {}, 0

    def add(self, arguments: dict[str, Any]) -> bool:
        """Whether all that they are made with was known."""
        arrays = {k: v for k in self.names if (v := arguments.get(k)) is not None}
        try:
            for name, array in arrays.items():
                if name not in self.files:
                    self.files[name] = tempfile.TemporaryFile(dir=self.folder)
                    self.kinds[name] = array.dtype, array.shape[1:]
                self.files[name].write(array.tobytes())
                if array.dtype.kind == "i":
                    most = int(abs(array).max(initial=self.largest.get(name, 0)))
                    self.largest[name] = most
        except OSError as error:
            told = f"{error.strerror}; the encoded rows are kept there during a fit"
            raise RunError(f"{self.folder}: {told}") from None
        self.rows += len(next(iter(arrays.values())))
        return all(np.isfinite(array).all() for array in arrays.values())

    def finish(self, _: dict[str, Any], rows: int) -> str:
        """Map the files, which keeps them: what they are judged by, in words."""
        for name, file in self.files.items():
            file.flush()
            if file.tell():  # not a block without columns
                self.maps[name] = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return f"priors and precision were checked on {rows}"

    def check(self, batch: int) -> None:
        """What takes all rows to know, once the precision is known."""
        if batch >= self.rows:
            told = f"--batch {batch} is not less than the {self.rows} rows"
            raise RunError(f"{told}: give --no-stream")
        largest = np.iinfo(jnp.result_type(int)).max
        for name, most in self.largest.items():
            if most > largest:
                raise DataError(f"{name}: whole numbers above {largest} need --x64")

    def batches(
        self, seed: int, size: int, length: int, like: dict[str, np.ndarray]
    ) -> Batches:
        """Blocks of `length` batches, of the types that they are `like`."""
        arrays: dict[str, np.ndarray] = {}
        for name, (kind, shape) in self.kinds.items():
            whole = np.frombuffer(self.maps.get(name, b""), kind)
            arrays[name] = whole.reshape(self.rows, *shape)
        batches = StoredBatches(arrays, (seed, self.rows, size), length, like)
        batches.maps = tuple(self.maps.values())
        return batches


# SVI without noise: all rows, the same draws at each step, and no learning rate


def normals_of(fn: Any) -> tuple[int, ...]:
    """The shape of the standard normals that a draw of a guide's site is made of."""
    if isinstance(fn, dist.ExpandedDistribution):
        inside = normals_of(fn.base_dist)[len(fn.base_dist.batch_shape) :]
        return (*fn.batch_shape, *inside)
    if isinstance(fn, dist.Independent | dist.TransformedDistribution):
        return normals_of(fn.base_dist)
    return tuple(fn.shape())


def from_normals(fn: Any, z: Array) -> Array:
    """The draw that is made of them."""
    if isinstance(fn, dist.Independent | dist.ExpandedDistribution):
        return from_normals(fn.base_dist, z)
    if isinstance(fn, dist.TransformedDistribution):
        value = from_normals(fn.base_dist, z)
        for step in fn.transforms:
            value = step(value)
        return value
    if isinstance(fn, dist.MultivariateNormal):
        return fn.loc + (fn.scale_tril @ z[..., None])[..., 0]
    if not isinstance(fn, dist.Normal):
        raise TypeError(f"{type(fn).__name__} is not made of normals")
    return fn.loc + fn.scale * z


def balanced_draws(
    rng: np.random.Generator, shapes: dict[str, tuple[int, ...]]
) -> dict[str, np.ndarray]:
    """Draws of standard normals, each with its opposite: (draws, *shape) of each site.

    They have mean 0 and variance 1. The normals of sites of up to 200 numbers, 1,000 in
    all, are not correlated with any other, so that what is quadratic in them, as a
    normal likelihood is in its coefficients, has its exact expectation, and a guide in
    which others depend on them cannot take chance for dependence.
    """
    sizes = {name: int(np.prod(shape)) for name, shape in shapes.items()}
    order = sorted(sizes, key=lambda name: sizes[name])
    ends = dict(zip(order, np.cumsum([sizes[name] for name in order]), strict=True))
    few = [end for name, end in ends.items() if sizes[name] <= 200 and end <= 1000]
    exact, total = max(few, default=0), max(ends.values(), default=0)
    half = max(64, exact + 32 * (total > exact))
    z = rng.normal(size=(half, total))
    own = np.linalg.qr(z[:, :exact])[0]
    rest = z[:, exact:] - own @ (own.T @ z[:, exact:])
    rest /= np.sqrt(np.mean(rest**2, axis=0))
    z = np.hstack([own * np.sqrt(half), rest])
    both = np.concatenate([z, -z])
    return {
        name: both[:, ends[name] - sizes[name] : ends[name]].reshape(len(both), *shape)
        for name, shape in shapes.items()
    }


class Descent(NamedTuple):
    """A point of L-BFGS, and its last moves: those of the point and of the slope."""

    point: np.ndarray
    value: np.ndarray
    slope: np.ndarray
    moves: np.ndarray  # (20, size), zeros where there was none, the last one last
    turns: np.ndarray
    small: np.ndarray  # steps in a row that gained next to nothing


PATIENCE = 20  # such steps, and it has settled
STUCK = 2 * PATIENCE  # instead of their number: nothing ahead is finite


def descend(evaluate: Callable[[np.ndarray], Any], at: Descent) -> Descent:
    """One step of L-BFGS (Nocedal and Wright 2006, ch. 7.2), halved until it helps.

    Where none does it forgets what it knew. If that was nothing it is at an end:
    rounding lets it go no lower, or the shortest steps lead where nothing is finite.
    """
    known = [(s, y, s @ y) for s, y in zip(at.moves, at.turns, strict=True) if s @ y]
    way, shares = -at.slope, []
    for s, y, product in reversed(known):
        shares.append(s @ way / product)
        way = way - shares[-1] * y
    if known:
        s, y, product = known[-1]
        way = way * (product / (y @ y))
    else:
        way = way / max(1.0, float(np.linalg.norm(way)))
    for (s, y, product), share in zip(known, reversed(shares), strict=True):
        way = way + (share - y @ way / product) * s
    gain, length, finite = float(at.slope @ way), 1.0, True
    for _ in range(40):
        point = at.point + length * way
        value, slope = evaluate(point)
        moved = bool((point != at.point).any())  # else rounding took the step
        if moved:
            finite = bool(np.isfinite(value) and np.isfinite(slope).all())
        if moved and finite and value <= at.value + 1e-4 * length * gain:
            break
        length /= 2
    else:
        none = np.zeros_like(at.moves)
        end = np.asarray(PATIENCE if finite else STUCK)
        small = at.small if known else end
        return at._replace(moves=none, turns=none, small=small)
    move, turn = point - at.point, slope - at.slope
    moves, turns = at.moves, at.turns
    if move @ turn > 1e-12 * (turn @ turn):
        moves = np.concatenate([moves[1:], move[None]])
        turns = np.concatenate([turns[1:], turn[None]])
    # one step may gain little where it is far: the last one's scale is not that of all
    small = at.small + 1 if at.value - value < 1e-5 else np.asarray(0)
    return Descent(point, value, slope, moves, turns, small)


def fit_fixed_draws(
    program: Program, data: Data, settings: dict[str, Any], folder: Path
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray], dict[str, Any], list[str]]:
    """As `fit_svi`, to the least of the ELBO that the same draws give at each step.

    Giordano, Ingram and Broderick (2024), Black box variational inference with a
    deterministic objective.
    """
    fitted = Approximation(program, data, settings)
    guided = trace(substitute(seed(fitted.guide, 0), data=fitted.params(fitted.start)))
    shapes = {
        name: normals_of(site["fn"])
        for name, site in guided.get_trace(data.arrays).items()
        if site["type"] == "sample"
    }
    balanced = balanced_draws(np.random.default_rng(settings["seed"]), shapes)
    draws = {name: jnp.asarray(z, fitted.start.dtype) for name, z in balanced.items()}

    def loss(flat: Array, normals: dict[str, Array], arrays: dict[str, Array]) -> Array:
        def place(site: dict[str, Any]) -> Any:
            known = site["type"] == "sample" and site["name"] in normals
            return from_normals(site["fn"], normals[site["name"]]) if known else None

        guide = substitute(seed(fitted.guide, 0), data=fitted.params(flat))
        guide = substitute(guide, substitute_fn=place)
        log_q, sites = log_density(guide, (arrays,), {}, {})
        model = replay(seed(fitted.model, 0), sites)
        log_p, _ = log_density(model, (arrays,), {}, {})
        found: Array = log_q - log_p
        return found

    @jax.jit
    def average(flat: Array, draws: dict[str, Array], arrays: dict[str, Array]) -> Any:
        def of(normals: dict[str, Array]) -> Any:
            return jax.value_and_grad(loss)(flat, normals, arrays)

        return jax.tree.map(lambda v: v.mean(axis=0), lax.map(of, draws))

    def evaluate(point: np.ndarray) -> Any:
        stop_if_interrupted()
        return jax.tree.map(np.asarray, average(point, draws, data.arrays))

    def advance(state: Any, done: int, count: int) -> tuple[Any, dict[str, Any]]:
        at = Descent(*map(np.asarray, state))
        if at.small < PATIENCE:
            at = descend(evaluate, at)
        if done == 0 and at.small == STUCK:
            raise StartError(explain_start(fitted.model, data))
        return at, {"loss": np.full((1, count), at.value)}

    point = np.asarray(fitted.start)
    value, slope = evaluate(point)
    if not (np.isfinite(value) and np.isfinite(slope).all()):
        raise StartError(explain_start(fitted.model, data))
    none = np.zeros((20, point.size), point.dtype)
    start = Descent(point, value, slope, none, none, np.asarray(0))
    steps = settings["steps"]
    state, kept = run_blocks(advance, start, (steps,), 1, folder)
    found, wrong = {"elbo": -float(kept["loss"][0, -1])}, []
    if state.small < PATIENCE:
        wrong = [f"the ELBO has not settled: {steps} steps were too few"]
    elif state.small == STUCK:
        wrong = ["the ELBO has not settled: where it leads next, no gradient is finite"]
    return *fitted.draws(state.point), found, wrong


# The versions that this code was tested with


TESTED = {  # the oldest and the newest
    "numpyro": ("0.19.0", "0.22.0"),
    "jax": ("0.8.0", "0.12.0"),
    "optax": ("0.1.5", "0.2.8"),
    "numpy": ("2.0.0", "2.5.5"),
}


def warn_of_versions() -> list[str]:
    """A warning where what is installed is older or newer: it may well work."""

    def number(text: str) -> list[int]:
        return [int(part) for part in re.findall(r"\d+", text)[:3]]

    told = []
    for name, (oldest, newest) in TESTED.items():
        found = version(name)
        if number(found) < number(oldest) or number(found)[:2] > number(newest)[:2]:
            told.append(f"{name} {found} (tested: {oldest} to {newest})")
    warnings = [f"not a tested version: {', '.join(told)}"] if told else []
    for warning in warnings:
        log.warning(f"warning: {warning}")
    return warnings


# Fitting: from a table to a RUN folder


# Of RUN folders: raised whenever what is in them changes.
FORMAT = 1
STARTING = {"status": "starting", "format": FORMAT}  # of a RUN that may be used again
DEFAULTS: dict[str, Any] = {
    "method": "nuts",
    "seed": 0,
    "draws": 1000,
    "chains": 4,
    "warmup": 1000,
    "target_accept": 0.9,
}
DEFAULTS |= {"batch": None, "steps": 20000, "learning_rate": 0.01}


def read_report(folder: Path) -> dict[str, Any]:
    """run.json, empty where there is none."""
    path = folder / "run.json"
    report = read_json(path) if os.path.lexists(path) else {}
    found = report.get("format", 1)
    if not isinstance(found, int) or found > FORMAT:
        raise RunError(
            f"{folder} has format {found}, and this file reads up to {FORMAT}:"
            " use the one that wrote it, or a newer one"
        )
    return report


def digest_json(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def digest_arguments(arguments: dict[str, Any]) -> str:
    digest = hashlib.sha256()
    for name, value in sorted(arguments.items()):
        if value is not None:
            digest.update(f"{name} {np.shape(value)}".encode())
            digest.update(np.asarray(value).tobytes())
    return digest.hexdigest()


# What stands beside run.json; prior.npz tells that the others are of a prior, too
OF_A_FIT = ["encoding.json", "posterior.npz", "params.npz", "posterior.nc"]
OF_A_FIT += ["summary.csv"]
OF_A_PRIOR = ["predictions.csv", "prior_predictive.csv", "prior.npz"]


def checkpoint_of(folder: Path) -> Path:
    checkpoint = folder / "checkpoint"
    if checkpoint.is_symlink():
        raise RunError(f"{checkpoint} leads elsewhere; remove it")
    return checkpoint


def check_free(folder: Path, names: list[str], remedy: str) -> None:
    """No run is here, or one that never started; nor files that are somebody's own."""
    old = read_report(folder)
    if old.get("status") == "starting":
        return
    if old:
        raise RunError(f"{folder} holds a run: give {remedy}")
    held = [name for name in names if os.path.lexists(folder / name)]
    checkpoint = folder / "checkpoint"
    if checkpoint.is_dir() and any(checkpoint.iterdir()):
        held.append("checkpoint")
    if held:
        raise RunError(
            f"{folder} holds files that no fit wrote: {', '.join(held)}; give --force"
            " or another folder"
        )


def clear_checkpoint(folder: Path) -> None:
    """Remove what `run_blocks` wrote, and the folder where it holds nothing else."""
    for pattern in ("state.npz", "draws_*.npz"):
        for path in [*folder.glob(pattern), *folder.glob(f"{pattern}.tmp")]:
            path.unlink()
    with contextlib.suppress(OSError):  # there is none, or not empty
        folder.rmdir()


def clear_run(folder: Path) -> None:
    """A folder for a new run, without what an old one wrote there."""
    checkpoint = checkpoint_of(folder)
    folder.mkdir(parents=True, exist_ok=True)
    # nothing that is here is to be resumed
    write_json(folder / "run.json", STARTING)
    clear_checkpoint(checkpoint)
    ours = (folder / "prior.npz").exists()  # else predictions.csv is somebody's own
    for name in OF_A_FIT + (OF_A_PRIOR if ours else []):
        (folder / name).unlink(missing_ok=True)


@contextlib.contextmanager
def freed_without_start(folder: Path) -> Iterator[None]:
    """Where a fit found no start, and none was cut short, RUN may be used again."""
    try:
        yield
    except StartError:
        if not (folder / "checkpoint" / "state.npz").exists():
            write_json(folder / "run.json", STARTING)
        raise


def open_run(folder: Path, report: dict[str, Any], resume: bool, force: bool) -> bool:
    """Make RUN ready for a fit; true where it already holds the finished one.

    To resume, the fit, what the columns mean and the coordinates must be the same.
    """
    checkpoint = checkpoint_of(folder)
    old = read_report(folder) if resume else {}
    if old.get("fit"):
        fitted = dict(old["fit"]) if isinstance(old["fit"], dict) else {}
        beside = [k for k in ("encoding", "reparam") if k in old]
        fitted |= {k: old[k] for k in beside}
        same = report["fit"] | {k: report[k] for k in beside}
        told = [
            f"{k} was {fitted.get(k)}, now {same.get(k)}"
            for k in fitted | same
            if fitted.get(k) != same.get(k)
        ]
        if told:
            raise RunError(f"{folder} cannot be resumed: {'; '.join(told)}")
        if old.get("status") == "complete":
            return True
        checkpoint.mkdir(exist_ok=True)
        return False
    if old.get("status", "starting") != "starting":
        raise RunError(f"{folder} holds no fit: give --force instead of --resume")
    if not force:
        check_free(folder, [*OF_A_FIT, "prior.npz"], "--resume or --force")
    clear_run(folder)
    checkpoint.mkdir(exist_ok=True)
    return False


def read_run(program: Program, folder: Path) -> Fit:
    """A finished fit from its folder, where anything may have happened to the files."""
    report = read_report(folder)
    if report.get("status") != "complete":
        raise RunError(f"{folder} does not hold a finished fit")
    fitted = report.get("fit")
    if not isinstance(fitted, dict) or not isinstance(fitted.get("x64"), bool):
        raise RunError(f"{folder}/run.json says nothing of a fit; fit again (--force)")
    if fitted.get("source") != program.source:
        raise RunError(f"{folder} holds a fit of another model; fit again (--force)")
    encoding = read_json(folder / "encoding.json")
    if digest_json(encoding) != report.get("encoding"):
        raise RunError(f"{folder}/encoding.json was changed; fit again (--force)")
    posterior = read_npz(folder / "posterior.npz")
    with reading(folder / "summary.csv") as file:
        text = io.TextIOWrapper(file, newline="")
        summary = [
            {k: v if k == "parameter" else float(v or "nan") for k, v in row.items()}
            for row in csv.DictReader(text, strict=True)
        ]
        if len(summary) != sum(math.prod(v.shape[2:]) for v in posterior.values()):
            raise ValueError("it has not a row for each value")
    return Fit(posterior, summary, encoding, report)


def write_netcdf(path: Path, posterior: dict[str, np.ndarray]) -> list[str]:
    """posterior.nc as arviz has it, which takes longer to import than many fits.

    Where there is no h5netcdf, which arviz uses, a note; any failure of it is one. It
    writes to memory: HDF5 ends the process where a disk is full.
    """
    if find_spec("arviz") is None and find_spec("h5netcdf") is None:
        return []
    memory = io.BytesIO()
    try:
        import h5netcdf

        with h5netcdf.File(memory, "w") as netcdf:
            group = netcdf.create_group("posterior")
            for name, draws in posterior.items():
                own = (f"{name}_dim_{i}" for i in range(draws.ndim - 2))
                dims = ("chain", "draw", *own)
                for dim, size in zip(dims, draws.shape, strict=True):
                    if dim not in group.dimensions:
                        group.dimensions[dim] = size
                        group.create_variable(dim, (dim,), data=np.arange(size))
                group.create_variable(name, dims, data=draws)
    except Exception as error:  # no backend, a name that netCDF does not take
        return [f"posterior.nc was not written: {error}"]
    with replacing(path) as file:
        file.write(memory.getbuffer())
    return []


def check_seed(seed: int) -> None:
    """What every generator of random numbers takes."""
    if not 0 <= seed < 2**31:
        raise RunError(f"seed {seed}: expected a whole number from 0 to {2**31 - 1}")


def check_settings(settings: dict[str, Any]) -> None:
    """The rules of the command line, for what Python gives."""
    for name, value in settings.items():
        whole, real = isinstance(value, int), isinstance(value, int | float)
        if name in ("chains", "warmup", "draws", "steps", "batch"):
            right, rule = whole and value >= 1, "a whole number from 1 on"
        elif name == "target_accept":
            right, rule = real and 0 < value < 1, "a number between 0 and 1"
        elif name == "learning_rate":
            right, rule = real and 0 < value < math.inf, "a number above 0"
        else:
            continue
        if not right and (name, value) != ("batch", None):
            raise RunError(f"{name} {value!r}: expected {rule}")


def place_beside(run: str | Path | None) -> Path:
    """The folder that a RUN folder is or will be in."""
    if run is None:
        return Path(tempfile.gettempdir())
    return next(folder for folder in Path(run).absolute().parents if folder.is_dir())


def run_fit(
    program: Program,
    data: Any,
    run: str | Path | None = None,
    *,
    resume: bool = False,
    force: bool = False,
    na: str = "error",
    values: dict[str, float] | None = None,
    free_precision: bool | None = None,
    stream: bool | None = None,
    **options: Any,
) -> Fit:
    """Fit by NUTS or SVI; with `run`, write there what the command line writes.

    With `free_precision` float64 is turned on where float32 is not enough; without it
    somebody chose, and None is neither: NUTS then warns of float32 on a CPU.
    A large Parquet file is read in blocks where the model allows it, as `stream` says.
    """
    began = time.monotonic()
    settings = DEFAULTS | program.settings | options
    for name, value in options.items():
        if isinstance(value, np.number):  # which JSON has not
            settings[name] = value.item()
    if settings.keys() - DEFAULTS.keys():
        raise TypeError(f"unknown settings: {settings.keys() - DEFAULTS.keys()}")
    check_seed(settings["seed"])
    if settings["method"] not in ("nuts", "svi"):
        raise RunError(f"method {settings['method']!r}: expected 'nuts' or 'svi'")
    method, unused = settings["method"], ["chains", "warmup", "target_accept"]
    nuts = method == "nuts"
    if nuts:
        unused = ["batch", "steps", "learning_rate"]
    elif program.approximate:
        method, unused = "svi without noise", [*unused, "learning_rate"]
    refused = [name for name in unused if options.get(name) is not None]
    if refused:
        raise RunError(f"{method} has no option {', '.join(refused)}")
    for name in unused:  # what the program says of the other method
        del settings[name]
    check_settings(settings)
    if program.series and settings.get("batch"):
        raise RunError("rows of a series depend on each other: no --batch")
    if program.approximate and settings.pop("batch", None):
        raise RunError("without noise all rows are read at each step: no --batch")
    blocks, streamed = program.blocks, None
    if stream and not blocks:
        raise RunError("--stream: this model needs all rows in memory")
    if blocks and blocks.wanted(program, data, stream, settings):
        streamed = blocks.read(program, data, values, na, nuts, place_beside(run))
        arguments, encoding = streamed.arguments, streamed.encoding
    else:
        arguments, encoding = program.encode(data, settings=values, na=na)
    del encoding["training"]
    fast = program.fast if nuts else None
    precision = check_precision(program, arguments, fast, bool(free_precision))
    if streamed and not nuts:
        streamed.kept.check(settings["batch"])
    ready = prepare_data(program, arguments)._replace(rows=encoding["rows"])
    digest = streamed.digest if streamed else digest_arguments(arguments)
    x64 = bool(jnp.result_type(float) == jnp.float64)
    same = settings | {"x64": x64, "source": program.source, "data": digest}
    if nuts and program.fast:  # run.json says which form of the model was sampled
        same["passes"] = list(program.fast.passes)
    notes = precision + (streamed.notes if streamed else [])
    notes += [note for check in program.checks for note in check(arguments)]
    if "dropped" in encoding:
        count = len(encoding["dropped"])
        notes.append(f"{count} rows with missing values were dropped")
    for note in notes:
        log.info(note)
    notes += warn_of_versions()
    if nuts and not x64 and free_precision is None and jax.default_backend() == "cpu":
        rough = "float32 spoils the acceptance of NUTS: call numpyro.enable_x64() first"
        log.warning(f"warning: {rough}")
        notes.append(rough)
    report = {
        "status": "running",
        "format": FORMAT,
        "program": program.name,
        "fit": same,
        "rows": encoding["rows"],
        "reparam": (
            {k: str(vars(v)) for k, v in program.reparam.items()} if nuts else {}
        ),
        "versions": {k: version(k) for k in ("numpyro", "jax", "numpy", "optax")}
        | {"python": platform.python_version()},
        "device": str(jax.devices()[0]),
        "notes": notes,
        "encoding": digest_json(encoding),
    }
    place = contextlib.nullcontext(run) if run else tempfile.TemporaryDirectory()
    with place as where:
        folder = Path(where)
        if open_run(folder, report, resume, force):
            log.info(f"{folder} is complete")
            return read_run(program, folder)
        write_json(folder / "encoding.json", encoding)
        write_json(folder / "run.json", report)
        params: dict[str, np.ndarray] = {}
        checkpoint = folder / "checkpoint"
        with freed_without_start(folder):
            if nuts:
                posterior, statistics = fit_nuts(
                    program, ready, arguments, settings, checkpoint, streamed
                )
                summary = summarize(program, posterior, encoding, True)
                found, wrong = judge_nuts(program, summary, statistics)
            else:
                if program.approximate:
                    posterior, params, found, wrong = program.approximate(
                        program, ready, settings, checkpoint
                    )
                else:
                    posterior, params, losses = fit_svi(
                        program, ready, settings, checkpoint, streamed
                    )
                    found, wrong = judge_svi(losses)
                summary = summarize(program, posterior, encoding, False)
        told = [t for look in program.reviews for t in look(posterior, arguments)]
        for note in told:
            log.info(note)
        notes += told
        for warning in wrong:
            log.warning(f"warning: {warning}")
        if run is not None:
            notes += write_netcdf(folder / "posterior.nc", posterior)
        write_npz(folder / "posterior.npz", posterior)
        write_npz(folder / "params.npz", params)
        write_csv(folder / "summary.csv", summary)
        report |= {"diagnostics": found, "warnings": wrong, "status": "complete"}
        report["seconds"] = round(time.monotonic() - began, 3)
        write_json(folder / "run.json", report)  # last: it says that the rest is there
        clear_checkpoint(checkpoint)
    return Fit(posterior, summary, encoding, report)


# What the priors imply for the responses, beside the data


LEVELS = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)


def compare_prior(
    program: Program,
    data: Data,
    arguments: dict[str, Any],
    encoding: dict[str, Any],
    seed: int,
) -> list[dict[str, Any]]:
    """Quantiles of each response over all rows: in draws of the prior, in the data.

    Of a category those of the share of each level over the draws; of the data those of
    the rows where the response is not missing.
    """
    key = jax.random.PRNGKey(seed)
    drawn = draw_responses(program, data, key, {}, data.arrays, 200)
    sites = {part: site for site, parts in program.joint.items() for part in parts}
    rows = []
    for name in program.responses:
        seen, site = np.asarray(arguments[name]), sites.get(name, name)
        if (there := arguments.get(f"{site}_observed")) is not None:
            seen = seen[there]
        for source, values in (("prior", drawn[name]), ("data", seen)):
            y = np.atleast_2d(np.asarray(values, float))
            kinds = {name: y}
            if name in encoding["levels"]:
                levels = enumerate(encoding["levels"][name])
                kinds = {f"{name}={k}": np.mean(y == i, axis=1) for i, k in levels}
            for kind, x in kinds.items():
                found = np.nanquantile(x, LEVELS)
                cells = {
                    f"q{100 * q:02.0f}": float(v)
                    for q, v in zip(LEVELS, found, strict=True)
                }
                rows.append({"response": kind, "source": source} | cells)
    log.info("  ".join(f"{name:>10}" for name in rows[0]))
    for row in rows:
        shown = [f"{v:.4g}" if isinstance(v, float) else v for v in row.values()]
        log.info("  ".join(f"{cell:>10}" for cell in shown))
    return rows


# Prediction: runs the model itself, in chunks of rows


# Where a prior that has a `loc` lies around it
OPEN = (constraints.real, constraints.real_vector, constraints.circular)


def prior_median(fn: Any) -> Array:
    """The exact one where NumPyro has it and it is finite, or that of 1,001 draws."""

    def draw() -> Array:
        return jnp.median(fn.sample(jax.random.PRNGKey(0), (1001,)), axis=0)

    try:
        exact = jnp.broadcast_to(fn.icdf(0.5), fn.shape())
    except (NotImplementedError, ImportError):
        return draw()
    finite = jnp.isfinite(exact)
    return lax.cond(
        finite.all(), lambda: exact, lambda: jnp.where(finite, exact, draw())
    )


def prior_location(fn: Any) -> Array:
    """A prior's `loc` if it is of the whole line, a median if it is of a part of it.

    Through its transforms, which keep the order (exp(loc) of LogNormal).
    """
    folded = isinstance(fn, dist.FoldedDistribution)
    if isinstance(fn, dist.Independent | dist.ExpandedDistribution):
        value = prior_location(fn.base_dist)
    elif isinstance(fn, dist.TransformedDistribution) and not folded:
        value = prior_location(fn.base_dist)
        for transform in fn.transforms:
            value = transform(value)
    elif hasattr(fn, "loc") and any(fn.support is each for each in OPEN):
        value = fn.loc
    else:
        value = fn.mean if fn.event_shape else prior_median(fn)
    return jnp.broadcast_to(value, fn.shape())


def add_levels(
    program: Program,
    draws: dict[str, Any],
    key: Array,
    data: Data,
    encoding: dict[str, Any],
    unseen: str,
) -> dict[str, Any]:
    """The posterior with new levels and points, which the model itself supplies.

    It runs with all of them and one row, at each draw. What it draws (`sample`), or
    where a prior lies (`population`), is kept for the new levels, and what it draws for
    new points of a curve; all others have the values of the draw as soon as their site
    is reached, so that no prior sees anything else of them.
    """
    levels = set(encoding.get("unseen", {}))
    new = levels | set(encoding.get("points", {}))
    grown = {k for k in draws if set(program.sites[k]) & new}
    located = {k for k in grown if levels & set(program.sites[k])}
    if not grown:
        return draws
    model = take_arrays(program.model, data.sizes)
    row = {k: v[:1] if k in program.rows else v for k, v in data.arrays.items()}

    def complete(given: tuple[Array, dict[str, Array]]) -> dict[str, Array]:
        own, known = given

        def fill(site: dict[str, Any]) -> Any:
            name = site["name"]
            if site["type"] != "sample" or name not in known:
                return None
            if name not in grown:
                return known[name]
            if unseen == "population" and name in located:
                value = prior_location(site["fn"])
            else:
                value = site["fn"].sample(site["kwargs"]["rng_key"])
            old = tuple(slice(size) for size in known[name].shape)
            return value.at[old].set(known[name])

        sites = trace(substitute(seed(model, own), substitute_fn=fill)).get_trace(row)
        return {name: sites[name]["value"] for name in grown}

    keys = jax.random.split(key, len(next(iter(draws.values()))))
    whole = lax.map(complete, (keys, {k: jnp.asarray(v) for k, v in draws.items()}))
    return draws | whole


def draw_true(fn: Any, x: Array, error: Array | float) -> Array:
    """True values given those that were read off; normal, as their prior is."""
    weight = fn.variance / (fn.variance + jnp.square(error))
    noise = jax.random.normal(numpyro.prng_key(), fn.shape())
    value: Array = fn.mean + weight * (x - fn.mean) + jnp.sqrt(weight) * error * noise
    return value


def draw_missing(program: Program, data: Data) -> Callable[[dict[str, Array]], None]:
    """The model, with missing values of inputs drawn from their own likelihoods.

    True values of what was measured are drawn given what was read off in these rows.
    """
    model = take_arrays(program.model, data.sizes)

    def drawing(arrays: dict[str, Array]) -> None:
        def draw(site: dict[str, Any]) -> Any:
            if site["type"] == "sample" and site["name"] in program.measured:
                column, error = program.measured[site["name"]]
                scale = arrays[error] if isinstance(error, str) else error
                return draw_true(site["fn"], arrays[column], scale)
            if site["type"] != "sample" or site["name"] not in program.imputed:
                return None
            known, drawn = arrays[site["name"]], site["fn"].sample(numpyro.prng_key())
            return jnp.where(jnp.isnan(known), drawn, known)

        substitute(model, substitute_fn=draw)(arrays)

    return drawing if program.imputed or program.measured else model


def draw_responses(
    program: Program,
    data: Data,
    key: Array,
    draws: dict[str, Any],
    arrays: dict[str, Array],
    number: int,
) -> dict[str, Any]:
    """Each response, (draw, row), at `number` draws; the model draws what they lack."""
    model, names = draw_missing(program, data), program.responses
    joined = {name for parts in program.joint.values() for name in parts}
    sites = [*program.joint, *(name for name in names if name not in joined)]
    # one draw after another: memory for the rows of one draw alone
    simulate = Predictive(
        model, draws, num_samples=number, return_sites=sites, parallel=False
    )
    drawn: dict[str, Any] = simulate(key, arrays)
    for site, parts in program.joint.items():
        columns = jnp.moveaxis(drawn[site], -1, 0)
        drawn |= dict(zip(parts, columns, strict=True))
    return drawn


def check_posterior(
    program: Program,
    posterior: dict[str, np.ndarray],
    arguments: dict[str, Any],
    encoding: dict[str, Any],
) -> None:
    """Each site is as long as the model has it: JAX reads beyond an end in silence."""
    if posterior.keys() != program.sites.keys():
        raise ValueError("its sites are not those of the model")
    data = prepare_data(program, arguments | dict.fromkeys(program.responses))
    model = seed(take_arrays(program.model, data.sizes), 0)
    started = trace(substitute(model, substitute_fn=init_to_uniform))
    sites = jax.eval_shape(
        lambda arrays: {k: s["value"] for k, s in started.get_trace(arrays).items()},
        data.arrays,
    )
    new = encoding.get("unseen", {}) | encoding.get("points", {})
    draws = next(iter(posterior.values())).shape[:2]
    own = {f"{name}_imputed" for name in program.imputed}
    for name, dims in program.sites.items():
        if "row" not in dims and name not in own:
            grown = [len(new.get(dim, ())) for dim in dims]
            grown += [0] * (sites[name].ndim - len(dims))
            size = np.subtract(sites[name].shape, grown).astype(int)
            if posterior[name].shape != (*draws, *size):
                raise ValueError(f"{name} has not the size that the model has")


def predict_rows(
    program: Program,
    posterior: dict[str, np.ndarray],
    arguments: dict[str, Any],
    encoding: dict[str, Any],
    unseen: str,
    seed: int,
) -> list[dict[str, Any]]:
    """Mean, sd and quantiles of the responses in each row, over all draws."""
    data = prepare_data(program, arguments | dict.fromkeys(program.responses))
    number = math.prod(next(iter(posterior.values())).shape[:2])
    # what belongs to a row is drawn anew
    own = {f"{name}_imputed" for name in program.imputed}
    draws: dict[str, Any] = {
        k: v.reshape(number, *v.shape[2:])
        for k, v in posterior.items()
        if "row" not in program.sites[k] and k not in own
    }
    keys = jax.random.split(jax.random.PRNGKey(seed))
    if "unseen" in encoding or "points" in encoding:
        draws = add_levels(program, draws, keys[0], data, encoding, unseen)
    names = list(program.responses)
    widest = max([1, *(len(encoding["levels"].get(name, ())) for name in names)])
    chunk = max(1, min(data.rows, 2**22 // (number * widest)))
    if program.series:
        chunk = data.rows
    if chunk < data.rows:
        size = number * chunk * widest * 8 * len(names) / 2**20
        log.info(f"{data.rows} rows, {number} draws: {size:.0f} MB for {chunk} rows")

    @jax.jit
    def run(key: Array, draws: dict[str, Any], arrays: dict[str, Array]) -> Any:
        return draw_responses(program, data, key, draws, arrays, number)

    rows: list[dict[str, Any]] = []
    for start in range(0, data.rows, chunk):
        stop_if_interrupted()
        # the last chunk repeats its last row, so that all have one compiled shape
        at = np.minimum(np.arange(start, start + chunk), data.rows - 1)
        cut = {k: v[at] for k, v in data.arrays.items() if k in program.rows}
        drawn = run(jax.random.fold_in(keys[1], start), draws, data.arrays | cut)
        for name in names:
            values = np.asarray(drawn[name])[:, : data.rows - start]
            rows += describe_draws(name, start, values, encoding["levels"].get(name))
    numbers = row_numbers(encoding).tolist()
    by_level = any(name in encoding["levels"] for name in names)
    for row in rows:
        row["row"] = numbers[row["row"] - 1]
        if not by_level:
            del row["level"]
    return sorted(rows, key=lambda row: names.index(row["response"]))


def describe_draws(
    name: str, start: int, draws: np.ndarray, levels: list[str] | None
) -> list[dict[str, Any]]:
    """A row for each row of the data, of a category for each level's probability."""
    if levels:
        draws = draws[..., None] == np.arange(len(levels))
    draws = draws.astype(float)
    low, middle, high = np.quantile(draws, [0.05, 0.5, 0.95], axis=0)
    mean = draws.mean(axis=0)
    sd = draws.std(axis=0, ddof=1) if len(draws) > 1 else np.full_like(mean, np.nan)
    columns = {"mean": mean, "sd": sd, "q05": low, "q50": middle, "q95": high}
    rows = []
    for at in np.ndindex(*mean.shape):
        row: dict[str, Any] = {"row": start + at[0] + 1, "response": name}
        row["level"] = levels[at[1]] if levels else ""
        rows.append(row | {k: float(v[at]) for k, v in columns.items()})
    return rows


def run_predict(
    program: Program,
    run: str | Path | Fit,
    data: Any,
    out: str | Path | None = None,
    *,
    unseen: str = "error",
    seed: int = 0,
    na: str = "error",
    values: dict[str, float] | None = None,
) -> list[dict[str, Any]]:
    """Predict the rows of new data from a finished fit, and write them to `out`."""
    check_seed(seed)
    if out is not None and not Path(out).parent.is_dir():
        raise RunError(f"{out}: no such folder")
    fit = run if isinstance(run, Fit) else read_run(program, Path(run))
    warn_of_versions()
    table = load(data)
    unused = ("response", "density")
    density = [k for k, s in program.columns.items() if s.get("role") in unused]
    names = {k: set(spec.get("columns", [k])) for k, spec in program.columns.items()}
    needed = set().union(*(names[k] for k in names if k not in density))
    unread = set().union(*(names[k] for k in density)) - needed
    read = {k: v for k, v in table.columns.items() if k not in unread}
    # a model of the response alone: its rows are still to be counted
    table.columns = read or {"": range(table.rows)}
    remedy = ""
    try:
        arguments, encoding = program.encode(
            table, fit.encoding, unseen=unseen, settings=values, na=na
        )
        remedy = "; fit again (--force)"
        check_posterior(program, fit.posterior, arguments, encoding)
        remedy = ""
        rows = predict_rows(program, fit.posterior, arguments, encoding, unseen, seed)
    except DataError:
        raise
    except Exception as error:  # a file of RUN may hold anything
        told = f"{type(error).__name__}: {error}"
        raise RunError(f"cannot predict from this fit: {told}{remedy}") from error
    if out is not None:
        write_csv(Path(out), rows)
    return rows


def run_prior(
    program: Program,
    data: Any,
    run: str | Path | None = None,
    *,
    seed: int = 0,
    draws: int = 1000,
    force: bool = False,
    na: str = "error",
    values: dict[str, float] | None = None,
) -> list[dict[str, Any]]:
    """Simulate from the prior, and write what came out to the folder `run`."""
    check_seed(seed)
    check_settings({"draws": draws})
    if program.flat:
        flat = ", ".join(program.flat)
        raise RunError(f"an improper or ordered prior cannot be simulated from: {flat}")
    if run is not None and not force:
        check_free(Path(run), OF_A_FIT + OF_A_PRIOR, "--force")
    arguments, encoding = program.encode(data, settings=values, na=na)
    ready = prepare_data(program, arguments | dict.fromkeys(program.responses))
    model, own = draw_missing(program, ready), {f"{k}_imputed" for k in program.imputed}
    sites = [name for name in program.sites if name not in own]
    simulate = Predictive(model, num_samples=draws, return_sites=sites)
    drawn = simulate(jax.random.PRNGKey(seed), ready.arrays)
    prior = {k: np.asarray(drawn[k])[None] for k in sites}
    rows = predict_rows(program, prior, arguments, encoding, "error", seed)
    for note in [note for check in program.checks for note in check(arguments)]:
        log.warning(note)
    quantiles = compare_prior(program, ready, arguments, encoding, seed)
    if run is not None:
        folder = Path(run)
        clear_run(folder)
        write_npz(folder / "prior.npz", prior)
        write_csv(folder / "prior_predictive.csv", quantiles)
        write_csv(folder / "summary.csv", summarize(program, prior, encoding, False))
        write_csv(folder / "predictions.csv", rows)
        report = {"status": "prior", "format": FORMAT, "seed": seed}
        write_json(folder / "run.json", report)
    return rows


# Command line


def at_least_one(text: str) -> int:
    if int(text) < 1:
        raise ValueError
    return int(text)


def from_0_to_2147483647(text: str) -> int:
    if not 0 <= int(text) < 2**31:
        raise ValueError
    return int(text)


def between_0_and_1(text: str) -> float:
    if not 0 < float(text) < 1:
        raise ValueError
    return float(text)


def name_value(text: str) -> tuple[str, float]:
    name, value = text.split("=")
    return name, float(value)


def read_options(program: Program, argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=program.name)
    commands = parser.add_subparsers(dest="command", required=True)
    fit = commands.add_parser("fit", help="fit to DATA")
    predict = commands.add_parser("predict", help="predict the rows of NEW_DATA")
    prior = commands.add_parser("prior", help="simulate from the prior")
    check = commands.add_parser("check", help="check DATA against the data contract")
    verify = commands.add_parser(
        "verify", help="compare what NUTS samples with the model, on DATA"
    )
    predict.add_argument("run", metavar="RUN", type=Path)
    for command in (fit, predict, prior, check, verify):
        new = "NEW_DATA" if command is predict else "DATA"
        command.add_argument("data", metavar=new, help=".csv or .parquet")
        command.add_argument("--na", choices=("error", "drop"), default="error")
        command.add_argument("--set", type=name_value, action="append", default=[])
        command.add_argument("--quiet", action="store_true")
    for command in (fit, predict, prior):
        command.add_argument("--seed", type=from_0_to_2147483647)
    for command in (fit, prior):
        command.add_argument("-o", dest="run", metavar="RUN", type=Path, required=True)
        command.add_argument("--draws", type=at_least_one)
        command.add_argument("--force", action="store_true", help="replace RUN")
    fit.add_argument("--method", choices=("nuts", "svi"))
    for name in ("--chains", "--warmup", "--batch", "--steps"):
        fit.add_argument(name, type=at_least_one)
    fit.add_argument(
        "--target-accept", type=between_0_and_1, help="of NUTS; nearer 1 diverges less"
    )
    fit.add_argument("--x64", action="store_true", default=None)
    fit.add_argument("--x32", dest="x64", action="store_false")
    fit.add_argument(
        "--resume", action="store_true", help="continue what was cut short"
    )
    if program.blocks:
        told = "read DATA in blocks (a large .parquet file is, else)"
        fit.add_argument("--stream", action=argparse.BooleanOptionalAction, help=told)
    fit.add_argument("--allow-warnings", action="store_true", help="exit 0, not 3")
    predict.add_argument("-o", dest="out", metavar="CSV", type=Path, required=True)
    unseen = ("error", "sample", "population")
    predict.add_argument("--unseen", choices=unseen, default="error")
    return parser.parse_args(argv)


def count_cores() -> int:
    """Those that this process may use, where the system tells."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def prepare_jax(chains: int, x64: bool | None) -> None:
    """Devices, compilation cache and precision, for a process of our own."""
    if "XLA_FLAGS" not in os.environ:
        numpyro.set_host_device_count(chains)
        if count_cores() < 4 * chains:
            # calls of LAPACK hold a thread each, and wait for ever where all are held
            os.environ["XLA_FLAGS"] += " --xla_cpu_multi_thread_eigen=false"
    if "JAX_COMPILATION_CACHE_DIR" not in os.environ:
        home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
        try:
            os.makedirs(f"{home}/jax", exist_ok=True)
            jax.config.update("jax_compilation_cache_dir", f"{home}/jax")
        except OSError:
            pass  # no place of our own: every run compiles
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0)
    numpyro.enable_x64(jax.default_backend() == "cpu" if x64 is None else x64)


def run_command(program: Program, options: argparse.Namespace) -> int:
    data, values = options.data, dict(options.set)
    common: dict[str, Any] = {"na": options.na, "values": values}
    given = {k: v for k in DEFAULTS if (v := getattr(options, k, None)) is not None}
    if options.command == "check":
        _, encoding = program.encode(data, settings=values, na=options.na)
        levels = [f"{len(v)} levels of {k}" for k, v in encoding["levels"].items()]
        log.info(", ".join([f"{encoding['rows']} rows", *levels]))
    elif options.command == "verify":
        if not program.fast:
            log.info("NUTS samples the model itself: there is nothing to verify")
            return 0
        prepare_jax(1, True)
        arguments, _ = program.encode(data, settings=values, na=options.na)
        worst = program.fast.verify(program, arguments, 100)
        if worst is None:
            raise StartError("not compared: no density is finite at any of 100 points")
        log.info(f"model_fast is model at 100 points, to {worst:.2g} of itself")
    elif options.command == "prior":
        prepare_jax(1, None)
        run_prior(program, data, options.run, force=options.force, **given, **common)
    elif options.command == "predict":
        fit = read_run(program, options.run)
        prepare_jax(1, fit.report["fit"]["x64"])
        out, unseen = options.out, options.unseen
        run_predict(program, fit, data, out, unseen=unseen, **given, **common)
    else:
        settings = DEFAULTS | program.settings | given
        # float32 spoils the acceptance step of NUTS, and the end of a descent; noisy
        # steps do not feel it
        if settings["method"] == "nuts":
            prepare_jax(settings["chains"], options.x64)
        else:
            prepare_jax(1, options.x64 if program.approximate else bool(options.x64))
        given |= {"resume": options.resume, "force": options.force}
        given["stream"] = getattr(options, "stream", None)
        given["free_precision"] = options.x64 is None
        fit = run_fit(program, data, options.run, **given, **common)
        return 3 if fit.report.get("warnings") and not options.allow_warnings else 0
    return 0


def main(program: Program, argv: list[str] | None = None) -> int:
    """0 fine, 1 data, 2 usage, 3 not converged, 4 no start, 130 interrupted."""
    options = read_options(program, argv)
    log.handlers = [logging.StreamHandler()]
    log.setLevel(logging.ERROR if options.quiet else logging.INFO)
    try:
        with holding_interrupts():
            return run_command(program, options)
    except DataError as error:
        status, told = 1, str(error)
    except (RunError, OSError) as error:
        status, told = 2, str(error)
    except StartError as error:
        status, told = 4, str(error)
    except KeyboardInterrupt:
        status, told = 130, "interrupted"
        if options.command == "fit":
            told += "; the same command with --resume continues"
    print(told, file=sys.stderr)
    return status


# bgen -O1 source generic body db82f2159e3dc14f
