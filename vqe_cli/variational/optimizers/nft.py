"""Sequential minimisation, one parameter at a time and each exactly."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from vqe_cli._core.arrays import Vector
from vqe_cli.backends.objective import Evaluator, OptimizerResult
from vqe_cli.variational.optimizers import Optimizer
from vqe_cli.variational.optimizers._line import Known, Line
from vqe_cli.variational.optimizers._remaining import Remaining, ShotMultiplier, outcome_message

RESET_INTERVAL = 32
"""The number of parameters after which the inferred energy is measured again."""

EXACT_TOLERANCE, SAMPLED_TOLERANCE = 1e-7, 1e-3
"""Default convergence thresholds, Hartree."""


class Nft(Optimizer):
    """Nakanishi-Fujii-Todo method: exact minimisation along one parameter at a time.

    2R energies determine the polynomial of a parameter of degree R, and its minimum is found
    exactly. For rotation gates R is 1, as in the paper; shared amplitudes and excitations have more
    frequencies, which stock implementations leave out. Shots grow when the gain of a sweep is lost
    in scatter.

    Reference:
        Nakanishi, Fujii and Todo, Phys. Rev. Research 2, 043158 (2020); Ostaszewski, Grant and
        Benedetti, Quantum 5, 391 (2021).
    """

    maxiter: int = Field(
        default=200, ge=1, description="Maximum number of sweeps over all parameters."
    )
    tolerance: float | None = Field(
        default=None,
        gt=0,
        description="Convergence threshold: gain of a sweep plus its uncertainty, Hartree. "
        f"Default: {EXACT_TOLERANCE:g}; {SAMPLED_TOLERANCE:g} for sampled energies.",
    )
    max_effort: float = Field(
        default=16.0, ge=1, description="Largest shot multiplier where gains are lost in scatter."
    )

    def minimize(self, evaluator: Evaluator, x0: Vector, seed: int) -> OptimizerResult:
        """Sweep until a sweep gains nothing, or nothing significant.

        Returns:
            The final point, shape (num_parameters,), and whether the method converged.
        """
        default = SAMPLED_TOLERANCE if evaluator.traits.sampled else EXACT_TOLERANCE
        tolerance, shot_multiplier = self.tolerance or default, ShotMultiplier(self.max_effort)
        x, energy = x0, _measured(evaluator, x0, shot_multiplier.value)
        for sweep in range(1, self.maxiter + 1):
            x, energy, left = _sweep(evaluator, x, energy, shot_multiplier.value)
            evaluator.step(x, energy.value)
            converged = left.bound < tolerance
            stuck = not left.is_significant and not converged
            if converged or (stuck and not shot_multiplier.grow(left, tolerance)):
                message = outcome_message(left, evaluator.traits, converged=converged)
                return OptimizerResult(x, converged, message, sweep)
        return OptimizerResult(x, False, "every sweep still lowered the energy", self.maxiter)


def _sweep(
    evaluator: Evaluator, x: Vector, energy: Known, shot_multiplier: float
) -> tuple[Vector, Known, Remaining]:
    """The point, its energy and the gain after minimising along every parameter once."""
    x, gain = x.copy(), Remaining(0.0, 0.0)
    moving = [index for index, one in enumerate(evaluator.traits.spectra) if one.degree]
    for count, index in enumerate(moving, start=1):
        line = _line(evaluator, x, index, energy, shot_multiplier)
        x[index] = _wrapped(evaluator, x, index, line.lowest)
        energy, gain = line.at(line.lowest), gain + line.remaining
        if count % RESET_INTERVAL == 0 or count == len(moving):
            energy = energy.combined(_measured(evaluator, x, shot_multiplier))
    return x, energy, gain


def _line(
    evaluator: Evaluator, x: Vector, index: int, energy: Known, shot_multiplier: float
) -> Line:
    """The line along one parameter; all energies but the known one are measured at once."""
    spectrum = evaluator.traits.spectra[index]
    count = 2 * spectrum.degree + 1
    shifts = 2 * np.pi * np.arange(1, count) / (count * spectrum.unit)
    unit = np.eye(x.size)[index]
    found = evaluator.estimates([x + shift * unit for shift in shifts], shot_multiplier)
    return Line([energy, *map(Known.of, found)])


def _wrapped(evaluator: Evaluator, x: Vector, index: int, phase: float) -> float:
    """The parameter shifted by a phase, within the period around zero."""
    unit = evaluator.traits.spectra[index].unit
    period = 2 * np.pi / unit
    return float((x[index] + phase / unit + period / 2) % period - period / 2)


def _measured(evaluator: Evaluator, x: Vector, shot_multiplier: float) -> Known:
    return Known.of(evaluator.estimates([x], shot_multiplier)[0])
