"""Scripts for batch systems, and a real SLURM where there is one."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from pydantic import ValidationError

from tests.screening.slurm import missing, running_slurm
from tests.screening.tasks import ACT, PRELOAD, deed
from tests.screening.waiting import wait_until
from vqe_cli._core.validation import input_error
from vqe_cli.errors import UnavailableError
from vqe_cli.screening.model import TaskOutcome
from vqe_cli.screening.workers.clusters import BatchSystem, batch_cluster, job_script
from vqe_cli.screening.workers.executor import DaskExecutor

SYSTEM: dict[str, Any] = {
    "kind": "slurm",
    "cores": 4,
    "memory": "8GB",
    "walltime": "08:00:00",
    "queue": "long",
    "account": "chem",
    "prologue": ["module load python", "export SCRATCH=/scratch"],
    "directives": ["-x"],
    "python": "/opt/python",
}


@pytest.mark.parametrize(
    ("kind", "lines"),
    [
        (
            "slurm",
            {
                "#SBATCH -p long",
                "#SBATCH -A chem",
                "#SBATCH --cpus-per-task=4",
                "#SBATCH --mem=8G",
                "#SBATCH -t 08:00:00",
                "#SBATCH -x",
            },
        ),
        (
            "pbs",
            {
                "#PBS -q long",
                "#PBS -A chem",
                "#PBS -l select=1:ncpus=4:mem=7630MB",
                "#PBS -l walltime=08:00:00",
                "#PBS -x",
            },
        ),
        (
            "lsf",
            {
                "#BSUB -q long",
                '#BSUB -P "chem"',
                "#BSUB -n 4",
                '#BSUB -R "span[hosts=1]"',
                "#BSUB -W 08:00",
                "#BSUB -x",
            },
        ),
        (
            "sge",
            {
                "#$ -q long",
                "#$ -P chem",
                "#$ -l h_rt=08:00:00",
                "#$ -pe smp 4",
                "#$ -x",
            },
        ),
    ],
)
def test_a_script_asks_for_what_was_stated(kind: str, lines: set[str], tmp_path: Path) -> None:
    walltime = "08:00" if kind == "lsf" else "08:00:00"
    system = BatchSystem.model_validate(SYSTEM | {"kind": kind, "walltime": walltime})
    script = job_script(system, tmp_path).splitlines()
    assert lines <= set(script)
    prologue = script.index("module load python")
    assert script[prologue + 1] == "export SCRATCH=/scratch"
    worker = script[prologue + 2]
    assert worker.startswith("/opt/python -m distributed.cli.dask_worker tls://scheduler:8786")
    assert "--nthreads 4" in worker


def test_a_parallel_environment_of_the_sites_own(tmp_path: Path) -> None:
    system = BatchSystem.model_validate(SYSTEM | {"kind": "sge", "directives": ["-pe openmp 4"]})
    script = job_script(system, tmp_path)
    assert "#$ -pe openmp 4" in script
    assert "smp" not in script


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "slrm"}, "'kind' is 'slrm'"),
        ({"cores": 0}, "'cores'"),
        ({"memory": "lots"}, "'memory'"),
        ({"walltime": "soon"}, "'walltime'"),
        ({"que": "long"}, "unknown key 'que'"),
    ],
)
def test_what_is_wrong_is_said(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        BatchSystem.model_validate(SYSTEM | change)
    assert words in input_error(caught.value, BatchSystem).message


def test_where_jobs_cannot_be_submitted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    system = BatchSystem.model_validate(SYSTEM)
    with pytest.raises(UnavailableError, match="'sbatch' was not found on PATH"):
        batch_cluster(system, tmp_path).__enter__()


def test_the_scheduler_of_jobs_serves_no_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a login node, others would read there what runs; the keys do not hold for pages."""
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    submit = tmp_path / "sbatch"
    submit.write_text("#!/bin/sh\necho Submitted batch job 1\n")
    submit.chmod(0o700)
    with batch_cluster(
        BatchSystem.model_validate(SYSTEM | {"directives": []}), tmp_path
    ) as cluster:
        server = cluster.scheduler.http_server
        (port,) = {found.getsockname()[1] for found in server._sockets.values()}
        for page in ("info/main/workers.html", "json/identity.json", "status"):
            with pytest.raises(HTTPError, match="404"):
                urlopen(f"http://127.0.0.1:{port}/{page}", timeout=10)


@pytest.fixture(scope="module")
def slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    reason = missing()
    if reason is not None:
        pytest.skip(reason)
    with running_slurm(tmp_path_factory.mktemp("slurm")) as configuration:
        yield configuration


@pytest.mark.slow
def test_tasks_run_on_a_real_slurm_and_lost_jobs_are_replaced(
    slurm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLURM_CONF", str(slurm))
    jobs = {"kind": "slurm", "jobs": 2, "cores": 1, "memory": "500MB", "walltime": "00:10:00"}
    system = BatchSystem.model_validate(jobs)
    with (
        batch_cluster(system, tmp_path) as cluster,
        DaskExecutor(
            None, None, tmp_path, cluster=cluster, function=ACT, preload=PRELOAD
        ) as executor,
    ):
        assert cluster.scheduler_address.startswith("tls://")
        for number in range(10):
            executor.submit(deed("sleep", task_id=f"innocent-{number}", seconds=0.2))
        executor.submit(deed("segfault"))
        found = _outcomes(executor, 11)
        assert {one.task: one.failure.kind for one in found if one.failure} == {"segfault": "crash"}
        assert len({one.worker for one in found}) == 2
        assert len(list(tmp_path.glob("innocent-*.done"))) == 10
        before = executor.worker_addresses
        executor.submit(deed("stay", task_id="a", note=str(tmp_path / "a")))
        executor.submit(deed("stay", task_id="b", note=str(tmp_path / "b")))
        wait_until(lambda: (tmp_path / "a").exists() and (tmp_path / "b").exists())
        subprocess.run(["scancel", _jobs()[0]], check=True)
        [lost] = _outcomes(executor, 1)
        assert lost.failure is not None
        assert lost.failure.kind == "lost"
        wait_until(lambda: executor.slots == 2 and executor.worker_addresses != before, within=60)
        executor.cancel_all()
    wait_until(lambda: _jobs() == [])
    assert list(tmp_path.glob(".keys-*")) == []


def _jobs() -> list[str]:
    command = ["squeue", "--noheader", "--format=%i", "--states=R,PD"]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    return said.stdout.split()


def _outcomes(executor: DaskExecutor, count: int) -> list[TaskOutcome]:
    found: list[TaskOutcome] = []
    end = time.monotonic() + 120
    while len(found) < count and time.monotonic() < end:
        found += executor.completed(1.0)
    return found
