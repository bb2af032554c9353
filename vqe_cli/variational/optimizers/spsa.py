"""Simultaneous perturbation stochastic approximation."""

from __future__ import annotations

import numpy as np

from vqe_cli.backends.objective import Evaluator
from vqe_cli.variational.optimizers._stochastic import Condition, StochasticOptimizer


class Spsa(StochasticOptimizer):
    """Simultaneous perturbation, with two energies per step, for sampled energies.

    Gain and perturbation follow from slopes, curvature and scatter measured at the start; the gain
    is corrected by how the energy falls, and shots grow when slopes are lost in scatter. The result
    is the mean of the last steps.

    Reference:
        Spall, Johns Hopkins APL Tech. Digest 19, 482 (1998) and IEEE Trans. Aerosp. Electron.
        Syst. 34, 817 (1998).
    """

    def condition(self, evaluator: Evaluator, rng: np.random.Generator) -> Condition:
        """The identity: gradients are not preconditioned."""
        return lambda _, gradient, __: gradient
