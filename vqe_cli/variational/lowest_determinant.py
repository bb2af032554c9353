"""The order of active orbitals whose first ones form the lowest determinant."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli.fermions.problem import ElectronicProblem

LOWER = 1e-4
"""Energy by which another determinant must lie lower, Hartree; equal ones are left as they are."""


@dataclass(frozen=True, eq=False)
class OrbitalOrder:
    """An order of active orbitals: doubly occupied, singly occupied and empty ones.

    Args:
        orbitals: Indices of the orbitals, from 0.
        lowering: Energy by which the determinant of the first ones lies below that of the given
            order, Hartree.
    """

    orbitals: tuple[int, ...]
    lowering: float

    @property
    def matrix(self) -> FloatArray:
        """The matrix that turns coefficients of orbitals into this order, shape (norb, norb)."""
        return np.eye(len(self.orbitals))[:, list(self.orbitals)]

    def applied(self, problem: ElectronicProblem) -> ElectronicProblem:
        """The problem over the orbitals in this order.

        Args:
            problem: The problem over the given order, without orbitals of its own.
        """
        order = list(self.orbitals)
        return ElectronicProblem(
            h1=problem.h1[np.ix_(order, order)],
            h2=problem.h2[np.ix_(order, order, order, order)],
            core_energy=problem.core_energy,
            nelec=problem.nelec,
            multiplicity=problem.multiplicity,
        )

    def undone(self, vector: FloatArray, nelec: tuple[int, int]) -> FloatArray:
        """A CI vector over this order as one over the given order.

        Args:
            vector: CI vector in PySCF's order of strings.
            nelec: Numbers of alpha and beta electrons.
        """
        from pyscf.fci.addons import transform_ci_for_orbital_rotation

        size = len(self.orbitals)
        found: FloatArray = transform_ci_for_orbital_rotation(vector, size, nelec, self.matrix.T)
        return found


def order_of_lowest_determinant(problem: ElectronicProblem) -> OrbitalOrder | None:
    """The order whose first orbitals form the lowest determinant of the highest spin.

    The orbitals of a UHF calculation are ordered by their energies in one of its two fields, in
    which singly occupied ones may come before doubly occupied ones.

    Args:
        problem: The problem.

    Returns:
        The order; None if no determinant lies lower than that of the first orbitals.
    """
    from pyscf.fci import cistring, direct_spin1

    norb, (alpha, beta) = problem.norb, problem.nelec
    more, fewer = max(alpha, beta), min(alpha, beta)
    energies = direct_spin1.make_hdiag(problem.h1, problem.h2, norb, (more, fewer))
    large = np.asarray(cistring.make_strings(range(norb), more))
    small = np.asarray(cistring.make_strings(range(norb), fewer))
    energies = np.reshape(energies, (large.size, small.size))
    paired = (large[:, None] & small) == small  # no determinant of lower spin
    row, column = np.unravel_index(np.where(paired, energies, np.inf).argmin(), energies.shape)
    lowering = float(energies[0, 0] - energies[row, column])
    if lowering < LOWER:
        return None
    filled = [int(strings) >> np.arange(norb) & 1 for strings in (large[row], small[column])]
    occupations = np.add(*filled)
    order = np.argsort(-occupations, kind="stable")
    return OrbitalOrder(tuple(int(orbital) for orbital in order), lowering)
