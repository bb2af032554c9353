"""What in a record contradicts the rest of it: signs that it was changed after it was written."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from vqe_cli._core.kinds import Parts
from vqe_cli._core.provenance import fingerprint
from vqe_cli._core.units import HARTREE, HARTREE_IN_MILLIHARTREE
from vqe_cli._core.wording import counted
from vqe_cli.classical.reference_energy import NOT_ASKED, TOO_LARGE
from vqe_cli.fermions.beta_orbitals import UNKNOWN_SPIN
from vqe_cli.schema.check_records import Check
from vqe_cli.schema.records import RunRecord
from vqe_cli.schema.stored_records import StoredRun
from vqe_cli.variational.accuracy import accuracy_check
from vqe_cli.variational.checks import verdict_of

DIGITS = 1e-9
"""Tolerance of sums in a record, in their unit: doubles are written with all digits."""

SMALL = 1000
"""Number of determinants whose exact energy every machine can compute."""

ACCURACIES = ("chemical-accuracy", "gap-accuracy", "accuracy")
"""Checks of the error, of which a record has one."""

TWO_SIDED = (
    "particle-number",
    "sz",
    "s-squared",
    *ACCURACIES,
    "gradient-norm",
)
"""Checks that pass exactly if the value is within the tolerance."""


def contradictions(stored: StoredRun, record: RunRecord, parts: Parts) -> tuple[str, ...]:
    """What in a record contradicts the rest of it, as sentences.

    Args:
        stored: The record as it was written.
        record: The record.
        parts: The parts of its run.
    """
    return (
        *(stored.bundle.faults() if stored.bundle is not None else ()),
        *_fingerprint(stored.written, parts),
        *_energies(record),
        *_numbers(record),
        *_checks(record),
        *_missing_checks(record),
        *_missing_reference(record),
        *_verdict(record),
    )


def _fingerprint(written: dict[str, Any], parts: Parts) -> Iterator[str]:
    try:
        found = fingerprint(parts.without_limits(written["spec"]))
    except (KeyError, TypeError, AttributeError):  # a part of the spec is gone, or no part
        found = ""
    if found != written["fingerprint"]:
        yield "the input (spec) is not the one of the fingerprint"


def _energies(record: RunRecord) -> Iterator[str]:
    """Energies that follow from others, and forces that the input asks for."""
    result, problem = record.result, record.problem
    if record.spec.get("forces") is True and result.forces is None:
        yield "the input asks for forces, of which there are none"
    energy = result.energy
    if result.electronic_energy is not None and problem.core_energy is not None:
        total = result.electronic_energy + problem.core_energy
        yield from _unequal("result.energy", energy, "electronic_energy + core_energy", total)
    yield from _errors(record)
    if result.mitigation:
        yield from _unequal(
            "result.energy", energy, "the last mitigated energy", result.mitigation[-1].energy
        )
    for found in result.corrections:
        total = energy + found.correction
        yield from _unequal(f"{found.name}: energy", found.energy, "energy + correction", total)


def _errors(record: RunRecord) -> Iterator[str]:
    """The error, which is in mHa or in the problem's own unit."""
    in_hartree = record.problem.unit == HARTREE
    name, factor = ("error_mha", HARTREE_IN_MILLIHARTREE) if in_hartree else ("error_in_unit", 1.0)
    value = record.error_mha if in_hartree else record.error_in_unit
    if record.reference is None:
        if value is not None:
            yield f"{name} is given without a reference"
    elif value is None:
        yield f"{name} is missing although there is a reference"
    else:
        error = factor * (record.result.energy - record.reference.energy)
        yield from _unequal(name, value, "energy - reference energy", error)


def _numbers(record: RunRecord) -> Iterator[str]:
    """Counts that follow from others."""
    result, problem = record.result, record.problem
    shots = sum(result.shots_by_purpose.values())
    if result.shots_by_purpose and shots != result.evaluations.shots:
        yield f"evaluations.shots is {result.evaluations.shots}, the sum by purpose {shots}"
    if problem.orbitals is not None and problem.electrons is not None:
        orbitals, electrons = problem.orbitals, problem.electrons
        if min(orbitals, *electrons) < 0:
            yield (
                f"there are {electrons[0]} and {electrons[1]} electrons in"
                f" {counted(orbitals, 'orbital')}"
            )
            return
        alpha, beta = (math.comb(orbitals, count) for count in electrons)
        if problem.sector_dimension not in (None, alpha * beta):
            yield f"sector_dimension is {problem.sector_dimension}, not {alpha * beta}"
    if result.operators is not None and len(result.operators) != len(result.parameters):
        yield f"{len(result.operators)} operators have {len(result.parameters)} parameters"


