"""Folded circuits ``U (U† U)^n``, which prepare the same state with more noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from qiskit import QuantumCircuit


def folded(circuit: QuantumCircuit, folds: int) -> QuantumCircuit:
    """Fold a circuit as a whole.

    Args:
        circuit: The transpiled circuit, without measurements.
        folds: n; the result has 2n + 1 times the gates.

    Returns:
        The folded circuit.

    Reference:
        Giurgica-Tiron et al., IEEE QCE 2020, 306 (global folding).
    """
    found = circuit.copy()
    if not folds:
        return found
    back = _inverse(circuit)
    for _ in range(folds):
        for part in (back, circuit):
            found.barrier()
            found.compose(part, inplace=True)
    return found


def _inverse(circuit: QuantumCircuit) -> QuantumCircuit:
    """U† in the gates of U: neither noise models nor devices have SX†."""
    found = circuit.copy_empty_like()
    found.global_phase = -circuit.global_phase
    for item in reversed(circuit.data):
        if item.operation.name == "sx":
            # SX† = −i Z SX Z, and RZ(π) = −i Z
            found.rz(np.pi, item.qubits[0])
            found.sx(item.qubits[0])
            found.rz(np.pi, item.qubits[0])
            found.global_phase += np.pi / 2
        else:
            found.append(item.operation.inverse(), item.qubits)
    return found
