"""The record of a run in Python: the record as it is written, with what can be done with it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import PrivateAttr

from vqe_cli._core.arrays import FloatArray
from vqe_cli.errors import InputError
from vqe_cli.fermions.problem import Problem
from vqe_cli.schema import RunSpec
from vqe_cli.schema import records as schema
from vqe_cli.schema.record import Record
from vqe_cli.schema.stored_records import StoredRun

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

    from vqe_cli.api.variational_problem import VariationalProblem
    from vqe_cli.report.notebook_figure import NotebookFigure

PLOT_SUFFIXES = (".png", ".svg", ".pdf")


class RunRecord(schema.RunRecord):
    """The complete record of one run.

    Its fields are those of the JSON that `vqe run --json` prints: `result`, `reference`, `checks`,
    `verdict` and so on. Records are equal if they have equal fields.
    """

    _origin: RunSpec | StoredRun | None = PrivateAttr(None)
    _solved: Problem | None = PrivateAttr(None)

    @classmethod
    def of(
        cls,
        record: schema.RunRecord,
        solved: Problem | None = None,
        origin: RunSpec | StoredRun | None = None,
    ) -> RunRecord:
        """The record with its methods; unchanged if it has them.

        Args:
            record: The record of a run.
            solved: The problem that was solved; None if it has to be made again when it is needed.
            origin: The input of the run, or the file of the record; None if they are unknown.
        """
        if isinstance(record, RunRecord):
            return record
        fields = schema.RunRecord.model_fields
        values = {one.alias or name: getattr(record, name) for name, one in fields.items()}
        found = cls.model_construct(record.model_fields_set, **values)
        found._solved, found._origin = solved, origin
        return found

    @property
    def energy(self) -> float:
        """The energy, in `problem.unit`: a total energy in Hartree for molecules."""
        return self.result.energy

    def rdm1(self, *, by_spin: bool = False) -> FloatArray:
        """The one-body density matrix of the final state over the active orbitals.

        It is that of the exact state at the final parameters, also if energies were measured, in
        PySCF's convention ``γ_pq = ⟨a†_p a_q⟩``.

        Args:
            by_spin: Whether to return alpha and beta matrices, shape (2, norb, norb), in place of
                their sum, shape (norb, norb).

        Raises:
            InputError: The ansatz has no density matrices, the problem is one of qubits, or the
                record of another version or machine cannot be computed again.
        """
        return self._state().rdm1(self.result.parameters, by_spin=by_spin)

    def rdm2(self) -> FloatArray:
        """The two-body density matrix of the final state, summed over spin, shape (norb,) * 4.

        The order of indices is PySCF's, ``Γ_pqrs = Σ_στ ⟨a†_pσ a†_rτ a_sτ a_qσ⟩``.

        Raises:
            InputError: As for `rdm1`.
        """
        return self._state().rdm2(self.result.parameters)

    def circuit(self) -> QuantumCircuit:
        """The circuit of the final state, with its parameters bound.

        Raises:
            InputError: The record of another version or machine cannot be computed again.
        """
        return self._state().bind(self.result.parameters)

    def plot(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        kind: Literal["convergence", "spectrum"] = "convergence",
    ) -> NotebookFigure:
        """A figure, which notebooks show: the error against evaluations, or the excited states.

        Args:
            path: File to write as well, .png, .svg or .pdf.
            kind: ``"convergence"``, or ``"spectrum"`` of a run with `states`.

        Raises:
            InputError: There are no excited states, or the file is of another kind.
        """
        if kind == "spectrum":
            if not self.result.states:
                raise InputError("the run has no excited states", hint="run(..., states=3) has")
            from vqe_cli.report.run.spectrum import spectrum_figure

            return saved(spectrum_figure(self), path)
        if kind != "convergence":
            raise InputError(
                f"{kind!r} is no kind of plot", hint="'convergence' and 'spectrum' are"
            )
        from vqe_cli.report.run.plots import convergence_figure

        return saved(convergence_figure([self]), path)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the record as JSON, which `vqe_cli.read`, `vqe replay` and `vqe run` read.

        Args:
            path: Path of the file, .json; an existing one is replaced.

        Returns:
            The path.

        Raises:
            InputError: The file name has another extension.
        """
        return saved_json(self, path)

    def _state(self) -> VariationalProblem:
        from vqe_cli.api.variational_problem import VariationalProblem

        return VariationalProblem.of_record(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, schema.RunRecord):
            return NotImplemented
        return self.model_dump() == other.model_dump()

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        from vqe_cli.report.run.cards import sentence_of

        return sentence_of(self)

    def __repr__(self) -> str:
        return f"<RunRecord {self}>"

    def _repr_html_(self) -> str:
        from vqe_cli.report.run.cards import card_of

        return card_of(self)


def saved(figure: NotebookFigure, path: str | os.PathLike[str] | None) -> NotebookFigure:
    """The figure, after it has been written if there is a path.

    Args:
        figure: The figure.
        path: File to write; None for none.

    Raises:
        InputError: The file is of another kind.
    """
    if path is None:
        return figure
    place = path_to_write(path)
    suffix = place.suffix.lower()
    if suffix not in PLOT_SUFFIXES:
        raise InputError(
            f"'{place}': figures are not written as '{suffix}'", hint="use .png, .svg or .pdf"
        )
    refuse_missing_folder(place)
    from vqe_cli.report.figures import content_of

    write(place, content_of(figure, suffix.lstrip(".")))
    return figure


def path_to_write(path: Any) -> Path:
    """The path of a file that is to be written, `~` being the home folder as in `vqe_cli.read`.

    Args:
        path: The path as it was given.

    Raises:
        InputError: It is not a path.
    """
    if not isinstance(path, (str, os.PathLike)):
        raise InputError(
            f"{type(path).__name__} is not the path of a file", hint="give a text or a pathlib.Path"
        )
    return Path(path).expanduser()


def refuse_missing_folder(path: Path) -> None:
    """Refuse a file that cannot be written because its folder does not exist.

    Args:
        path: Path of the file.

    Raises:
        InputError: There is no such folder.
    """
    if not path.parent.is_dir():
        raise InputError(f"'{path}': there is no folder {path.parent}", hint="make it first")


def write(path: Path, content: str | bytes) -> None:
    """Write a file completely or not at all.

    Args:
        path: Path of the file.
        content: What is written.

    Raises:
        InputError: The operating system does not allow it.
    """
    from vqe_cli._core.files import write_atomic

    try:
        write_atomic(path, content)
    except OSError as error:
        raise InputError(
            f"'{path}' cannot be written: {error.strerror}", hint="choose another folder"
        ) from error


def saved_json(record: Record | dict[str, Any], path: str | os.PathLike[str]) -> Path:
    """The path, after a record has been written there as JSON.

    Args:
        record: The record, or that of several runs.
        path: Path of the file.

    Raises:
        InputError: The file name has another extension.
    """
    place = path_to_write(path)
    if place.suffix.lower() != ".json":
        hint = (
            "`vqe run FILE -o NAME.zip` writes bundles" if place.suffix == ".zip" else "use .json"
        )
        raise InputError(f"'{place}': records are written as JSON", hint=hint)
    refuse_missing_folder(place)
    write(place, schema.to_json(record) + "\n")
    return place
