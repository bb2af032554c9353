"""Clusters with a batch system (SLURM, PBS, LSF, SGE): each job is a worker with several slots."""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator

from vqe_cli._core.redaction import redact
from vqe_cli._core.validation import InputPart
from vqe_cli.errors import UnavailableError
from vqe_cli.screening.workers.cluster_keys import temporary_keys, without_pages

PLACEHOLDER = "tls://scheduler:8786"
"""Placeholder in a rendered script for the address, which is known once the scheduler runs."""


class BatchSystem(InputPart):
    """Jobs of a batch system: the section ``cluster`` of a campaign's settings."""

    kind: Literal["slurm", "pbs", "lsf", "sge"]
    jobs: int = Field(
        default=1, ge=1, description="Number of jobs to keep running; lost jobs are replaced."
    )
    cores: int = Field(ge=1, description="CPU cores of a job, which runs one task on each.")
    memory: str = Field(
        description="Memory of a job, such as ``16GB``. The name of this option differs between "
        "SGE sites: repeat it in `directives` there.",
        pattern=r"^\d+(\.\d+)? ?[KMGT]i?B$",
    )
    walltime: str = Field(
        description="Time limit of a job, such as ``08:00:00`` (LSF: ``08:00``).",
        pattern=r"^(\d+-)?\d+(:\d\d){1,2}$",
    )
    queue: str | None = Field(default=None, description="Queue or partition.")
    account: str | None = Field(default=None, description="Account or project to charge.")
    prologue: tuple[str, ...] = Field(
        default=(),
        description="Shell lines to run before the worker starts: ``module load``, "
        "``conda activate``.",
    )
    directives: tuple[str, ...] = Field(
        default=(), description="Further options of the batch system, such as ``--constraint=ib``."
    )
    interface: str | None = Field(default=None, description="Network interface, such as ``ib0``.")
    python: str | None = Field(
        default=None, description="Python interpreter of the jobs. Default: the current one."
    )

    @field_validator("prologue", "directives", mode="before")
    @classmethod
    def _from_list(cls, value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value


def job_script(system: BatchSystem, folder: Path) -> str:
    """The script of a job, for inspection; only the scheduler's address is missing.

    Args:
        system: The batch system.
        folder: Campaign folder, in which ``jobs`` holds the logs.
    """
    cluster_class = _cluster_class(system)
    with tempfile.TemporaryDirectory() as scratch:  # dask-jobqueue creates the folder of logs
        options = _job_options(system, Path(scratch)) | {"protocol": "tls://"}
        job = cluster_class.job_cls(scheduler=PLACEHOLDER, name="vqe", **options)
        return str(job.job_script()).replace(scratch, str(folder))


@contextmanager
def batch_cluster(system: BatchSystem, folder: Path, dashboard: bool = False) -> Iterator[Any]:
    """Start a scheduler on this machine and the jobs of its workers; the traffic is encrypted.

    Args:
        system: The batch system.
        folder: Campaign folder for logs and temporary keys, on a disk that the jobs also see.
        dashboard: Whether Dask's dashboard is served on this machine.

    Yields:
        A cluster for `executor.DaskExecutor`.

    Raises:
        UnavailableError: A package is missing, or the batch system refuses.
    """
    cluster_class = _cluster_class(system)
    _check_programs(system)
    with (
        tempfile.TemporaryDirectory(dir=folder, prefix=".keys-") as keys,
        without_pages(dashboard),
    ):
        try:
            cluster = cluster_class(
                **_job_options(system, folder),
                security=_security(Path(keys)),
                silence_logs=logging.CRITICAL,
                scheduler_options={
                    "dashboard_address": "127.0.0.1:0",
                    "dashboard": dashboard,
                    "allowed_failures": 0,
                },
            )
        except (OSError, ValueError, RuntimeError) as error:
            trouble = f"no scheduler could be started: {redact(str(error))}"
            raise UnavailableError(trouble) from error
        with cluster:
            cluster.adapt(minimum_jobs=system.jobs, maximum_jobs=system.jobs)
            yield cluster


_INSTALL = "pip install 'vqe-cli[cluster]'"

_CLASSES = {
    "slurm": "SLURMCluster",
    "pbs": "PBSCluster",
    "lsf": "LSFCluster",
    "sge": "SGECluster",
}

_SUBMIT = {"slurm": "sbatch", "pbs": "qsub", "lsf": "bsub", "sge": "qsub"}


def _cluster_class(system: BatchSystem) -> Any:
    if find_spec("dask_jobqueue") is None:
        raise UnavailableError("batch systems need the package dask-jobqueue", hint=_INSTALL)
    import dask_jobqueue

    return getattr(dask_jobqueue, _CLASSES[system.kind])


def _check_programs(system: BatchSystem) -> None:
    submit = _SUBMIT[system.kind]
    if shutil.which(submit) is None:
        raise UnavailableError(
            f"'{submit}' was not found on PATH; {system.kind} jobs are submitted with it",
            hint="run this where jobs are submitted, usually on a login node",
        )


def _security(folder: Path) -> Any:
    """A key and a certificate for one cluster, in files that only the user can read."""
    from distributed.security import Security

    fresh = temporary_keys()
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    certificate.write_text(fresh.tls_scheduler_cert)
    key.touch(mode=0o600)
    key.write_text(fresh.tls_scheduler_key)
    roles = ("client", "scheduler", "worker")
    return Security(
        require_encryption=True,
        tls_ca_file=str(certificate),
        **{f"tls_{role}_cert": str(certificate) for role in roles},
        **{f"tls_{role}_key": str(key) for role in roles},
    )


def _job_options(system: BatchSystem, folder: Path) -> dict[str, Any]:
    """Options of dask-jobqueue, with one process for each job: its tasks share a fork server."""
    payer = "account" if system.kind in ("slurm", "pbs") else "project"
    return {
        "cores": system.cores,
        "processes": 1,
        "memory": system.memory,
        "walltime": system.walltime,
        "queue": system.queue,
        payer: system.account,
        "job_script_prologue": list(system.prologue),
        "job_extra_directives": _directives(system),
        "interface": system.interface,
        "python": system.python,
        "job_name": "vqe-screen",
        "log_directory": str(folder / "jobs"),
        # The worker's pages need no key and are open to everybody who can reach the node.
        "worker_extra_args": ["--no-dashboard"],
    }


def _directives(system: BatchSystem) -> list[str]:
    """The directives; SGE needs a parallel environment for several cores, usually ``smp``."""
    stated = any(directive.startswith("-pe") for directive in system.directives)
    if system.kind == "sge" and system.cores > 1 and not stated:
        return [f"-pe smp {system.cores}", *system.directives]
    return list(system.directives)
