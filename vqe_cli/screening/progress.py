"""Progress of a campaign: counts as results arrive, and an estimate of the remaining time."""

from __future__ import annotations

import time
from collections import Counter, deque
from pathlib import Path

from vqe_cli.screening.model import Failure
from vqe_cli.screening.snapshot import CampaignSnapshot
from vqe_cli.screening.store.model import MissingCase, Summary
from vqe_cli.screening.workers.status_files import running_tasks

RECENT = 200
"""Number of ended cases from which the pace is computed."""


class Progress:
    """Counts of a session, starting from a summary of the store.

    Args:
        summary: Summary of the store when the session begins.
        running: Folder of status files.
    """

    def __init__(self, summary: Summary, running: Path) -> None:
        counts = summary.counts
        self._total = summary.total
        self._done = self._reused = counts.get("done", 0)
        self._duplicates = counts.get("duplicate", 0)
        self._refused = counts.get("refused", 0)
        self._failed = failures_by_kind(summary)
        self._cost = summary.pending_cost
        self._running = running
        self._started = time.time()
        self._clock = time.monotonic()
        self._recent: deque[tuple[float, float]] = deque(maxlen=RECENT)

    def ended(self, case: MissingCase, trouble: Failure | None) -> None:
        """Count a case that has ended.

        Args:
            case: The case.
            trouble: First failure among its properties; None for success.
        """
        if trouble is None:
            self._done += 1
        else:
            self._failed[trouble.kind] += 1
        self._cost -= case.cost
        self._recent.append((time.monotonic(), case.cost))

    def snapshot(self) -> CampaignSnapshot:
        """The current state."""
        elapsed = time.monotonic() - self._clock
        per_hour, per_cost = self._pace()
        return CampaignSnapshot(
            total=self._total,
            done=self._done,
            failed=dict(self._failed),
            refused=self._refused,
            duplicates=self._duplicates,
            running=tuple(running_tasks(self._running)),
            started=self._started,
            elapsed=elapsed,
            per_hour=per_hour,
            remaining=None if per_cost is None else max(0.0, self._cost) * per_cost,
            reused=self._reused,
        )

    def _pace(self) -> tuple[float | None, float | None]:
        """Cases per hour, and seconds per unit of cost, from recent cases."""
        if len(self._recent) < 2:
            return None, None
        begin = self._clock if len(self._recent) < RECENT else self._recent[0][0]
        seconds = max(time.monotonic() - begin, 1e-3)
        cost = sum(cost for _, cost in self._recent)
        return 3600.0 * len(self._recent) / seconds, seconds / cost if cost > 0 else None


def failures_by_kind(summary: Summary) -> Counter[str]:
    """Numbers of computed rows that failed, by kind of failure.

    Args:
        summary: Summary of the store.
    """
    return Counter({group.kind: group.count for group in summary.failures if group.tried})


def standing(summary: Summary, running: Path) -> CampaignSnapshot:
    """The state of a campaign according to the store and the status files.

    Args:
        summary: Summary of the store.
        running: Folder of status files.
    """
    return CampaignSnapshot(
        total=summary.total,
        done=summary.counts.get("done", 0),
        failed=dict(failures_by_kind(summary)),
        refused=summary.counts.get("refused", 0),
        duplicates=summary.counts.get("duplicate", 0),
        running=tuple(running_tasks(running)),
        per_hour=summary.per_hour_recently or summary.per_hour,
        remaining=summary.remaining_s,
        partial=summary.counts.get("partial", 0),
    )
