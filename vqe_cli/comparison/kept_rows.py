"""The folder of finished rows of a comparison, from which it can be resumed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from vqe_cli._core.files import write_atomic
from vqe_cli._core.log import package_logger
from vqe_cli._core.plain_json import compact_json
from vqe_cli._core.resources import private_folder
from vqe_cli.comparison.plan import PROBLEM
from vqe_cli.comparison.shared_problem import FOLDER, problem_file
from vqe_cli.screening.model import PropertyResult, Task
from vqe_cli.screening.store.locks import CampaignLock
from vqe_cli.screening.workers.disk_errors import storage
from vqe_cli.screening.workers.spool import drain

LOG = package_logger(__name__)

Results = dict[str, PropertyResult]
"""Results by key of the row."""


class KeptRows:
    """The folder in which finished rows are kept, for one process at a time.

    Args:
        path: Path of the folder.
        resume: Whether rows that are there are kept.
        what: Name of what the rows belong to.
        beside: Name of the folder of what else tasks leave for one another.

    Raises:
        UnavailableError: Another process uses it, or it cannot be written.
    """

    def __init__(
        self, path: Path, *, resume: bool, what: str = "comparison", beside: str = FOLDER
    ) -> None:
        self.path = path
        """The folder."""
        with storage(path):
            path.mkdir(parents=True, exist_ok=True)
        # Before anything of another process is removed.
        self._lock = CampaignLock(path, what)
        with storage(path):
            for folder in (self.spool, self._rows, self.path / beside):
                if not resume and folder.exists():
                    shutil.rmtree(folder)
                private_folder(folder)

    @property
    def spool(self) -> Path:
        """The folder in which children leave results."""
        return self.path / "spool"

    @property
    def _rows(self) -> Path:
        return self.path / "rows"

    def close(self) -> None:
        """Release the folder for other processes."""
        self._lock.release()

    def discard(self) -> None:
        """Remove the folder, once the comparison has been delivered."""
        shutil.rmtree(self.path, ignore_errors=True)

    def read(self, tasks: Mapping[str, Task]) -> Results:
        """The rows that were finished before; failures are tried again.

        Args:
            tasks: Tasks by key.
        """
        self.take_in(lambda _: None)
        found: Results = {}
        for key, task in tasks.items():
            path = self._rows / f"{key}.json"
            is_problem = task.properties[0].property["name"] == PROBLEM
            if path.is_file() and not (is_problem and not problem_file(self.path, key).is_file()):
                found[key] = PropertyResult.model_validate_json(path.read_bytes())
        return found

    def take_in(self, on_result: Callable[[PropertyResult], None]) -> None:
        """Keep the results that children have left.

        Args:
            on_result: Callback, called with each result.
        """

        def keep(results: Sequence[PropertyResult]) -> int:
            for result in results:
                if result.failure is None:
                    with storage(self._rows):
                        text = compact_json(result.model_dump(mode="python"))
                        write_atomic(self._rows / f"{result.key}.json", text)
                on_result(result)
            return len(results)

        for damaged in drain(self.spool, keep):
            LOG.warning("%s", damaged.note)
