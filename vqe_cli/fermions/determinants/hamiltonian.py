"""Products of a sector's Hamiltonian with vectors, by sparse matrix or PySCF's direct methods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import comb
from typing import Protocol

import numpy as np

from vqe_cli._core.arrays import FloatArray, IntArray
from vqe_cli._core.sizes import Size
from vqe_cli._core.threads import pyscf_threads_for
from vqe_cli.fermions.determinants import kernels
from vqe_cli.fermions.determinants.space import SectorSpace
from vqe_cli.fermions.determinants.sparse_hamiltonian import sparse_hamiltonian
from vqe_cli.fermions.determinants.tables import unsigned
from vqe_cli.fermions.problem import ElectronicProblem

SPARSE_UP_TO = 4000
"""Largest number of determinants for which a sparse matrix is always built."""

MOST_ELEMENTS = 8_000_000
"""Approximate number of elements up to which a sparse matrix is built for more determinants: about
100 MB. Beyond it, the product takes as long as a direct one, which needs no matrix."""


BYTES_PER_ELEMENT = 12
"""Bytes of a matrix element and its column."""


class Hamiltonian(Protocol):
    """The Hamiltonian of a sector without the core energy."""

    @property
    def kind(self) -> str:
        """The method of multiplication, for the record."""
        ...

    def times(self, psi: FloatArray) -> FloatArray:
        """The product ``Hψ``, a new vector, shape (dimension,)."""
        ...


class Sparse:
    """The Hamiltonian as a matrix in compressed sparse rows.

    Args:
        problem: The problem with its integrals.
        space: The space of determinants.
    """

    kind = "sparse"

    def __init__(self, problem: ElectronicProblem, space: SectorSpace) -> None:
        self._matrix = sparse_hamiltonian(problem, space)
        self._times = kernels.sparse_times.for_steps(self._matrix.data.size)

    def times(self, psi: FloatArray) -> FloatArray:
        """The product ``Hψ``, a new vector, shape (dimension,)."""
        out, matrix = np.empty_like(psi), self._matrix
        self._times(matrix.data, matrix.indices, unsigned(matrix.start), psi, out)
        return out


class DirectUnrestricted:
    """The Hamiltonian over alpha and beta orbitals that differ, by PySCF's `direct_uhf`.

    Args:
        problem: The problem with its integrals.
        space: The space of determinants, of all irreps.
    """

    kind = "direct_uhf"

    def __init__(self, problem: ElectronicProblem, space: SectorSpace) -> None:
        from pyscf.fci import cistring, direct_uhf

        norb, nelec = problem.norb, problem.nelec
        self._space = space
        self._integrals = direct_uhf.absorb_h1e(problem.spin_h1, problem.spin_h2, norb, nelec, 0.5)
        self._links = tuple(cistring.gen_linkstr_index_trilidx(range(norb), n) for n in nelec)
        self._shape = tuple(strings.values.size for strings in space.strings)

    def times(self, psi: FloatArray) -> FloatArray:
        """The product ``Hψ``, a new vector, shape (dimension,)."""
        from pyscf.fci import direct_uhf

        space, matrix = self._space, psi.reshape(self._shape)
        with pyscf_threads_for(psi.size):
            product = direct_uhf.contract_2e(
                self._integrals, matrix, space.norb, space.nelec, self._links
            )
        return np.asarray(product).ravel()


class Direct:
    """The Hamiltonian by PySCF's `direct_spin1`, or `direct_spin1_symm` with irreps.

    Args:
        problem: The problem with its integrals.
        space: The space of determinants.
    """

    def __init__(self, problem: ElectronicProblem, space: SectorSpace) -> None:
        from pyscf.fci import cistring, direct_spin1

        norb, nelec = problem.norb, problem.nelec
        self._space = space
        self._integrals = direct_spin1.absorb_h1e(problem.h1, problem.h2, norb, nelec, 0.5)
        self._links = tuple(cistring.gen_linkstr_index_trilidx(range(norb), n) for n in nelec)
        self._shape = tuple(strings.values.size for strings in space.strings)
        self.kind = "direct_spin1" if space.num_irreps == 1 else "direct_spin1_symm"

    def times(self, psi: FloatArray) -> FloatArray:
        """The product ``Hψ``, a new vector in the same packed layout, shape (dimension,)."""
        from pyscf.fci import direct_spin1, direct_spin1_symm

        space = self._space
        with pyscf_threads_for(psi.size):
            if space.num_irreps == 1:
                product = direct_spin1.contract_2e(
                    self._integrals,
                    psi.reshape(self._shape),
                    space.norb,
                    space.nelec,
                    self._links,
                )
            else:
                product = direct_spin1_symm.contract_2e(
                    self._integrals,
                    psi,
                    space.norb,
                    space.nelec,
                    self._links,
                    np.array(space.orbsym),
                    space.target,
                )
        return np.asarray(product).ravel()


class DirectByIrreps:
    """The Hamiltonian on a vector of all irreps, which it does not mix, one irrep at a time.

    Args:
        problem: The problem with its integrals and the irreps of its orbitals.
        space: The space of determinants of all irreps.
    """

    kind = "direct_spin1_symm"

    def __init__(self, problem: ElectronicProblem, space: SectorSpace) -> None:
        assert problem.orbital_irreps is not None
        shape = [own.values.size for own in space.strings]
        places = np.arange(space.dimension, dtype=float).reshape(shape)
        one = SectorSpace(space.norb, space.nelec, problem.orbital_irreps, 0)
        self._parts: list[tuple[IntArray, Direct]] = []
        for target in range(one.num_irreps):
            part = replace(one, target=target)
            if part.dimension:
                self._parts.append((part.pack(places).astype(np.int64), Direct(problem, part)))

    def times(self, psi: FloatArray) -> FloatArray:
        """The product ``Hψ``, a new vector, shape (dimension,)."""
        out = np.empty_like(psi)
        for places, part in self._parts:
            out[places] = part.times(psi[places])
        return out


def hamiltonian_of_all_irreps(problem: ElectronicProblem, space: SectorSpace) -> Hamiltonian:
    """The Hamiltonian on a vector of all irreps, in the form that suits its size.

    Args:
        problem: The problem with its integrals.
        space: The space of determinants without irreps.
    """
    irreps = problem.orbital_irreps
    if irreps is None:
        return hamiltonian(problem, space)
    if is_sparse(problem.size, space.dimension, occurring_irreps(irreps)):
        return Sparse(problem, space)
    return DirectByIrreps(problem, space)


def hamiltonian(problem: ElectronicProblem, space: SectorSpace) -> Hamiltonian:
    """The Hamiltonian in the form that suits the size of a sector."""
    if is_sparse(problem.size, space.dimension, occurring_irreps(space.orbsym)):
        return Sparse(problem, space)
    if problem.beta is not None:
        return DirectUnrestricted(problem, space)
    return Direct(problem, space)


def occurring_irreps(orbsym: Sequence[int]) -> int:
    """The number of irreps of all products of pairs of orbitals, and of products of these.

    Args:
        orbsym: Irreps of the orbitals, multiplied by exclusive or.
    """
    found = {0}
    for irrep in orbsym:
        found |= {one ^ irrep ^ orbsym[0] for one in found}
    return len(found)


def is_sparse(size: Size, determinants: int, irreps: int) -> bool:
    """Whether the Hamiltonian of a sector is kept as a sparse matrix.

    Args:
        size: Numbers of electrons and orbitals.
        determinants: Number of determinants.
        irreps: Number of irreps that the Hamiltonian does not mix.
    """
    return determinants <= SPARSE_UP_TO or elements(size, determinants, irreps) <= MOST_ELEMENTS


def matrix_bytes(size: Size, determinants: int, irreps: int) -> int:
    """The approximate memory of the Hamiltonian's sparse matrix, bytes; 0 without one.

    Args:
        size: Numbers of electrons and orbitals.
        determinants: Number of determinants.
        irreps: Number of irreps that the Hamiltonian does not mix.
    """
    if not is_sparse(size, determinants, irreps):
        return 0
    return BYTES_PER_ELEMENT * elements(size, determinants, irreps)


def elements(size: Size, determinants: int, irreps: int) -> int:
    """The approximate number of matrix elements of a sector.

    Args:
        size: Numbers of electrons and orbitals.
        determinants: Number of determinants.
        irreps: Number of irreps that the Hamiltonian does not mix.
    """
    singles = [count * (size.norb - count) for count in size.nelec]
    doubles = [comb(count, 2) * comb(size.norb - count, 2) for count in size.nelec]
    row = 1 + sum(singles) + sum(doubles) + singles[0] * singles[1]
    return determinants * (1 + row // irreps)
