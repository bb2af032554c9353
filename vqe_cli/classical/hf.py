"""Hartree-Fock."""

from __future__ import annotations

from typing import ClassVar

from vqe_cli.classical import ClassicalEnergy, ClassicalMethod, electrons_of
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding


class HartreeFock(ClassicalMethod):
    """The energy of the reference determinant.

    Reference:
        Szabo and Ostlund, Modern Quantum Chemistry, chapter 3; orbitals from PySCF.
    """

    label: ClassVar[str] = "HF"
    variational: ClassVar[bool] = True
    unrestricted: ClassVar[bool] = True

    def label_for(self, encoding: Encoding) -> str:
        """Hartree-Fock's name, unless the determinant is another one."""
        problem = encoding.problem
        if not isinstance(problem, ElectronicProblem):
            return self.label
        stationary = problem.reference_determinant == "hartree-fock"
        return self.label if stationary else "reference determinant"

    def solve(self, encoding: Encoding) -> ClassicalEnergy:
        """The energy of the reference determinant."""
        problem = electrons_of(encoding, self.label)
        return ClassicalEnergy(problem.hartree_fock_energy)
