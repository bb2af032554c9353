"""Transitions between two states: dipoles, oscillator strengths, natural transition orbitals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli.fermions.problem import DipoleIntegrals, ElectronicProblem

NEGLIGIBLE = 1e-6
"""Square of a transition density's element, or of its norm, that counts as zero."""


class State(Protocol):
    """A state with its total energy in Hartree."""

    @property
    def energy(self) -> float:
        """Total energy, Hartree."""
        ...

    @property
    def vector(self) -> FloatArray:
        """Normalised amplitudes, shape (alpha strings, beta strings)."""
        ...


@dataclass(frozen=True, eq=False)
class Transition:
    """The transition from one state to another.

    Args:
        density: One-body transition densities ``⟨to|a†_pσ a_qσ|from⟩``, shape (2, norb, norb).
        energy: Energy of the final state minus that of the initial one, Hartree.
    """

    density: FloatArray
    energy: float

    @classmethod
    def between(
        cls,
        problem: ElectronicProblem,
        start: State,
        end: State,
    ) -> Transition:
        """The transition between two states.

        Args:
            problem: The electronic problem.
            start: The initial state.
            end: The final state.
        """
        from pyscf.fci import direct_spin1

        found = direct_spin1.trans_rdm1s(end.vector, start.vector, problem.norb, problem.nelec)
        return cls(np.asarray(found).transpose(0, 2, 1), end.energy - start.energy)

    def dipole(self, integrals: DipoleIntegrals) -> FloatArray:
        """The transition dipole moment ``−Σ γ_pq ⟨p|r|q⟩``, e·bohr, shape (3,).

        Nuclei and frozen electrons add their dipole moment times the overlap of the states, which
        is zero.

        Args:
            integrals: Position integrals of the active orbitals.
        """
        return np.asarray(-np.einsum("xpq,spq->x", integrals.integrals, self.density))

    def oscillator_strength(self, integrals: DipoleIntegrals) -> float:
        """The oscillator strength in the length form, ``⅔ ΔE |μ|²``.

        Args:
            integrals: Position integrals of the active orbitals.
        """
        dipole = self.dipole(integrals)
        return float(2.0 / 3.0 * self.energy * (dipole @ dipole))

    @property
    def single_excitation_share(self) -> float:
        """The squared norm of the transition density of both spins."""
        return float(np.sum(self.density**2))

    @property
    def natural_weights(self) -> FloatArray:
        """Shares of pairs of natural transition orbitals, descending, shape (norb,).

        Squared singular values of the transition density of each spin (Martin, J. Chem. Phys. 118,
        4775 (2003)), summed over both spins and divided by the sum; zero without a density.
        """
        squares = np.sum(np.linalg.svd(self.density, compute_uv=False) ** 2, axis=0)
        total = float(squares.sum())
        return np.asarray(squares / total if total > 0 else squares)

    @property
    def orbitals(self) -> tuple[int, int] | None:
        """The orbital that an electron leaves and that it enters, of the largest element.

        None if no electron changes its orbital, as in a double excitation.
        """
        weights = np.sum(self.density**2, axis=0)
        np.fill_diagonal(weights, 0.0)
        if weights.max(initial=0.0) < NEGLIGIBLE:
            return None
        enters, leaves = np.unravel_index(int(np.argmax(weights)), weights.shape)
        return int(leaves), int(enters)
