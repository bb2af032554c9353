"""What the rows of a problem are compared with, their errors, and statistics over seeds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from vqe_cli.comparison.goals import CHEMICAL, Goal
from vqe_cli.comparison.meter import Reading
from vqe_cli.comparison.plan import PlannedProblem, PlannedRow
from vqe_cli.comparison.prices import device_money, machine_prices, would_cost
from vqe_cli.comparison.quality import cost_to_accuracy
from vqe_cli.comparison.records import (
    BestBound,
    ComparisonRow,
    Preparation,
    Progress,
    RowStatus,
    VariantSummary,
)
from vqe_cli.screening.model import FailureKind, PropertyResult
from vqe_cli.variational.checks import COVERAGE

STATUS: dict[FailureKind, RowStatus] = {
    "input": "refused",
    "refused": "refused",
    "unavailable": "refused",
    "not-converged": "not-converged",
}
"""Status of a row by the kind of its failure; any other kind is a failure."""


def rows_of(
    problem: PlannedProblem, results: Mapping[str, PropertyResult], *, alone: bool
) -> list[ComparisonRow]:
    """The rows of a problem, without their errors.

    Args:
        problem: The planned problem.
        results: Results by key.
        alone: Whether rows were computed one at a time.
    """
    shared = results[problem.preparation.key]
    setup = None if shared.failure is not None else _setup_seconds(shared.record)
    return [_row(row, results[row.key], setup, alone=alone) for row in problem.rows]


def preparation_of(result: PropertyResult, *, alone: bool) -> Preparation | None:
    """What mean field and integrals took; None if they failed.

    Args:
        result: The result of the problem.
        alone: Whether rows were computed one at a time.
    """
    if result.failure is not None:
        return None
    field, integrals = _readings(result.record)
    both = field + integrals
    rates = machine_prices()
    kwh, source = rates.electricity(both, alone=alone)
    return Preparation(
        mean_field_s=field.wall_s,
        integrals_s=integrals.wall_s,
        cpu_s=both.cpu_s,
        peak_memory_mb=both.peak_bytes / 1e6,
        money_usd=rates.money(both.cpu_s),
        energy_kwh=kwh,
        electricity=source,
    )


def _readings(record: dict[str, Any]) -> tuple[Reading, Reading]:
    return Reading(**record["mean_field"]), Reading(**record["integrals"])


def _setup_seconds(record: dict[str, Any]) -> float:
    return sum(reading.wall_s for reading in _readings(record))


def _row(
    row: PlannedRow, result: PropertyResult, setup_s: float | None, *, alone: bool
) -> ComparisonRow:
    common: dict[str, Any] = {
        "method": row.label,
        "name": row.name,
        "family": row.family,
        "settings": row.settings,
        "variant": row.variant,
    }
    failure = result.failure
    if failure is not None:
        return ComparisonRow(
            **common,
            status=STATUS.get(failure.kind, "failed"),
            reason=failure.message,
            variational=False,
            exact=False,
        )
    found = dict(result.record)
    reading = Reading(found["wall_s"], found["cpu_s"], found["peak_bytes"], found["joules"])
    rates = machine_prices()
    kwh, source = rates.electricity(reading, alone=alone)
    device, kind = _device_money(found), found.get("device_cost")
    paid = 0.0 if device is None or kind == "would-cost" else device
    return ComparisonRow(
        **{**common, "method": found.get("label", row.label)},
        status="done",
        energy=found["energy"],
        gap=found.get("gap"),
        standard_error=found.get("standard_error"),
        variational=found["variational"],
        exact=found["exact"],
        verdict=found.get("verdict"),
        stopped=found.get("stopped", False),
        mixed_energy=found.get("mixed_energy"),
        reason=_reason(found.get("failed_checks", ())),
        notes=found.get("notes", {}),
        wall_s=reading.wall_s,
        cpu_s=reading.cpu_s,
        setup_s=setup_s,
        peak_memory_mb=reading.peak_bytes / 1e6,
        evaluations=found.get("evaluations"),
        shots=found.get("shots"),
        two_qubit_gates=found.get("two_qubit_gates"),
        depth=found.get("depth"),
        qpu_seconds=found.get("qpu_seconds"),
        device_usd=device,
        device_cost=kind,
        money_usd=rates.money(reading.cpu_s) + paid,
        energy_kwh=kwh,
        electricity=source,
        progress=tuple(Progress(**step) for step in found.get("progress", ())),
    )


def _device_money(found: dict[str, Any]) -> float | None:
    """The price of the device time of a row: that of a real device by its own plan."""
    if found.get("qpu_seconds") is None:
        return None
    price = would_cost if found["device_cost"] == "would-cost" else device_money
    return price(found["qpu_seconds"], found["qpu_plan"])


def _reason(checks: Sequence[str]) -> str | None:
    return f"failed checks: {', '.join(checks)}" if checks else None


def best_bound(rows: Sequence[ComparisonRow]) -> BestBound | None:
    """The exact energy, or the lowest of the upper bounds; None without any.

    Args:
        rows: The rows of one problem.
    """
    known = [row for row in rows if row.energy is not None]
    exact = [row for row in known if row.exact]
    bounds = exact or [row for row in known if row.variational and row.is_usable]
    if not bounds:
        return None
    lowest = min(bounds, key=lambda row: row.energy if row.energy is not None else math.inf)
    assert lowest.energy is not None
    gap = lowest.gap if exact else None
    return BestBound(energy=lowest.energy, method=lowest.method, exact=bool(exact), gap=gap)


def judged(row: ComparisonRow, best: BestBound | None, goal: Goal = CHEMICAL) -> ComparisonRow:
    """The row with its error, and whether it is accurate.

    Args:
        row: The row.
        best: The energy that it is compared with.
        goal: The accuracy by which it is judged.
    """
    if row.energy is None or best is None:
        return row
    error = goal.units.factor * (row.energy - best.energy)
    bar = COVERAGE * goal.units.factor * (row.standard_error or 0.0)
    accurate = abs(error) + bar <= goal.tolerance and row.is_usable
    name = "error_mha" if goal.is_chemical else "error_in_unit"
    return row.model_copy(update={name: error, "accurate": accurate if best.exact else None})


def summaries(rows: Sequence[ComparisonRow], goal: Goal = CHEMICAL) -> tuple[VariantSummary, ...]:
    """Statistics over the seeds of each variant, in the order of the rows.

    Args:
        rows: The rows of one problem.
        goal: The accuracy by which they are judged.
    """
    groups: dict[tuple[str, str], list[ComparisonRow]] = {}
    for row in rows:
        groups.setdefault((row.method, row.variant), []).append(row)
    return tuple(_summary(method, label, group, goal) for (method, label), group in groups.items())


def _summary(
    method: str, variant: str, rows: Sequence[ComparisonRow], goal: Goal
) -> VariantSummary:
    good = [row for row in rows if row.is_usable]
    energies = [row.energy for row in good if row.energy is not None]
    spread = goal.units.factor * (max(energies) - min(energies)) if len(energies) > 1 else None
    chemical = goal.is_chemical
    decided = [row.accurate for row in good if row.accurate is not None]
    return VariantSummary(
        method=method,
        variant=variant,
        seeds=len(rows),
        failures=len(rows) - len(good),
        median_energy=_median([row.energy for row in good]),
        median_error_mha=_median([row.error_mha for row in good]),
        spread_mha=spread if chemical else None,
        median_error_in_unit=_median([row.error_in_unit for row in good]),
        spread_in_unit=None if chemical else spread,
        accurate=sum(decided) if decided else None,
        median_wall_s=_median([row.wall_s for row in good]),
        median_money_usd=_median([row.money_usd for row in good]),
        **cost_to_accuracy(rows, goal),
    )


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(median(known)) if known else None
