"""Second-order Møller-Plesset perturbation theory."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from vqe_cli.chemistry.mean_field_of_integrals import restricted, unrestricted
from vqe_cli.chemistry.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.references import Reference, ReferenceEnergy, electrons_of


class Mp2(Reference):
    """Second-order perturbation theory; for open shells over semicanonical ROHF orbitals.

    Reference:
        Møller and Plesset, Phys. Rev. 46, 618 (1934); open shells: Knowles et al., Chem. Phys.
        Lett. 186, 130 (1991); PySCF.
    """

    label: ClassVar[str] = "MP2"

    def solve(self, encoding: Encoding) -> ReferenceEnergy:
        """PySCF's RMP2, or UMP2 with singles over semicanonical orbitals."""
        from pyscf import mp

        problem = electrons_of(encoding, self.label)
        reference = problem.hartree_fock_energy
        if problem.nelec[0] == problem.nelec[1]:
            solver = mp.RMP2(restricted(problem))
            solver.verbose = 0
            return ReferenceEnergy(reference + float(solver.kernel(with_t2=False)[0]))
        field, singles = _semicanonical(problem)
        doubles = 0.0
        if sum(problem.nelec) > 1:
            solver = mp.UMP2(field)
            solver.verbose = 0
            doubles = float(solver.kernel(with_t2=False)[0])
        return ReferenceEnergy(reference + singles + doubles)


def _semicanonical(problem: ElectronicProblem) -> tuple[Any, float]:
    """A UHF object whose Fock blocks are diagonal, and the energy of the singles."""
    field = unrestricted(problem)
    coefficients, energies, singles = [], [], 0.0
    for fock, count in zip(problem.fock, problem.nelec, strict=True):
        low, occupied = np.linalg.eigh(fock[:count, :count])
        high, empty = np.linalg.eigh(fock[count:, count:])
        rotation = np.zeros_like(fock)
        rotation[:count, :count], rotation[count:, count:] = occupied, empty
        coupling = occupied.T @ fock[:count, count:] @ empty
        singles += float((coupling**2 / (low[:, None] - high[None, :])).sum())
        coefficients.append(rotation)
        energies.append(np.concatenate([low, high]))
    field.mo_coeff, field.mo_energy = np.array(coefficients), np.array(energies)
    return field, singles
