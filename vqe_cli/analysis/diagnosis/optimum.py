"""The parameterised state at exactly optimised parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vqe_cli._core.arrays import Vector
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends.objective import Objective
from vqe_cli.context import Context
from vqe_cli.pipeline import run
from vqe_cli.schema import RunSpec, Selection
from vqe_cli.variational.observers import Observer
from vqe_cli.variational.solution import Solution


@dataclass(frozen=True, eq=False)
class Optimum:
    """A parameterised state and its best parameters.

    Args:
        state: The final state; for an adaptive ansatz, with the chosen operators.
        x: The parameters, shape (num_parameters,).
        energy: Energy by exact simulation, Hartree.
        optimised: Whether the parameters were optimised; else they are the starting point.
        converged: Whether the optimiser's convergence criterion was met.
    """

    state: ParameterisedState
    x: Vector
    energy: float
    optimised: bool
    converged: bool

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "energy": self.energy,
            "parameters": self.x.tolist(),
            "optimised": self.optimised,
            "converged": self.converged,
        }


class _Keeper(Observer):
    """An observer that keeps the solution, of which the record lacks the state."""

    solution: Solution

    def on_solution(self, objective: Objective, solution: Solution) -> None:
        self.solution = solution


def find_optimum(spec: RunSpec, context: Context) -> Optimum:
    """Optimise without noise and shots, or evaluate the starting point for `optimizer: none`.

    Args:
        spec: The run's spec.
        context: The context of the run.

    Returns:
        The state and its parameters.
    """
    optimised = spec.selection("optimizer").name != "none"
    keeper = _Keeper()
    record = run(without_noise(spec), observer=keeper, context=context)
    solution = keeper.solution
    return Optimum(
        solution.state, solution.x, record.result.energy, optimised, record.result.converged
    )


def without_noise(spec: RunSpec) -> RunSpec:
    """The spec of the same run on the exact backend, without an exact energy for comparison.

    Args:
        spec: The run's spec.
    """
    optimised = spec.selection("optimizer").name != "none"
    changes = {
        "backend": Selection(name="exact"),
        "optimizer": Selection(name="auto" if optimised else "none"),
        "solver": Selection(name="vqe"),
        "reference": Selection(name="none"),
    }
    return spec.model_copy(update=changes)
