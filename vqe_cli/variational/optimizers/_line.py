"""The energy along one parameter: a trigonometric polynomial through measured energies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from vqe_cli._core.arrays import Vector
from vqe_cli.measurement.estimates import Estimate
from vqe_cli.variational.optimizers._remaining import Remaining

JUMP = 3.0
"""The number of standard errors by which a more distant minimum must lie lower."""

ROUND_OFF = 1e-14
"""Slopes in Hartree up to which a polynomial counts as constant."""


@dataclass(frozen=True)
class Known:
    """An energy, or a derivative of it by a phase, with its variance.

    Args:
        value: The value, Hartree.
        variance: Variance of the value, Hartree²; 0 if it is exact.
    """

    value: float
    variance: float

    @classmethod
    def of(cls, estimate: Estimate) -> Known:
        """The value and variance of an estimate."""
        return cls(estimate.value, (estimate.standard_error or 0.0) ** 2)

    def combined(self, fresh: Known) -> Known:
        """The mean with an independent measurement, weighted by inverse variances."""
        total = self.variance + fresh.variance
        weight = fresh.variance / total if total else 0.0
        value = weight * self.value + (1 - weight) * fresh.value
        return Known(value, weight * self.variance)


@dataclass(frozen=True)
class Line:
    """The polynomial through energies at ``φ_j = 2πj / (2R + 1)``.

    Args:
        energies: Energies for j from 0, the current value of the parameter, to 2R.
    """

    energies: Sequence[Known]

    def at(self, phase: float, derivative: int = 0) -> Known:
        """The energy, or a derivative of it, at a phase."""
        weights = self._weights(phase, derivative)
        return Known(float(self._values @ weights), float(self._variances @ weights**2))

    @cached_property
    def lowest(self) -> float:
        """The phase of the minimum; of minima that agree within scatter, the nearest.

        Excitations often have equivalent minima half a period away; jumps between them would spoil
        the adjustment of the other parameters.
        """
        candidates = self._stationary_phases()
        heights = np.array([self.at(phase).value for phase in candidates])
        best = candidates[int(np.argmin(heights))]
        rivals = [
            phase
            for phase, height in zip(candidates, heights, strict=True)
            if self._is_minimum(phase) and height <= heights.min() + self._scatter(phase, best)
        ]
        return min(rivals, key=abs, default=best)

    @property
    def remaining(self) -> Remaining:
        """The gain by moving to the minimum, minus the gain that scatter alone would show."""
        slope, curvature = self.at(self.lowest, 1), self.at(self.lowest, 2)
        way = self._weights(0.0, 0) - self._weights(self.lowest, 0)
        gain = float(self._values @ way)
        if not slope.variance:
            return Remaining(gain, 0.0)
        feigned = float(np.sqrt(self._variances.mean()))  # the most, in a flat line
        if curvature.value > 0:
            feigned = min(feigned, slope.variance / (2 * curvature.value))
        error = np.sqrt(2 * feigned**2 + 4 * feigned * max(gain - feigned, 0.0))
        return Remaining(gain - feigned, float(error))

    @cached_property
    def _values(self) -> Vector:
        return np.array([energy.value for energy in self.energies])

    @cached_property
    def _variances(self) -> Vector:
        return np.array([energy.variance for energy in self.energies])

    def _stationary_phases(self) -> list[float]:
        """Zeros of the derivative, by the roots of its polynomial in ``z = e^{iφ}``, and 0."""
        count = len(self.energies)
        orders = np.arange(1, (count + 1) // 2)
        slopes = 1j * orders * np.fft.fft(self._values)[orders] / count
        if np.abs(slopes).max() <= ROUND_OFF:
            return [0.0]
        polynomial = np.concatenate([np.conj(slopes[::-1]), [0.0], slopes])
        return [*(float(phase) for phase in np.angle(np.roots(polynomial[::-1]))), 0.0]

    def _is_minimum(self, phase: float) -> bool:
        """Whether the slope vanishes at a phase, and the energy curves upwards."""
        curvature = self.at(phase, 2).value
        return curvature > 0 and abs(self.at(phase, 1).value) < 1e-6 * curvature

    def _scatter(self, one: float, other: float) -> float:
        """Difference of energies at two phases that scatter may cause, Hartree."""
        weights = self._weights(one, 0) - self._weights(other, 0)
        return JUMP * float(np.sqrt(self._variances @ weights**2))

    def _weights(self, phase: float, derivative: int) -> Vector:
        """Weights of the energies: a Dirichlet kernel, or its derivative; shape (2R + 1,)."""
        count = len(self.energies)
        orders = np.arange(1, (count + 1) // 2)
        distances = phase - 2 * np.pi * np.arange(count) / count
        waves = (1j * orders) ** derivative * np.exp(1j * np.outer(distances, orders))
        constant = 0.0 if derivative else 1.0
        return np.asarray((constant + 2 * waves.real.sum(axis=1)) / count)
