"""Circuits for products of excitations, and the reference determinant as a circuit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vqe_cli.fermions.excitations import ExcitationProduct, Rotation
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.qubits.exchange_circuits import (
    QubitExcitation,
    append_doubles,
    append_exchange,
    append_single,
)

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

_Placed = tuple[Rotation, QubitExcitation | None]
"""A rotation, and the excitation on qubits where it has a short circuit."""


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

    Qubit excitations are short circuits where qubits are occupations. For other excitations, whose
    Pauli terms commute, each term is evolved by itself, without a Trotter error.

    Args:
        product: The product of excitations; parameter k of the circuit is θ[k].
        encoding: The problem and its qubits.
    """
    from qiskit.circuit import ParameterVector
    from qiskit.circuit.library import PauliEvolutionGate
    from qiskit.synthesis import LieTrotter

    theta = ParameterVector("θ", product.num_parameters)
    circuit = reference_circuit(encoding)
    for qubits, block in _blocks(product, encoding):
        if len(qubits) == 4:
            _append_doubles(circuit, block, theta)
            continue
        for rotation, local in block:
            angle = rotation.factor * theta[rotation.parameter]
            if local is not None:
                append_single(circuit, local, angle)
                continue
            generator = encoding.generator(rotation.excitation)
            gate = PauliEvolutionGate(generator, time=angle, synthesis=LieTrotter())
            circuit.append(gate, range(encoding.num_qubits))
    return circuit


def circuit_parts(product: ExcitationProduct, encoding: Encoding) -> list[tuple[Rotation, ...]]:
    """The rotations of a product in the order in which they act, those together that share gates.

    Args:
        product: The product of excitations.
        encoding: The problem and its qubits.
    """
    found: list[tuple[Rotation, ...]] = []
    for qubits, block in _blocks(product, encoding):
        rotations = tuple(rotation for rotation, _ in block)
        found += [rotations] if len(qubits) == 4 else [(one,) for one in rotations]
    return found


def _blocks(
    product: ExcitationProduct, encoding: Encoding
) -> list[tuple[frozenset[int], list[_Placed]]]:
    """Consecutive rotations on the same qubits; no qubits for those that have no short circuit."""
    found: list[tuple[frozenset[int], list[_Placed]]] = []
    for rotation in product.rotations:
        local = _on_qubits(rotation, encoding)
        qubits = frozenset[int]() if local is None else local.qubits
        if not found or found[-1][0] != qubits:
            found.append((qubits, []))
        found[-1][1].append((rotation, local))
    return found


def _on_qubits(rotation: Rotation, encoding: Encoding) -> QubitExcitation | None:
    """The excitation on qubits; None if it has fermionic signs, or a spectator."""
    excitation = rotation.excitation
    if not excitation.qubit or len(excitation.create) > 2 or not encoding.mapper.stores_occupations:
        return None
    assert isinstance(encoding.problem, ElectronicProblem)
    norb = encoding.problem.norb
    sources, targets = (
        frozenset(orbital + spin * norb for orbital, spin in side)
        for side in (excitation.annihilate, excitation.create)
    )
    return None if sources & targets else QubitExcitation(sources, targets)


def _append_doubles(circuit: QuantumCircuit, block: list[_Placed], theta: Any) -> None:
    """Append double excitations on the same qubits, two of the same angle by fewer gates."""
    angles: dict[QubitExcitation, dict[int, float]] = {}
    for rotation, local in block:
        assert local is not None
        backward = local.adjoint in angles
        factors = angles.setdefault(local.adjoint if backward else local, {})
        factor = -rotation.factor if backward else rotation.factor
        factors[rotation.parameter] = factors.get(rotation.parameter, 0.0) + factor
    if len(angles) == 2:
        (one, factors), (other, others) = angles.items()
        angle = _angle(factors, theta)
        if factors == others:
            append_exchange(circuit, one, other, angle)
            return
        if factors == {parameter: -factor for parameter, factor in others.items()}:
            append_exchange(circuit, one, other.adjoint, angle)
            return
    append_doubles(circuit, {local: _angle(found, theta) for local, found in angles.items()})


def _angle(factors: dict[int, float], theta: Any) -> Any:
    """The angle as an expression of the parameters."""
    return sum(factor * theta[parameter] for parameter, factor in factors.items())
