"""The run on whose behalf jobs are sent, and the approval of its costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from vqe_cli._core.redaction import redact


def unheard(text: str) -> None:
    """Ignore a message."""


@dataclass(frozen=True)
class Submitter:
    """A run that may send jobs.

    Args:
        fingerprint: Fingerprint of the run.
        title: Title of the run.
        resume: Whether results of jobs that an earlier process sent may be used.
        approve: Callback that approves the costs before the first job goes to a real device; None
            without a user to ask.
        notify: Callback for messages to the user.
        at_end: Functions called when the run ends, which close batches and sessions.
        offline: Whether only results of jobs that were sent before may be used.
        spec: The run's input as plain data, kept beside its jobs.
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
        """Close a batch or session; a failure must not lose a result that was paid for."""
        try:
            close()
        except Exception as error:
            self.notify(
                f"warning: a batch or session could not be closed ({redact(str(error))}); a session"
                " is billed by the clock until it ends: see"
                " https://quantum.cloud.ibm.com/workloads"
            )
