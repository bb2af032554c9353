"""Jobs on a fake device, run by a separate process as on a remote service.

A job is a folder, and its files determine the status: `request.json` with the circuits when it was
accepted, `running`, and at the end `result.npz`, `error.txt` or `cancelled`. The worker outlives
its client, as a device does. Beside the jobs, `waiting/` holds one file for each that has not
ended, and `tags/` one for each tag.
"""

from __future__ import annotations

import fcntl
import io
import json
import os
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import numpy as np

from vqe_cli._core.redaction import TOKEN_VARIABLES, redact
from vqe_cli._core.resources import private_folder
from vqe_cli.backends.ibm.failures import MissingJobError
from vqe_cli.backends.ibm.job import FINAL, Request, Results, Status
from vqe_cli.errors import UnavailableError
from vqe_cli.measurement.estimates import Counts

WORKER = "vqe_cli.backends.ibm.worker"
PREFIX = "local-"

_DETACH = "import os, sys; os.spawnv(os.P_NOWAIT, sys.argv[1], sys.argv[1:])"
"""Command that starts a process which is not a child of the client."""


class LocalService:
    """Service of fake devices, with jobs that outlive their client.

    Args:
        folder: The folder of jobs.
        device: Name of the fake device.
        active: The device's qubits that circuits use, in the order of the circuits' qubits; empty
            where jobs are only looked up.
    """

    name = "local"
    pauses = (0.01, 0.2)

    def __init__(self, folder: Path, device: str = "", active: tuple[int, ...] = ()) -> None:
        self._folder = folder
        self._device = device
        self._active = active

    def submit(self, request: Request, tag: str, max_seconds: int | None) -> str:
        """Write the job, and make sure that a worker runs.

        Returns:
            The id of the job on this machine.
        """
        job_id = PREFIX + uuid.uuid4().hex[:16]
        for name in ("waiting", "tags"):
            private_folder(self._folder / name)
        fresh = self._folder / f".{job_id}"
        fresh.mkdir()
        write_request(fresh, request, {"tag": tag, "device": self._device, "active": self._active})
        os.replace(fresh, self._folder / job_id)
        write_whole(self._folder / "tags" / tag, job_id.encode())
        (self._folder / "waiting" / f"{time.time_ns()}.{job_id}").touch()
        ensure_worker(self._folder)
        return job_id

    def find(self, tag: str) -> list[str]:
        """The ids of jobs with a tag."""
        path = self._folder / "tags" / tag
        return [path.read_text()] if path.exists() else []

    def status(self, job_id: str) -> Status:
        """The status of a job; a worker is started if the job waits without one."""
        status = _status_of(self._job(job_id))
        if status not in FINAL:
            ensure_worker(self._folder)
        return status

    def result(self, job_id: str) -> Results:
        """The counts of a job."""
        job, status = self._job(job_id), self.status(job_id)
        if status == "done":
            return load_results(job / "result.npz")
        if status == "failed":
            said = redact((job / "error.txt").read_text())
            raise UnavailableError(f"job {job_id} failed: {said}", hint="--resume sends it again")
        raise UnavailableError(f"job {job_id} is {status}", hint="`vqe jobs` shows its status")

    def usage(self, job_id: str) -> float | None:
        """Zero: a simulation is not billed."""
        return 0.0

    def cancel(self, job_id: str) -> None:
        """Mark a job as cancelled for the worker."""
        status = self.status(job_id)
        if status in FINAL:
            raise UnavailableError(f"job {job_id} is {status} already")
        (self._job(job_id) / "cancelled").touch()

    def _job(self, job_id: str) -> Path:
        job = self._folder / job_id
        if not (job / "request.json").is_file():
            raise MissingJobError(
                f"there is no local job {job_id}", hint="`vqe jobs` lists those that are known"
            )
        return job


def _status_of(job: Path) -> Status:
    """The status of a job, from the files in its folder."""
    if (job / "cancelled").exists():
        return "cancelled"
    if (job / "result.npz").exists():
        return "done"
    if (job / "error.txt").exists():
        return "failed"
    return "running" if (job / "running").exists() else "queued"


