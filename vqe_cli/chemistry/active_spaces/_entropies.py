"""Entropies of single orbitals in the lowest state of a small full CI."""

from __future__ import annotations

from math import comb

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.resources import Memory
from vqe_cli._core.threads import threads_for
from vqe_cli._core.wording import counted
from vqe_cli.errors import NotConvergedError
from vqe_cli.fermions.problem import ElectronicProblem

MAX_DETERMINANTS = 100_000
"""Largest full CI from which entropies are computed: seconds on one core."""

VECTORS = 40
"""Number of vectors in memory during Davidson's method for two roots."""

SHIFT = 0.5
"""Energy by which a unit of S² raises states of other spin, Hartree."""

SPIN_TOLERANCE = 1e-3
"""Largest deviation of S² of the state."""

ROOTS = 2
"""Number of states that are searched, so that a state of another irrep is not missed."""


def determinants(norb: int, nelec: tuple[int, int]) -> int:
    """The number of determinants of a full CI.

    Args:
        norb: Number of orbitals.
        nelec: Numbers of alpha and beta electrons.
    """
    return comb(norb, nelec[0]) * comb(norb, nelec[1])


def refuse_large_ci(norb: int, nelec: tuple[int, int], memory: Memory) -> None:
    """Refuse a full CI that does not fit into memory.

    Args:
        norb: Number of orbitals.
        nelec: Numbers of alpha and beta electrons.
        memory: What may be used.

    Raises:
        ResourceLimitError: It does not fit.
    """
    memory.refuse_if_larger(
        8 * VECTORS * determinants(norb, nelec),
        f"the full CI of {counted(sum(nelec), 'electron')} in {counted(norb, 'orbital')}, whose"
        " entropies are compared,",
        "compare fewer orbitals: active_space: {name: entropy, candidates: 8}",
    )


def lowest_state(problem: ElectronicProblem) -> tuple[float, FloatArray]:
    """The lowest state of a problem's electrons and spin.

    Args:
        problem: The problem.

    Returns:
        The total energy, Hartree, and the state in PySCF's order, shape (alpha strings, beta
        strings).

    Raises:
        NotConvergedError: Davidson's method did not converge, or to another spin.
    """
    from pyscf import fci

    norb, nelec = problem.norb, problem.nelec
    size = determinants(norb, nelec)
    solver = fci.addons.fix_spin_(fci.direct_spin1.FCI(), shift=SHIFT, ss=problem.spin_squared)
    solver.verbose, solver.conv_tol, solver.max_cycle = 0, 1e-9, 300
    with threads_for(size):
        energies, states = solver.kernel(
            problem.h1, problem.h2, norb, nelec, nroots=min(ROOTS, size), ecore=problem.core_energy
        )
    energies, converged = np.atleast_1d(energies), np.atleast_1d(solver.converged)
    states = np.reshape(states, (len(energies), *_shape(norb, nelec)))
    lowest = int(energies.argmin())
    spin_squared = fci.spin_op.spin_square0(states[lowest], norb, nelec)[0]
    if not converged[lowest] or abs(spin_squared - problem.spin_squared) > SPIN_TOLERANCE:
        raise NotConvergedError(
            "the full CI whose orbital entropies are compared found no state of the right spin",
            hint="compare other orbitals: active_space: {name: entropy, candidates: 8}",
        )
    return float(energies[lowest]), np.asarray(states[lowest])


def orbital_entropies(state: FloatArray, norb: int, nelec: tuple[int, int]) -> FloatArray:
    """The von Neumann entropy of each orbital, between 0 and ln 4.

    The density matrix of an orbital is diagonal in its four occupations: empty, alpha, beta and
    doubly occupied (Rissler, Noack and White, Chem. Phys. 323, 519 (2006)).

    Args:
        state: The normalised state in PySCF's order, shape (alpha strings, beta strings).
        norb: Number of orbitals.
        nelec: Numbers of alpha and beta electrons.

    Returns:
        The entropies, shape (norb,).
    """
    weights = state**2
    alpha, beta = (_occupations(norb, count) for count in nelec)
    both = np.einsum("ap,ab,bp->p", alpha, weights, beta, optimize=True)
    only_alpha = weights.sum(axis=1) @ alpha - both
    only_beta = weights.sum(axis=0) @ beta - both
    empty = 1.0 - both - only_alpha - only_beta
    shares = np.clip([empty, only_alpha, only_beta, both], 1e-300, 1.0)
    return np.asarray(-(shares * np.log(shares)).sum(axis=0))


def _shape(norb: int, nelec: tuple[int, int]) -> tuple[int, int]:
    """Numbers of alpha and beta strings."""
    return comb(norb, nelec[0]), comb(norb, nelec[1])


def _occupations(norb: int, count: int) -> FloatArray:
    """Whether each string has each orbital, shape (strings, norb)."""
    from pyscf.fci import cistring

    strings = np.asarray(cistring.make_strings(range(norb), count), dtype=np.int64)
    return np.asarray((strings[:, None] >> np.arange(norb)) & 1, dtype=float)
