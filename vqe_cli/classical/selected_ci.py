"""Selected configuration interaction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from vqe_cli._core.resources import Memory
from vqe_cli._core.sizes import Need, Size
from vqe_cli._core.threads import threads_for
from vqe_cli.classical import ClassicalEnergy, ClassicalMethod, electrons_of
from vqe_cli.errors import InputError, NotConvergedError
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding

VECTORS = 30
"""Number of vectors in memory: those of Davidson's method, their products, and the diagonal."""

PRODUCTS, SECONDS_PER_PAIR = 100, 3e-9
"""Usual number of products with the Hamiltonian in all cycles together, and the time of each for a
determinant and a pair of orbitals on one core, seconds."""

SHIFTS = (0.0, 0.2, 2.0)
"""Energies by which states of other spin are raised for each unit of S², Hartree; the first that
gives the right spin is used."""

SPIN_TOLERANCE = 0.02
"""Largest deviation of S² of an accepted state; a truncated space is not closed under S²."""


class SelectedCi(ClassicalMethod):
    """Configuration interaction among selected determinants; variational, no perturbation theory.

    Alpha and beta strings are selected by the sizes of their coefficients and integrals, from the
    reference determinant on, and all pairs of them are determinants. The state has the irrep of
    the determinant from which it grows. PySCF has no perturbative correction for it.

    Reference:
        Huron, Malrieu and Rancurel, J. Chem. Phys. 58, 5745 (1973); selection after Holmes, Tubman
        and Umrigar, J. Chem. Theory Comput. 12, 3674 (2016); PySCF.
    """

    label: ClassVar[str] = "selected CI"
    variational: ClassVar[bool] = True

    select_cutoff: float = Field(
        default=5e-4,
        gt=0,
        le=1,
        description="Smallest product of coefficient and integral for which a string is selected.",
    )
    coefficient_cutoff: float = Field(
        default=5e-4,
        gt=0,
        le=1,
        description="Smallest coefficient of a string that is kept, and from which others follow.",
    )
    tolerance: float = Field(
        default=1e-9, gt=0, description="Change of the energy at which the iterations end, Hartree."
    )
    max_determinants: int = Field(
        default=4_000_000, ge=1, description="Largest number of determinants; growth ends there."
    )

    def needs(self, size: Size, qubits: int, memory: Memory) -> Iterator[Need]:
        """The memory and time of the largest space of determinants."""
        count = min(size.sector_dimension, self.max_determinants)
        seconds = SECONDS_PER_PAIR * PRODUCTS * count * size.norb**2
        what = f"selected CI over up to {count:,} determinants"
        yield Need(what, 8 * VECTORS * count, hint="a smaller max_determinants", seconds=seconds)

    def solve(self, encoding: Encoding) -> ClassicalEnergy:
        """The energy of PySCF's selected CI, with the spin of the problem."""
        problem = electrons_of(encoding, self.label)
        if problem.sector_dimension == 1:
            return ClassicalEnergy(problem.hartree_fock_energy)
        if 0 in problem.nelec:  # PySCF divides the one-electron energy by these numbers
            message = "PySCF's selected CI needs electrons of both spins"
            raise InputError(f"{self.label}: {message}", path=("reference",), hint="use fci")
        need = next(self.needs(problem.size, encoding.num_qubits, encoding.memory))
        encoding.memory.refuse_if_larger(need.memory, need.what, "a smaller max_determinants")
        with threads_for(min(problem.sector_dimension, self.max_determinants)):
            return self._found(problem)

    def _found(self, problem: ElectronicProblem) -> ClassicalEnergy:
        """The state of the smallest shift of other spins that gives the right spin."""
        h1, h2, norb, nelec = problem.h1, problem.h2, problem.norb, problem.nelec
        for shift in SHIFTS:
            solver = self._solver(problem, shift)
            vector = solver.kernel(h1, h2, norb, nelec, ci0=_start(solver, problem))[1]
            spin_squared = float(solver.spin_square(vector, norb, nelec)[0])
            if abs(spin_squared - problem.spin_squared) <= SPIN_TOLERANCE:
                energy = float(_plain_solver().energy(h1, h2, vector, norb, nelec))
                notes: dict[str, object] = {
                    "determinants": int(vector.size),
                    "complete": not solver.stopped,
                    "s_squared": spin_squared,
                }
                return ClassicalEnergy(
                    energy + problem.core_energy, bool(solver.converged), notes=notes
                )
        raise NotConvergedError(
            f"selected CI found a state with S² = {spin_squared:.3f}, not"
            f" {problem.spin_squared:.3f}",
            hint="smaller select_cutoff and coefficient_cutoff, or dmrg, which has the exact spin",
        )

    def _solver(self, problem: ElectronicProblem, shift: float) -> Any:
        """PySCF's solver; other spins are raised if the shift is not zero."""
        from pyscf import fci

        solver = _bounded_solver(self.max_determinants)
        solver.select_cutoff, solver.ci_coeff_cutoff = self.select_cutoff, self.coefficient_cutoff
        solver.conv_tol, solver.max_cycle = self.tolerance, 200
        if shift:
            solver = fci.addons.fix_spin(solver, shift, problem.spin_squared)
        return solver


def _start(solver: Any, problem: ElectronicProblem) -> Any:
    """The reference determinant as a vector over the strings that follow from it.

    The determinant alone will not do: PySCF's iterations end where an energy differs little from
    the one before, which it takes for zero in the beginning.
    """
    from pyscf.fci import direct_spin1, selected_ci

    norb, nelec = problem.norb, problem.nelec
    strings = [np.array([(1 << count) - 1]) for count in nelec]
    reference = selected_ci._as_SCIvector(np.ones((1, 1)), strings)
    integrals = direct_spin1.absorb_h1e(problem.h1, problem.h2, norb, nelec, 0.5)
    return solver.enlarge_space([reference], integrals, norb, nelec)[0]


def _plain_solver() -> Any:
    from pyscf import fci

    solver = fci.selected_ci.SelectedCI()
    solver.verbose = 0
    return solver


def _bounded_solver(limit: int) -> Any:
    """PySCF's solver with a limit of the number of determinants.

    Args:
        limit: Largest number of determinants.
    """
    from pyscf.fci import selected_ci

    class Bounded(selected_ci.SelectedCI):  # type: ignore[misc]
        stopped = False

        def enlarge_space(self, vectors: Any, integrals: Any, norb: int, nelec: Any) -> Any:
            """The space with newly selected strings, or the old one, which ends the growth."""
            try:
                found = super().enlarge_space(vectors, integrals, norb, nelec)
            except MemoryError:  # the new space does not even fit as zeros, which take none
                found = None
            self.stopped = found is None or found[0].size > limit
            return vectors if self.stopped else found

    solver = Bounded()
    solver.verbose = 0
    return solver
