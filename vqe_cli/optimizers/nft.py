"""Sequential minimisation, one parameter at a time and each exactly."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from pydantic import Field

from vqe_cli.objective import Evaluator, Outcome, Vector
from vqe_cli.optimizers import Optimizer
from vqe_cli.spectra import Spectrum

RESET_INTERVAL = 32
"""After so many parameters the carried-over energy is measured again."""


class Nft(Optimizer):
    """Nakanishi-Fujii-Todo: along one parameter the energy is a known trigonometric polynomial.

    2R energies determine it for a parameter of degree R, and its minimum is found exactly. For
    rotation gates R is 1, as in the paper; shared amplitudes and excitations have more
    frequencies, which stock implementations leave out.

    Reference:
        Nakanishi, Fujii and Todo, Phys. Rev. Research 2, 043158 (2020); Ostaszewski, Grant and
        Benedetti, Quantum 5, 391 (2021).
    """

    maxiter: int = Field(200, ge=1, description="Sweeps over all parameters.")
    tolerance: float = Field(1e-7, gt=0, description="Gain of a sweep, Hartree, at the end.")

    def minimize(self, evaluator: Evaluator, x0: Vector, seed: int) -> Outcome:
        """Sweep until a sweep gains nothing, or no more than the scatter of the energies."""
        x, updates = x0.copy(), 0
        energy = evaluator.value(x)
        previous, stalled = energy, 0
        for sweep in range(1, self.maxiter + 1):
            for index, spectrum in enumerate(evaluator.traits.spectra):
                if updates and updates % RESET_INTERVAL == 0:
                    energy = evaluator.value(x)
                x[index], energy = _minimise_one(evaluator, x, index, spectrum, energy)
                updates += 1
            energy = evaluator.value(x)
            evaluator.step(x, energy)
            stalled = stalled + 1 if previous - energy < self.tolerance else 0
            if stalled >= (3 if evaluator.traits.sampled else 1):
                return Outcome(x, True, "a sweep no longer lowers the energy", sweep)
            previous = min(previous, energy) if evaluator.traits.sampled else energy
        return Outcome(x, False, "every sweep still lowered the energy", self.maxiter)


def _minimise_one(
    evaluator: Evaluator, x: Vector, index: int, spectrum: Spectrum, energy: float
) -> tuple[float, float]:
    """The best value of one parameter and its energy."""
    degree = spectrum.degree
    if degree == 0:
        return float(x[index]), energy
    nodes = 2 * np.pi * np.arange(2 * degree + 1) / (2 * degree + 1)
    values = [energy]
    for node in nodes[1:]:
        moved = x.copy()
        moved[index] += node / spectrum.unit
        values.append(evaluator.value(moved))
    coefficients = np.fft.fft(values) / len(values)
    phase, lowest = _lowest_point(coefficients[: degree + 1])
    shifted = float(x[index]) + phase / spectrum.unit
    period = 2 * np.pi / spectrum.unit
    return (shifted + period / 2) % period - period / 2, lowest


def _lowest_point(fourier: npt.NDArray[np.complex128]) -> tuple[float, float]:
    """Minimum of ``c_0 + 2 Re Σ c_k e^{ikφ}`` from the roots of its derivative."""
    degree = fourier.size - 1
    orders = np.arange(1, degree + 1)
    slopes = 1j * orders * fourier[1:]
    polynomial = np.concatenate([np.conj(slopes[::-1]), [0.0], slopes])
    roots = np.roots(polynomial[::-1]) if np.abs(slopes).max() > 1e-14 else np.ones(1)
    candidates = np.append(np.angle(roots), 0.0)
    heights = fourier[0].real + 2 * np.real(np.exp(1j * np.outer(candidates, orders)) @ fourier[1:])
    best = int(np.argmin(heights))
    return float(candidates[best]), float(heights[best])
