"""Classical methods that an energy is judged by: a registry."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from vqe_cli._core.registry import Entry, Registry
from vqe_cli._core.sizes import Need, Size
from vqe_cli.errors import InputError
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding

MAX_DETERMINANTS = 50_000_000
"""Up to which a reference is computed unasked; beyond, it takes hours."""


@dataclass(frozen=True)
class ClassicalEnergy:
    """What a classical method found.

    Args:
        energy: Total energy in Hartree.
        converged: Whether its iterations converged.
        exact: Whether it is the exact energy of the problem.
        notes: What else is worth knowing.
    """

    energy: float
    converged: bool = True
    exact: bool = False
    notes: dict[str, object] = field(default_factory=dict)


class ClassicalMethod(Entry):
    """One classical method."""

    label: ClassVar[str]
    """Its name as chemists write it."""

    exact: ClassVar[bool] = False
    """Whether a result can be judged by it."""

    def resolve(self, encoding: Encoding) -> ClassicalMethod | None:
        """The method that will really run; `auto` chooses here, None if nothing is feasible."""
        return self

    def is_feasible(self, encoding: Encoding) -> bool:
        """Whether it fits into memory and ends within an hour or so."""
        return True

    def label_for(self, encoding: Encoding) -> str:
        """What its energy of this problem is called.

        Args:
            encoding: The problem.
        """
        return self.label

    def needs(self, size: Size, qubits: int) -> Iterator[Need]:
        """What has to fit here for a problem; nothing where it leaves out what does not.

        Args:
            size: Electrons and orbitals.
            qubits: After the mapping.
        """
        return iter(())

    @abstractmethod
    def solve(self, encoding: Encoding) -> ClassicalEnergy:
        """Compute the energy.

        Raises:
            InputError: The method does not apply to this kind of problem.
            ResourceLimitError: The problem is too large for it.
            NotConvergedError: It did not converge.
        """


CLASSICAL_METHODS = Registry("reference", ClassicalMethod, __name__, beside={"reference_energy"})


def electrons_of(encoding: Encoding, label: str) -> ElectronicProblem:
    """The electronic problem behind an encoding.

    Raises:
        InputError: It is a qubit Hamiltonian.
    """
    if isinstance(encoding.problem, ElectronicProblem):
        return encoding.problem
    message = f"{label} needs electrons; this problem is a qubit Hamiltonian"
    raise InputError(message, path=("reference",), hint="use numpy")


def hartree_fock_of(encoding: Encoding, label: str) -> ElectronicProblem:
    """The electronic problem behind an encoding, of which the reference is Hartree-Fock's.

    Raises:
        InputError: It is a qubit Hamiltonian, or Brillouin's condition does not hold.
    """
    problem = electrons_of(encoding, label)
    if problem.reference_determinant == "hartree-fock":
        return problem
    raise InputError(
        f"{label} builds on Hartree-Fock; the reference determinant is not stationary"
        f" (Brillouin's condition is off by {problem.brillouin_violation:.2g} Ha)",
        path=("reference",),
        hint="fcidump: {orbitals: canonical}",
    )
