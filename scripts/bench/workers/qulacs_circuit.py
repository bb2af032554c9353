"""Qulacs: Pauli rotations, and gradients by backpropagation.

The product with the Hamiltonian is SciPy's with a sparse matrix if it fits into memory, and qulacs'
own sum over Pauli terms otherwise.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from qulacs import GeneralQuantumOperator, ParametricQuantumCircuit, QuantumState
from serve import matrix_entries, pauli_matrix, serve

MAX_ENTRIES = 2**28
LETTERS = {"X": 1, "Y": 2, "Z": 3}


class Qulacs:
    """A parametric circuit.

    Args:
        folder: Folder of the case, not used.
        case: Content of ``case.json``.
    """

    def __init__(self, folder: Path, case: dict[str, Any]) -> None:
        self._num_qubits, self._count = case["num_qubits"], case["num_parameters"]
        self._circuit = ParametricQuantumCircuit(self._num_qubits)
        self._indices: list[int] = []
        self._weights: list[float] = []
        if case["kind"] == "circuit":
            for gate in case["gates"]:
                self._add_gate(gate)
        else:
            for qubit in case["reference"]:
                self._circuit.add_X_gate(qubit)
            for entry in case["rotations"]:
                for pauli, value in entry["paulis"]:
                    self._add_rotation(pauli, entry["parameter"], 2 * value * entry["factor"])
        terms = case["hamiltonian"]
        self._matrix: Any = None
        self._operator: Any = None
        if matrix_entries(terms, self._num_qubits) <= MAX_ENTRIES:
            self._matrix = pauli_matrix(terms, self._num_qubits)
        else:
            self._operator = _operator(terms, self._num_qubits)
        self._index, self._weight = np.array(self._indices), np.array(self._weights)
        form = "Pauli terms" if self._matrix is None else "sparse matrix"
        gates = self._circuit.get_gate_count()
        self.notes = {"hamiltonian": form, "gates": gates, "threads": 1}

    def evaluate(self, x: np.ndarray) -> tuple[float, np.ndarray]:
        """The energy in Hartree and its gradient, shape (parameters,)."""
        for number, angle in enumerate(self._weight * x[self._index]):
            self._circuit.set_parameter(number, angle)
        state, bra = QuantumState(self._num_qubits), QuantumState(self._num_qubits)
        self._circuit.update_quantum_state(state)
        if self._matrix is None:
            self._operator.apply_to_state(state, bra)
            energy = float(np.vdot(state.get_vector(), bra.get_vector()).real)
        else:
            psi = state.get_vector()
            sigma = self._matrix @ psi
            energy = float(np.vdot(psi, sigma).real)
            bra.load(sigma)
        slopes = 2 * np.array(self._circuit.backprop_inner_product(bra)) * self._weight
        return energy, np.bincount(self._index, slopes, minlength=self._count)

    def _add_rotation(self, pauli: str, parameter: int, weight: float) -> None:
        """Add the gate ``exp(-iθ·weight/2·P)``; qulacs' angles have the opposite sign."""
        targets = [k for k, letter in enumerate(pauli[::-1]) if letter != "I"]
        letters = [LETTERS[pauli[::-1][k]] for k in targets]
        self._circuit.add_parametric_multi_Pauli_rotation_gate(targets, letters, 0.0)
        self._indices.append(parameter)
        self._weights.append(-weight)

    def _add_gate(self, gate: dict[str, Any]) -> None:
        circuit, name, qubits = self._circuit, gate["name"], gate["qubits"]
        if gate["parameter"] is None:
            {"x": circuit.add_X_gate, "cx": circuit.add_CNOT_gate}[name](*qubits)
            return
        add = {"ry": circuit.add_parametric_RY_gate, "rz": circuit.add_parametric_RZ_gate}[name]
        add(*qubits, 0.0)
        self._indices.append(gate["parameter"])
        self._weights.append(-1.0)


def _operator(terms: list[Any], num_qubits: int) -> GeneralQuantumOperator:
    operator = GeneralQuantumOperator(num_qubits)
    for pauli, value in terms:
        letters = enumerate(pauli[::-1])
        words = " ".join(f"{letter} {k}" for k, letter in letters if letter != "I")
        operator.add_operator(value, words)
    return operator


if __name__ == "__main__":
    serve(Qulacs, ("qulacs", "numpy", "scipy"))
