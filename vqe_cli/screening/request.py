"""What a campaign is asked to do, and the folder where it lives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vqe_cli._core.resources import private_folder
from vqe_cli.screening.candidates.standard_input import NAME as STDIN_NAME
from vqe_cli.screening.settings import ScreenConfig
from vqe_cli.screening.store import DATABASE
from vqe_cli.screening.workers.disk import storage
from vqe_cli.screening.workers.log_files import LOGS

OWN_NAMES = frozenset(
    {"spool", "running", "audits.jsonl", "checkpoints", "quarantine", "jobs", "lock", "report.html"}
    | {LOGS}
)
"""What a campaign writes besides its database and what was piped in."""

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
    def logs(self) -> Path:
        """What the driver and the workers logged."""
        return self.path / LOGS

    @property
    def audits(self) -> Path:
        """What was seen when the candidates were looked at."""
        return self.path / "audits.jsonl"

    def strangers(self) -> tuple[str, ...]:
        """What lies in it and is of no campaign; nothing where it is one, or not there yet."""
        if not self.path.is_dir() or (self.path / DATABASE).exists():
            return ()
        names = sorted(entry.name for entry in self.path.iterdir())
        return tuple(
            name
            for name in names
            if name not in OWN_NAMES and not name.startswith((".", f"{STDIN_NAME}.", DATABASE))
        )

    def create(self) -> None:
        """Make it, with all that belongs into it; what a dead driver left running is forgotten."""
        with storage(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
            for folder in (self.spool, self.running, self.logs):
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
