"""Circuits as fixed gates and Pauli rotations with angles linear in the parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from vqe_cli.fermions.spectra import Spectrum, spectrum

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

_ROTATIONS = {"rx": "X", "ry": "Y", "rz": "Z", "rxx": "XX", "ryy": "YY", "rzz": "ZZ"}
_FIXED = ("id", "h", "x", "y", "z", "s", "sdg", "t", "tdg", "sx", "sxdg", "cx", "cz", "swap")


@dataclass(frozen=True)
class FixedGate:
    """A gate without parameters.

    Args:
        matrix: Unitary matrix with the first qubit as the lowest bit, shape (2^k, 2^k).
        qubits: The k qubits that it acts on.
    """

    matrix: np.ndarray[Any, np.dtype[np.complex128]]
    qubits: tuple[int, ...]


@dataclass(frozen=True)
class PauliRotation:
    """The rotation ``exp(-i φ P / 2)`` with ``φ = offset + Σ weight · θ[index]``.

    Args:
        pauli: One letter for each of `qubits`, all equal.
        qubits: The qubits that it acts on.
        weights: Pairs (parameter index, weight).
        offset: Constant part of the angle, radians.
    """

    pauli: str
    qubits: tuple[int, ...]
    weights: tuple[tuple[int, float], ...]
    offset: float


@dataclass(frozen=True)
class RotationCircuit:
    """The gates of a circuit, in the order in which they act."""

    num_qubits: int
    num_parameters: int
    gates: tuple[FixedGate | PauliRotation, ...]

    @property
    def spectra(self) -> tuple[Spectrum, ...]:
        """The spectra of expectation values in each parameter."""
        weights: list[list[float]] = [[] for _ in range(self.num_parameters)]
        for gate in self.gates:
            if isinstance(gate, PauliRotation):
                for index, weight in gate.weights:
                    weights[index].append(weight)
        return tuple(spectrum(found) for found in weights)


def decompose(circuit: QuantumCircuit) -> RotationCircuit:
    """The decomposition of a circuit into fixed gates and Pauli rotations.

    Args:
        circuit: A circuit whose angles are linear in its parameters.

    Raises:
        ValueError: An angle is not linear in a parameter.
    """
    from qiskit import transpile

    basis = [*_ROTATIONS, *_FIXED]
    flat = transpile(circuit, basis_gates=basis, optimization_level=0)
    order = {parameter: index for index, parameter in enumerate(circuit.parameters)}
    gates: list[FixedGate | PauliRotation] = []
    for instruction in flat.data:
        name = instruction.operation.name
        qubits = tuple(flat.find_bit(qubit).index for qubit in instruction.qubits)
        if name in _ROTATIONS:
            weights, offset = _linear(instruction.operation.params[0], order)
            gates.append(PauliRotation(_ROTATIONS[name], qubits, weights, offset))
        elif name not in ("barrier", "id"):
            matrix = np.asarray(instruction.operation.to_matrix(), dtype=np.complex128)
            gates.append(FixedGate(matrix, qubits))
    return RotationCircuit(circuit.num_qubits, circuit.num_parameters, tuple(gates))


def _linear(angle: Any, order: dict[Any, int]) -> tuple[tuple[tuple[int, float], ...], float]:
    """The weights and offset of an angle."""
    if not getattr(angle, "parameters", None):
        return (), float(angle)
    weights = []
    for parameter in angle.parameters:
        slope = angle.gradient(parameter)
        if getattr(slope, "parameters", None):
            raise ValueError(f"the angle {angle} should be linear in {parameter}")
        weights.append((order[parameter], float(np.real(complex(slope)))))
    at_zero = angle.bind(dict.fromkeys(angle.parameters, 0.0))
    return tuple(sorted(weights)), float(np.real(complex(at_zero)))
