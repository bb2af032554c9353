"""Configuration interaction with singles and doubles."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from vqe_cli._core.arrays import FloatArray
from vqe_cli.chemistry.scf.mean_field_of_integrals import canonical, semicanonical
from vqe_cli.classical import ClassicalEnergy, ClassicalMethod, hartree_fock_of
from vqe_cli.qubits.encoding import Encoding


class Cisd(ClassicalMethod):
    """Configuration interaction with singles and doubles; variational, not size-consistent.

    Open shells are those of alpha and beta electrons over ROHF or UHF orbitals (UCISD).

    Reference:
        Szabo and Ostlund, Modern Quantum Chemistry, chapter 4; PySCF.
    """

    label: ClassVar[str] = "CISD"
    variational: ClassVar[bool] = True
    unrestricted: ClassVar[bool] = True

    def solve(self, encoding: Encoding) -> ClassicalEnergy:
        """The energy of PySCF's RCISD or UCISD."""
        from pyscf import ci

        problem = hartree_fock_of(encoding, self.label)
        reference = problem.hartree_fock_energy
        if sum(min(count, problem.norb - count) for count in problem.nelec) == 0:
            return ClassicalEnergy(reference)  # one determinant
        closed = problem.is_closed_shell
        solver = ci.RCISD(canonical(problem)) if closed else ci.UCISD(semicanonical(problem))
        solver.verbose, solver.conv_tol, solver.max_cycle = 0, 1e-10, 200
        solver.kernel(_reference(solver.vector_size()))
        return ClassicalEnergy(reference + float(solver.e_corr), bool(solver.converged))


def _reference(size: int) -> FloatArray:
    """The reference determinant; PySCF's own start divides by differences of orbital energies."""
    vector = np.zeros(size)
    vector[0] = 1.0
    return vector
