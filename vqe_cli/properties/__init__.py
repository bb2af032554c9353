"""The registry of properties: ionisation energies, gaps, verdicts and so on of a molecule."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Self

from vqe_cli._core.registry import Entry, Registry
from vqe_cli.chemistry.scf.mean_fields import MeanFields
from vqe_cli.errors import InputError
from vqe_cli.schema import RunSpec

Value = float | int | str | bool | None


@dataclass(frozen=True)
class Column:
    """A column of a campaign's table.

    Args:
        name: Name with the unit, such as ``energy_hartree``.
        kind: Type of the values.
        description: One-line description.
    """

    name: str
    kind: Literal["number", "integer", "text", "flag"]
    description: str


VERDICT = "verdict"
"""Name, or end of the name, of columns with a verdict, such as ``ionization_energy_verdict``. The
verdict of a row is the worst of them."""


def is_verdict(column: str) -> bool:
    """Whether a column is the verdict on a property.

    Args:
        column: Name of the column.
    """
    return column == VERDICT or column.endswith(f"_{VERDICT}")


BEST_METHOD, CAVEATS = "best_method", "caveats"
"""Ends of the names of columns with the method of a best estimate, and with the doubts about it."""


def tells_worth(column: str) -> bool:
    """Whether a column tells what the main column of its property is worth.

    Args:
        column: Name of the column.
    """
    return column.endswith((f"_{BEST_METHOD}", f"_{CAVEATS}"))


@dataclass(frozen=True)
class Finding:
    """The computed values of a property.

    Args:
        values: Values by column name; None where there is none.
        record: Full record as plain data.
        notes: Sentences for the column ``notes``.
    """

    values: dict[str, Value]
    record: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """One candidate under one variant of the campaign's settings.

    Args:
        spec: Spec of the run, with coordinates and all defaults of the campaign.
        records: Records of the needed properties, by name.
        run: Function that runs a spec like `vqe_cli.run`, with a checkpoint of its own.
        mean_fields: Mean fields that are already known.
    """

    spec: RunSpec
    records: dict[str, dict[str, Any]]
    run: Callable[[RunSpec], Any]
    mean_fields: MeanFields = field(default_factory=MeanFields)


class Property(Entry):
    """A property that is computed for every candidate.

    A property that rests on energies has a column for its verdict, see `is_verdict`.
    """

    columns: ClassVar[tuple[Column, ...]]
    needs: ClassVar[tuple[str, ...]] = ("structure",)
    """Names of the properties whose records this one needs."""

    unrestricted: ClassVar[bool] = False
    """Whether alpha and beta orbitals may differ."""

    kohn_sham: ClassVar[bool] = False
    """Whether orbitals may be those of a density functional."""

    def about(self, doubts: tuple[str, ...]) -> Self:
        """The property for one candidate.

        Args:
            doubts: Names of the checks that failed when the candidate was read.
        """
        return self

    @property
    def numbered_atoms(self) -> tuple[int, ...]:
        """Numbers of atoms, from 1, that the options name; the molecule must have them."""
        return ()

    def check_settings(self, spec: RunSpec) -> None:
        """Refuse settings with which the property is not defined, whatever the molecule.

        Args:
            spec: Spec of the run on the molecule.

        Raises:
            InputError: The property and a setting exclude each other.
        """
        return

    def check_molecule(self, spec: RunSpec) -> None:
        """Refuse a molecule that does not have the property, before anything is computed.

        Args:
            spec: Spec of the run on the molecule, which may have no coordinates yet.

        Raises:
            InputError: The molecule does not have the property.
        """
        return

    @abstractmethod
    def compute(self, case: Case) -> Finding:
        """Compute the property.

        Args:
            case: The case.

        Returns:
            The computed values.

        Raises:
            VqeError: The property cannot be computed for this candidate.
        """


def refuse_other_references(spec: RunSpec, properties: Sequence[Property]) -> None:
    """Refuse unrestricted and Kohn-Sham orbitals that a property does not go with.

    Args:
        spec: The run's spec, with a molecule.
        properties: The properties.

    Raises:
        InputError: A property does not go with the orbitals.
    """
    assert spec.molecule is not None
    scf = spec.molecule.scf
    for entry in properties:
        unfit = {
            "unrestricted": scf.unrestricted and not entry.unrestricted,
            "functional": scf.functional is not None and not entry.kohn_sham,
        }
        for key in (key for key, is_so in unfit.items() if is_so):
            raise InputError(
                f"the property {entry.name} compares energies of restricted Hartree-Fock",
                path=("molecule", "scf", key),
                hint=f"leave out '{key}', or the property",
            )


PROPERTIES = Registry("property", Property, __name__, beside={"differences", "selection", "units"})
