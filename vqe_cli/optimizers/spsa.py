"""Simultaneous perturbation stochastic approximation."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import numpy as np
from pydantic import Field

from vqe_cli.objective import Evaluator, Outcome, Vector
from vqe_cli.optimizers import Optimizer

PERTURBATION = 0.2
TARGET_STEP = 2 * np.pi / 10
"""Radians that the first step is to have in each parameter."""

CALIBRATION_PAIRS = 25
GAIN_EXPONENT, PERTURBATION_EXPONENT = 0.602, 0.101
"""Spall's exponents, with which gains and perturbations fall."""


class Spsa(Optimizer):
    """Two energies a step whatever the number of parameters; made for shots.

    The step size is calibrated on 50 energies at the start. The result is the average of the
    last tenth of the steps.

    Reference:
        Spall, Johns Hopkins APL Tech. Digest 19, 482 (1998); Kandala et al., Nature 549, 242
        (2017) for the calibration; qiskit-algorithms.
    """

    maxiter: int = Field(300, ge=1, description="Steps, two energies each.")
    tolerance: float = Field(
        1e-3, gt=0, description="Gain of the last tenth of the steps, Hartree, at the end."
    )
    resamplings: int = Field(1, ge=1, description="Directions averaged in a step.")

    def minimize(self, evaluator: Evaluator, x0: Vector, seed: int) -> Outcome:
        """qiskit-algorithms' SPSA for a fixed number of steps."""
        from qiskit_algorithms.optimizers import SPSA
        from qiskit_algorithms.utils import algorithm_globals

        points: list[Vector] = []
        energies: list[float] = []

        def on_step(_: int, x: Vector, energy: float, __: float, ___: bool) -> bool:
            points.append(np.array(x))
            energies.append(float(energy))
            evaluator.step(np.asarray(x), float(energy))
            return False

        algorithm_globals.random_seed = seed
        first_step = _calibrate(evaluator, x0, np.random.default_rng(seed))
        window = max(1, self.maxiter // 10)
        method = SPSA(
            maxiter=self.maxiter,
            resamplings=self.resamplings,
            last_avg=window,
            learning_rate=lambda: _powers(first_step, GAIN_EXPONENT),
            perturbation=lambda: _powers(PERTURBATION, PERTURBATION_EXPONENT),
            termination_checker=on_step,
        )
        found = method.minimize(evaluator.value, x0)
        gain = self._gain(evaluator, points, window)
        scatter = 2.0 * float(np.std(np.diff(energies[-window:]))) if window > 2 else 0.0
        level = gain <= max(self.tolerance, np.sqrt(2.0) * scatter)
        message = f"the last {window} steps gained {1e3 * gain:.2g} mHa"
        return Outcome(np.asarray(found.x), level, message, len(points))

    @staticmethod
    def _gain(evaluator: Evaluator, points: list[Vector], window: int) -> float:
        """By how much the mean point of the last steps lies below that of the steps before."""
        if len(points) < 2 * window:
            return np.inf
        before = np.mean(points[-2 * window : -window], axis=0)
        last = np.mean(points[-window:], axis=0)
        return evaluator.value(before) - evaluator.value(last)


def _calibrate(evaluator: Evaluator, x0: Vector, rng: np.random.Generator) -> float:
    """A first gain that makes steps of the target size, from slopes in random directions.

    Where all slopes vanish (a stationary point, a constant) the target itself is the gain.
    """
    slopes = []
    for _ in range(CALIBRATION_PAIRS):
        shift = PERTURBATION * rng.choice([-1.0, 1.0], size=x0.size)
        difference = evaluator.value(x0 + shift) - evaluator.value(x0 - shift)
        slopes.append(abs(difference) / (2 * PERTURBATION))
    mean = float(np.mean(slopes))
    return TARGET_STEP / mean if mean > 1e-10 else TARGET_STEP


def _powers(first: float, exponent: float) -> Iterator[float]:
    """Yield ``first / k^exponent`` for k = 1, 2 and so on."""
    for step in count(1):
        yield first / step**exponent
