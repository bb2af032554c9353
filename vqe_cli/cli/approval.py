"""Confirmation of jobs on real devices: at the terminal, or by ``--yes``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vqe_cli._core.text import printable
from vqe_cli.cli.say import say

if TYPE_CHECKING:
    from vqe_cli.chemistry.scf.mean_fields import MeanFields
    from vqe_cli.context import Context
    from vqe_cli.schema import RunSpec


def running_context(
    fingerprint: str,
    spec: RunSpec,
    mean_fields: MeanFields | None = None,
    *,
    resume: bool,
    yes: bool,
) -> Context:
    """The context of a run, whose jobs are sent with the user's approval.

    Args:
        fingerprint: The run's fingerprint.
        spec: The run's input, which is kept beside its jobs.
        mean_fields: The cache of mean fields that several runs share; None for one of its own.
        resume: Whether results of jobs that an earlier process sent may be used.
        yes: Whether jobs are sent without confirmation.
    """
    from vqe_cli.backends.submitter import Submitter
    from vqe_cli.context import Context

    approve = None
    if yes:
        approve = _agree
    elif sys.stdin.isatty():
        approve = _ask
    submitter = Submitter(fingerprint, spec.title, resume, approve, say, spec=_plain(spec))
    return Context(submitter) if mean_fields is None else Context(submitter, mean_fields)


def reading_context(fingerprint: str, title: str) -> Context:
    """The context of a run that only uses existing results and sends nothing.

    Args:
        fingerprint: The run's fingerprint.
        title: The run's title.
    """
    from vqe_cli.backends.submitter import Submitter
    from vqe_cli.context import Context

    return Context(Submitter(fingerprint, title, resume=True, notify=say, offline=True))


def spec_kept(fingerprint: str) -> RunSpec | None:
    """The input of a run as it was kept beside its jobs; None if there is none.

    Args:
        fingerprint: The run's fingerprint.

    Raises:
        InputError: A file named in the input is missing or has changed.
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
    """The values that the input sets, without defaults, and the path of its file."""
    file = spec.source.file
    return {
        "spec": spec.model_dump(mode="json", exclude_unset=True, exclude_none=True),
        "file": None if file is None else str(file.absolute()),
    }


def _agree(text: str) -> bool:
    """Print what is sent, and agree."""
    say(text)
    return True


def _ask(text: str) -> bool:
    return click.confirm(f"{printable(text)}. Send it?", default=False, err=True)
