"""Classical methods, which give reference energies: a registry."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from vqe_cli._core.arrays import FloatArray
from vqe_cli._core.registry import Entry, Registry
from vqe_cli._core.resources import Memory
from vqe_cli._core.sizes import Need, Size
from vqe_cli.errors import InputError
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding

MAX_DETERMINANTS = 50_000_000
"""Largest number of determinants for a reference by default; more take hours."""


@dataclass(frozen=True)
class ClassicalEnergy:
    """The result of a classical method.

    Args:
        energy: Total energy, Hartree.
        converged: Whether the iterations converged.
        exact: Whether the energy is the exact energy of the problem.
        notes: Further results for the record, by key.
        levels: The lowest levels in ascending order, if the method found several.
    """

    energy: float
    converged: bool = True
    exact: bool = False
    notes: dict[str, object] = field(default_factory=dict)
    levels: FloatArray | None = None


class ClassicalMethod(Entry):
    """A classical method."""

    label: ClassVar[str]
    """The method's name as chemists write it."""

    exact: ClassVar[bool] = False
    """Whether the method gives the exact energy, which results are compared with."""

    variational: ClassVar[bool] = False
    """Whether the energy is an upper bound to the exact one."""

    unrestricted: ClassVar[bool] = False
    """Whether alpha and beta orbitals may differ."""

    def resolve(self, encoding: Encoding) -> ClassicalMethod | None:
        """The method that runs, which `auto` chooses here; None if none is feasible."""
        return self

    def is_feasible(self, encoding: Encoding) -> bool:
        """Whether the method fits into memory and takes at most about an hour."""
        return True

    def label_for(self, encoding: Encoding) -> str:
        """The name of the method's energy for a problem.

        Args:
            encoding: The problem.
        """
        return self.label

    def needs(self, size: Size, qubits: int, memory: Memory) -> Iterator[Need]:
        """The method's needs for a problem; empty if it skips problems that do not fit.

        Args:
            size: Numbers of electrons and orbitals.
            qubits: Number of qubits after the mapping.
            memory: The memory limit.
        """
        return iter(())

    @abstractmethod
    def solve(self, encoding: Encoding) -> ClassicalEnergy:
        """The method's energy of a problem.

        Raises:
            InputError: The method does not apply to this kind of problem.
            ResourceLimitError: The problem is too large.
            NotConvergedError: The method did not converge.
        """


CLASSICAL_METHODS = Registry(
    "reference",
    ClassicalMethod,
    __name__,
    beside={"exact_roots", "levels", "reference_energy"},
    aliases={
        "ccsd(t)": "ccsd-t",
        "ccsdt": "ccsdt",  # full triples, which are no entry
        "hartreefock": "hf",
        "rhf": "hf",
        "fullci": "fci",
    },
)


def refuse_restricted_methods(methods: Sequence[ClassicalMethod]) -> None:
    """Refuse methods that need one set of orbitals for both spins.

    Args:
        methods: The methods, for alpha and beta electrons with orbitals of their own.

    Raises:
        InputError: A method needs restricted orbitals.
    """
    for method in methods:
        if not method.unrestricted:
            raise InputError(
                f"{method.name} needs restricted orbitals, and alpha and beta electrons have"
                " different ones",
                hint="--methods hf,mp2,cisd,ccsd,ccsd-t,fci, or restricted orbitals",
            )


def electrons_of(encoding: Encoding, label: str) -> ElectronicProblem:
    """The electronic problem of an encoding.

    Raises:
        InputError: The problem is a qubit Hamiltonian.
    """
    if isinstance(encoding.problem, ElectronicProblem):
        return encoding.problem
    message = f"{label} needs electrons; this problem is a qubit Hamiltonian"
    raise InputError(message, path=("reference",), hint="use numpy")


def hartree_fock_of(encoding: Encoding, label: str) -> ElectronicProblem:
    """The electronic problem of an encoding, with a Hartree-Fock reference determinant.

    Raises:
        InputError: The problem is a qubit Hamiltonian, or Brillouin's condition does not hold.
    """
    problem = electrons_of(encoding, label)
    if problem.reference_determinant == "hartree-fock":
        return problem
    raise InputError(
        f"{label} builds on Hartree-Fock; the reference determinant is not stationary"
        f" (Brillouin's condition is off by {problem.brillouin_violation:.2g} Ha)",
        path=("reference",),
        hint="fcidump: {orbitals: canonical}"
        if problem.scf is None or problem.scf.functional is None
        else "leave out molecule.scf.functional",
    )
