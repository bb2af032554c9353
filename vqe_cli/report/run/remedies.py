"""What to do about a check that did not hold, in the circumstances of the run."""

from __future__ import annotations

import math

from vqe_cli._core.units import CHEMICAL_ACCURACY_MHA, HARTREE_IN_MILLIHARTREE
from vqe_cli.report.check_meanings import meaning_of
from vqe_cli.schema.records import Check, RunRecord
from vqe_cli.variational.checks import COVERAGE

SEARCH = "optimizer-converged"

ACCURACY = ("chemical-accuracy", "gap-accuracy")

LIMITS = {
    "limit of operators": "a larger number of operators: `vqe list ansatz NAME` shows the option",
    "max_evaluations": "a larger budget of `--max-evaluations`",
    "max_shots": "a larger budget of `--max-shots`",
    "budget is spent": "a larger budget: `--max-evaluations` or `--max-shots`",
}
"""Limits at which a search ends that is no fault of its optimiser."""

EXPRESSIVE = ("uccsd", "uccgsd", "adapt")
"""The ansätze that the usual remedy names."""

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
    found = None
    if check.name == SEARCH:
        found = next((remedy for why, remedy in LIMITS.items() if why in check.detail), None)
    elif check.name == "reference-determinant" and _is_kohn_sham(record):
        found = "orbitals of Hartree-Fock, without molecule.scf.functional"
    elif check.name == "s-squared" and _is_unrestricted(record):
        found = "restricted orbitals, or all orbitals in place of an active space"
    elif check.name == "s-squared" and "--ansatz" in check.detail:
        found = ""
    elif _is_noisy(record):
        found = _with_noise(check, record)
    elif check.name in (*ACCURACY, "gradient-norm"):
        found = _of_accuracy(record)
    if found is not None:
        return found
    meaning = meaning_of(check.name)
    return "" if meaning is None else _without_own_ansatz(meaning.remedy, record)


def _without_own_ansatz(remedy: str, record: RunRecord) -> str:
    """A remedy whose list of ansätze leaves out the one of the run."""
    named = record.spec["ansatz"]["name"]
    others = ", ".join(name for name in EXPRESSIVE if name != named)
    return remedy.replace(", ".join(EXPRESSIVE), others)


def _with_noise(check: Check, record: RunRecord) -> str | None:
    """What to do about the noise of a device; None if the usual remedy holds."""
    if check.name in ("particle-number", "sz"):
        return f"{LESS_NOISE}; post-selection keeps shots of the right sector"
    if check.name in ("s-squared", *ACCURACY):
        return LESS_NOISE
    if check.name == "noise-free" and record.result.mitigation is not None:
        return "`vqe diagnose FILE --study noise` tells how much noise is too much"
    return None


def _of_accuracy(record: RunRecord) -> str | None:
    """What to do about an energy that is not accurate; None if the usual remedy holds."""
    if any(check.name == SEARCH and check.status == "fail" for check in record.checks):
        return "a search that converges"
    if record.result.sqd is not None:
        return "more shots, or parameters that are optimised"
    return _of_bar(record)


def _of_bar(record: RunRecord) -> str | None:
    """How many more shots are needed, if the error bar alone is too wide; None if it is not."""
    bar = HARTREE_IN_MILLIHARTREE * COVERAGE * (record.result.standard_error or 0.0)
    if record.error_mha is None or bar <= CHEMICAL_ACCURACY_MHA or abs(record.error_mha) > bar:
        return None
    times = math.ceil((bar / CHEMICAL_ACCURACY_MHA) ** 2)
    return (
        f"more shots: the bar alone is wider than {CHEMICAL_ACCURACY_MHA:g} mHa, which takes about"
        f" {times} times as many; `--precision 0.8mHa` chooses them"
    )


def _is_noisy(record: RunRecord) -> bool:
    return any(check.name == "noise-free" for check in record.checks)


def _is_kohn_sham(record: RunRecord) -> bool:
    scf = record.problem.scf
    return scf is not None and scf.functional is not None


def _is_unrestricted(record: RunRecord) -> bool:
    scf = record.problem.scf
    return scf is not None and scf.spin_squared is not None
