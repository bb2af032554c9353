"""Second-order Møller-Plesset perturbation theory."""

from __future__ import annotations

from typing import ClassVar

from vqe_cli.chemistry.correlation.singles import singles_energy
from vqe_cli.chemistry.scf.mean_field_of_integrals import canonical, semicanonical
from vqe_cli.classical import ClassicalEnergy, ClassicalMethod, hartree_fock_of
from vqe_cli.qubits.encoding import Encoding


class Mp2(ClassicalMethod):
    """Second-order perturbation theory; open shells use semicanonical ROHF orbitals.

    Reference:
        Møller and Plesset, Phys. Rev. 46, 618 (1934); open shells: Knowles et al., Chem. Phys.
        Lett. 186, 130 (1991); PySCF.
    """

    label: ClassVar[str] = "MP2"

    def solve(self, encoding: Encoding) -> ClassicalEnergy:
        """The energy of PySCF's RMP2, or of UMP2 with singles over semicanonical orbitals."""
        from pyscf import mp

        problem = hartree_fock_of(encoding, self.label)
        reference = problem.hartree_fock_energy
        if problem.nelec[0] == problem.nelec[1]:
            solver = mp.RMP2(canonical(problem))
            solver.verbose = 0
            return ClassicalEnergy(reference + float(solver.kernel(with_t2=False)[0]))
        field, doubles = semicanonical(problem), 0.0
        if sum(problem.nelec) > 1:
            solver = mp.UMP2(field)
            solver.verbose = 0
            doubles = float(solver.kernel(with_t2=False)[0])
        return ClassicalEnergy(
            reference + singles_energy(field, problem.fock, problem.nelec) + doubles
        )
