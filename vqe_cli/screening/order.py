"""What a campaign is asked to do, and the folder where it lives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vqe_cli.machine import private_folder
from vqe_cli.screening.config import ScreenConfig
from vqe_cli.screening.disk import storage

Say = Callable[[str], None]
"""Takes a line that the user should know."""


@dataclass(frozen=True)
class Folder:
    """Where a campaign lives.

    Args:
        path: The folder.
    """

    path: Path

    @property
    def spool(self) -> Path:
        """Results that nobody has taken in yet."""
        return self.path / "spool"

    @property
    def running(self) -> Path:
        """What is under way, one file a task."""
        return self.path / "running"

    @property
    def audits(self) -> Path:
        """What was seen when the candidates were looked at."""
        return self.path / "audits.jsonl"

    def create(self) -> None:
        """Make it, with all that belongs into it; what a dead driver left running is forgotten."""
        with storage(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
            for folder in (self.spool, self.running):
                private_folder(folder)
        self.forget_running()

    def forget_running(self) -> None:
        """Remove the notices of tasks whose supervisors were killed."""
        for path in self.running.glob("*.json"):
            path.unlink(missing_ok=True)


@dataclass(frozen=True)
class Order:
    """What a campaign is asked to do.

    Args:
        candidates: The file or folder of candidates.
        config: The settings.
        folder: Where it lives.
        workers: On this machine; None for one a core.
        scheduler: Address of a Dask scheduler instead.
        dashboard: Whether Dask's dashboard is served.
        approved: Whether jobs may go to real devices.
    """

    candidates: Path
    config: ScreenConfig
    folder: Folder
    workers: int | None = None
    scheduler: str | None = None
    dashboard: bool = False
    approved: bool = False
