"""Full configuration interaction."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from vqe_cli.chemistry.problem import ElectronicProblem
from vqe_cli.chemistry.threads import threads_for
from vqe_cli.errors import NotConvergedError
from vqe_cli.machine import refuse_if_larger
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.references import Reference, ReferenceEnergy, electrons_of

VECTORS = 30
"""Vectors of the sector's size that Davidson's method holds at most."""


class Fci(Reference):
    """All determinants of the active space, in the sector of the electrons and the spin.

    Within an active space this is CASCI.

    Reference:
        Knowles and Handy, Chem. Phys. Lett. 111, 315 (1984); Davidson, J. Comput. Phys. 17, 87
        (1975); PySCF.
    """

    label: ClassVar[str] = "FCI"
    exact: ClassVar[bool] = True

    tolerance: float = Field(1e-11, gt=0, description="Change of the energy in Hartree at the end.")

    def solve(self, encoding: Encoding) -> ReferenceEnergy:
        """PySCF's `direct_spin1`, with states of other spin pushed up."""
        problem = electrons_of(encoding, self.label)
        refuse_if_larger(
            8 * VECTORS * problem.sector_dimension,
            f"FCI over {problem.sector_dimension:,} determinants",
            "choose a smaller active space, or reference: none",
        )
        with threads_for(problem.sector_dimension):
            return self._davidson(problem)

    def _davidson(self, problem: ElectronicProblem) -> ReferenceEnergy:
        from pyscf import fci

        solver = fci.direct_spin1.FCISolver()
        solver.verbose, solver.conv_tol, solver.max_cycle = 0, self.tolerance, 300
        fci.addons.fix_spin_(solver, shift=0.5, ss=problem.spin_squared)
        norb, nelec = problem.norb, problem.nelec
        energy, vector = solver.kernel(
            problem.h1, problem.h2, norb, nelec, ci0=_guess(solver, problem), ecore=0.0
        )
        spin_squared, _ = fci.spin_op.spin_square0(vector, norb, nelec)
        if abs(spin_squared - problem.spin_squared) > 1e-3:
            raise NotConvergedError(
                f"FCI found S² = {spin_squared:.3f} instead of {problem.spin_squared:g}",
                hint="no state of this multiplicity may exist in the active space",
            )
        penalty = 0.5 * (float(spin_squared) - problem.spin_squared)
        total = float(energy) - penalty + problem.core_energy
        return ReferenceEnergy(total, bool(np.all(solver.converged)), exact=True)


def _guess(solver: Any, problem: ElectronicProblem) -> Any:
    """PySCF's guess with a little of everything, so that no irrep is out of reach."""
    if problem.sector_dimension < solver.pspace_size:
        return None
    hdiag = solver.make_hdiag(problem.h1, problem.h2, problem.norb, problem.nelec)
    guess = np.asarray(solver.get_init_guess(problem.norb, problem.nelec, 1, hdiag)[0])
    noise = np.random.default_rng(7).normal(size=guess.shape)
    return guess + 1e-3 / np.sqrt(guess.size) * noise
