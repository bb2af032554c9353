"""How much energy is left to be gained, as far as scatter lets it be seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vqe_cli._core.arrays import Vector
from vqe_cli._core.units import HARTREE_IN_MILLIHARTREE
from vqe_cli.measurement.estimates import Estimate

CONFIDENCE = 2.0
"""Standard errors by which a gain must be told from zero, or excluded."""

LEAST_GROWTH, MOST_GROWTH = 2.0, 4.0
"""Smallest and largest factor by which the shot multiplier grows at a time."""


@dataclass(frozen=True)
class Remaining:
    """What a minimum lies below a point, in the harmonic approximation.

    Scatter by itself makes slopes; what they would feign is subtracted.

    Args:
        value: ``Σ (g² − var g) / 2h``, Hartree; by chance it may be negative.
        standard_error: Hartree.
    """

    value: float
    standard_error: float

    @property
    def bound(self) -> float:
        """It is not more than this, with confidence; Hartree."""
        return max(self.value, 0.0) + CONFIDENCE * self.standard_error

    @property
    def is_significant(self) -> bool:
        """Whether it can be told from zero."""
        return self.value > CONFIDENCE * self.standard_error

    def __add__(self, other: Remaining) -> Remaining:
        """Of independent directions."""
        error = float(np.hypot(self.standard_error, other.standard_error))
        return Remaining(self.value + other.value, error)

    def __str__(self) -> str:
        value, error = (
            HARTREE_IN_MILLIHARTREE * energy for energy in (self.value, self.standard_error)
        )
        return f"{value:.2g} ± {error:.2g} mHa"


@dataclass
class ShotMultiplier:
    """The shots with which energies are measured, as a multiple of the backend's.

    Args:
        largest: The largest multiplier allowed.
        value: The present multiplier.
    """

    largest: float
    value: float = 1.0

    def grow(self, left: Remaining, tolerance: float) -> bool:
        """Use as many more as would show a gain of the tolerance; returns whether more are allowed.

        Where nothing but scatter is seen, its square, the variance, makes the standard error.
        """
        wanted = CONFIDENCE * left.standard_error / tolerance
        before = self.value
        factor = min(max(wanted, LEAST_GROWTH), MOST_GROWTH)
        self.value = min(factor * self.value, self.largest)
        return self.value > before


def outcome_message(left: Remaining, *, converged: bool) -> str:
    """Why an optimiser stopped that looks at what is left."""
    if converged:
        return f"{left} are left to be gained"
    if left.is_significant:
        return f"{left} were still left to be gained"
    return f"{left} may be left to be gained: more shots, or max_effort, would tell"


def variances(found: Sequence[Estimate]) -> Vector:
    """Squared standard errors, Hartree²; zero where estimates are exact."""
    return np.array([(estimate.standard_error or 0.0) ** 2 for estimate in found])


def values(found: Sequence[Estimate]) -> Vector:
    """The energies, Hartree."""
    return np.array([estimate.value for estimate in found])
