"""Circuits on a statevector, with analytic gradients from one sweep back."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from vqe_cli.objective import Density, Estimate, Traits, Vector
from vqe_cli.qubits.encoding import sparse_matrix
from vqe_cli.qubits.rotations import FixedGate, PauliRotation, RotationCircuit, decompose
from vqe_cli.trial import TrialState

ComplexArray = npt.NDArray[np.complex128]


class StatevectorObjective:
    """Energy and gradient of a circuit, exact.

    Amplitude k belongs to the basis state whose qubit q is bit q of k. Rotations are
    ``exp(-iφP/2)``, so that ``∂E/∂φ = Im⟨λ|P|ψ⟩`` with ``λ = Hψ`` carried back to the gate
    (Jones and Gacon, arXiv:2009.02823).

    Args:
        trial: The trial state; its circuit is used.
    """

    def __init__(self, trial: TrialState) -> None:
        self._encoding = trial.encoding
        self._circuit: RotationCircuit = decompose(trial.circuit)
        self._matrix = sparse_matrix(trial.encoding.hamiltonian)
        self.traits = Traits(
            num_parameters=self._circuit.num_parameters,
            has_gradient=True,
            sampled=False,
            noisy=False,
            conserving=False,
            spectra=self._circuit.spectra,
        )
        self.details: dict[str, object] = {
            "representation": "statevector",
            "dimension": 2**self._circuit.num_qubits,
            "gates": len(self._circuit.gates),
        }

    def state(self, x: Vector) -> ComplexArray:
        """The amplitudes, shape (2^qubits,)."""
        psi = np.zeros(2**self._circuit.num_qubits, dtype=np.complex128)
        psi[0] = 1.0
        for gate in self._circuit.gates:
            psi = self._apply(gate, psi, x)
        return psi

    def energy(self, x: Vector, seed: int = 0) -> Estimate:
        """The total energy; `seed` plays no part."""
        psi = self.state(x)
        return Estimate(float(np.vdot(psi, self._matrix @ psi).real))

    def energy_and_gradient(self, x: Vector) -> tuple[float, Vector]:
        """The total energy and its derivatives from one sweep forward and one back."""
        psi = self.state(x)
        bra = self._matrix @ psi
        energy = float(np.vdot(psi, bra).real)
        gradient = np.zeros(self.traits.num_parameters)
        for gate in reversed(self._circuit.gates):
            if isinstance(gate, PauliRotation) and gate.weights:
                slope = float(np.vdot(bra, _pauli(gate, psi)).imag)
                for index, weight in gate.weights:
                    gradient[index] += weight * slope
            psi = self._apply(gate, psi, x, inverse=True)
            bra = self._apply(gate, bra, x, inverse=True)
        return energy, gradient

    def observables(self, x: Vector, seed: int = 0) -> dict[str, Estimate]:
        """Conserved quantities of the problem, and the energy variance."""
        psi = self.state(x)
        sigma = self._matrix @ psi
        energy = float(np.vdot(psi, sigma).real)
        variance = float(np.vdot(sigma, sigma).real) - energy**2
        found = {"energy-variance": Estimate(max(variance, 0.0))}
        for name, operator in self._encoding.symmetries.items():
            value = np.vdot(psi, sparse_matrix(operator) @ psi).real
            found[name] = Estimate(float(value))
        return found

    def density(self, x: Vector, two_body: bool = False) -> Density:
        """Circuits have none here: their qubits need not be orbitals."""
        raise NotImplementedError

    def _apply(
        self, gate: FixedGate | PauliRotation, psi: ComplexArray, x: Vector, inverse: bool = False
    ) -> ComplexArray:
        if isinstance(gate, FixedGate):
            matrix = gate.matrix.conj().T if inverse else gate.matrix
            return _apply_matrix(matrix, gate.qubits, psi)
        angle = gate.offset + sum(weight * x[index] for index, weight in gate.weights)
        half = -0.5 * angle if inverse else 0.5 * angle
        rotated: ComplexArray = np.cos(half) * psi - 1j * np.sin(half) * _pauli(gate, psi)
        return rotated


def _apply_matrix(matrix: ComplexArray, qubits: tuple[int, ...], psi: ComplexArray) -> ComplexArray:
    """Multiply a gate's matrix onto its qubits; the first qubit is the lowest bit."""
    n, k = int(psi.size).bit_length() - 1, len(qubits)
    axes = [n - 1 - qubit for qubit in reversed(qubits)]
    tensor = np.moveaxis(psi.reshape((2,) * n), axes, range(k))
    shape = tensor.shape
    tensor = (matrix @ tensor.reshape(2**k, -1)).reshape(shape)
    return np.ascontiguousarray(np.moveaxis(tensor, range(k), axes)).reshape(-1)


_LETTERS: dict[str, Any] = {
    "X": np.array([[0, 1], [1, 0]], dtype=np.complex128),
    "Y": np.array([[0, -1j], [1j, 0]]),
    "Z": np.array([[1, 0], [0, -1]], dtype=np.complex128),
}


def _pauli(gate: PauliRotation, psi: ComplexArray) -> ComplexArray:
    for letter, qubit in zip(gate.pauli, gate.qubits, strict=True):
        psi = _apply_matrix(_LETTERS[letter], (qubit,), psi)
    return psi
