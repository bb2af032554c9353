"""The order of active orbitals whose first ones form the lowest state's leading determinant."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli.fermions.problem import ElectronicProblem

HARDLY_THERE = 0.1
"""Coefficient of the first determinant, relative to the leading one's, below which the lowest state
may be out of its reach."""

MOST_DETERMINANTS = 100_000
"""Number of determinants up to which the lowest state is computed, which takes seconds."""

ROOTS = 5
"""Number of states among which the lowest one of the right spin is looked for."""

LARGEST_BLOCK = 1000
"""Number of determinants whose Hamiltonian is diagonalised to start from."""


@dataclass(frozen=True, eq=False)
class OrbitalOrder:
    """An order of active orbitals: doubly occupied, singly occupied and empty ones.

    Args:
        orbitals: Indices of the orbitals, from 0.
    """

    orbitals: tuple[int, ...]

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


def order_of_leading_determinant(problem: ElectronicProblem) -> OrbitalOrder | None:
    """The order whose first orbitals form the leading determinant of the lowest state.

    The orbitals of a UHF calculation are ordered by their energies in one of its two fields, in
    which singly occupied ones may come before doubly occupied ones.

    Args:
        problem: The problem.

    Returns:
        The order; None if the determinant of the first orbitals is in the lowest state, or if there
        are too many determinants to know.
    """
    from pyscf.fci import cistring

    norb, (alpha, beta) = problem.norb, problem.nelec
    if problem.sector_dimension > MOST_DETERMINANTS:
        return None
    vector = _lowest_state(problem)
    if vector is None:
        return None
    strings = [np.asarray(cistring.make_strings(range(norb), count)) for count in (alpha, beta)]
    common = strings[0][:, None] & strings[1]
    paired = (common == strings[1]) if alpha >= beta else (common == strings[0][:, None])
    sizes = np.where(paired, np.abs(vector), 0.0)  # determinants of this spin's highest projection
    row, column = np.unravel_index(sizes.argmax(), sizes.shape)
    if sizes[0, 0] >= HARDLY_THERE * sizes[row, column]:
        return None
    filled = [
        int(chosen) >> np.arange(norb) & 1 for chosen in (strings[0][row], strings[1][column])
    ]
    order = np.argsort(-np.add(*filled), kind="stable")
    return OrbitalOrder(tuple(int(orbital) for orbital in order))


def _lowest_state(problem: ElectronicProblem) -> FloatArray | None:
    """The CI vector of the lowest state of the problem's spin; None if it is not found."""
    from pyscf.fci import direct_spin1, spin_op

    dimension = problem.sector_dimension
    _, vectors = direct_spin1.kernel(
        problem.h1,
        problem.h2,
        problem.norb,
        problem.nelec,
        nroots=min(ROOTS, dimension),
        pspace_size=min(dimension, LARGEST_BLOCK),
    )
    for vector in [vectors] if dimension == 1 else vectors:
        squared, _ = spin_op.spin_square(vector, problem.norb, problem.nelec)
        if abs(squared - problem.spin_squared) < 0.1:
            return np.asarray(vector, dtype=float)
    return None
