"""The strategy without a search, for a solver that needs no energy of the state."""

from __future__ import annotations

import math
from dataclasses import dataclass

from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends.objective import Objective, OptimizerResult
from vqe_cli.measurement.estimates import Estimate
from vqe_cli.schema.records import Evaluations
from vqe_cli.variational.initial_points import Starts
from vqe_cli.variational.solution import Solution


@dataclass(frozen=True, eq=False)
class StartingPoint:
    """The strategy that returns the first starting point and evaluates nothing.

    Args:
        state: The parameterised state.
        objective: The energy of the state.
        starts: The starting points.
    """

    state: ParameterisedState
    objective: Objective
    starts: Starts

    def find(self) -> Solution:
        """A solution at the first starting point, with an energy of NaN."""
        x = self.starts.points[0]
        return Solution(
            state=self.state,
            objective=self.objective,
            optimizer="none",
            x=x,
            energy=Estimate(math.nan),
            initial_energy=None,
            outcome=OptimizerResult(x, True, "taken as it is", 0),
            gradient_norm=None,
            observables={},
            evaluations=Evaluations(energy=0, gradient=0, shots=0),
            shots_by_purpose={},
            starts=(),
            history=(),
            wall_s=0.0,
            replayed=0,
            several_minima=self.starts.random,
        )
