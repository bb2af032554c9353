"""The dependence of an energy on one parameter: a trigonometric polynomial of known degree."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce


@dataclass(frozen=True)
class Spectrum:
    """The series ``E(θ) = Σ_{k=0..degree} a_k cos(k·unit·θ) + b_k sin(k·unit·θ)``.

    Args:
        unit: The base frequency.
        degree: The highest multiple of the base frequency; 0 for a parameter without effect.

    Reference:
        Wierichs, Izaac, Wang and Lin, Quantum 6, 677 (2022).
    """

    unit: float
    degree: int


def spectrum(weights: Iterable[float]) -> Spectrum:
    """The spectrum of a parameter from its weights in the gates.

    Args:
        weights: The weight w of every gate ``exp(-i w θ P / 2)`` with P² = 1.
    """
    sizes = [abs(weight) for weight in weights if abs(weight) > 1e-9]
    if not sizes:
        return Spectrum(1.0, 0)
    unit = reduce(_common_divisor, sizes)
    return Spectrum(unit, round(sum(sizes) / unit))


def _common_divisor(a: float, b: float) -> float:
    while b > 1e-6:
        a, b = b, math.fmod(a, b)
        if a - b < 1e-6:
            b = 0.0
    return a
