"""Coupled cluster with perturbative triples."""

from __future__ import annotations

from typing import ClassVar

from vqe_cli.classical import ClassicalEnergy, ClassicalMethod, hartree_fock_of
from vqe_cli.classical._coupled_cluster import solve_ccsd
from vqe_cli.qubits.encoding import Encoding


class CcsdT(ClassicalMethod):
    """Coupled cluster with singles, doubles and perturbative triples.

    Reference:
        Raghavachari, Trucks, Pople and Head-Gordon, Chem. Phys. Lett. 157, 479 (1989); PySCF.
    """

    label: ClassVar[str] = "CCSD(T)"
    unrestricted: ClassVar[bool] = True

    def solve(self, encoding: Encoding) -> ClassicalEnergy:
        """The energy of PySCF's (T) with RCCSD or UCCSD."""
        problem = hartree_fock_of(encoding, self.label)
        solver = solve_ccsd(problem)
        triples = 0.0
        has_triples = sum(min(count, problem.norb - count) for count in problem.nelec) > 2
        if has_triples:
            triples = float(solver.ccsd_t())
        return ClassicalEnergy(
            problem.hartree_fock_energy + float(solver.e_corr) + triples, bool(solver.converged)
        )
