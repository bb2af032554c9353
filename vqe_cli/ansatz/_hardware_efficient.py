"""The common base of circuit ansätze: initial state and entanglement."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from vqe_cli.ansatz import Ansatz
from vqe_cli.qubits.encoding import Encoding

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

Entanglement = Literal["linear", "reverse_linear", "full", "circular", "sca", "pairwise"]


class HardwareEfficient(Ansatz):
    """Layers of rotations and entangling gates on top of the reference determinant."""

    serves: ClassVar[frozenset[Literal["electrons", "qubits"]]] = frozenset({"electrons", "qubits"})
    depth_option: ClassVar[str | None] = "reps"

    reps: int = Field(default=3, ge=0, le=100, description="Number of layers.")
    entanglement: Entanglement = Field(
        default="reverse_linear", description="Pattern of entangled qubits."
    )
    initial_state: Literal["reference", "zero"] = Field(
        default="reference", description="Start from the Hartree-Fock determinant, or from |0…0⟩."
    )

    def check_unrestricted(self) -> None:
        """Allow unrestricted orbitals: the layers know no orbitals."""
        return

    def layers(self, num_qubits: int) -> QuantumCircuit:
        """The parameterised layers without the initial state, on two qubits or more."""
        raise NotImplementedError

    def single_qubit_gates(self) -> tuple[str, ...]:
        """Names of the rotations of a layer, which are the whole layer on one qubit."""
        raise NotImplementedError

    def circuit(self, encoding: Encoding) -> QuantumCircuit:
        """The initial state, followed by the layers."""
        from vqe_cli.qubits.circuits import reference_circuit

        layers = self._any_layers(encoding.num_qubits)
        if self.initial_state == "zero":
            return layers
        full: QuantumCircuit = reference_circuit(encoding).compose(layers)
        return full

    def _any_layers(self, num_qubits: int) -> QuantumCircuit:
        if num_qubits > 1:
            return self.layers(num_qubits)
        from qiskit.circuit.library import n_local

        return n_local(1, list(self.single_qubit_gates()), [], reps=self.reps)