def next_waiting(folder: Path) -> Path | None:
    """The oldest job that has not ended.

    Args:
        folder: The folder of jobs.
    """
    for mark in sorted(os.listdir(folder / "waiting")):
        job = folder / mark.partition(".")[2]
        if _status_of(job) not in FINAL:
            return job
        (folder / "waiting" / mark).unlink(missing_ok=True)
    return None


def finish(job: Path) -> None:
    """Delete the files that an ended job no longer needs."""
    for name in ("circuits.qpy", "parameters.npz"):
        (job / name).unlink(missing_ok=True)


def ensure_worker(folder: Path) -> None:
    """Start a worker unless one is running; it outlives this process.

    The worker's lock is handed over with its open file, so that it is never free in between; it
    becomes free when the worker ends for any reason.

    Args:
        folder: The folder of jobs.
    """
    with (folder / "worker.lock").open("a") as lock, (folder / "worker.log").open("ab") as log:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        worker = [sys.executable, "-m", WORKER, str(folder), str(lock.fileno())]
        subprocess.run(
            [sys.executable, "-S", "-c", _DETACH, *worker],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[lock.fileno()],
            start_new_session=True,  # Ctrl-C in the terminal must not stop the worker
            env={name: os.environ[name] for name in {*os.environ} - {*TOKEN_VARIABLES}},
            check=True,
        )


def write_request(job: Path, request: Request, about: dict[str, Any]) -> None:
    """Write everything that a worker needs.

    Args:
        job: The job's folder, which exists.
        request: The job.
        about: Further plain data.
    """
    from qiskit import qpy

    with (job / "circuits.qpy").open("wb") as stream:
        qpy.dump(list(request.circuits), stream)
    arrays = {f"rows{index}": rows for index, rows in enumerate(request.parameters)}
    np.savez(job / "parameters.npz", allow_pickle=False, **arrays)
    plain = {**about, "shots": request.shots, "seed": request.seed, "options": request.options}
    (job / "request.json").write_text(json.dumps(plain))


def read_request(job: Path) -> tuple[Request, dict[str, Any]]:
    """The inverse of `write_request`."""
    from qiskit import qpy

    plain = json.loads((job / "request.json").read_text())
    with (job / "circuits.qpy").open("rb") as stream:
        circuits = tuple(qpy.load(stream))
    with np.load(job / "parameters.npz") as arrays:
        parameters = tuple(arrays[f"rows{index}"] for index in range(len(circuits)))
    keys = {key: plain.pop(key) for key in ("shots", "seed", "options")}
    return Request(circuits, parameters, **keys), plain


def save_results(path: Path, results: Results) -> None:
    """Write counts to a file, completely or not at all.

    Args:
        path: Path of the file, which ends in ``.npz``.
        results: The counts of each PUB and row.
    """
    flat = [counts for rows in results for counts in rows]
    arrays = {
        "rows": np.array([len(rows) for rows in results]),
        "sizes": np.array([counts.outcomes.size for counts in flat]),
        "outcomes": np.concatenate([counts.outcomes for counts in flat]),
        "repetitions": np.concatenate([counts.repetitions for counts in flat]),
    }
    stream = io.BytesIO()
    np.savez_compressed(stream, allow_pickle=False, **arrays)
    write_whole(path, stream.getvalue())


def load_results(path: Path) -> Results:
    """The inverse of `save_results`."""
    with np.load(path) as arrays:
        edges = np.cumsum(arrays["sizes"])[:-1]
        outcomes = np.split(arrays["outcomes"], edges)
        repetitions = np.split(arrays["repetitions"], edges)
        lengths = arrays["rows"].tolist()
    flat = iter([Counts(*pair) for pair in zip(outcomes, repetitions, strict=True)])
    return tuple(tuple(next(flat) for _ in range(length)) for length in lengths)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file completely or not at all, also in a power failure.

    Args:
        path: Path of the file.
        content: Content of the file.
    """
    fresh = path.with_name(f".{uuid.uuid4().hex}")
    with fresh.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(fresh, path)
