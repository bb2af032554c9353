"""The energy along one parameter, from as many points as its trigonometric polynomial has terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from vqe_cli._core.arrays import Vector
from vqe_cli.measurement.estimates import Estimate
from vqe_cli.variational.optimizers._remaining import Remaining

JUMP = 3.0
"""Standard errors by which a minimum further away must lie lower."""

ROUND_OFF = 1e-14
"""Hartree; a polynomial without slopes larger than this is a constant."""


@dataclass(frozen=True)
class Known:
    """An energy, or a derivative of it by a phase, and how well it is known.

    Args:
        value: Hartree.
        variance: Hartree²; 0 where it is exact.
    """

    value: float
    variance: float

    @classmethod
    def of(cls, estimate: Estimate) -> Known:
        """A measurement."""
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
        energies: For j = 0, where the parameter stands, to 2R.
    """

    energies: Sequence[Known]

    def at(self, phase: float, derivative: int = 0) -> Known:
        """The energy, or a derivative of it, at a phase."""
        weights = self._weights(phase, derivative)
        return Known(float(self._values @ weights), float(self._variances @ weights**2))

    @cached_property
    def lowest(self) -> float:
        """The phase of the minimum; of minima that scatter cannot tell apart, the nearest.

        Excitations often have equivalent minima half a period away, and jumps between them would
        spoil what the other parameters have been adjusted to.
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
        """What the way to the minimum gains, beyond what scatter alone would feign."""
        slope, curvature = self.at(self.lowest, 1), self.at(self.lowest, 2)
        way = self._weights(0.0, 0) - self._weights(self.lowest, 0)
        gain = float(self._values @ way)
        if not slope.variance:
            return Remaining(gain, 0.0)
        feigned = float(np.sqrt(self._variances.mean()))  # in a flat line at the most
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
        """Whether the slope vanishes there, and the energy curves upwards."""
        curvature = self.at(phase, 2).value
        return curvature > 0 and abs(self.at(phase, 1).value) < 1e-6 * curvature

    def _scatter(self, one: float, other: float) -> float:
        """Hartree by which energies at two phases may differ although they are equal."""
        weights = self._weights(one, 0) - self._weights(other, 0)
        return JUMP * float(np.sqrt(self._variances @ weights**2))

    def _weights(self, phase: float, derivative: int) -> Vector:
        """Of the energies: a Dirichlet kernel, or its derivative; shape (2R + 1,)."""
        count = len(self.energies)
        orders = np.arange(1, (count + 1) // 2)
        distances = phase - 2 * np.pi * np.arange(count) / count
        waves = (1j * orders) ** derivative * np.exp(1j * np.outer(distances, orders))
        constant = 0.0 if derivative else 1.0
        return np.asarray((constant + 2 * waves.real.sum(axis=1)) / count)
