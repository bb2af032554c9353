"""Coupled cluster with singles and doubles."""

from __future__ import annotations

from typing import ClassVar

from vqe_cli.classical import ClassicalEnergy, ClassicalMethod, hartree_fock_of
from vqe_cli.classical._coupled_cluster import solve_ccsd
from vqe_cli.qubits.encoding import Encoding


class Ccsd(ClassicalMethod):
    """Coupled cluster with singles and doubles; open shells use ROHF or UHF orbitals.

    Reference:
        Purvis and Bartlett, J. Chem. Phys. 76, 1910 (1982); PySCF.
    """

    label: ClassVar[str] = "CCSD"
    unrestricted: ClassVar[bool] = True

    def solve(self, encoding: Encoding) -> ClassicalEnergy:
        """The energy of PySCF's RCCSD or UCCSD."""
        problem = hartree_fock_of(encoding, self.label)
        solver = solve_ccsd(problem)
        return ClassicalEnergy(
            problem.hartree_fock_energy + float(solver.e_corr), bool(solver.converged)
        )
