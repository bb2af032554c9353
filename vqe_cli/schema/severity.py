"""What fails a result and what only warns, and how far a value may be off."""

from __future__ import annotations

from vqe_cli.schema.records import Status

ROUND_OFF = 1e-8
"""Exact energies may lie below the exact reference by so many Hartree."""


SIGMAS = 4.0
"""Standard errors that a sampled value may be off in a hard check."""


def or_fail(holds: bool) -> Status:
    """The status of a hard check.

    Args:
        holds: Whether it does.
    """
    return "pass" if holds else "fail"


def or_warn(holds: bool) -> Status:
    """The status of a soft check.

    Args:
        holds: Whether it does.
    """
    return "pass" if holds else "warn"
