"""Who agrees to jobs on real devices: whoever sits at the terminal, or ``--yes``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vqe_cli._core.text import printable
from vqe_cli.cli.say import say

if TYPE_CHECKING:
    from vqe_cli.context import Context
    from vqe_cli.schema import RunSpec


def running_context(fingerprint: str, spec: RunSpec, *, resume: bool, yes: bool) -> Context:
    """What a run of the command line is given: it sends jobs if whoever started it agrees.

    Args:
        fingerprint: Of the run.
        spec: The run, kept beside its jobs.
        resume: Whether the jobs of an earlier process may answer.
        yes: Whether to send without asking.
    """
    from vqe_cli.backends.submitter import Submitter
    from vqe_cli.context import Context

    approve = None
    if yes:
        approve = _agree
    elif sys.stdin.isatty():
        approve = _ask
    submitter = Submitter(fingerprint, spec.title, resume, approve, say, spec=_plain(spec))
    return Context(submitter)


def reading_context(fingerprint: str, title: str) -> Context:
    """That of a run that is made of what was measured already; nothing is sent.

    Args:
        fingerprint: Of the run.
        title: Of the run.
    """
    from vqe_cli.backends.submitter import Submitter
    from vqe_cli.context import Context

    return Context(Submitter(fingerprint, title, resume=True, notify=say, offline=True))


def spec_kept(fingerprint: str) -> RunSpec | None:
    """What a run was asked for, as it was kept beside its jobs; None where it was not.

    Args:
        fingerprint: Of the run.

    Raises:
        InputError: A file that it names is gone or has changed.
    """
    from vqe_cli.backends.ibm.job_files import spec_file
    from vqe_cli.schema import spec_from_data
    from vqe_cli.schema.source import Source

    path = spec_file(fingerprint)
    if not path.exists():
        return None
    kept = json.loads(path.read_text(encoding="utf-8"))
    return spec_from_data(kept["spec"], Source(Path(kept["file"]) if kept["file"] else None))


def _plain(spec: RunSpec) -> dict[str, Any]:
    """Only what was given, so that what is assumed stays assumed."""
    file = spec.source.file
    return {
        "spec": spec.model_dump(mode="json", exclude_unset=True, exclude_none=True),
        "file": None if file is None else str(file.absolute()),
    }


def _agree(text: str) -> bool:
    """Say what is sent, at least."""
    say(text)
    return True


def _ask(text: str) -> bool:
    return click.confirm(f"{printable(text)}. Send it?", default=False, err=True)
