"""Circuits for products of excitations, and the reference determinant as a circuit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vqe_cli.fermions.excitations import ExcitationProduct
from vqe_cli.qubits.encoding import Encoding

if TYPE_CHECKING:
    from qiskit import QuantumCircuit


def reference_circuit(encoding: Encoding) -> QuantumCircuit:
    """The circuit of the reference determinant: an X on every qubit that is one."""
    from qiskit import QuantumCircuit

    circuit = QuantumCircuit(encoding.num_qubits)
    for qubit, bit in enumerate(encoding.reference_bits):
        if bit:
            circuit.x(qubit)
    return circuit


def excitation_circuit(product: ExcitationProduct, encoding: Encoding) -> QuantumCircuit:
    """The circuit of a product of excitations, with exactly the same unitary.

    The Pauli terms of an excitation commute, so that its evolution has no Trotter error.

    Args:
        product: The product of excitations; parameter k of the circuit is θ[k].
        encoding: The problem and its qubits.
    """
    from qiskit.circuit import ParameterVector
    from qiskit.circuit.library import PauliEvolutionGate
    from qiskit.synthesis import LieTrotter

    theta = ParameterVector("θ", product.num_parameters)
    circuit = reference_circuit(encoding)
    for rotation in product.rotations:
        generator = encoding.generator(rotation.excitation)
        time = rotation.factor * theta[rotation.parameter]
        gate = PauliEvolutionGate(generator, time=time, synthesis=LieTrotter())
        circuit.append(gate, range(encoding.num_qubits))
    return circuit
