"""Exports of problems and of solved runs in formats of other programs: a registry."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from vqe_cli._core.registry import Entry, Registry
from vqe_cli.ansatz import Ansatz
from vqe_cli.chemistry.active_spaces.selection import OrbitalSelection
from vqe_cli.chemistry.problem import is_unrestricted
from vqe_cli.chemistry.unrestricted import UnrestrictedSelection
from vqe_cli.errors import InputError, VqeError
from vqe_cli.fermions.densities import Density
from vqe_cli.fermions.problem import ElectronicProblem
from vqe_cli.qubits.encoding import Encoding
from vqe_cli.schema import RunSpec
from vqe_cli.schema.records import RunRecord


@dataclass(frozen=True, eq=False)
class Exportable:
    """A problem, and its solution if it is solved.

    Args:
        spec: The run's spec.
        encoding: The problem and its mapping to qubits.
        ansatz: The ansatz.
        selection: The active orbitals, of both spins if they differ; None for a qubit Hamiltonian.
        density: Density of the final state, one-body unless a format uses more; None before the
            problem is solved.
        energy: Total energy of the final state, Hartree; None before the problem is solved.
        record: The record of the finished run; None before its end.
    """

    spec: RunSpec
    encoding: Encoding
    ansatz: Ansatz
    selection: OrbitalSelection | UnrestrictedSelection | None = None
    density: Density | None = None
    energy: float | None = None
    record: RunRecord | None = None


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

    def check(self, selection: OrbitalSelection | UnrestrictedSelection) -> None:
        """Refuse, before the problem is solved, what cannot be written of its orbitals.

        Args:
            selection: The active orbitals, of both spins if they differ.

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

    @property
    def uses_two_body(self) -> bool:
        """Whether the density that is needed is also two-body."""
        return False

    @abstractmethod
    def content(self, source: Exportable) -> str | bytes:
        """The content of the file.

        Args:
            source: The problem or the solved run.

        Raises:
            InputError: The format does not support this kind of problem.
        """


class TextExport(Export):
    """An export format of text."""

    def content(self, source: Exportable) -> str:
        """The text."""
        return self.text(source)

    @abstractmethod
    def text(self, source: Exportable) -> str:
        """The content of the file; arguments as for `content`."""


class RecordExport(TextExport):
    """An export format whose content for a run is made of its record."""

    @abstractmethod
    def text_of_run(self, source: Exportable) -> str:
        """The content of the file of a run.

        Args:
            source: The solved run with its record.
        """

    @abstractmethod
    def text_of_failure(self, error: VqeError, asked: Mapping[str, Any]) -> str:
        """The content of the file of a run that failed.

        Args:
            error: The error.
            asked: The input as a document of the same format; empty if it is none.
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
    if not export.unrestricted and is_unrestricted(spec):
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
