"""Workers as threads of the test's process, and one fork server for the tasks of many commands."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from distributed import LocalCluster

from vqe_cli.screening.workers import supervisor
from vqe_cli.screening.workers.executor import DaskExecutor
from vqe_cli.screening.workers.fork_client import PRELOAD, ForkClient, fork_client


@contextmanager
def workers_here(server: ForkClient, preload: tuple[str, ...] = PRELOAD) -> Iterator[None]:
    """Let commands within a block compute their tasks in children of a fork server that runs on.

    A worker in a process of its own takes seconds of a core to load, as does its fork server.
    Scheduling, supervision and children are those of any command.

    Args:
        server: The fork server, which has loaded what tasks need.
        preload: The modules with which the list of those of a task begins; children for others,
            as for the validation of candidates, have servers of their own.
    """

    def local(executor: DaskExecutor, scratch: str) -> LocalCluster:
        return LocalCluster(
            n_workers=1,
            threads_per_worker=executor._workers or 1,
            processes=False,
            protocol="inproc",
            memory_limit=0,
            local_directory=scratch,
            dashboard_address="127.0.0.1:0",
            worker_dashboard_address=None,
            silence_logs=logging.CRITICAL,
            scheduler_kwargs={"allowed_failures": 0},
        )

    def client(modules: tuple[str, ...]) -> ForkClient:
        return server if modules[: len(preload)] == preload else fork_client(modules)

    with (
        patch.object(DaskExecutor, "_local", local),
        patch.object(supervisor, "fork_client", client),
    ):
        yield
