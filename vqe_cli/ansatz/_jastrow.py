"""Jastrow factors ``exp(i Σ J n n)`` between pairs of orbitals that a device connects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from vqe_cli._core.arrays import FloatArray, Vector
from vqe_cli.fermions.spectra import Spectrum, spectrum

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

Connectivity = Literal["heavy-hex", "hex", "square", "all"]
OrbitalPair = tuple[int, int]

EVERY: dict[str, int] = {"heavy-hex": 4, "hex": 2, "square": 1}
"""Distance, in orbitals, between connections of two parallel chains of alpha and beta orbitals."""


@dataclass(frozen=True)
class Coupling:
    """One entry of the Jastrow matrices, and the pairs of qubits that it acts on.

    Args:
        spins: The spins: 0 for alpha-alpha, 1 for alpha-beta, 2 for beta-beta.
        pair: The two orbitals.
        qubits: Pairs of qubits that share the angle.
    """

    spins: int
    pair: OrbitalPair
    qubits: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class JastrowFactor:
    """The factor ``exp(i Σ J_pq n_p n_q)`` up to orbital phases, as ZZ rotations by ``−J/2``."""

    couplings: tuple[Coupling, ...]

    @property
    def num_parameters(self) -> int:
        """The number of parameters, one for each coupling."""
        return len(self.couplings)

    @property
    def spectra(self) -> tuple[Spectrum, ...]:
        """The spectra of the energy in each parameter."""
        return tuple(spectrum([1.0] * len(coupling.qubits)) for coupling in self.couplings)

    def append_to(self, circuit: QuantumCircuit, angles: Sequence[Any]) -> None:
        """Append the gates.

        Args:
            circuit: On 2 norb qubits.
            angles: Values or parameters of the angles, one for each coupling.
        """
        for coupling, angle in zip(self.couplings, angles, strict=True):
            for first, second in coupling.qubits:
                circuit.rzz(angle, first, second)

    def angles_of(self, matrices: FloatArray) -> Vector:
        """The angles of the ZZ rotations, shape (num_parameters,).

        Args:
            matrices: Matrices J of alpha-alpha, alpha-beta and beta-beta, shape (3, norb, norb).
        """
        return np.array([-0.5 * matrices[(part.spins, *part.pair)] for part in self.couplings])


def orbital_phases(matrices: FloatArray) -> FloatArray:
    """Find a Jastrow factor's one-orbital phases, from ``n_p n_q = ZZ/4 + n_p/2 + n_q/2 − 1/4``.

    Args:
        matrices: Matrices J of alpha-alpha, alpha-beta and beta-beta, shape (3, norb, norb).

    Returns:
        Angles of the phases of alpha and beta orbitals, shape (2, norb).
    """
    alpha, mixed, beta = matrices
    return np.array(
        [0.5 * (alpha.sum(1) + mixed.sum(1)), 0.5 * (beta.sum(1) + mixed.sum(0))],
    )


def allowed_pairs(
    connectivity: Connectivity, norb: int
) -> tuple[list[OrbitalPair], list[OrbitalPair]]:
    """Pairs of interacting orbitals of equal spin, and of alpha and beta orbitals.

    The pairs (p, q) have p ≤ q, and are ordered so that neighbours in the list act in parallel.

    Args:
        connectivity: The connectivity of the device.
        norb: Number of spatial orbitals.
    """
    if connectivity == "all":
        every = [(p, q) for q in range(norb) for p in range(q + 1)]
        return _side_by_side([(p, q) for p, q in every if p < q]), _side_by_side(every)
    chain = [(p, p + 1) for p in range(norb - 1)]
    return _side_by_side(chain), [(p, p) for p in range(0, norb, EVERY[connectivity])]


def jastrow_factor(
    norb: int, connectivity: Connectivity, moving: Sequence[int], shared: bool
) -> JastrowFactor:
    """The couplings of one layer.

    Args:
        norb: Number of spatial orbitals.
        connectivity: The connectivity of the device.
        moving: Spins with both electrons and holes, which alone are correlated.
        shared: Whether both spins share their angles.
    """
    same, mixed = allowed_pairs(connectivity, norb)
    couplings = []
    for spins in ((0, 1),) if shared and moving else [(spin,) for spin in moving]:
        for p, q in same:
            qubits = tuple((p + spin * norb, q + spin * norb) for spin in spins)
            couplings.append(Coupling(2 * spins[0], (p, q), qubits))
    if len(moving) == 2:
        for p, q in mixed:
            both = [(p, q)] if p == q else [(p, q), (q, p)]
            groups = [both] if shared else [[pair] for pair in both]
            couplings += [
                Coupling(1, group[0], tuple((a, norb + b) for a, b in group)) for group in groups
            ]
    return JastrowFactor(tuple(couplings))


def _side_by_side(pairs: list[OrbitalPair]) -> list[OrbitalPair]:
    """The pairs grouped by distance, in each group with disjoint pairs first."""
    return sorted(pairs, key=lambda pair: (pair[1] - pair[0], pair[0] % (pair[1] - pair[0] + 1)))
