"""What a campaign computes for a candidate: a registry."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Self

from vqe_cli._core.registry import Entry, Registry
from vqe_cli.chemistry.scf.mean_field import MeanFields
from vqe_cli.schema import RunSpec

Value = float | int | str | bool | None


@dataclass(frozen=True)
class Column:
    """One column of a campaign's table.

    Args:
        name: With its unit: ``energy_hartree``.
        kind: What stands in it.
        description: One line for people.
    """

    name: str
    kind: Literal["number", "integer", "text", "flag"]
    description: str


VERDICT = "verdict"
"""A column of this name, or with this ending, is a verdict: ``ionization_energy_verdict``. That of
a row is the worst of them."""


def is_verdict(column: str) -> bool:
    """Whether a column is the verdict on a property.

    Args:
        column: Its name.
    """
    return column == VERDICT or column.endswith(f"_{VERDICT}")


@dataclass(frozen=True)
class Finding:
    """What a property found.

    Args:
        values: A value for each of the property's columns; None where there is none.
        record: All that is known of it, as plain data.
        notes: Sentences for the column of that name.
    """

    values: dict[str, Value]
    record: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """One candidate under one variant of the campaign's settings.

    Args:
        spec: The run, with its geometry in space and all defaults of the campaign.
        records: Records of the properties that this one needs, by name.
        run: Runs a spec like `vqe_cli.run`, with a checkpoint of its own.
        mean_fields: Those that are known.
    """

    spec: RunSpec
    records: dict[str, dict[str, Any]]
    run: Callable[[RunSpec], Any]
    mean_fields: MeanFields = field(default_factory=MeanFields)


class Property(Entry):
    """Something computed for every candidate.

    One that rests on energies has a column for its verdict, see `is_verdict`.
    """

    columns: ClassVar[tuple[Column, ...]]
    needs: ClassVar[tuple[str, ...]] = ("structure",)
    """Properties whose records this one builds upon."""

    def about(self, doubts: tuple[str, ...]) -> Self:
        """The property for one candidate.

        Args:
            doubts: Names of checks that reading the candidate fails.
        """
        return self

    @abstractmethod
    def compute(self, case: Case) -> Finding:
        """Compute it.

        Raises:
            VqeError: It cannot be had for this candidate.
        """


PROPERTIES = Registry("property", Property, __name__)
