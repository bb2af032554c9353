"""What to do about a check that did not hold, in the circumstances of the run."""

from __future__ import annotations

from vqe_cli.report.check_meanings import meaning_of
from vqe_cli.schema.records import Check, RunRecord

LESS_NOISE = (
    "less noise: mitigation, fewer two-qubit gates, or another device; neither other parameters"
    " nor more shots remove its error"
)


def remedy_of(check: Check, record: RunRecord) -> str:
    """What to do, in a few words; empty where the check's own remark says so.

    Args:
        check: A check that did not hold.
        record: The record that it belongs to.
    """
    if check.name == "s-squared" and _is_unrestricted(record):
        return "restricted orbitals, or all orbitals in place of an active space"
    if _is_noisy(record):
        if check.name in ("particle-number", "sz"):
            return f"{LESS_NOISE}; post-selection keeps shots of the right sector"
        if check.name in ("s-squared", "chemical-accuracy", "gap-accuracy"):
            return LESS_NOISE
    if record.result.sqd is not None and check.name == "chemical-accuracy":
        return "more shots, or parameters that are optimised"
    meaning = meaning_of(check.name)
    return "" if meaning is None else meaning.remedy


def _is_noisy(record: RunRecord) -> bool:
    return any(check.name == "noise-free" for check in record.checks)


def _is_unrestricted(record: RunRecord) -> bool:
    scf = record.problem.scf
    return scf is not None and scf.spin_squared is not None
