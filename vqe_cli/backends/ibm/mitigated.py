"""Energies from a device, with error mitigation of the final one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from vqe_cli._core.arrays import Vector
from vqe_cli.backends._mitigated import MitigatedObjective
from vqe_cli.backends.devices.compiling import CompiledCircuit
from vqe_cli.backends.ibm.objective import (
    CircuitShots,
    DeviceObjective,
    PreparedDevice,
    basis_text,
    digest,
    one_seed,
    tells_electrons,
)
from vqe_cli.measurement import MeasurementBasis
from vqe_cli.measurement.estimates import Counts, Estimate
from vqe_cli.measurement.mitigation import Preparation, QubitShots, StateShots, Taken
from vqe_cli.measurement.mitigation.folding import folded
from vqe_cli.measurement.mitigation.options import Mitigation
from vqe_cli.measurement.mitigation.readout import mean_of_read
from vqe_cli.measurement.mitigation.values import combined
from vqe_cli.measurement.task import MeasurementTask

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

    from vqe_cli.backends.aer.mitigated import MitigatedAerObjective

NO_PARAMETERS = np.zeros(0)


class MitigatedDeviceObjective(MitigatedObjective, DeviceObjective):
    """Raw energies for optimisation, and a mitigated final energy from one job.

    Args:
        task: The measurement task, whose budget is for each energy that mitigation needs.
        compiled: The circuit of the parameterised state, transpiled for the device.
        device: The device, ready to measure.
        options: The mitigation methods and their options.
    """

    def __init__(
        self,
        task: MeasurementTask,
        compiled: CompiledCircuit,
        device: PreparedDevice,
        options: Mitigation,
    ) -> None:
        DeviceObjective.__init__(self, task, compiled, device)
        self.mitigate_by(options)
        self._prepared: dict[tuple[Any, ...], QuantumCircuit] = {}

    def noisy_simulation(self) -> MitigatedAerObjective:
        """The objective with the same circuits and methods on Aer with the device's noise."""
        from vqe_cli.backends.aer.mitigated import MitigatedAerObjective

        return MitigatedAerObjective(self.task, self._noisy_circuit, self._options)

    def places(self, basis: MeasurementBasis) -> tuple[int, ...]:
        """The qubits from which the encoding's are read after the change of basis."""
        return self._tail(basis).places

    def take(self, states: Sequence[StateShots], qubits: Sequence[QubitShots]) -> Taken:
        """The counts of all orders from one job: the energy, calibration, and other states."""
        groups = [
            *(
                [self._state_shots(order, index) for index in range(len(order.bases))]
                for order in states
            ),
            *([self._qubit_shots(order)] for order in qubits),
        ]
        seed = one_seed([*(order.seed for order in states), *(order.seed for order in qubits)])
        found = self._run(groups, seed, self._question(states, qubits))
        read, calibrated = found[: len(states)], [part[0] for part in found[len(states) :]]
        self._last = {
            order.preparation.x.tobytes(): list(zip(order.bases, counts, strict=True))
            for order, counts in zip(states, read, strict=True)
            if order.preparation.x is not None and not order.preparation.folds
        }
        return read, calibrated

    def observables(self, x: Vector, seed: int) -> dict[str, Estimate]:
        """Electron number and Sz from the shots of the last energy, with readout errors undone."""
        if self._options.readout is None or self._calibration is None or self.selects:
            return DeviceObjective.observables(self, x, seed)
        known = [pair for pair in self._shots_at(x) if tells_electrons(*pair)]
        calibrated = set(self._calibration.qubits)
        if not known or not all(calibrated >= set(self.places(basis)) for basis, _ in known):
            return DeviceObjective.observables(self, x, seed)
        return {
            "particle-number": self._undone_mean(known, lambda alpha, beta: alpha + beta),
            "sz": self._undone_mean(known, lambda alpha, beta: 0.5 * (alpha - beta)),
        }

    def _undone_mean(
        self, known: Sequence[tuple[MeasurementBasis, Counts]], of: Callable[[Any, Any], Any]
    ) -> Estimate:
        """The mean over bases, weighted by their shots."""
        assert self._calibration is not None
        encoding, parts = self.task.state.encoding, []
        for basis, counts in known:
            values = np.asarray(of(*encoding.electron_counts(counts.outcomes)), float)
            places = self.places(basis)
            parts.append(mean_of_read(values, counts, places, self._calibration, encoding.memory))
        shots = np.array([counts.shots for _, counts in known])
        shares = shots / shots.sum()
        mean = float(shares @ np.array([part.value for part in parts]))
        return Estimate(mean, combined(mean, shares, parts).standard_error)

    def _state_shots(self, order: StateShots, index: int) -> CircuitShots:
        preparation, basis = order.preparation, order.bases[index]
        point = NO_PARAMETERS if preparation.x is None else preparation.x
        return CircuitShots(self._state_circuit(preparation, basis), point, order.shots[index])

    def _state_circuit(self, preparation: Preparation, basis: MeasurementBasis) -> QuantumCircuit:
        """The circuit of state and change of basis, each folded, with free parameters."""
        if preparation.x is not None and not preparation.folds:
            return self._circuit(basis)
        key = (preparation.bits, preparation.folds, basis)
        if key not in self._prepared:
            tail, bits = self._tail(basis), preparation.bits
            start = self._compiled.circuit if bits is None else self._compiled.basis_state(bits)
            whole = folded(start, preparation.folds)
            whole.compose(folded(tail.circuit, preparation.folds), inplace=True)
            self._prepared[key] = self._read_into_register(whole, tail.places)
        return self._prepared[key]

    def _qubit_shots(self, order: QubitShots) -> CircuitShots:
        key = (order.qubits, order.bit)
        if key not in self._prepared:
            from qiskit import QuantumCircuit

            circuit = QuantumCircuit(self._compiled.circuit.num_qubits)
            if order.bit:
                circuit.x(list(order.qubits))
            self._prepared[key] = self._read_into_register(circuit, order.qubits)
        return CircuitShots(self._prepared[key], NO_PARAMETERS, order.shots)

    def _question(self, states: Sequence[StateShots], qubits: Sequence[QubitShots]) -> str:
        """A text that identifies the orders; for calibration it includes the qubits' positions."""
        points = [order.preparation.x for order in states if order.preparation.x is not None]
        texts = [
            f"{order.preparation.bits} {order.preparation.folds} {basis_text(basis)}"
            for order in states
            for basis in order.bases
        ]
        layout = [self._compiled.active, *(self.places(one) for one in self.task.plan.bases)]
        texts += [f"{order.qubits} {order.bit} {layout}" for order in qubits]
        return digest("mitigation", np.array(points), texts)
