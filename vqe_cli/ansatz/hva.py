"""The Hamiltonian-variational ansatz."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from vqe_cli._core.arrays import Vector
from vqe_cli.ansatz import Ansatz
from vqe_cli.ansatz._commuting_parts import (
    blocks_of,
    commuting_parts,
    ground_state,
    has_mixed_bonds,
    strength,
)
from vqe_cli.ansatz._pauli_layers import evolve, ramp
from vqe_cli.ansatz.state import Start
from vqe_cli.errors import InputError
from vqe_cli.qubits.encoding import Encoding

if TYPE_CHECKING:
    from qiskit import QuantumCircuit
    from qiskit.quantum_info import SparsePauliOp


class Hva(Ansatz):
    """Layers of evolutions by commuting parts of the Hamiltonian (HVA), for qubit Hamiltonians.

    The initial state is the ground state of one part, whose terms connect at most two qubits: all
    spins along a transverse field, or singlets on every other bond. In a layer the other parts act
    first, and that part last; the Hamiltonian is divided by the largest sum of coefficients on one
    set of qubits. The initial parameters are a linear ramp.

    Reference:
        Wecker, Hastings and Troyer, Phys. Rev. A 92, 042303 (2015); Wiersema et al., PRX Quantum 1,
        020319 (2020).
    """

    serves: ClassVar[frozenset[Literal["electrons", "qubits"]]] = frozenset({"qubits"})
    label: ClassVar[str | None] = "HVA"
    depth_option: ClassVar[str | None] = "layers"
    start: ClassVar[Start | None] = "ramp"

    layers: int = Field(default=3, ge=1, le=100, description="Number of layers.")
    parts: Literal["auto", "letters", "bonds"] = Field(
        default="auto",
        description="letters: terms of X only, of Y only, of Z only. bonds: terms on pairs of "
        "qubits by sets of pairs without a qubit in common, which keeps the symmetry of spins. "
        "auto: bonds if several terms act on a pair, else letters.",
    )

    def circuit(self, encoding: Encoding) -> QuantumCircuit:
        """The ground state of one part, followed by the layers."""
        from qiskit.circuit import ParameterVector

        parts = self.ordered_parts(encoding.hamiltonian)
        circuit = _ground_state_circuit(parts[-1], encoding.num_qubits)
        theta = ParameterVector("θ", self.layers * len(parts))
        scale = strength(encoding.hamiltonian)
        for layer in range(self.layers):
            for place, part in enumerate(parts):
                evolve(circuit, part / scale, theta[layer * len(parts) + place])
        return circuit

    def ramp_point(self, encoding: Encoding) -> Vector:
        """Rising angles of all parts but the last, which has the same angle in every layer."""
        parts = self.ordered_parts(encoding.hamiltonian)
        return ramp(self.layers, len(parts) - 1, steady=1)

    def ordered_parts(self, operator: SparsePauliOp) -> list[SparsePauliOp]:
        """The parts of a Hamiltonian, the one that the initial state belongs to last.

        Args:
            operator: The Hamiltonian.

        Raises:
            InputError: All terms commute, or no part has a ground state of blocks of two qubits.
        """
        split = self.parts
        if split == "auto":
            split = "bonds" if has_mixed_bonds(operator) else "letters"
        parts = commuting_parts(operator, split)
        if len(parts) < 2:
            message = "ansatz 'hva' needs parts that do not commute; all terms of this one do"
            raise InputError(message, path=("ansatz",), hint="use qaoa")
        easy = [place for place, part in enumerate(parts) if _is_easy(part)]
        if not easy:
            raise InputError(
                "ansatz 'hva' starts from the ground state of a part whose terms connect at most"
                " two qubits, and there is none",
                path=("ansatz",),
                hint="use qaoa, or a circuit such as efficient-su2",
            )
        first = max(easy, key=lambda place: _suitability(parts[place]))
        return [*parts[:first], *parts[first + 1 :], parts[first]]


def _is_easy(part: SparsePauliOp) -> bool:
    return max(map(len, blocks_of(part))) <= 2


def _suitability(part: SparsePauliOp) -> tuple[int, float]:
    """The number of qubits that a part acts on, and how far its lowest energy is below zero."""
    blocks = blocks_of(part)
    depth = -sum(ground_state(part, block)[0] for block in blocks)
    return sum(map(len, blocks)), round(depth, 9)


def _ground_state_circuit(part: SparsePauliOp, count: int) -> QuantumCircuit:
    """A circuit of a ground state of blocks of one or two qubits, zeros elsewhere."""
    from qiskit import QuantumCircuit
    from qiskit.circuit.library import StatePreparation

    circuit = QuantumCircuit(count)
    for block in blocks_of(part):
        _, state = ground_state(part, block)
        circuit.append(StatePreparation(state), list(block))
    return circuit
