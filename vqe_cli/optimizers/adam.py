"""Adaptive moment estimation."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from vqe_cli.objective import Evaluator, Outcome, Vector
from vqe_cli.optimizers import Optimizer
from vqe_cli.optimizers._parameter_shift import parameter_shift_gradient
from vqe_cli.optimizers._plateau import has_levelled_off


class Adam(Optimizer):
    """Gradient descent with adaptive moments; gradients are analytic or by parameter shift.

    Reference:
        Kingma and Ba, arXiv:1412.6980 (2014); parameter shifts: Wierichs et al., Quantum 6, 677
        (2022); qiskit-algorithms.
    """

    maxiter: int = Field(500, ge=1, description="Steps.")
    tolerance: float = Field(1e-6, gt=0, description="Length of a step, in radians, at the end.")
    learning_rate: float = Field(0.02, gt=0, description="Step size.")

    def minimize(self, evaluator: Evaluator, x0: Vector, seed: int) -> Outcome:
        """qiskit-algorithms' ADAM."""
        from qiskit_algorithms.optimizers import ADAM

        energies: list[float] = []

        def gradient(x: Vector) -> Vector:
            if evaluator.traits.has_gradient:
                energy, slope = evaluator.value_and_gradient(x)
            else:
                energy, slope = evaluator.value(x), parameter_shift_gradient(evaluator, x)
            energies.append(energy)
            evaluator.step(x, energy, float(np.linalg.norm(slope)))
            return slope

        method = ADAM(maxiter=self.maxiter, tol=self.tolerance, lr=self.learning_rate)
        found = method.minimize(evaluator.value, x0.copy(), jac=gradient)
        steps = int(found.nfev)
        if steps < self.maxiter:
            return Outcome(np.asarray(found.x), True, "the steps have become small", steps)
        level = has_levelled_off(energies, 1e-6)
        message = "the energy has levelled off" if level else "the energy was still falling"
        return Outcome(np.asarray(found.x), level, message, steps)
