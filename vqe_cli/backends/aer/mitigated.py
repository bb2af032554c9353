"""Energies from Aer, with error mitigation of the final one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vqe_cli.backends._mitigated import MitigatedObjective
from vqe_cli.backends.aer.objectives import SampledAerObjective
from vqe_cli.backends.aer.sampler import AerCircuit, counts_of, raise_if_failed
from vqe_cli.measurement import MeasurementBasis
from vqe_cli.measurement.estimates import Counts
from vqe_cli.measurement.mitigation import OneByOne, Preparation, QubitShots, StateShots
from vqe_cli.measurement.mitigation.folding import folded
from vqe_cli.measurement.mitigation.options import Mitigation
from vqe_cli.measurement.task import MeasurementTask

if TYPE_CHECKING:
    from qiskit import QuantumCircuit


class MitigatedAerObjective(OneByOne, MitigatedObjective, SampledAerObjective):
    """Raw energies for optimisation, and a mitigated final energy.

    Args:
        task: The measurement task, whose budget is for each energy that mitigation needs.
        circuit: The transpiled circuit of the parameterised state, with noise.
        options: The mitigation methods and their options.
    """

    def __init__(self, task: MeasurementTask, circuit: AerCircuit, options: Mitigation) -> None:
        SampledAerObjective.__init__(self, task, circuit)
        self.mitigate_by(options)

    def sample(self, order: StateShots) -> list[Counts]:
        """Counts of the ansatz or of a basis state; changes of basis are folded as often."""
        folds = order.preparation.folds
        circuit = folded(self._prepared(order.preparation), folds)
        start = self._final_state(circuit, order.seed) if self._sampler.reuses_state else circuit
        return self._sampler.run(start, order.bases, order.shots, order.seed, folds)

    def places(self, basis: MeasurementBasis) -> tuple[int, ...]:
        """The qubits from which the encoding's are read after the change of basis."""
        return self._sampler.tail(basis).places

    def read(self, order: QubitShots) -> Counts:
        """Counts of single qubits in a basis state."""
        from qiskit import QuantumCircuit

        qubits = order.qubits
        circuit = QuantumCircuit(self._compiled.circuit.num_qubits, len(qubits))
        if order.bit:
            circuit.x(list(qubits))
        circuit.measure(list(qubits), range(len(qubits)))
        found = self._simulator.run(circuit, shots=order.shots, seed_simulator=order.seed).result()
        raise_if_failed(found)
        return counts_of(found.data(0)["counts"])

    def _prepared(self, preparation: Preparation) -> QuantumCircuit:
        if preparation.x is not None:
            return self._bind(self._compiled.circuit, preparation.x)
        assert preparation.bits is not None
        return self._compiled.basis_state(preparation.bits)
