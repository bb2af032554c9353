"""The request for a campaign, and the campaign folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vqe_cli._core.resources import private_folder
from vqe_cli.screening.candidates.standard_input import NAME as STDIN_NAME
from vqe_cli.screening.settings import ScreenConfig
from vqe_cli.screening.store import DATABASE
from vqe_cli.screening.workers.disk_errors import storage
from vqe_cli.screening.workers.log_files import LOGS

OWN_NAMES = frozenset(
    {
        "spool",
        "running",
        "validation.jsonl",
        "checkpoints",
        "quarantine",
        "jobs",
        "lock",
        "report.html",
    }
    | {LOGS}
)
"""Names that a campaign writes besides its database and the kept standard input."""

Say = Callable[[str], None]
"""Callback for a message to the user, one line."""


@dataclass(frozen=True)
class Folder:
    """The folder of a campaign.

    Args:
        path: Path of the folder.
    """

    path: Path

    @property
    def spool(self) -> Path:
        """The folder of results that are not in the store yet."""
        return self.path / "spool"

    @property
    def running(self) -> Path:
        """The folder of status files of running tasks."""
        return self.path / "running"

    @property
    def logs(self) -> Path:
        """The folder of log files of the scheduler and of each worker."""
        return self.path / LOGS

    @property
    def validation_file(self) -> Path:
        """The file of validated candidates."""
        return self.path / "validation.jsonl"

    def strangers(self) -> tuple[str, ...]:
        """Names of foreign files; none where the folder is a campaign or does not exist."""
        if not self.path.is_dir() or (self.path / DATABASE).exists():
            return ()
        names = sorted(entry.name for entry in self.path.iterdir())
        return tuple(
            name
            for name in names
            if name not in OWN_NAMES and not name.startswith((".", f"{STDIN_NAME}.", DATABASE))
        )

    def create(self) -> None:
        """Create the folder and its subfolders; remove the status files of an earlier process."""
        with storage(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
            for folder in (self.spool, self.running, self.logs):
                private_folder(folder)
        self.forget_running()

    def forget_running(self) -> None:
        """Remove the status files of tasks whose supervisors were killed."""
        for path in self.running.glob("*.json"):
            path.unlink(missing_ok=True)


@dataclass(frozen=True)
class CampaignRequest:
    """The request for a campaign: candidates, settings, and where to compute.

    Args:
        candidates: File or folder of candidates.
        config: Settings of the campaign.
        folder: Folder of the campaign.
        workers: Number of workers on this machine; None for one per core.
        scheduler: Address of a Dask scheduler, in place of workers on this machine.
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
