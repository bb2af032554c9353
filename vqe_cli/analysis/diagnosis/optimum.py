"""The trial state at parameters that were optimised exactly."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from vqe_cli._core.arrays import Vector
from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends.objective import Objective
from vqe_cli.pipeline import run
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.registries import Parts
from vqe_cli.schema import RunSpec, Selection
from vqe_cli.variational.minimise import Solution
from vqe_cli.variational.observers import Watcher


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


class _Keeper(Watcher):
    """Keeps what a run's record leaves out."""

    encoding: Encoding
    solution: Solution

    def on_problem(self, encoding: Encoding) -> None:
        self.encoding = encoding

    def on_solution(self, objective: Objective, solution: Solution) -> None:
        self.solution = solution


def find_optimum(spec: RunSpec, parts: Parts) -> Optimum:
    """Optimise without noise and shots, or take the start where the input wants no optimiser.

    Args:
        spec: The run.
        parts: Its parts.
    """
    optimised = spec.optimizer.name != "none"
    keeper = _Keeper()
    record = run(without_noise(spec), watcher=keeper)
    state = _as_grown(parts.ansatz.state(keeper.encoding), keeper.solution)
    return Optimum(
        state, keeper.solution.x, record.result.energy, optimised, record.result.converged
    )


def without_noise(spec: RunSpec) -> RunSpec:
    """The same run on the exact backend, with nothing to compare it with.

    Args:
        spec: The run.
    """
    optimised = spec.optimizer.name != "none"
    changes = {
        "backend": Selection(name="exact"),
        "optimizer": Selection(name="auto" if optimised else "none"),
        "solver": Selection(name="vqe"),
        "reference": Selection(name="none"),
    }
    return spec.model_copy(update=changes)


def _as_grown(state: ParameterisedState, solution: Solution) -> ParameterisedState:
    """With the operators that an adaptive ansatz has chosen."""
    if solution.product is None:
        return state
    from vqe_cli.qubits.circuits import excitation_circuit

    circuit = partial(excitation_circuit, solution.product, state.encoding)
    return replace(state, make_circuit=circuit, product=solution.product, adaptive=None)
