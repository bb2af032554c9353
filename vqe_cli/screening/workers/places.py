"""Where tasks are computed: on this machine, by a running scheduler, or by a batch system."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from vqe_cli.screening.workers.clusters import BatchSystem, batch_cluster
from vqe_cli.screening.workers.executor import DaskExecutor
from vqe_cli.screening.workers.fork_client import PRELOAD
from vqe_cli.screening.workers.supervisor import WORK


@dataclass(frozen=True)
class Place:
    """Where tasks are computed; the first that is given of scheduler, cluster and workers.

    Args:
        workers: Number of workers on this machine; None for one per core.
        scheduler: Address of a Dask scheduler; None for none.
        cluster: Jobs of a batch system; None for none.
        dashboard: Whether Dask's dashboard is served.
    """

    workers: int | None = None
    scheduler: str | None = None
    cluster: BatchSystem | None = None
    dashboard: bool = False

    @property
    def is_local(self) -> bool:
        """Whether tasks are computed on this machine."""
        return self.scheduler is None and self.cluster is None


@contextmanager
def executor_at(
    place: Place,
    folder: Path,
    spool: Path,
    *,
    function: str = WORK,
    preload: tuple[str, ...] = PRELOAD,
) -> Iterator[DaskExecutor]:
    """Start an executor, with workers on this machine or elsewhere.

    Args:
        place: Where tasks are computed.
        folder: Folder for logs and keys of a batch system, on a disk that its jobs also see.
        spool: Folder for results, which all workers see.
        function: Function that a child calls, see `supervise`.
        preload: Modules and functions loaded before children are forked.

    Yields:
        The running executor.
    """
    cluster = place.cluster if place.scheduler is None else None
    with ExitStack() as stack:
        running = None
        if cluster is not None:
            running = stack.enter_context(batch_cluster(cluster, folder, place.dashboard))
        executor = DaskExecutor(
            place.workers if place.is_local else None,
            place.scheduler,
            spool,
            place.dashboard,
            cluster=running,
            function=function,
            preload=preload,
        )
        yield stack.enter_context(executor)
