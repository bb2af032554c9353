"""Exports of problems and of solved runs in formats of other programs: a registry."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from vqe_cli._core.registry import Entry, Registry
from vqe_cli.ansatz import Ansatz
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.problem import is_unrestricted
from vqe_cli.errors import InputError
from vqe_cli.fermions.densities import Density
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema import RunSpec


@dataclass(frozen=True, eq=False)
class Exportable:
    """A problem, and its solution if it is solved.

    Args:
        spec: The run's spec.
        encoding: The problem and its mapping to qubits.
        ansatz: The ansatz.
        selection: The active orbitals; None for a qubit Hamiltonian.
        density: One-body density of the final state; None before the problem is solved.
    """

    spec: RunSpec
    encoding: Encoding
    ansatz: Ansatz
    selection: OrbitalSelection | None = None
    density: Density | None = None


class Export(Entry):
    """An export format."""

    suffix: ClassVar[str]
    """The usual file extension."""

    unrestricted: ClassVar[bool] = False
    """Whether alpha and beta orbitals may differ."""

    def refuse(self, spec: RunSpec) -> None:
        """Refuse, before anything is computed, what the format is known not to support.

        Args:
            spec: The run's spec.

        Raises:
            InputError: The format does not support this kind of input.
        """
        return

    def check(self, selection: OrbitalSelection) -> None:
        """Refuse, before the problem is solved, what cannot be written of its orbitals.

        Args:
            selection: The active orbitals.

        Raises:
            InputError: An orbital does not exist.
            ResourceLimitError: The file would be too large.
        """
        return

    def uses_state(self, *, solved: bool) -> bool:
        """Whether the density of a final state is needed.

        Args:
            solved: Whether a run is exported, rather than a problem.
        """
        return False

    @abstractmethod
    def text(self, source: Exportable) -> str:
        """The content of the file.

        Args:
            source: The problem or the solved run.

        Raises:
            InputError: The format does not support this kind of problem.
        """


def refuse_export(export: Export, spec: RunSpec, *, solved: bool) -> None:
    """Refuse, before anything is computed, what cannot be exported.

    Args:
        export: The format with its options.
        spec: The run's spec.
        solved: Whether a run is exported, rather than a problem.

    Raises:
        InputError: The format does not support this kind of input, or needs a solved run.
    """
    export.refuse(spec)
    if not export.unrestricted and spec.hamiltonian is None and is_unrestricted(spec):
        raise InputError(
            f"{export.name} holds restricted orbitals, and alpha and beta electrons have different"
            " ones",
            hint="--export fcidump FILE writes the integrals of both",
        )
    if not solved and export.uses_state(solved=False):
        raise InputError(
            "natural orbitals are those of a state, and `vqe inspect` finds none",
            hint="`vqe run FILE --export ...` exports the state that it finds",
        )


EXPORTS = Registry("export", Export, __name__, beside={"in_space"})


def electrons_of(encoding: Encoding, name: str) -> ElectronicProblem:
    """The electronic problem of an encoding.

    Raises:
        InputError: The problem is a qubit Hamiltonian.
    """
    if isinstance(encoding.problem, ElectronicProblem):
        return encoding.problem
    raise InputError(f"{name} describes electrons; this problem is a qubit Hamiltonian")
