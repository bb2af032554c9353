"""The runs of ``vqe run``: a molecule, and others that its properties need."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from vqe_cli._core.provenance import fingerprint
from vqe_cli._core.wording import counted
from vqe_cli.analysis.properties_of_run import requested_properties, run, with_properties
from vqe_cli.chemistry.scf.mean_fields import MeanFields
from vqe_cli.cli.approval import running_context
from vqe_cli.cli.say import say
from vqe_cli.errors import InterruptedRunError, interruptible
from vqe_cli.parts import located, look_up_parts, settings_of
from vqe_cli.report.run.progress import LongRunNotice, ProgressReport
from vqe_cli.schema import RunSpec
from vqe_cli.schema.records import RunRecord
from vqe_cli.variational.checkpoints import FileJournal
from vqe_cli.variational.observers import Observer, Observers


@dataclass(frozen=True)
class RunOptions:
    """Options that apply to every file.

    Args:
        resume: Whether to resume from checkpoints.
        quiet: Whether to hide progress.
        yes: Whether to send jobs to real devices without confirmation.
        bundle: Whether the output is a bundle.
    """

    resume: bool
    quiet: bool
    yes: bool
    bundle: bool = False


class Runner:
    """Runs molecules with progress and checkpoints, each molecule once.

    Args:
        options: Options that apply to every file.

    Attributes:
        journals: The checkpoints, open until the result has been delivered.
    """

    def __init__(self, options: RunOptions) -> None:
        self._options, self._mean_fields = options, MeanFields()
        self._finished: dict[str, RunRecord] = {}
        self.journals: list[FileJournal] = []

    def run(self, spec: RunSpec, further: Sequence[Observer] = ()) -> RunRecord:
        """Run a molecule, and then what its properties need.

        Args:
            spec: The run's spec.
            further: Observers of the run besides that of its progress.

        Raises:
            VqeError: The run failed; its checkpoint is kept.
        """
        properties = requested_properties(spec)
        if not properties:
            return self._solved(spec, further)
        record = self._solved(spec.model_copy(update={"properties": ()}), further)
        try:
            with interruptible():
                return with_properties(record, spec, properties, self._solved, self._mean_fields)
        except InterruptedRunError as error:
            error.known = {"name": spec.title, "energy": record.result.energy}
            raise

    def close(self) -> None:
        """Close the checkpoints of an interrupted or failed run, and keep them."""
        for journal in self.journals:
            journal.close(finished=False)

    def _solved(self, spec: RunSpec, further: Sequence[Observer] = ()) -> RunRecord:
        """The record of one molecule, without its properties."""
        with located(spec):
            parts = look_up_parts(spec)
        settings = settings_of(spec, parts)
        mark = fingerprint(settings)
        if mark in self._finished:
            return self._finished[mark]
        resume, quiet = self._options.resume, self._options.quiet
        journal = _journal(spec, settings, resume=resume, quiet=quiet)
        self.journals.append(journal)
        with interruptible(), ExitStack() as stack:
            observers = [*_observers(spec.title, quiet, stack), *further]
            context = running_context(
                mark, spec, self._mean_fields, resume=resume, yes=self._options.yes
            )
            self._finished[mark] = run(
                spec, parts=parts, observer=Observers(observers), journal=journal, context=context
            )
        return self._finished[mark]


def _journal(spec: RunSpec, settings: dict[str, Any], *, resume: bool, quiet: bool) -> FileJournal:
    """The checkpoint of a run; with ``--resume``, prints what it contains."""
    source = spec.source.file
    journal = FileJournal(
        fingerprint(settings),
        resume=resume,
        about={
            "title": spec.title,
            "file": None if source is None else os.path.realpath(source),
            "settings": json.loads(json.dumps(settings)),
        },
        warn=lambda text: say(f"warning: {text}"),
    )
    if not resume:
        return journal
    other = journal.unlike()
    if other is not None:
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(other.written))
        changed = "; ".join(other.changed) or "another version wrote it"
        fate = "replaced" if other.path == journal.path else "kept"
        text = f"the checkpoint of {when} does not fit and is {fate}: {changed}"
        say(f"warning: {spec.title}: starting from the beginning; {text}")
    elif not quiet:
        say(f"{spec.title}: {counted(journal.found, 'evaluation')} in the checkpoint")
    return journal


def _observers(title: str, quiet: bool, stack: ExitStack) -> list[Observer]:
    """The observers of a run's progress."""
    found: list[Observer] = [LongRunNotice(title, say)]
    if not quiet:
        found.append(stack.enter_context(ProgressReport(title)))
    return found
