"""The lowest exact states of a sector, of all irreps and spins, by PySCF."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.threads import pyscf_threads_for
from vqe_cli._core.wording import counted
from vqe_cli.errors import NotConvergedError
from vqe_cli.fermions.determinants.space import SectorSpace
from vqe_cli.fermions.problem import ElectronicProblem

DENSE_UP_TO = 2000
"""Largest number of determinants of an irrep for full diagonalisation, which misses no state."""

FEASIBLE_UP_TO = 1_000_000
"""Largest number of determinants of a sector whose lowest states take minutes at most."""

SPARE = 4
"""Number of states beyond those asked for, so that Davidson's method skips none of these."""

TOLERANCE = 1e-10
"""Convergence threshold of energies, Hartree."""

MAX_CYCLES = 300
"""Maximum number of cycles of Davidson's method."""


@dataclass(frozen=True, eq=False)
class ExactRoot:
    """An exact state.

    Args:
        energy: Total energy, Hartree.
        vector: Normalised amplitudes, shape (alpha strings, beta strings).
    """

    energy: float
    vector: FloatArray


def exact_roots(problem: ElectronicProblem, number: int) -> list[ExactRoot]:
    """The lowest exact states of every irrep, in ascending order.

    Args:
        problem: The electronic problem.
        number: Number of states of each irrep, all of them if there are fewer.

    Raises:
        NotConvergedError: Davidson's method did not converge.
    """
    irreps = problem.orbital_irreps or (0,) * problem.norb
    one = SectorSpace(problem.norb, problem.nelec, irreps, 0)
    found: list[ExactRoot] = []
    for target in range(one.num_irreps):
        space = replace(one, target=target)
        if 0 < space.dimension <= DENSE_UP_TO:
            found += _dense(problem, space, number)
        elif space.dimension > 0:
            found += _iterative(problem, space, number)
    return sorted(found, key=lambda root: root.energy)


def _dense(problem: ElectronicProblem, space: SectorSpace, number: int) -> Iterator[ExactRoot]:
    """States by full diagonalisation of the Hamiltonian that PySCF builds."""
    from pyscf.fci import direct_spin1
    from scipy.linalg import eigh

    norb, nelec = problem.norb, problem.nelec
    diagonal = np.asarray(direct_spin1.make_hdiag(problem.h1, problem.h2, norb, nelec))
    shape = (space.irreps[0].size, space.irreps[1].size)
    allowed = space.irreps[0][:, None] ^ space.irreps[1][None, :] == space.target
    screened = np.where(allowed, diagonal.reshape(shape), np.inf).ravel()
    places, model = direct_spin1.pspace(
        problem.h1, problem.h2, norb, nelec, screened, space.dimension
    )
    last = min(number, space.dimension) - 1
    values, columns = eigh(np.atleast_2d(model), subset_by_index=(0, last))
    for value, column in zip(values, columns.T, strict=True):
        full = np.zeros(screened.size)
        full[np.atleast_1d(places)] = column
        yield ExactRoot(float(value) + problem.core_energy, full.reshape(shape))


def _iterative(problem: ElectronicProblem, space: SectorSpace, number: int) -> Iterator[ExactRoot]:
    """States by Davidson's method."""
    from pyscf.fci import direct_spin1, direct_spin1_symm

    symmetric = space.num_irreps > 1
    solver = direct_spin1_symm.FCISolver() if symmetric else direct_spin1.FCISolver()
    if symmetric:
        solver.orbsym, solver.wfnsym = np.array(space.orbsym), space.target
    solver.conv_tol, solver.max_cycle = TOLERANCE, MAX_CYCLES
    roots = number + SPARE
    solver.max_space = 2 * roots + 20
    with pyscf_threads_for(space.dimension):
        energies, vectors = solver.kernel(
            problem.h1, problem.h2, problem.norb, problem.nelec, nroots=roots
        )
    if not np.all(np.atleast_1d(solver.converged)[:number]):
        raise NotConvergedError(
            f"{counted(roots, 'exact state')} did not converge in {MAX_CYCLES} cycles",
            hint="ask for fewer states, or use reference: none",
        )
    for energy, vector in zip(energies[:number], vectors[:number], strict=True):
        yield ExactRoot(float(energy) + problem.core_energy, np.asarray(vector))
