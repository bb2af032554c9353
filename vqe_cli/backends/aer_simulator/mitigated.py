"""Energies from Aer with errors taken off the final one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from vqe_cli.backends.aer_simulator.devices import CompiledCircuit
from vqe_cli.backends.aer_simulator.objectives import (
    Method,
    SampledAerObjective,
    counts_of,
    raise_if_failed,
)
from vqe_cli.measurement import MeasurementPlan, Setting
from vqe_cli.mitigation import Preparation
from vqe_cli.mitigation.folding import folded
from vqe_cli.mitigation.ladder import mitigate, refuse_impossible
from vqe_cli.mitigation.options import Mitigation
from vqe_cli.objective import Counts, MitigatedEnergy, Vector
from vqe_cli.shots import Budget
from vqe_cli.trial import TrialState

if TYPE_CHECKING:
    from qiskit import QuantumCircuit


class MitigatedAerObjective(SampledAerObjective):
    """Raw energies on the way, and a mitigated one at the end; it is its own `Device`.

    Args:
        trial: The trial state.
        compiled: Its compiled circuit, with noise.
        method: Aer's simulation method.
        plan: How its energy is measured.
        budget: How much may be measured, for each energy that mitigation needs.
        options: Which methods.
    """

    def __init__(
        self,
        trial: TrialState,
        compiled: CompiledCircuit,
        method: Method,
        plan: MeasurementPlan,
        budget: Budget,
        options: Mitigation,
    ) -> None:
        super().__init__(trial, compiled, method, plan, budget, post_select=False)
        refuse_impossible(trial, plan, options)
        self._options = options
        self.traits = replace(self.traits, mitigates=True)

    def mitigated(self, x: Vector, seed: int, effort: float = 1.0) -> tuple[MitigatedEnergy, ...]:
        """The raw energy, and one after each method."""
        budget = self.budget.scaled(effort)
        return mitigate(self, self.trial, self.plan, budget, self._options, x=x, seed=seed)

    def sample(
        self,
        preparation: Preparation,
        settings: Sequence[Setting],
        shots: Sequence[int],
        seed: int,
    ) -> list[Counts]:
        """Shots of the ansatz or of a basis state; changes of basis are folded as often."""
        circuit = folded(self._prepared(preparation), preparation.folds)
        start = self._final_state(circuit, seed) if self._sampler.reuses_state else circuit
        return self._sampler.run(start, settings, shots, seed, preparation.folds)

    def places(self, setting: Setting) -> tuple[int, ...]:
        """Where the change of basis leaves the qubits."""
        return self._sampler.tail(setting).places

    def read(self, qubits: Sequence[int], bit: bool, shots: int, seed: int) -> Counts:
        """Shots of single qubits in a basis state."""
        from qiskit import QuantumCircuit

        circuit = QuantumCircuit(self._compiled.circuit.num_qubits, len(qubits))
        if bit:
            circuit.x(list(qubits))
        circuit.measure(list(qubits), range(len(qubits)))
        result = self._simulator.run(circuit, shots=shots, seed_simulator=seed).result()
        raise_if_failed(result)
        return counts_of(result.data(0)["counts"])

    def _prepared(self, preparation: Preparation) -> QuantumCircuit:
        if preparation.x is not None:
            return self._bind(self._compiled.circuit, preparation.x)
        from qiskit import QuantumCircuit

        assert preparation.bits is not None
        circuit = QuantumCircuit(self._compiled.circuit.num_qubits)
        for place, bit in zip(self._compiled.places, preparation.bits, strict=True):
            if bit:
                circuit.x(place)
        return circuit
