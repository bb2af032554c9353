"""The distance of the two lowest levels, in units of which errors of models are judged."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.seeds import guesses
from vqe_cli.classical._lanczos import DENSE_UP_TO, Spins
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding, sparse_matrix

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

MATRIX_UP_TO = 14
"""Largest number of qubits whose Hamiltonian becomes a sparse matrix of all basis states."""

LEVELS = (4, 16, 64)
"""Numbers of eigenvalues among which a second level is looked for, one after the other."""

MOST_DETERMINANTS = 20_000
"""Largest sector of electrons whose levels are looked for."""

EQUAL = 1e-6
"""Difference of energies of one level, relative to the largest coefficient."""


def gap_of(encoding: Encoding, energy: float, levels: FloatArray | None = None) -> float | None:
    """The distance of the lowest level, which may be degenerate, from the next one.

    For electrons, levels are those with the same numbers of electrons of each spin.

    Args:
        encoding: The problem.
        energy: The energy of the lowest level.
        levels: The lowest levels, as far as they are known.

    Returns:
        The distance in the problem's unit; None if there is one level only, or no second one was
        found among the lowest states.
    """
    problem = encoding.problem
    tries = (
        _of_electrons(problem) if isinstance(problem, ElectronicProblem) else _of_qubits(encoding)
    )
    for energies in chain(() if levels is None else (levels,), tries):
        higher = energies[energies > energy + EQUAL * problem.scale]
        if higher.size:
            return float(higher.min()) - energy
    return None


def is_diagonal(encoding: Encoding) -> bool:
    """Whether the energies of a problem of qubits are those of bit strings."""
    return not encoding.hamiltonian.paulis.x.any()


def diagonal(encoding: Encoding) -> FloatArray:
    """The energies of all bit strings, shape (2^qubits,), qubit 0 the lowest bit.

    Args:
        encoding: A problem whose Hamiltonian is diagonal.

    Raises:
        ResourceLimitError: They do not fit into memory.
    """
    operator, count = encoding.hamiltonian, encoding.num_qubits
    hint = "choose reference: none"
    encoding.memory.refuse_if_larger(4 * 8 << count, f"the energies of 2^{count} strings", hint)
    strings, found = np.arange(1 << count), np.zeros(1 << count)
    for z, coefficient in zip(operator.paulis.z, operator.coeffs.real, strict=True):
        mask = sum(1 << int(qubit) for qubit in np.flatnonzero(z))
        found += coefficient * (1.0 - 2.0 * (np.bitwise_count(strings & mask) & 1))
    return found


def _of_qubits(encoding: Encoding) -> Iterator[FloatArray]:
    """All energies of a small problem, or more and more of the lowest ones."""
    if is_diagonal(encoding):
        yield diagonal(encoding)
        return
    if encoding.num_qubits > MATRIX_UP_TO:
        spins = Spins(encoding)
        yield from (spins.lowest(count) for count in LEVELS[:-1])
        return
    matrix = sparse_matrix(encoding.hamiltonian, encoding.memory)
    if matrix.shape[0] <= DENSE_UP_TO:
        yield np.linalg.eigvalsh(matrix.toarray())
    else:
        yield from (_lowest(matrix, count) for count in LEVELS)


def _of_electrons(problem: ElectronicProblem) -> Iterator[FloatArray]:
    """All energies of a small sector, or more and more of the lowest ones of one of medium size."""
    from pyscf.fci import direct_spin1

    size = problem.sector_dimension
    integrals = (problem.h1, problem.h2, problem.norb, problem.nelec)
    if size <= DENSE_UP_TO:
        _, matrix = direct_spin1.pspace(*integrals, np=size)
        yield np.linalg.eigvalsh(matrix) + problem.core_energy
    elif size <= MOST_DETERMINANTS:
        for count in LEVELS[:-1]:
            energies, _ = direct_spin1.kernel(*integrals, nroots=count, pspace_size=DENSE_UP_TO)
            yield np.asarray(energies) + problem.core_energy


def _lowest(matrix: csr_matrix, count: int) -> FloatArray:
    from scipy.sparse.linalg import eigsh

    start = guesses().standard_normal(matrix.shape[0])
    found: FloatArray = eigsh(matrix, k=count, which="SA", v0=start, return_eigenvectors=False)
    return found
