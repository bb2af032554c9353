"""Entropies of single orbitals in the lowest state of a small full CI."""

from __future__ import annotations

from math import comb

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.resources import Memory
from vqe_cli._core.threads import threads_for
from vqe_cli._core.wording import counted
from vqe_cli.errors import NotConvergedError, ResourceLimitError
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

MOST_ROOTS = 8
"""Number of states up to which the search goes on while all that were found are degenerate."""

DEGENERATE = 1e-4
"""Energy up to which states are components of one level, Hartree."""

LARGE = 0.1
"""Weight of the reference determinant, relative to the largest, with which it defines the state."""


def determinants(norb: int, nelec: tuple[int, int]) -> int:
    """The number of determinants of a full CI.

    Args:
        norb: Number of orbitals.
        nelec: Numbers of alpha and beta electrons.
    """
    return comb(norb, nelec[0]) * comb(norb, nelec[1])


def refuse_many_determinants(norb: int, nelec: tuple[int, int]) -> None:
    """Refuse a space whose orbitals cannot be compared, since their full CI is too large.

    Args:
        norb: Number of orbitals.
        nelec: Numbers of alpha and beta electrons.

    Raises:
        ResourceLimitError: It has more determinants than entropies are computed from.
    """
    count = determinants(norb, nelec)
    if count > MAX_DETERMINANTS:
        electrons = sum(nelec)
        raise ResourceLimitError(
            f"the full CI of {counted(electrons, 'electron')} in {counted(norb, 'orbital')} has"
            f" {count:,} determinants, and entropies are computed from at most"
            f" {MAX_DETERMINANTS:,}",
            hint=f"--active-space '{{name: mp2-natural, electrons: {electrons}, orbitals: {norb}}}'"
            " needs no full CI",
        )


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

    Of a degenerate level, such as a Π state, it is the component with the reference determinant, or
    with the determinant of the largest weight if the reference determinant has little.

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
    energy, level = _lowest_level(problem)
    state = _component(level).reshape(_shape(norb, nelec))
    spin_squared = fci.spin_op.spin_square0(state, norb, nelec)[0]
    if abs(spin_squared - problem.spin_squared) > SPIN_TOLERANCE:
        raise _not_found()
    return energy, state


def _lowest_level(problem: ElectronicProblem) -> tuple[float, FloatArray]:
    """The lowest energy, Hartree, and all states within `DEGENERATE`, shape (states, size)."""
    from pyscf import fci

    norb, nelec = problem.norb, problem.nelec
    size = determinants(norb, nelec)
    solver = fci.addons.fix_spin_(fci.direct_spin1.FCI(), shift=SHIFT, ss=problem.spin_squared)
    solver.verbose, solver.conv_tol, solver.max_cycle = 0, 1e-9, 300
    roots, near = 0, np.ones(1, dtype=bool)
    while near.all() and roots < min(MOST_ROOTS, size):
        roots = min(2 * roots or ROOTS, size)
        with threads_for(size):
            energies, states = solver.kernel(
                problem.h1, problem.h2, norb, nelec, nroots=roots, ecore=problem.core_energy
            )
        energies, converged = np.atleast_1d(energies), np.atleast_1d(solver.converged)
        near = energies - energies.min() <= DEGENERATE
        if not converged[energies.argmin()]:
            raise _not_found()
    return float(energies.min()), np.reshape(states, (roots, size))[near & converged]


def _component(level: FloatArray) -> FloatArray:
    """The state of a degenerate level that has most of one determinant, shape (size,).

    Args:
        level: Orthonormal states, shape (states, size). The result is the same for all rotations
            among them.
    """
    weights = (level**2).sum(axis=0).round(6)
    leading = 0 if weights[0] >= LARGE * weights.max() else int(weights.argmax())
    shares = level[:, leading]
    return np.asarray(shares @ level / np.linalg.norm(shares))


def _not_found() -> NotConvergedError:
    return NotConvergedError(
        "the full CI whose orbital entropies are compared found no state of the right spin",
        hint="compare other orbitals: active_space: {name: entropy, candidates: 8}",
    )


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
