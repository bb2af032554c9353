"""Orbital rotations as networks of Givens rotations between neighbouring orbitals."""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from vqe_cli._core.arrays import ComplexArray, Vector
from vqe_cli.fermions.spectra import Spectrum, spectrum

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

Givens = tuple[float, complex, int, int]
"""``(c, s, i, j)``, which is the matrix ``[[c, s], [-s*, c]]`` on the neighbours i and j."""


@dataclass(frozen=True)
class GivensNetwork:
    """A fixed pattern of rotations of neighbouring orbitals, followed by phases of the orbitals.

    Each rotation has two angles, θ and φ: ``exp(θ (e^{iφ} a†_p+1 a_p − h.c.))`` up to the
    convention of `XXPlusYYGate`, the identity at θ = 0. The phase of the first orbital is a global
    one, and omitted.

    Args:
        norb: Number of spatial orbitals.
        spins: The spins with the same rotations.
        places: Lower orbital p of each pair (p, p+1), in the order in which the rotations act.
        phases: Whether phases of the orbitals follow the rotations.
    """

    norb: int
    spins: tuple[int, ...]
    places: tuple[int, ...]
    phases: bool = False

    @property
    def num_parameters(self) -> int:
        """The number of parameters: two for each rotation, and one for each phase."""
        return 2 * len(self.places) + (self.norb - 1 if self.phases else 0)

    @property
    def spectra(self) -> tuple[Spectrum, ...]:
        """The spectra of the energy in each parameter: two rotations by Paulis for each spin."""
        count = len(self.spins)
        rotation, phase = spectrum([1.0] * (2 * count)), spectrum([1.0] * count)
        angles = 2 * len(self.places)
        return (rotation,) * angles + (phase,) * (self.num_parameters - angles)

    def append_to(self, circuit: QuantumCircuit, angles: Sequence[Any]) -> None:
        """Append the gates, in the Jordan-Wigner mapping with alpha before beta.

        Args:
            circuit: A circuit on 2 norb qubits.
            angles: Values or parameters of the angles, of length `num_parameters`.
        """
        from qiskit.circuit.library import PhaseGate, XXPlusYYGate

        count = len(self.places)
        thetas, phis, phases = angles[:count], angles[count : 2 * count], angles[2 * count :]
        for place, theta, phi in zip(self.places, thetas, phis, strict=True):
            for spin in self.spins:
                qubit = place + spin * self.norb
                gate = XXPlusYYGate(2 * theta, phi - 0.5 * math.pi)
                circuit.append(gate, (qubit, qubit + 1))
        for place, phase in enumerate(phases, start=1):
            for spin in self.spins:
                circuit.append(PhaseGate(phase), (place + spin * self.norb,))

    def angles_of(self, rotations: Iterable[Givens]) -> Vector:
        """The angles θ and φ of given rotations, at their positions in the pattern.

        Rotations by zero, which decompositions omit, get zero angles.

        Args:
            rotations: Rotations of a part of the pattern, in the order in which they act.
        """
        angles = np.zeros((2, len(self.places)))
        layers = _layers(self.places)
        done = [-1] * self.norb
        for cosine, sine, i, j in rotations:
            place, upward = min(i, j), sine if i < j else -sine.conjugate()
            after = max(done[place], done[place + 1])
            slot = next(k for k, p in enumerate(self.places) if p == place and layers[k] > after)
            done[place] = done[place + 1] = layers[slot]
            size, phi = cmath.polar(upward)
            angles[:, slot] = math.atan2(size, cosine), phi
        return angles.ravel()


def determinant_network(norb: int, electrons: int, spins: tuple[int, ...]) -> GivensNetwork:
    """The network from the determinant of the first orbitals to any other Slater determinant.

    ``electrons · (norb − electrons)`` rotations in norb − 1 layers, a diamond that begins at the
    Fermi level (Kivlichan et al., Phys. Rev. Lett. 120, 110501 (2018)).

    Args:
        norb: Number of spatial orbitals.
        electrons: Number of electrons of each spin.
        spins: The spins with the same rotations.
    """
    slots = sorted(
        (hole + particle, electrons - 1 - hole + particle)
        for hole in range(electrons)
        for particle in range(norb - electrons)
    )
    return GivensNetwork(norb, spins, tuple(place for _, place in slots))


def rotation_network(norb: int, spins: tuple[int, ...], phases: bool) -> GivensNetwork:
    """The network of any orbital rotation up to phases: a brick wall of norb layers.

    Clements et al., Optica 3, 1460 (2016).

    Args:
        norb: Number of spatial orbitals.
        spins: The spins with the same rotations.
        phases: Whether phases of the orbitals follow the rotations.
    """
    places = [place for layer in range(norb) for place in range(layer % 2, norb - 1, 2)]
    return GivensNetwork(norb, spins, tuple(places), phases)


def determinant_angles(network: GivensNetwork, rotation: ComplexArray, electrons: int) -> Vector:
    """The angles of a determinant network for the determinant of rotated orbitals.

    Args:
        network: A network by `determinant_network`.
        rotation: Rotated orbitals as columns, shape (norb, norb).
        electrons: Number of electrons of each spin.
    """
    from ffsim.linalg import givens_decomposition_slater

    occupied = np.ascontiguousarray(rotation[:, :electrons].T)
    return network.angles_of(givens_decomposition_slater(occupied))


def rotation_angles(network: GivensNetwork, rotation: ComplexArray) -> tuple[Vector, ComplexArray]:
    """Find the angles of a rotation network, and the remaining phases of the orbitals.

    Args:
        network: A network by `rotation_network`.
        rotation: Rotated orbitals as columns, shape (norb, norb).

    Returns:
        The angles θ and φ of all rotations, shape (2 rotations,), and the phases as complex
        numbers of modulus one, shape (norb,).
    """
    from ffsim.linalg import givens_decomposition

    rotations, phases = givens_decomposition(rotation)
    return network.angles_of(rotations), np.asarray(phases, dtype=np.complex128)


def _layers(places: Sequence[int]) -> list[int]:
    """The earliest possible layer of each rotation; disjoint rotations act in parallel."""
    free: dict[int, int] = {}
    found = []
    for place in places:
        layer = max(free.get(place, 0), free.get(place + 1, 0))
        free[place] = free[place + 1] = layer + 1
        found.append(layer)
    return found
