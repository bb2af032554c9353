"""The journal of evaluations, from which an interrupted run is resumed.

A resumed optimiser starts again from the beginning, and its evaluations are answered from the
journal as far as it goes. This rebuilds the inner state of any method exactly, and no evaluation is
paid for twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from vqe_cli._core.arrays import Vector
from vqe_cli.measurement.estimates import Estimate


@dataclass(frozen=True)
class LogEntry:
    """One evaluation in a journal.

    Args:
        point: Fingerprint of the parameters.
        value: Energy, Hartree, or fidelity.
        standard_error: Standard error of the value; None if it is exact.
        shots: Number of shots.
        gradient: Components of the gradient, Hartree; None without a gradient.
        discarded: Share of shots that post-selection discarded; None without post-selection.
    """

    point: str
    value: float
    standard_error: float | None = None
    shots: int = 0
    gradient: tuple[float, ...] | None = None
    discarded: float | None = None

    @classmethod
    def of(cls, point: str, found: Estimate) -> LogEntry:
        """The entry of an estimate without a gradient."""
        return cls(point, found.value, found.standard_error, found.shots, discarded=found.discarded)

    @property
    def estimate(self) -> Estimate:
        """The estimate that was kept."""
        return Estimate(self.value, self.standard_error, self.shots, self.discarded)


class Journal(Protocol):
    """A journal of evaluations, kept while a run is in progress."""

    def replay(self) -> Iterable[LogEntry]:
        """Evaluations of an earlier, interrupted run, oldest first."""
        ...

    def append(self, entries: Sequence[LogEntry]) -> None:
        """Keep evaluations of one request."""
        ...

    def flush(self) -> None:
        """Write all evaluations to disk."""
        ...

    def starting_points(self, points: Sequence[Vector]) -> Sequence[Vector]:
        """Keep the starting points, or return those of an earlier run, equal to the last bit.

        Returns:
            The starting points to use, each of shape (num_parameters,).
        """
        ...


class NoJournal:
    """A journal that keeps nothing."""

    def replay(self) -> Iterable[LogEntry]:
        """No evaluations."""
        return ()

    def append(self, entries: Sequence[LogEntry]) -> None:
        """Discard the evaluations."""

    def flush(self) -> None:
        """Do nothing."""

    def starting_points(self, points: Sequence[Vector]) -> Sequence[Vector]:
        """Return the points unchanged.

        Returns:
            The starting points to use, each of shape (num_parameters,).
        """
        return points


class Replay:
    """The evaluations of a journal, returned one after another as they are requested again.

    Args:
        journal: The journal of evaluations.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._rest = iter(journal.replay())
        self._count = 0

    @property
    def count(self) -> int:
        """The number of evaluations answered from the journal so far."""
        return self._count

    def take(self, point: str, *, with_gradient: bool = False) -> LogEntry | None:
        """The next evaluation if it is at this point; else None, now and for all later points.

        Args:
            point: Fingerprint of the parameters.
            with_gradient: Whether a gradient is required.
        """
        entry = next(self._rest, None)
        if entry is None:
            return None
        if entry.point != point or (with_gradient and entry.gradient is None):
            self._rest = iter(())  # another version took another path: ignore the rest
            return None
        self._count += 1
        return entry

    def take_all(self, points: Sequence[str]) -> list[LogEntry]:
        """The evaluations of as many of the first points as the journal has.

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
            entries: Evaluations of one request.
            safely: Whether to write them to disk at once, because they were paid for.
        """
        self._journal.append(entries)
        if safely:
            self._journal.flush()
