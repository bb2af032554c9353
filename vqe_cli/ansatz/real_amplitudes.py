"""Qiskit's RealAmplitudes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from vqe_cli.ansatz._hardware_efficient import HardwareEfficient

if TYPE_CHECKING:
    from qiskit import QuantumCircuit


class RealAmplitudes(HardwareEfficient):
    """Alternating layers of RY rotations and CX gates, for states with real amplitudes.

    Reference:
        Kandala et al., Nature 549, 242 (2017); Qiskit's `real_amplitudes`.
    """

    label: ClassVar[str | None] = "RealAmplitudes"

    def layers(self, num_qubits: int) -> QuantumCircuit:
        """Qiskit's `real_amplitudes`."""
        from qiskit.circuit.library import real_amplitudes

        return real_amplitudes(num_qubits, reps=self.reps, entanglement=self.entanglement)

    def single_qubit_gates(self) -> tuple[str, ...]:
        """Names of the rotations of a layer."""
        return ("ry",)
