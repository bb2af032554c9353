"""Records of runs in one line, and as cards and tables of notebooks."""

from __future__ import annotations

from collections.abc import Sequence

from vqe_cli._core.energy_units import units_of
from vqe_cli._core.wording import counted
from vqe_cli.report.check_meanings import meaning_of
from vqe_cli.report.format import energy, seconds, with_bar
from vqe_cli.report.html import render
from vqe_cli.report.run.energies import error_with_bar
from vqe_cli.schema.check_records import Check
from vqe_cli.schema.records import FailedRun, RunRecord

PACKAGE = "vqe_cli.report.run"

MOST_CHECKS = 6
"""Number of failed checks that a card shows; the others are counted."""


def sentence_of(record: RunRecord) -> str:
    """A record in one line: name, energy, error, verdict, method.

    Args:
        record: The record of a run.
    """
    name = " ".join(record.name.split())
    return f"{name}: {_energy(record)}, {_error(record)}, {record.verdict} ({_method(record)})"


def card_of(record: RunRecord) -> str:
    """A record as an HTML fragment, in the colours of the notebook around it.

    Args:
        record: The record of a run.
    """
    failed = [check for check in record.checks if check.status in ("fail", "warn")]
    failed.sort(key=lambda check: check.status)  # "fail" before "warn"
    return render(
        PACKAGE,
        "card.html",
        record=record,
        method=_method(record),
        rows=_rows(record),
        checks=[(check, _detail(check)) for check in failed[:MOST_CHECKS]],
        passed=sum(check.status == "pass" for check in record.checks),
        others=max(len(failed) - MOST_CHECKS, 0),
    )


def table_of(records: Sequence[RunRecord], failed: Sequence[FailedRun] = ()) -> str:
    """Several records as an HTML table, one row each.

    Args:
        records: The records.
        failed: Records of failed runs.
    """
    rows = [(one, _method(one), _energy(one), _error(one)) for one in records]
    lost = [(one.name or "unnamed", str(one.error.get("message", ""))) for one in failed]
    return render(PACKAGE, "records.html", rows=rows, failed=lost)


def _rows(record: RunRecord) -> list[tuple[str, str]]:
    """Labels and values of a card."""
    problem, result, unit = record.problem, record.result, units_of(record.problem.unit)
    rows = [("energy", _energy(record))]
    if record.reference is not None:
        exact = f"{energy(record.reference.energy)} {unit.energy} ({record.reference.method})"
        rows.append(("exact", exact))
    rows.append(("error", _error(record)))
    if problem.hartree_fock_energy is not None:
        rows.append(("Hartree-Fock", f"{energy(problem.hartree_fock_energy)} {unit.energy}"))
    rows += [
        (found.method, f"{energy(found.energy)} {unit.energy}") for found in result.corrections
    ]
    if result.states:
        above = [f"{one.excitation_ev:.3f}" for one in result.states[1:]]
        rows.append(("excited states", f"{', '.join(above)} eV above"))
    size = counted(problem.qubits, "qubit")
    if problem.electrons is not None:
        electrons = counted(sum(problem.electrons), "electron")
        size += f", {electrons} in {counted(problem.orbitals or 0, 'orbital')}"
    rows.append(("problem", f"{size}, {counted(len(result.parameters), 'parameter')}"))
    found = result.evaluations
    spent = counted(found.energy, "energy", "energies")
    for count, what in ((found.gradient, "gradient"), (found.shots, "shot")):
        spent += f", {counted(count, what)}" if count else ""
    rows.append(("solved in", f"{seconds(result.wall_s)}: {spent}"))
    return rows


def _energy(record: RunRecord) -> str:
    """The energy, with the digits that its standard error leaves."""
    result = record.result
    value = with_bar(result.energy, result.standard_error)
    return f"{value} {units_of(record.problem.unit).energy}"


def _error(record: RunRecord) -> str:
    error = error_with_bar(record)
    unit = units_of(record.problem.unit).error
    return f"{error} {unit} from exact" if error else "no exact energy"


def _method(record: RunRecord) -> str:
    spec = record.spec
    names = [spec["ansatz"]["name"], record.result.optimizer, spec["backend"]["name"]]
    return ", ".join(names)


def _detail(check: Check) -> str:
    """What is the matter, and what a failed check found."""
    meaning = meaning_of(check.name)
    numbers = [
        f"{label} {value:.6g}" if isinstance(value, float) else f"{label} {value}"
        for label, value in (("value", check.value), ("expected", check.expected))
        if value is not None
    ]
    fault = "" if meaning is None else meaning.fault
    return "; ".join([part for part in (fault, check.detail, ", ".join(numbers)) if part])
