"""Computation of one task in a child process: each property is written once it is computed."""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from vqe_cli._core.log import package_logger
from vqe_cli._core.provenance import provenance
from vqe_cli.backends.submitter import Submitter
from vqe_cli.chemistry.scf.mean_fields import MeanFields
from vqe_cli.context import Context
from vqe_cli.errors import VqeError
from vqe_cli.parts import fingerprint_of, located, look_up_parts
from vqe_cli.pipeline import run
from vqe_cli.properties import PROPERTIES, Case, Finding, Property
from vqe_cli.schema import RunSpec, spec_from_data
from vqe_cli.schema.records import RunRecord
from vqe_cli.schema.run_spec import UNNAMED
from vqe_cli.screening.model import Failure, PropertyResult, PropertyTask, Task, failure_of
from vqe_cli.screening.workers.disk_errors import refuse_full_disk
from vqe_cli.screening.workers.spool import write_result
from vqe_cli.variational.checkpoints import FileJournal

LOG = package_logger(__name__)

Tell = Callable[[str], None]


def compute(task: Task, spool: Path, tell: Tell) -> None:
    """Compute all properties of a task in order; a failure stops only dependent properties.

    Args:
        task: The task.
        spool: Folder for results.
        tell: Callback, called with the key of a property before it is computed.
    """
    records = dict(task.known)
    failures: dict[str, Failure] = {}
    runner = _Runner(task, spool.parent / "checkpoints")
    for wanted in task.properties:
        tell(wanted.key)
        result = _result(wanted, task, records, failures, runner)
        if result.failure is None:
            records[result.property] = result.record
            LOG.info("%s: %.3f s", result.property, result.wall_s)
        else:
            LOG.warning("%s failed: %s", result.property, result.failure.message)
            failures[result.property] = result.failure
        write_result(spool, result)


def _result(
    wanted: PropertyTask,
    task: Task,
    records: dict[str, dict[str, Any]],
    failures: dict[str, Failure],
    runner: _Runner,
) -> PropertyResult:
    """The result of one property: values, or a failure."""
    entry = PROPERTIES.create(wanted.property)
    start = time.perf_counter()
    finding, failure = Finding({}), _inherited(entry, records, failures)
    if failure is None:
        try:
            finding = entry.compute(_case(entry, task, records, runner))
            _refuse_what_is_not_finite(finding)
        except Exception as error:
            # Stored as a result, the failure would outlast the shortage of space.
            refuse_full_disk(error, Path(tempfile.gettempdir()))
            failure = failure_of(error)
    return PropertyResult(
        key=wanted.key,
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
    """The failure of a property that this one needs; None if there is none."""
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
    """The case for a property, with coordinates as soon as they are known."""
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
    """Runs a spec with a checkpoint, so that an attempt continues where the last one stopped.

    Args:
        task: The task to which the runs belong.
        checkpoints: Folder of checkpoints.

    Attributes:
        mean_fields: Mean fields shared by all properties of the task.
    """

    def __init__(self, task: Task, checkpoints: Path) -> None:
        self._task = task
        self._checkpoints = checkpoints
        self.mean_fields = MeanFields()

    def __call__(self, spec: RunSpec) -> RunRecord:
        with located(spec):
            parts = look_up_parts(spec)
        mark = fingerprint_of(spec, parts)
        journal = FileJournal(mark, resume=True, folder=self._checkpoints)
        approve = (lambda _: True) if self._task.approved else None
        submitter = Submitter(mark, self._task.title, True, approve, lambda _: None)
        finished = False
        try:
            context = Context(submitter, self.mean_fields, name=self._named(spec))
            record = run(spec, parts=parts, journal=journal, context=context)
            finished = True
            return record
        finally:
            journal.close(finished=finished)

    def _named(self, spec: RunSpec) -> str:
        """The name of a run in the log, with that of the candidate, which its spec lacks."""
        title = spec.title
        return title.replace(UNNAMED, self._task.title, 1) if title.startswith(UNNAMED) else title


def _refuse_what_is_not_finite(finding: Finding) -> None:
    for name, value in finding.values.items():
        if isinstance(value, float) and not math.isfinite(value):
            raise VqeError(f"{name} came out as {value}", hint="look at the geometry and the basis")
