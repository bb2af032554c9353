"""The trial state at parameters that were optimised exactly."""

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
    """A trial state and its best parameters.

    Args:
        state: As it is at the end, also where it has grown.
        x: Parameters, shape (num_parameters,).
        energy: Exact, Hartree.
        optimised: Whether parameters were optimised, or are those of the start.
        converged: Whether the optimiser's own criterion was met.
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
    """Keeps what a run's record leaves out."""

    solution: Solution

    def on_solution(self, objective: Objective, solution: Solution) -> None:
        self.solution = solution


def find_optimum(spec: RunSpec, context: Context) -> Optimum:
    """Optimise without noise and shots, or take the start where the input wants no optimiser.

    Args:
        spec: The run.
        context: What is known already.
    """
    optimised = spec.selection("optimizer").name != "none"
    keeper = _Keeper()
    record = run(without_noise(spec), observer=keeper, context=context)
    solution = keeper.solution
    return Optimum(
        solution.state, solution.x, record.result.energy, optimised, record.result.converged
    )


def without_noise(spec: RunSpec) -> RunSpec:
    """The same run on the exact backend, with nothing to compare it with.

    Args:
        spec: The run.
    """
    optimised = spec.selection("optimizer").name != "none"
    changes = {
        "backend": Selection(name="exact"),
        "optimizer": Selection(name="auto" if optimised else "none"),
        "solver": Selection(name="vqe"),
        "reference": Selection(name="none"),
    }
    return spec.model_copy(update=changes)
