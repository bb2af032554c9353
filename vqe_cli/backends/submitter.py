"""On whose behalf jobs are sent: a run, and someone who agrees to what it costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from vqe_cli._core.redaction import redact


def unheard(text: str) -> None:
    """For programs that want to hear nothing."""


@dataclass(frozen=True)
class Submitter:
    """A run that may send jobs.

    Args:
        fingerprint: Fingerprint of the run.
        title: Of the run.
        resume: Whether jobs that an earlier process sent may answer.
        approve: Asked before the first job goes to a real device, with what it would take; None
            if nobody can be asked.
        notify: Told what the user has to know.
        at_end: Called when the run ends, to close batches and sessions.
        offline: Whether only jobs that were sent before may answer.
        spec: What the run was asked for, as plain data, kept beside its jobs.
    """

    fingerprint: str = ""
    title: str = ""
    resume: bool = False
    approve: Callable[[str], bool] | None = None
    notify: Callable[[str], None] = unheard
    at_end: list[Callable[[], None]] = field(default_factory=list)
    offline: bool = False
    spec: dict[str, Any] | None = None

    def close(self) -> None:
        """End the batches and sessions of the run."""
        while self.at_end:
            self._end(self.at_end.pop())

    def _end(self, close: Callable[[], None]) -> None:
        """A result that was paid for must not be lost because a session cannot be closed."""
        try:
            close()
        except Exception as error:
            self.notify(
                f"warning: a batch or session could not be closed ({redact(str(error))}); a session"
                " is billed by the clock until it ends: see"
                " https://quantum.cloud.ibm.com/workloads"
            )
