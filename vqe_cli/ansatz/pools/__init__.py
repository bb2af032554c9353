"""Pools of operators from which an adaptive ansatz grows: a registry."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import ClassVar

from vqe_cli._core.registry import Entry, Registry
from vqe_cli._core.sizes import Size
from vqe_cli.ansatz.state import Operator
from vqe_cli.fermions.excitations import Excitation, acting, symmetric
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding

Irreps = tuple[int, ...]
"""Irreps of the orbitals, multiplied by exclusive or."""


class Pool(Entry):
    """A pool of operators, each with one parameter."""

    conserves_electrons: ClassVar[bool] = True
    """Whether operators conserve the electrons of each spin, as excitations do."""

    @abstractmethod
    def excitations(self, problem: ElectronicProblem) -> Iterable[Sequence[Excitation]]:
        """Groups of excitations, each of which shares a parameter.

        Args:
            problem: The electronic problem.
        """

    @abstractmethod
    def count(self, size: Size) -> int:
        """The approximate number of operators.

        Args:
            size: Numbers of electrons, orbitals and irreps, which forbid some operators.
        """

    def operators(self, encoding: Encoding, irreps: Irreps | None) -> tuple[Operator, ...]:
        """The operators that are not zero for the problem's electrons.

        Args:
            encoding: The problem, with electrons, and its qubits.
            irreps: Irreps of the orbitals, of which that of the state is kept; None for none.
        """
        assert isinstance(encoding.problem, ElectronicProblem)
        norb, nelec = encoding.problem.norb, encoding.problem.nelec
        groups = symmetric(self.excitations(encoding.problem), irreps)
        return tuple(tuple(group) for group in acting(norb, nelec, groups))

    def parts(self, encoding: Encoding, operator: Operator) -> tuple[Operator, ...]:
        """The operators that can take the place of one, each with a parameter of its own.

        Args:
            encoding: The problem, with electrons, and its qubits.
            operator: An operator of the pool.
        """
        return ()


POOLS = Registry("pool", Pool, __name__)
