"""Simultaneous perturbation stochastic approximation."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from vqe_cli.objective import Evaluator, Outcome, Vector
from vqe_cli.optimizers import Optimizer


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
        window = max(1, self.maxiter // 10)
        method = SPSA(
            maxiter=self.maxiter,
            resamplings=self.resamplings,
            last_avg=window,
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
