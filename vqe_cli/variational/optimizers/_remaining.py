"""The energy left to gain, with its uncertainty from scatter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vqe_cli._core.arrays import Vector
from vqe_cli.backends.objective import Traits
from vqe_cli.measurement.estimates import Estimate

CONFIDENCE = 2.0
"""The number of standard errors that makes a gain significant, or excludes it."""

LEAST_GROWTH, MOST_GROWTH = 2.0, 4.0
"""Bounds of the factor by which the shot_multiplier grows at once."""


@dataclass(frozen=True)
class Remaining:
    """The depth of the minimum below a point, in the harmonic approximation.

    Scatter alone causes slopes; their contribution is subtracted.

    Args:
        value: ``Σ (g² − var g) / 2h``, Hartree; it may be negative by chance.
        standard_error: Standard error of the value, Hartree.
    """

    value: float
    standard_error: float

    @property
    def bound(self) -> float:
        """Upper bound of the energy left to gain, Hartree."""
        return max(self.value, 0.0) + CONFIDENCE * self.standard_error

    @property
    def is_significant(self) -> bool:
        """Whether the energy left to gain differs from zero significantly."""
        return self.value > CONFIDENCE * self.standard_error

    def __add__(self, other: Remaining) -> Remaining:
        """The sum over independent directions."""
        error = float(np.hypot(self.standard_error, other.standard_error))
        return Remaining(self.value + other.value, error)

    def told(self, traits: Traits) -> str:
        """The value and its error, in the unit of errors.

        Args:
            traits: Properties of the objective.
        """
        factor = traits.errors_per_unit
        value, error = factor * self.value, factor * self.standard_error
        return f"{value:.2g} ± {error:.2g} {traits.error_unit}"


@dataclass
class ShotMultiplier:
    """The shot multiplier: shots of an energy in multiples of the backend's.

    Args:
        largest: The largest multiplier.
        value: The current multiplier.
    """

    largest: float
    value: float = 1.0

    def grow(self, left: Remaining, tolerance: float) -> bool:
        """Raise the multiplier until a gain of the tolerance would be significant.

        Without a visible slope, the standard error of the gain is proportional to the variance, so
        that the multiplier grows in proportion to it.

        Returns:
            Whether the multiplier grew.
        """
        wanted = CONFIDENCE * left.standard_error / tolerance
        before = self.value
        factor = min(max(wanted, LEAST_GROWTH), MOST_GROWTH)
        self.value = min(factor * self.value, self.largest)
        return self.value > before


def outcome_message(left: Remaining, traits: Traits, *, converged: bool) -> str:
    """The message of an optimiser that stops by the energy left to gain."""
    told = left.told(traits)
    if converged:
        return f"{told} are left to be gained"
    if left.is_significant:
        return f"{told} were still left to be gained"
    return f"{told} may be left to be gained: more shots, or max_effort, would tell"


def variances(found: Sequence[Estimate]) -> Vector:
    """Squared standard errors, Hartree²; zero where estimates are exact."""
    return np.array([(estimate.standard_error or 0.0) ** 2 for estimate in found])


def values(found: Sequence[Estimate]) -> Vector:
    """The energies, Hartree."""
    return np.array([estimate.value for estimate in found])