def _checks(record: RunRecord) -> Iterator[str]:
    """Checks whose status or value is not that of the numbers."""
    for check in record.checks:
        yield from _status(check)
    known = {check.name: check.value for check in record.checks}
    result, reference = record.result, record.reference
    if reference is not None and (value := _number(known.get("not-below-exact"))) is not None:
        yield from _unequal(
            "the check not-below-exact",
            value,
            "energy - reference",
            result.energy - reference.energy,
        )
    if result.gradient_norm is not None:
        value = _number(known.get("gradient-norm"))
        if value is not None:
            yield from _unequal(
                "the check gradient-norm", value, "result.gradient_norm", result.gradient_norm
            )
    converged = known.get("optimizer-converged")
    if converged is not None and converged != result.converged:
        yield "the check optimizer-converged is not result.converged"


def _missing_checks(record: RunRecord) -> Iterator[str]:
    """Checks that every version makes of what a record has, and that are gone."""
    made = {check.name: check.status for check in record.checks}
    scf, result = record.problem.scf, record.result
    optimised = made.get("optimizer-converged") != "skip"
    needed = {
        "finite": True,
        "optimizer-converged": True,
        accuracy_check(record.problem.unit, record.reference): True,
        "not-below-exact": record.reference is not None,
        "scf-converged": scf is not None,
        "scf-stable": scf is not None and scf.stable is not None,
        "gradient-norm": result.gradient_norm is not None and optimised and result.sqd is None,
    }
    for name, is_needed in needed.items():
        if is_needed and name not in made:
            yield f"the check {name} is missing"
    symmetries = {"particle-number", "sz", "s-squared"}
    if UNKNOWN_SPIN in record.problem.notes:
        symmetries -= {"s-squared"}
    if symmetries & made.keys() and result.standard_error is None:  # shots leave out some
        for name in sorted(symmetries - made.keys()):
            yield f"the check {name} is missing"


def _missing_reference(record: RunRecord) -> Iterator[str]:
    """An exact energy that is gone without a reason, although the input asks for one."""
    if record.reference is not None:
        if record.reference_missing is not None:
            yield "there is a reference, and a reason why there is none"
        return
    for check in record.checks:
        if check.name in ACCURACIES and check.status != "skip":
            yield f"the check {check.name} was made, but there is no reference"
    asked, reason = _selected(record.spec.get("reference")), record.reference_missing
    if asked in (None, "none"):
        return
    if reason is None and "source_sha256" in record.provenance:
        yield f"the input asks for the reference {asked}, and no reason says why there is none"
    if reason is None:
        return
    if reason.reason == NOT_ASKED:
        yield f"the input asks for the reference {asked}, but {reason.reason}"
    size = record.problem.sector_dimension or 2**record.problem.qubits
    if reason.reason == TOO_LARGE and size <= SMALL:
        yield f"reference_missing is '{reason.reason}', but it has {counted(size, 'determinant')}"
    if reason.failed and all(one.name != "exact-reference" for one in record.checks):
        yield "the check exact-reference is missing"


def _selected(part: Any) -> str | None:
    """The name of a part in a spec; None if there is none."""
    name = part.get("name") if isinstance(part, dict) else part
    return name if isinstance(name, str) else None


def _status(check: Check) -> Iterator[str]:
    value, expected = _number(check.value), _number(check.expected)
    if check.status != "pass" or value is None or expected is None or check.tolerance is None:
        return
    below = check.name == "not-below-exact" and value < expected - check.tolerance
    if below or (check.name in TWO_SIDED and abs(value - expected) > check.tolerance):
        yield f"the check {check.name} passed with {value:g}, beyond its tolerance"


def _verdict(record: RunRecord) -> Iterator[str]:
    verdict = verdict_of(record.checks)
    if verdict != record.verdict:
        yield f"the verdict is {record.verdict}, that of the checks {verdict}"


def _unequal(name: str, value: float, other: str, expected: float) -> Iterator[str]:
    if abs(value - expected) > DIGITS * max(1.0, abs(expected)):
        yield f"{name} is {value:.10g}, but {other} is {expected:.10g}"


def _number(value: float | bool | str | None) -> float | None:
    return None if isinstance(value, (bool, str)) or value is None else float(value)
