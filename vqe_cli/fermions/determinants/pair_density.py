"""Reduced density matrices of a state of electron pairs."""

from __future__ import annotations

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli.fermions.determinants.pair_hamiltonian import PairHamiltonian
from vqe_cli.fermions.determinants.pairs import PairSpace


def one_body_density(space: PairSpace, psi: FloatArray) -> FloatArray:
    """The one-body density of each spin, a diagonal matrix, shape (2, norb, norb).

    Args:
        space: The determinants.
        psi: Normalised amplitudes, shape (dimension,).
    """
    own = np.diag(np.diag(pair_occupations(space, psi)))
    return np.array([own, own])


def two_body_density(space: PairSpace, hamiltonian: PairHamiltonian, psi: FloatArray) -> FloatArray:
    """The two-body density ``Γ_pqrs = Σ_στ ⟨a†_pσ a†_rτ a_sτ a_qσ⟩``, shape (norb,)*4.

    It follows from the occupations ``⟨N_p N_q⟩`` and the moves ``⟨P†_p P_q⟩`` of pairs.

    Args:
        space: The determinants.
        hamiltonian: The Hamiltonian, which has the moves.
        psi: Normalised amplitudes, shape (dimension,).
    """
    both, moved = pair_occupations(space, psi), hamiltonian.exchanges(psi)
    np.fill_diagonal(moved, np.diag(both))
    np.fill_diagonal(both, 0.0)
    found = np.zeros((space.norb,) * 4)
    p, q = np.indices(both.shape)
    found[p, q, p, q] += 2.0 * moved
    found[p, p, q, q] += 4.0 * both
    found[p, q, q, p] -= 2.0 * both
    return found


def pair_occupations(space: PairSpace, psi: FloatArray) -> FloatArray:
    """The expectation values ``⟨N_p N_q⟩``, shape (norb, norb); on the diagonal ``⟨N_p⟩``.

    Args:
        space: The determinants.
        psi: Normalised amplitudes, shape (dimension,).
    """
    found = np.zeros((space.norb,) * 2)
    for part, occupied in space.occupations():
        found += occupied.T @ (np.square(psi[part])[:, None] * occupied)
    return found
