"""Qiskit's EfficientSU2."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from vqe_cli.ansatz._hardware_efficient import HardwareEfficient

if TYPE_CHECKING:
    from qiskit import QuantumCircuit


class EfficientSu2(HardwareEfficient):
    """Alternating layers of RY and RZ rotations and of CX gates.

    Reference:
        Kandala et al., Nature 549, 242 (2017); Qiskit's `efficient_su2`.
    """

    label: ClassVar[str | None] = "EfficientSU2"

    def layers(self, num_qubits: int) -> QuantumCircuit:
        """Qiskit's `efficient_su2`."""
        from qiskit.circuit.library import efficient_su2

        return efficient_su2(num_qubits, reps=self.reps, entanglement=self.entanglement)

    def single_qubit_gates(self) -> tuple[str, ...]:
        """Names of the rotations of a layer."""
        return ("ry", "rz")
