"""What to do about a check that did not hold, in the circumstances of the run."""

from __future__ import annotations

from collections.abc import Callable

from vqe_cli.ansatz import ANSATZE
from vqe_cli.report.check_meanings import meaning_of
from vqe_cli.report.run.accuracy_remedies import ACCURACY, BROKEN, remedy_of_accuracy
from vqe_cli.report.run.noise_remedies import is_noisy, remedy_of_noise
from vqe_cli.report.run.search_remedies import (
    SEARCH,
    remedy_of_gradient,
    remedy_of_search,
    search_failed,
)
from vqe_cli.schema.check_records import Check
from vqe_cli.schema.records import RunRecord


def remedy_of(check: Check, record: RunRecord) -> str:
    """What to do, in a few words; empty where the check's own remark says so.

    Args:
        check: A check that did not hold.
        record: The record that it belongs to.
    """
    found = _of_this_run(check, record)
    if found is not None:
        return found
    meaning = meaning_of(check.name)
    return "" if meaning is None else meaning.remedy


def _of_this_run(check: Check, record: RunRecord) -> str | None:
    """The remedy that depends on the run; None if the usual one holds."""
    found = _of_orbitals(check, record)
    if found is None and is_noisy(record):
        found = remedy_of_noise(check, record)
    if found is None and check.name in BY_CHECK:
        found = BY_CHECK[check.name](record)
    if found is None and check.name == SEARCH:
        found = remedy_of_search(check, record)
    return found


def _of_orbitals(check: Check, record: RunRecord) -> str | None:
    """What to do about the orbitals of the mean field."""
    scf = record.problem.scf
    if check.name == "reference-determinant" and scf is not None and scf.functional is not None:
        return "orbitals of Hartree-Fock, without molecule.scf.functional"
    if check.name == "s-squared" and scf is not None and scf.spin_squared is not None:
        other = "" if _is_full_space(record) else "; or all orbitals in place of an active space"
        return f"restricted orbitals: `--set molecule.scf.unrestricted=false`{other}"
    if check.name == "s-squared" and "--ansatz" in check.detail:
        return ""
    if check.name == BROKEN and _is_full_space(record):
        return "`--set molecule.scf.symmetry=break` takes that one"
    return None


def _is_full_space(record: RunRecord) -> bool:
    """Whether all orbitals are active, so that there is no larger space."""
    space = record.problem.active_space
    return not record.problem.frozen_electrons and (space is None or not space.left_out)


def _of_start(record: RunRecord) -> str | None:
    """Where to start a search that has stayed at the reference determinant."""
    ansatz = record.spec["ansatz"]
    if "gradient_tolerance" in ansatz:
        smaller = ansatz["gradient_tolerance"] / 10
        return f"`--set ansatz.gradient_tolerance={smaller:g}`, with which operators are appended"
    known = ansatz["name"] in ANSATZE.names()
    if known and not ANSATZE.create(ansatz).has_amplitudes:
        return (
            "start elsewhere: `--initial random`; if it stays, `--ansatz uccsd`, which holds"
            " correlation from the start"
        )
    return None


def _of_numbers(_: RunRecord) -> str:
    """What to do about electrons or Sz that a noiseless circuit has not conserved."""
    return "`--ansatz uccsd`, or another one of excitations, which conserve electrons and Sz"


def _of_forces(record: RunRecord) -> str | None:
    """What to do about forces of a search that did not end; None if it ended."""
    return "a search that converges" if search_failed(record) else None


BY_CHECK: dict[str, Callable[[RunRecord], str | None]] = {
    "particle-number": _of_numbers,
    "sz": _of_numbers,
    "gradient-norm": remedy_of_gradient,
    "correlation-found": _of_start,
    "forces-same-state": _of_forces,
    "forces-stationary": _of_forces,
    **dict.fromkeys(ACCURACY, remedy_of_accuracy),
}
"""What depends on the run, by the name of the check."""
