"""The lowest states of a subspace of determinants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.sizes import Need, Size
from vqe_cli.ansatz import singles_and_doubles
from vqe_cli.fermions.determinants.hamiltonian import hamiltonian
from vqe_cli.fermions.determinants.space import SectorSpace
from vqe_cli.fermions.determinants.spin import SpinSquared
from vqe_cli.fermions.excitations import (
    Excitation,
    opposite_spin_doubles,
    same_spin_doubles,
    singles,
)
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.variational.spins import multiplicity_of
from vqe_cli.variational.state_methods import FoundState, Wanted
from vqe_cli.variational.state_methods._spin_completion import most_components

SPLITTING = 1e-7
"""Energy for each unit of S² that separates states of different spin and equal energy, Hartree."""

NEGLIGIBLE = 1e-8
"""Largest norm of an excited state that counts as zero."""

BEYOND = 3
"""Number of states of each irrep beyond those asked for, which may be degenerate with the last."""

DEPENDENT = 1e-8
"""Largest eigenvalue of the overlap matrix of normalised references that are linearly dependent."""

SECONDS_PER_PAIR = 2e-8
"""Time for each amplitude of the subspace and pair of orbitals on one core, for products with H and
S², seconds."""

ARRAYS = 4
"""Number of arrays of the subspace's size: vectors, orthonormal ones, products with H and S²."""


def singles_and_doubles_of(problem: ElectronicProblem) -> Iterator[Excitation]:
    """All singles and doubles from occupied to empty orbitals of the reference determinant.

    Args:
        problem: The electronic problem.
    """
    norb, nelec = problem.norb, problem.nelec
    for spin in (0, 1):
        yield from singles(norb, nelec, spin)
    for spin in (0, 1):
        yield from same_spin_doubles(norb, nelec, spin)
    yield from opposite_spin_doubles(norb, nelec)


def subspace_need(size: Size, vectors: int | None = None) -> Need:
    """The memory and time of a subspace of singles and doubles.

    Args:
        size: Numbers of electrons and orbitals.
        vectors: Number of vectors; None for that of singles and doubles.
    """
    whole = size.sector_dimension
    every = 1 + singles_and_doubles(replace(size, irreps=1)) if vectors is None else vectors
    count = min(every * most_components(size.nelec), whole)
    amplitudes = -(-count * whole // size.irreps)
    what = f"excited states among {count:,} vectors of {whole:,} determinants"
    return Need(
        what,
        8 * ARRAYS * -(-amplitudes // size.irreps),
        hint="leave out 'states'",
        seconds=SECONDS_PER_PAIR * amplitudes * size.norb**2,
    )


def lowest_states(
    problem: ElectronicProblem,
    space: SectorSpace,
    vectors: Sequence[FloatArray],
    wanted: Wanted,
    threshold: float,
) -> list[FoundState]:
    """The lowest eigenstates of the Hamiltonian in a subspace.

    Args:
        problem: The electronic problem.
        space: The determinants.
        vectors: Vectors that span the subspace, in the packed layout, each of shape (dimension,).
        wanted: The states that are asked for.
        threshold: Smallest eigenvalue of the overlap matrix of normalised vectors that is kept.
    """
    basis = orthonormal(vectors, threshold)
    energies = _matrix(basis, hamiltonian(problem, space))
    spins = _matrix(basis, SpinSquared(space))
    values, mixing = np.linalg.eigh(energies + SPLITTING * spins)
    kept = list(_kept(values, np.einsum("ik,ij,jk->k", mixing, spins, mixing), wanted))
    return [
        FoundState(
            energy=float(values[k]) - SPLITTING * spin_squared + problem.core_energy,
            vector=space.unpack(mixing[:, k] @ basis),
        )
        for k, spin_squared in kept
    ]


def _kept(
    values: FloatArray, spins_squared: FloatArray, wanted: Wanted
) -> Iterator[tuple[int, float]]:
    """Positions and S² of the lowest eigenstates, as many of each wanted multiplicity.

    Args:
        values: Eigenvalues in ascending order, shape (states,).
        spins_squared: S² of the eigenstates, shape (states,).
        wanted: The states that are asked for.
    """
    counts: Counter[int | None] = Counter()
    for k in range(len(values)):
        spin_squared = float(spins_squared[k])
        kind = multiplicity_of(spin_squared) if wanted.multiplicities else None
        counts[kind] += 1
        of_wanted_kind = kind in (wanted.multiplicities or (None,))
        if of_wanted_kind and counts[kind] <= wanted.number + BEYOND:
            yield k, spin_squared


class _Operator(Protocol):
    """A Hermitian operator on packed vectors."""

    def times(self, psi: FloatArray) -> FloatArray:
        """The product with a vector, shape (dimension,)."""
        ...


def _matrix(basis: FloatArray, operator: _Operator) -> FloatArray:
    """The matrix of an operator in an orthonormal basis, shape (vectors, vectors)."""
    products = np.array([operator.times(vector) for vector in basis])
    found = basis @ products.T
    return np.asarray(0.5 * (found + found.T))


def orthonormal(vectors: Sequence[FloatArray], threshold: float) -> FloatArray:
    """An orthonormal basis of the span (Löwdin's canonical one), shape (vectors, dimension).

    Args:
        vectors: Vectors in the packed layout, each of shape (dimension,).
        threshold: Smallest eigenvalue of the overlap matrix of normalised vectors that is kept.
    """
    rows = np.array(vectors)
    norms = np.linalg.norm(rows, axis=1)
    rows = rows[norms > NEGLIGIBLE] / norms[norms > NEGLIGIBLE, None]
    if len(rows) > rows.shape[1]:
        overlaps, directions = np.linalg.eigh(rows.T @ rows)
        return np.asarray(directions[:, overlaps > threshold].T)
    overlaps, mixing = np.linalg.eigh(rows @ rows.T)
    kept = overlaps > threshold
    return np.asarray((mixing[:, kept] / np.sqrt(overlaps[kept])).T @ rows)
