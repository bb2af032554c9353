"""Evaluations as a checkpoint keeps them: a list that an interrupted run is answered from.

To go on, the optimiser starts again from the beginning and is answered from the list until it has
caught up: its inner state is rebuilt exactly, whatever method it is, and no evaluation is paid for
twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from vqe_cli._core.arrays import Vector
from vqe_cli.measurement.estimates import Estimate


@dataclass(frozen=True)
class LogEntry:
    """One evaluation, as it is kept in a checkpoint.

    Args:
        point: Fingerprint of the parameters.
        value: Energy in Hartree.
        standard_error: Of the energy, if sampled.
        shots: Spent on it.
        gradient: Components, if it was asked for.
        discarded: Share of the shots that post-selection left out; None where there was none.
    """

    point: str
    value: float
    standard_error: float | None = None
    shots: int = 0
    gradient: tuple[float, ...] | None = None
    discarded: float | None = None

    @classmethod
    def of(cls, point: str, found: Estimate) -> LogEntry:
        """A number without a gradient."""
        return cls(point, found.value, found.standard_error, found.shots, discarded=found.discarded)

    @property
    def estimate(self) -> Estimate:
        """The number as it was obtained."""
        return Estimate(self.value, self.standard_error, self.shots, self.discarded)


class Journal(Protocol):
    """Where evaluations are kept while a run is under way."""

    def replay(self) -> Iterable[LogEntry]:
        """What an earlier, interrupted run left."""
        ...

    def append(self, entries: Sequence[LogEntry]) -> None:
        """Keep evaluations that were asked for together."""
        ...

    def flush(self) -> None:
        """Have all of them where no crash can reach them."""
        ...

    def starting_points(self, points: Sequence[Vector]) -> Sequence[Vector]:
        """Keep the starting points, or return those that an earlier run kept.

        A last bit that differs would make every later point differ.
        """
        ...


class NoJournal:
    """Keeps nothing."""

    def replay(self) -> Iterable[LogEntry]:
        """Nothing."""
        return ()

    def append(self, entries: Sequence[LogEntry]) -> None:
        """Forget them."""

    def flush(self) -> None:
        """There are none."""

    def starting_points(self, points: Sequence[Vector]) -> Sequence[Vector]:
        """Return them as they are."""
        return points


class Replay:
    """The evaluations of a journal, handed out one after another as they are asked for again.

    Args:
        journal: Where evaluations are kept.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._rest = iter(journal.replay())
        self._count = 0

    @property
    def count(self) -> int:
        """Evaluations that were answered from the journal so far."""
        return self._count

    def take(self, point: str, *, with_gradient: bool = False) -> LogEntry | None:
        """The next evaluation, if it is of this point; None from where another path was taken.

        Args:
            point: Fingerprint of the parameters.
            with_gradient: Whether it is of use only with a gradient.
        """
        entry = next(self._rest, None)
        if entry is None:
            return None
        if entry.point != point or (with_gradient and entry.gradient is None):
            self._rest = iter(())  # another version took another path: go on without the log
            return None
        self._count += 1
        return entry

    def take_all(self, points: Sequence[str]) -> list[LogEntry]:
        """What the journal knows of the first of these points.

        Args:
            points: Fingerprints of the parameters.
        """
        found: list[LogEntry] = []
        for point in points:
            entry = self.take(point)
            if entry is None:
                break
            found.append(entry)
        return found

    def keep(self, entries: Sequence[LogEntry], *, safely: bool) -> None:
        """Add fresh evaluations to the journal.

        Args:
            entries: Evaluations that were asked for together.
            safely: Whether no crash may lose them, because they were paid for.
        """
        self._journal.append(entries)
        if safely:
            self._journal.flush()
