"""Where jobs, their results, placements and inputs are kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from vqe_cli._core.resources import private_folder, state_folder
from vqe_cli.backends.ibm.ledger import Ledger
from vqe_cli.backends.ibm.local import write_whole


def jobs_folder() -> Path:
    """Where jobs and their results are kept."""
    return state_folder() / "ibm-jobs"


def local_folder() -> Path:
    """Where the jobs of fake devices run."""
    return jobs_folder() / "local"


def placements_folder() -> Path:
    """Where it is kept how circuits lay on their devices."""
    return jobs_folder() / "placements"


def ledger() -> Ledger:
    """The list of all jobs."""
    return Ledger(jobs_folder() / "jobs.sqlite3")


def keep_spec(fingerprint: str, spec: dict[str, Any] | None) -> None:
    """Keep what a run was asked for beside its jobs, so that their bits can be made an energy.

    Args:
        fingerprint: Fingerprint of the run.
        spec: As plain data; None where it is not known.
    """
    if spec is not None:
        path = spec_file(fingerprint)
        private_folder(path.parent)
        write_whole(path, json.dumps(spec).encode())


def spec_file(fingerprint: str) -> Path:
    """Where it is kept what a run was asked for."""
    return jobs_folder() / "runs" / f"{fingerprint[:32]}.json"


def result_file(job_id: str) -> Path:
    """Where the result of a job is kept once it was fetched."""
    return jobs_folder() / "results" / f"{job_id}.npz"
