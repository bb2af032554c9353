"""The state of a campaign at one moment, as live views and ``vqe screen status`` show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Running:
    """A running task.

    Args:
        title: Of the case.
        stage: What its child is doing, by its last report.
        seconds: Since its child was started.
        attempt: Counted from 1.
        bytes: Resident memory of the child's tree; 0 where it is not known.
    """

    title: str
    stage: str
    seconds: float
    attempt: int = 1
    bytes: int = 0


@dataclass(frozen=True)
class CampaignSnapshot:
    """Counts, failures, running tasks, and the time that may remain.

    Args:
        total: All candidates.
        done: Those with all requested results.
        failed: Those that were computed and lack something, by kind of failure: ``{"timeout": 3}``.
        refused: Those that are not run, for a reason found before.
        duplicates: Those that equal an earlier one and are not run.
        running: Running tasks, in any order.
        started: Seconds since 1970, UTC, when this session of the campaign began; None where
            it is not running.
        elapsed: Seconds since then.
        per_hour: Candidates that ended in an hour; None while nothing can be said.
        remaining: Seconds until the end, by a robust estimate; None while nothing can be said.
        reused: Among those done, how many were already in the store when the session began.
        partial: Among those that failed, how many have their energy; 0 where it is not known.
    """

    total: int
    done: int
    failed: Mapping[str, int] = field(default_factory=dict)
    refused: int = 0
    duplicates: int = 0
    running: tuple[Running, ...] = ()
    started: float | None = None
    elapsed: float = 0.0
    per_hour: float | None = None
    remaining: float | None = None
    reused: int = 0
    partial: int = 0

    @property
    def failures(self) -> int:
        """All that failed."""
        return sum(self.failed.values())

    @property
    def ended(self) -> int:
        """Candidates for which nothing more is computed."""
        return self.done + self.failures + self.refused + self.duplicates

    @property
    def waiting(self) -> int:
        """Neither ended nor running."""
        return max(self.total - self.ended - len(self.running), 0)

    @property
    def memory(self) -> int:
        """Resident memory of all running tasks in bytes."""
        return sum(task.bytes for task in self.running)
