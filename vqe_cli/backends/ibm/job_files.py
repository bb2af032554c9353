"""Files of jobs, their results, placements and inputs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from vqe_cli._core.resources import private_folder, state_folder
from vqe_cli.backends.ibm.ledger import Ledger
from vqe_cli.backends.ibm.local import write_whole


def jobs_folder() -> Path:
    """The folder of jobs and their results."""
    return state_folder() / "ibm-jobs"


def local_folder() -> Path:
    """The folder of jobs on fake devices."""
    return jobs_folder() / "local"


def placements_folder() -> Path:
    """The folder of placements of circuits on their devices."""
    return jobs_folder() / "placements"


def ledger() -> Ledger:
    """The ledger of all jobs."""
    return Ledger(jobs_folder() / "jobs.sqlite3")


def keep_spec(fingerprint: str, spec: dict[str, Any] | None) -> None:
    """Store a run's input beside its jobs, so that an energy can be computed from their results.

    Args:
        fingerprint: Fingerprint of the run.
        spec: The run's input as plain data; None where it is not known.
    """
    if spec is not None:
        path = spec_file(fingerprint)
        private_folder(path.parent)
        write_whole(path, json.dumps(spec).encode())


def spec_file(fingerprint: str) -> Path:
    """The file of a run's input."""
    return jobs_folder() / "runs" / f"{fingerprint[:32]}.json"


def result_file(job_id: str) -> Path:
    """The file of a job's fetched result."""
    return jobs_folder() / "results" / f"{job_id}.npz"
