"""Orbital rotations as networks of Givens rotations between neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vqe_cli._core.arrays import FloatArray, IntArray
from vqe_cli.fermions.excitations import Excitation
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

SMALLEST_ANGLE = 1e-10
"""Largest angle of a rotation that is omitted, radians."""


@dataclass(frozen=True)
class Givens:
    """The rotation ``exp(angle (a†_q a_p − a†_p a_q))`` with q = p + 1, on both spins."""

    orbital: int
    angle: float


@dataclass(frozen=True, eq=False)
class OrbitalRotation:
    """The change of basis to measure the occupations of orbitals ``φ'_p = Σ_q U_qp φ_q``.

    Args:
        norb: Number of spatial orbitals.
        givens: Givens rotations, in the order in which they act.
    """

    norb: int
    givens: tuple[Givens, ...]

    @classmethod
    def to_orbitals(cls, orbitals: FloatArray) -> OrbitalRotation:
        """The rotation to given orbitals, up to their signs, which do not affect occupations.

        The matrix ``Uᵀ`` from the new orbitals to the old ones is diagonalised from the right by
        rotations of neighbouring columns (Reck et al., Phys. Rev. Lett. 73, 58 (1994)), at most
        norb(norb − 1)/2 of them in depth 2 norb − 3.

        Args:
            orbitals: Orthogonal matrix U with the new orbitals as columns, shape (norb, norb).
        """
        matrix = np.array(orbitals.T)
        norb = len(matrix)
        found = []
        for row in range(norb - 1):
            for column in range(norb - 1, row, -1):
                angle = float(np.arctan2(matrix[row, column], matrix[row, column - 1]))
                if abs(matrix[row, column]) < SMALLEST_ANGLE:
                    continue
                if abs(angle) > np.pi / 2:  # the opposite sign needs a smaller rotation
                    angle -= np.copysign(np.pi, angle)
                cosine, sine = np.cos(angle), np.sin(angle)
                left, right = matrix[:, column - 1].copy(), matrix[:, column].copy()
                matrix[:, column - 1] = cosine * left + sine * right
                matrix[:, column] = cosine * right - sine * left
                found.append(Givens(column - 1, -angle))
        return cls(norb, tuple(found))

    def circuit(self, encoding: Encoding) -> QuantumCircuit:
        """The circuit in any mapping; Jordan-Wigner needs two CX per rotation and spin.

        Args:
            encoding: The problem and its qubits.
        """
        from qiskit import QuantumCircuit
        from qiskit.circuit.library import PauliEvolutionGate, XXPlusYYGate

        assert isinstance(encoding.problem, ElectronicProblem)
        circuit = QuantumCircuit(encoding.num_qubits)
        for givens in self.givens:
            for spin in (0, 1):
                p = givens.orbital
                if encoding.mapper.stores_occupations:
                    low = p + spin * self.norb
                    gate = XXPlusYYGate(2 * givens.angle, np.pi / 2)
                    circuit.append(gate, [low, low + 1])
                    continue
                generator = encoding.generator(Excitation(((p + 1, spin),), ((p, spin),)))
                evolution = PauliEvolutionGate(generator, time=givens.angle)
                circuit.compose(evolution.definition, inplace=True)
        return circuit

    def apply(self, state: FloatArray, strings: tuple[IntArray, IntArray]) -> FloatArray:
        """The rotated state of a sector, shape (alpha strings, beta strings).

        Neighbouring orbitals have none between them, so that there are no signs.

        Args:
            state: Amplitudes, shape (alpha strings, beta strings).
            strings: Alpha and beta strings in ascending order, bit p for orbital p.
        """
        rotated = np.array(state)
        for matrix, values in ((rotated, strings[0]), (rotated.T, strings[1])):
            pairs = [_partners(values, orbital) for orbital in range(self.norb - 1)]
            for givens in self.givens:
                lower, upper = pairs[givens.orbital]
                cosine, sine = np.cos(givens.angle), np.sin(givens.angle)
                below, above = matrix[lower], matrix[upper]
                matrix[lower] = cosine * below - sine * above
                matrix[upper] = sine * below + cosine * above
        return rotated


def _partners(strings: IntArray, orbital: int) -> tuple[IntArray, IntArray]:
    """Indices of strings with only the lower of two orbitals occupied, and of their partners."""
    bits = strings >> orbital & 3
    lower = np.flatnonzero(bits == 1)
    upper = np.searchsorted(strings, strings[lower] ^ (3 << orbital))
    return lower, upper
