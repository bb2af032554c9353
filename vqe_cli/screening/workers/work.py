"""What a child process does: the parts of one task, each written down as soon as it is there."""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from vqe_cli._core.provenance import provenance
from vqe_cli.backends.submitter import Submitter
from vqe_cli.chemistry.scf.mean_field import MeanFields
from vqe_cli.context import Context
from vqe_cli.errors import VqeError
from vqe_cli.pipeline import run
from vqe_cli.properties import PROPERTIES, Case, Finding, Property
from vqe_cli.registries import fingerprint_of
from vqe_cli.schema import RunSpec, spec_from_data
from vqe_cli.schema.records import RunRecord
from vqe_cli.screening.model import Failure, Part, PartResult, Task, failure_of
from vqe_cli.screening.workers.disk import refuse_full_disk
from vqe_cli.screening.workers.spool import write_result
from vqe_cli.variational.checkpoints import FileJournal

Tell = Callable[[str], None]


def compute(task: Task, spool: Path, tell: Tell) -> None:
    """Compute all parts of a task in order; one that fails does not stop those that can do without.

    Args:
        task: What to compute.
        spool: The folder where results are left.
        tell: Called with a part's key before it is computed.
    """
    records = dict(task.known)
    failures: dict[str, Failure] = {}
    runner = _Runner(task, spool.parent / "checkpoints")
    for part in task.parts:
        tell(part.key)
        result = _result(part, task, records, failures, runner)
        if result.failure is None:
            records[result.property] = result.record
        else:
            failures[result.property] = result.failure
        write_result(spool, result)


def _result(
    part: Part,
    task: Task,
    records: dict[str, dict[str, Any]],
    failures: dict[str, Failure],
    runner: _Runner,
) -> PartResult:
    """A finished part, good or bad."""
    entry = PROPERTIES.create(part.property)
    start = time.perf_counter()
    finding, failure = Finding({}), _inherited(entry, records, failures)
    if failure is None:
        try:
            finding = entry.compute(_case(entry, task, records, runner))
            _refuse_what_is_not_finite(finding)
        except Exception as error:
            # Kept as a result it would stay when there is room again.
            refuse_full_disk(error, Path(tempfile.gettempdir()))
            failure = failure_of(error)
    return PartResult(
        key=part.key,
        property=entry.name,
        failure=failure,
        values=finding.values if failure is None else {},
        record=finding.record if failure is None else {},
        notes=finding.notes if failure is None else (),
        wall_s=time.perf_counter() - start,
        provenance=provenance(),
    )


def _inherited(
    entry: Property, records: dict[str, dict[str, Any]], failures: dict[str, Failure]
) -> Failure | None:
    """The failure of something that this property builds upon."""
    for name in entry.needs:
        if name not in records:
            cause = failures.get(name)
            return Failure(
                kind=cause.kind if cause else "internal",
                message=f"needs {name}, which failed",
                hint=cause.hint if cause else None,
            )
    return None


def _case(entry: Property, task: Task, records: dict[str, dict[str, Any]], runner: _Runner) -> Case:
    """What the property may look at; the geometry is settled as soon as it is known."""
    spec = dict(task.spec)
    structure = records.get("structure")
    if structure is not None:
        kept = {k: v for k, v in spec["molecule"].items() if k not in ("structure", "units")}
        spec["molecule"] = {**kept, **structure["molecule"]}
    return Case(
        spec=spec_from_data(spec),
        records={name: records[name] for name in entry.needs},
        run=runner,
        mean_fields=runner.mean_fields,
    )


class _Runner:
    """Runs a spec with a checkpoint, so that an attempt goes on where the last one was stopped.

    Args:
        task: On whose behalf.
        checkpoints: The folder of checkpoints.

    Attributes:
        mean_fields: Shared by all parts of the task.
    """

    def __init__(self, task: Task, checkpoints: Path) -> None:
        self._task = task
        self._checkpoints = checkpoints
        self.mean_fields = MeanFields()

    def __call__(self, spec: RunSpec) -> RunRecord:
        mark = fingerprint_of(spec)
        journal = FileJournal(mark, resume=True, folder=self._checkpoints)
        approve = (lambda _: True) if self._task.approved else None
        submitter = Submitter(mark, self._task.title, True, approve, lambda _: None)
        finished = False
        try:
            record = run(spec, journal=journal, context=Context(submitter, self.mean_fields))
            finished = True
            return record
        finally:
            journal.close(finished=finished)


def _refuse_what_is_not_finite(finding: Finding) -> None:
    for name, value in finding.values.items():
        if isinstance(value, float) and not math.isfinite(value):
            raise VqeError(f"{name} came out as {value}", hint="look at the geometry and the basis")
