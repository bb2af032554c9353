"""Second-order Møller-Plesset perturbation theory."""

from __future__ import annotations

from math import isfinite
from typing import Any, ClassVar

import numpy as np

from vqe_cli.chemistry.correlation.singles import singles_energy
from vqe_cli.chemistry.scf.mean_field_of_integrals import canonical, semicanonical
from vqe_cli.classical import ClassicalEnergy, ClassicalMethod, hartree_fock_of
from vqe_cli.errors import NotConvergedError
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding


class Mp2(ClassicalMethod):
    """Second-order perturbation theory; open shells use semicanonical ROHF, or UHF orbitals.

    Reference:
        Møller and Plesset, Phys. Rev. 46, 618 (1934); open shells: Knowles et al., Chem. Phys.
        Lett. 186, 130 (1991); PySCF.
    """

    label: ClassVar[str] = "MP2"
    unrestricted: ClassVar[bool] = True

    def solve(self, encoding: Encoding) -> ClassicalEnergy:
        """The energy of PySCF's RMP2, or of UMP2 with singles over semicanonical orbitals."""
        problem = hartree_fock_of(encoding, self.label)
        correlation = _correlation(problem)
        if not isfinite(correlation):
            raise NotConvergedError(
                "MP2 diverges: a double excitation changes no sum of orbital energies",
                hint="use cisd, which does not divide by differences of orbital energies",
            )
        return ClassicalEnergy(problem.hartree_fock_energy + correlation)


def _correlation(problem: ElectronicProblem) -> float:
    """The correlation energy, Hartree; not finite without a gap."""
    from pyscf import mp

    with np.errstate(divide="ignore", invalid="ignore"):
        if problem.is_closed_shell:
            return _doubles(mp.RMP2(canonical(problem)))
        field = semicanonical(problem)
        doubles = _doubles(mp.UMP2(field)) if sum(problem.nelec) > 1 else 0.0
        focks = problem.fock if problem.beta is None else field.get_fock()
        return singles_energy(field, focks, problem.nelec) + doubles


def _doubles(solver: Any) -> float:
    solver.verbose = 0
    return float(solver.kernel(with_t2=False)[0])
