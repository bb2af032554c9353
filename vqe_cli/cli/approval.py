"""Who agrees to jobs on real devices: whoever sits at the terminal, or ``--yes``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from vqe_cli.backends.ibm_runtime.submitter import Submitter


def submitter_for(fingerprint: str, title: str, *, resume: bool, yes: bool) -> Submitter:
    """The run on whose behalf jobs are sent.

    Args:
        fingerprint: Of the run.
        title: Of the run.
        resume: Whether the jobs of an earlier process may answer.
        yes: Whether to send without asking.
    """
    from vqe_cli.backends.ibm_runtime.submitter import Submitter

    approve = None
    if yes:
        approve = _agree
    elif sys.stdin.isatty():
        approve = _ask
    return Submitter(fingerprint, title, resume, approve, lambda text: click.echo(text, err=True))


def _agree(text: str) -> bool:
    """Say what is sent, at least."""
    click.echo(text, err=True)
    return True


def _ask(text: str) -> bool:
    return click.confirm(f"{text}. Send it?", default=False, err=True)
