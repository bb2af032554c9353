"""Severity of checks (error or warning), and their tolerances."""

from __future__ import annotations

from vqe_cli.schema.check_records import Status

ROUND_OFF = 1e-8
"""Hartree by which an exact simulation may lie below the exact energy."""


SIGMAS = 4.0
"""Number of standard errors that a check of severity error allows a sampled value."""


def or_fail(holds: bool) -> Status:
    """The status of a check of severity error.

    Args:
        holds: Whether the check passes.
    """
    return "pass" if holds else "fail"


def or_warn(holds: bool) -> Status:
    """The status of a check of severity warning.

    Args:
        holds: Whether the check passes.
    """
    return "pass" if holds else "warn"
