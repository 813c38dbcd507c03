"""Smooth functions of one column: penalised splines and Gaussian processes."""

from __future__ import annotations

import numpy as np

from ..data import BadProgram, Floats
from ..splines import basis, knots_of
from .base import LayerCall, layer, narrow, prior


@layer("scale", "difference", "trend")
def pspline(c: LayerCall) -> Floats:
    """(B(clip x) - B(midpoint)) coef, the coefficients known by their second differences."""
    x, u = c.value(), c.outputs
    knots = knots_of(x, c.integer("knots", 10))
    k = len(knots) - 4
    c.scale("scale", (u,))
    difference = c.site("difference", (k - 2, u), prior("Normal", 0, "scale"))
    trend = c.site("trend", (u,), prior("Normal", 0, 1))
    second = np.diff(np.eye(k), n=2, axis=0)
    smooth = second.T @ np.linalg.solve(second @ second.T, difference)
    coef = smooth + np.linspace(-1.0, 1.0, k)[:, None] * trend
    middle = np.array([0.5 * (x.min() + x.max())])
    return narrow((basis(x, knots) - basis(middle, knots)) @ coef)


def _own_units(c: LayerCall) -> tuple[Floats, LayerCall]:
    """x centred and scaled unless `scale = raw`."""
    x = c.value()
    match c.word("scale", "standardized"):
        case "raw":
            return x, c.without("scale")
        case "standardized":
            return (x - x.mean()) / x.std(ddof=1), c.without("scale")
        case other:
            raise BadProgram(f"`scale = {other}`")


def _root_density(kernel: str, w: Floats, amplitude: Floats, length: Floats) -> Floats:
    """The square root of the spectral density at frequency w, in one dimension."""
    match kernel:
        case "squared_exponential":
            root = (2.0 * np.pi) ** 0.25 * np.sqrt(length) * np.exp(-0.25 * (length * w) ** 2)
        case "matern32":
            a = np.sqrt(3.0) / length
            root = 2.0 * a**1.5 / (a**2 + w**2)
        case "matern52":
            a = np.sqrt(5.0) / length
            root = np.sqrt(16.0 / 3.0) * a**2.5 / (a**2 + w**2) ** 1.5
        case _:
            raise BadProgram(f"`kernel = {kernel}`")
    return np.asarray(amplitude * root)


def _covariance(kernel: str, r: Floats, amplitude: Floats, length: Floats) -> Floats:
    match kernel:
        case "squared_exponential":
            shape = np.exp(-0.5 * (r / length) ** 2)
        case "matern32":
            z = np.sqrt(3.0) * r / length
            shape = (1.0 + z) * np.exp(-z)
        case "matern52":
            z = np.sqrt(5.0) * r / length
            shape = (1.0 + z + z**2 / 3.0) * np.exp(-z)
        case _:
            raise BadProgram(f"`kernel = {kernel}`")
    return np.asarray(amplitude**2 * shape)


@layer("lengthscale", "amplitude", "weight")
def hsgp(c: LayerCall) -> Floats:
    """A sine basis on [-L, L], its weights times the root of the spectral density."""
    x, c = _own_units(c)
    m, u, kernel = c.integer("m", 30), c.outputs, c.word("kernel", "squared_exponential")
    length = c.site("lengthscale", (), prior("InverseGamma", 5, 5))
    amplitude = c.scale("amplitude", ())
    weight = c.site("weight", (m, u), prior("Normal", 0, 1))
    half = c.number("c", 1.5) * np.abs(x).max()
    frequency = np.pi * np.arange(1.0, m + 1.0) / (2.0 * half)
    sines = np.sin(frequency * (x[:, None] + half)) / np.sqrt(half)
    return narrow((sines * _root_density(kernel, frequency, amplitude, length)) @ weight)


@layer("lengthscale", "amplitude", "weight")
def gp(c: LayerCall) -> Floats:
    """An exact process over the distinct values of x, in their order."""
    x, c = _own_units(c)
    kernel = c.word("kernel", "squared_exponential")
    values, place = np.unique(x, return_inverse=True)
    length = c.site("lengthscale", (), prior("InverseGamma", 5, 5))
    amplitude = c.scale("amplitude", ())
    weight = c.site("weight", (len(values), c.outputs), prior("Normal", 0, 1))
    distance = np.abs(values[:, None] - values)
    covariance = _covariance(kernel, distance, amplitude, length)
    jitter = c.number("jitter", 0.0) or 1e-6 * amplitude**2
    root = np.linalg.cholesky(covariance + jitter * np.eye(len(values)))
    return narrow((root @ weight)[place])
