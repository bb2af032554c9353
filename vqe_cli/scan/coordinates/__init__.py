"""What changes from point to point of a scan."""

from __future__ import annotations

from typing import Protocol

from vqe_cli.scan.records import CoordinateRecord
from vqe_cli.scan.relaxation import Relaxation
from vqe_cli.scan.values import Value
from vqe_cli.schema import RunSpec


class Coordinate(Protocol):
    """The input as a function of one number."""

    @property
    def record(self) -> CoordinateRecord:
        """What changes, for the record."""

    @property
    def values(self) -> tuple[Value, ...]:
        """The values of the points, in their order."""

    @property
    def moves_atoms(self) -> bool:
        """Whether the same atoms move, so that orbitals can be carried from point to point."""

    def spec_at(self, value: Value) -> RunSpec:
        """The input of one point.

        Args:
            value: The coordinate.

        Raises:
            InputError: The value is impossible.
        """

    def label(self, value: Value) -> str | None:
        """The name of a point; None where its value says everything.

        Args:
            value: The coordinate.
        """

    def relaxation(self, value: Value) -> Relaxation | None:
        """How all else is relaxed at a point; None without relaxation.

        Args:
            value: The coordinate.
        """
