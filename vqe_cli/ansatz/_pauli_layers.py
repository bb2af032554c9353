"""Evolutions by parts of a Hamiltonian, and the ramp of angles that they start from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from vqe_cli._core.arrays import Vector

if TYPE_CHECKING:
    from qiskit import QuantumCircuit
    from qiskit.quantum_info import SparsePauliOp

STEP = 0.75
"""Largest angle of the ramp.

Sack and Serbyn, Quantum 5, 491 (2021), find it best for MaxCut on random graphs.
"""


def evolve(circuit: QuantumCircuit, part: SparsePauliOp, angle: Any) -> None:
    """Append ``exp(−i angle H)`` for commuting terms H, one rotation for each.

    Args:
        circuit: The circuit.
        part: The terms, all of which commute.
        angle: A number or parameter.
    """
    from qiskit.circuit.library import PauliEvolutionGate
    from qiskit.quantum_info import SparsePauliOp
    from qiskit.synthesis import LieTrotter

    for pauli, coefficient in zip(part.paulis, part.coeffs.real, strict=True):
        qubits = np.flatnonzero(pauli.x | pauli.z)
        letters = pauli[qubits].to_label()
        gates = {"X": circuit.rx, "Y": circuit.ry, "Z": circuit.rz}
        pairs = {"XX": circuit.rxx, "YY": circuit.ryy, "ZZ": circuit.rzz}
        if letters in gates:
            gates[letters](2 * coefficient * angle, int(qubits[0]))
        elif letters in pairs:
            pairs[letters](2 * coefficient * angle, *map(int, qubits))
        elif letters:
            term = SparsePauliOp(letters, coefficient)
            gate = PauliEvolutionGate(term, time=angle, synthesis=LieTrotter())
            circuit.append(gate, [int(qubit) for qubit in qubits])


def typical_size(part: SparsePauliOp) -> float:
    """Root mean square of the coefficients of terms on the largest number of qubits of any.

    Terms are divided by it, so that angles do not depend on the unit of energies; Sureshbabu et
    al., Quantum 8, 1231 (2024), for weighted graphs.

    Args:
        part: Terms of a Hamiltonian.
    """
    weights = (part.paulis.x | part.paulis.z).sum(axis=1)
    largest = part.coeffs.real[weights == weights.max()]
    return float(np.sqrt(np.mean(largest**2)))


def ramp(layers: int, rising: int, *, falling: int = 0, steady: int = 0) -> Vector:
    """Angles of a linear ramp, layer by layer: rising, falling and steady ones.

    Args:
        layers: Number of layers.
        rising: Number of angles of a layer that rise from zero.
        falling: Number of angles that fall to zero.
        steady: Number of angles that stay.
    """
    found: list[float] = []
    for layer in range(layers):
        share = (layer + 0.5) / layers
        found += [STEP * share] * rising + [STEP * (1.0 - share)] * falling + [STEP] * steady
    return np.array(found)
