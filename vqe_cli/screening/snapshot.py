"""The state of a campaign at one moment, for live views and ``vqe screen status``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Running:
    """A running task.

    Args:
        title: Title of the case: candidate and variant.
        stage: Current activity of the child, from its last report.
        seconds: Seconds since the child was started.
        attempt: Number of the attempt, from 1.
        bytes: Resident memory of the child and its descendants in bytes; 0 if unknown.
    """

    title: str
    stage: str
    seconds: float
    attempt: int = 1
    bytes: int = 0


@dataclass(frozen=True)
class CampaignSnapshot:
    """Counts, failures, running tasks, and an estimate of the remaining time.

    Args:
        total: Number of all candidates.
        done: Number of candidates with all requested results.
        failed: Number of computed candidates with a missing result, by kind of failure:
            ``{"timeout": 3}``.
        refused: Number of candidates that were refused before computing.
        duplicates: Number of candidates that equal an earlier one and are not run.
        running: Running tasks, in any order.
        started: Start of this session in seconds since 1970, UTC; None where the campaign is not
            running.
        elapsed: Seconds since the start of this session.
        per_hour: Candidates that end per hour; None while unknown.
        remaining: Estimated seconds until the end; None while unknown.
        reused: Number of done candidates that were in the store when the session began.
        partial: Number of failed candidates that have an energy; 0 if unknown.
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
        """The number of candidates that failed."""
        return sum(self.failed.values())

    @property
    def ended(self) -> int:
        """The number of candidates for which nothing more is computed."""
        return self.done + self.failures + self.refused + self.duplicates

    @property
    def waiting(self) -> int:
        """The number of candidates that have neither ended nor are running."""
        return max(self.total - self.ended - len(self.running), 0)

    @property
    def memory(self) -> int:
        """The resident memory of all running tasks in bytes."""
        return sum(task.bytes for task in self.running)
