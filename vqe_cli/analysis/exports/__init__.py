"""Exports of the problem in formats of other programs: a registry."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from vqe_cli._core.registry import Entry, Registry
from vqe_cli.ansatz import Ansatz
from vqe_cli.errors import InputError
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema import RunSpec


class Export(Entry):
    """An export format."""

    suffix: ClassVar[str]
    """The usual file extension."""

    @abstractmethod
    def text(self, spec: RunSpec, encoding: Encoding, ansatz: Ansatz) -> str:
        """The content of the file.

        Raises:
            InputError: The format does not support this kind of problem.
        """


EXPORTS = Registry("export", Export, __name__)


def electrons_of(encoding: Encoding, name: str) -> ElectronicProblem:
    """The electronic problem of an encoding.

    Raises:
        InputError: The problem is a qubit Hamiltonian.
    """
    if isinstance(encoding.problem, ElectronicProblem):
        return encoding.problem
    raise InputError(f"{name} describes electrons; this problem is a qubit Hamiltonian")
