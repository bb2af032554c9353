"""The exact backend of this package."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from serve import serve

sys.path.insert(0, str(Path(__file__).parent.parent))

from peer_bench.exchange import read_blocks, read_problem, read_product

from vqe_cli.ansatz.state import ParameterisedState
from vqe_cli.backends import BACKENDS
from vqe_cli.backends.objective import HasGradient, Objective, OptimizerResult, PointByPoint
from vqe_cli.measurement.estimates import Estimate
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.qubits.mappers import MAPPERS
from vqe_cli.variational.evaluation_log import EvaluationLog
from vqe_cli.variational.journal import NoJournal
from vqe_cli.variational.optimizers import OPTIMIZERS


class Ours:
    """An objective of this package.

    Args:
        folder: Folder of the case.
        case: Content of ``case.json``.
        backend: Name of the backend in the registry.
    """

    def __init__(self, folder: Path, case: dict[str, Any], backend: str = "exact") -> None:
        encoding = Encoding(read_problem(folder, case), MAPPERS.create("jordan-wigner"))
        self._objective = BACKENDS.create(backend).prepare(_state_of(case, encoding), 7)
        record = self._objective.record
        self.notes = {"details": record.model_dump(), "threads": record.threads or 1}

    def evaluate(self, x: np.ndarray) -> tuple[float, np.ndarray | None]:
        """The energy in Hartree and its gradient, None for backends without gradients."""
        if isinstance(self._objective, HasGradient):
            return self._objective.energy_and_gradient(x)
        return self._objective.energy(x, 7).value, None

    def minimise(self, method: str, x0: np.ndarray) -> tuple[list[float], list[float]]:
        """Energies and times of all evaluations by an optimiser of this package."""
        assert isinstance(self._objective, HasGradient)
        recorder = Recorder(self._objective)
        counted = EvaluationLog(recorder, 7, NoJournal(), lambda _: None)
        optimizer = OPTIMIZERS.create(method).resolve(self._objective)
        outcome: OptimizerResult = optimizer.minimize(counted, x0.copy(), 7)
        assert outcome.converged
        return recorder.values, recorder.stamps


class DifferentiableObjective(Objective, HasGradient, Protocol):
    """An objective with analytic gradients."""


class Recorder(PointByPoint):
    """An objective that records the energy and the time of every evaluation."""

    def __init__(self, objective: DifferentiableObjective) -> None:
        self._objective = objective
        self.traits, self.record = objective.traits, objective.record
        self.values: list[float] = []
        self.stamps: list[float] = []

    def energy(self, x: np.ndarray, seed: int, shot_multiplier: float = 1.0) -> Estimate:
        """The energy of the wrapped objective."""
        return self._objective.energy(x, seed, shot_multiplier)

    def observables(self, x: np.ndarray, seed: int) -> dict[str, Estimate]:
        """The observables of the wrapped objective."""
        return self._objective.observables(x, seed)

    def energy_and_gradient(self, x: np.ndarray) -> tuple[float, np.ndarray]:
        """The energy in Hartree and its gradient, which are recorded."""
        energy, gradient = self._objective.energy_and_gradient(x)
        self.values.append(energy)
        self.stamps.append(time.perf_counter())
        return energy, gradient


def _state_of(case: dict[str, Any], encoding: Encoding) -> ParameterisedState:
    from vqe_cli.qubits.circuits import excitation_circuit

    if case["kind"] == "excitations":
        product = read_product(case)
        return ParameterisedState(encoding, lambda: excitation_circuit(product, encoding), product)
    if case["kind"] == "blocks":
        return ParameterisedState(encoding, lambda: _circuit(case), blocks=read_blocks(case))
    return ParameterisedState(encoding, lambda: _circuit(case))


def _circuit(case: dict[str, Any]) -> Any:
    from qiskit import QuantumCircuit
    from qiskit.circuit import ParameterVector

    theta = ParameterVector("θ", case["num_parameters"])
    circuit = QuantumCircuit(case["num_qubits"])
    for gate in case["gates"]:
        angles = [] if gate["parameter"] is None else [theta[gate["parameter"]]]
        getattr(circuit, gate["name"])(*angles, *gate["qubits"])
    return circuit


if __name__ == "__main__":
    serve(Ours, ("vqe-cli", "numpy", "scipy", "numba", "pyscf"))
