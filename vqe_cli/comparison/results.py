"""The result of a task, which a child process leaves in the spool."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from vqe_cli._core.provenance import provenance
from vqe_cli._core.resources import LIBRARIES
from vqe_cli.parts import located
from vqe_cli.schema import RunSpec, spec_from_data
from vqe_cli.screening.model import PropertyResult, Task, failure_of
from vqe_cli.screening.workers.disk_errors import refuse_full_disk
from vqe_cli.screening.workers.spool import write_result


def leave_result(task: Task, spool: Path, compute: Callable[[RunSpec], dict[str, Any]]) -> None:
    """Compute the record of a task with one property, and leave it, or why it failed.

    Args:
        task: The task.
        spool: Folder for results.
        compute: Function that returns the record for the spec, whose memory limit is what the
            process may take besides its packages.
    """
    (wanted,) = task.properties
    start = time.perf_counter()
    found: dict[str, Any] = {}
    failure = None
    try:
        spec = _with_memory(spec_from_data(task.spec), task)
        with located(spec):
            found = compute(spec)
    except Exception as error:
        refuse_full_disk(error, Path(tempfile.gettempdir()))
        failure = failure_of(error)
    write_result(
        spool,
        PropertyResult(
            key=wanted.key,
            property=wanted.property["name"],
            failure=failure,
            record=found,
            wall_s=time.perf_counter() - start,
            provenance=provenance(),
        ),
    )


def _with_memory(spec: RunSpec, task: Task) -> RunSpec:
    """The spec with the memory that the process may take besides its packages."""
    free = task.limits.memory_bytes - LIBRARIES
    return spec.model_copy(update={"max_memory": f"{free / 1e3:.0f} kB"})
