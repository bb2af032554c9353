"""What to do about an energy that is not accurate, by the ansatz and the search of the run."""

from __future__ import annotations

import math
from typing import Any

from vqe_cli._core.units import CHEMICAL_ACCURACY_MHA, HARTREE_IN_MILLIHARTREE
from vqe_cli.report.run.search_remedies import search_failed
from vqe_cli.schema.records import RunRecord
from vqe_cli.variational.checks import COVERAGE

ACCURACY = ("chemical-accuracy", "gap-accuracy", "accuracy", "energy-variance")
"""Checks of the quality of the energy."""

BARS = 2.0
"""Error bars of 1.96 standard errors below the tolerance: one for the error, one added to it."""

PRECISION = "0.4mHa"
"""The standard error with which that holds."""

BROKEN = "symmetry-broken-solution"
STAYED = "correlation-found"

STRONGER = {
    "uccsd": "`--ansatz uccgsd` or `--ansatz '{name: k-upccgsd, k: 4}'`, with more parameters",
    "uccgsd": "`--ansatz '{name: k-upccgsd, k: 8}'`, with more parameters",
}
"""Ansätze that reach lower energies than one without a number of layers."""

SAME_MINIMUM = 1e-4
"""Difference of the energies of starting points, in the problem's unit, that means nothing."""


def remedy_of_accuracy(record: RunRecord) -> str:
    """What to do about the error of an energy without noise.

    Args:
        record: The record of the run.
    """
    if search_failed(record):
        return "a search that converges"
    if record.result.sqd is not None:
        return "more shots, or parameters that are optimised"
    if record.result.optimizer == "none":
        return "`--optimizer auto`: these parameters are not optimised"
    return remedy_of_bar(record) or _of_reference(record) or f"{_stronger(record)}{_starts(record)}"


def remedy_of_bar(record: RunRecord) -> str | None:
    """How many more shots are needed, if shots alone explain the error; None if they do not.

    Args:
        record: The record of the run.
    """
    covered = HARTREE_IN_MILLIHARTREE * COVERAGE * (record.result.standard_error or 0.0)
    if record.error_mha is None or abs(record.error_mha) > covered:
        return None
    times = math.ceil((BARS * covered / CHEMICAL_ACCURACY_MHA) ** 2)
    shots = record.spec["backend"].get("shots")
    flag = f"--precision {PRECISION}" if shots is None else f"--shots {times * shots}"
    return (
        f"`{flag}`, about {times} times as many: the error is not larger than its bar, and both"
        f" together must be below {CHEMICAL_ACCURACY_MHA:g} mHa"
    )


def _of_reference(record: RunRecord) -> str | None:
    """What another check says first; None if the determinant is no matter.

    A determinant of broken symmetry matters where it lies lower by less than the error: of a
    smaller error the ansatz has made up for it.
    """
    doubted = {check.name: check.value for check in record.checks if check.status == "warn"}
    if STAYED in doubted:
        return f"a search that leaves Hartree-Fock: see {STAYED}"
    lower, error = doubted.get(BROKEN), record.error_mha
    if isinstance(lower, float) and error is not None and lower < error:
        return f"first another determinant: see {BROKEN}"
    return None


def _stronger(record: RunRecord) -> str:
    """An ansatz that reaches lower energies."""
    ansatz: dict[str, Any] = record.spec["ansatz"]
    for key in ("layers", "reps", "k"):
        if isinstance(ansatz.get(key), int) and (key != "reps" or record.problem.kind == "qubit"):
            return f"`--set ansatz.{key}={2 * ansatz[key]}`, with twice as many parameters"
    if "gradient_tolerance" in ansatz:
        smaller = ansatz["gradient_tolerance"] / 10
        return f"`--set ansatz.gradient_tolerance={smaller:g}`, which appends more operators"
    if record.problem.kind == "qubit":
        return "another ansatz (`vqe list ansatz`)"
    return STRONGER.get(ansatz["name"], "`--ansatz uccsd`, a more expressive ansatz")


def _starts(record: RunRecord) -> str:
    """More starting points; empty where all those of the run ended in the same minimum."""
    starts = record.result.starts
    if len(starts) < 2 or max(starts) - min(starts) <= SAME_MINIMUM:
        return ""
    return f"; or `--restarts {2 * len(starts)}`, for about twice the time"
