"""What methods cost until they are accurate, and what devices cost or would cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from vqe_cli.comparison.labels import name_of
from vqe_cli.comparison.records import ComparedProblem, ComparisonRow, VariantSummary
from vqe_cli.report.format import seconds, three_digits
from vqe_cli.report.tables import plain_table

KINDS = {
    "billed": "were billed",
    "estimated": "are estimated, not billed yet",
    "would-cost": "would be the price on a real device; the device is simulated here for nothing",
}
"""What the price of device time is."""


ACCURACY_COLUMNS = ("method", "accurate", "time", "USD", "kWh", "evaluations", "shots")


def show_costs(problem: ComparedProblem, out: Console) -> None:
    """Print what methods cost until they are accurate, and prices of device time.

    Args:
        problem: The compared problem.
        out: The console.
    """
    rows = accuracy_cells(problem.variants)
    if rows:
        table = plain_table(*ACCURACY_COLUMNS)
        for cells in rows:
            table.add_row(*cells)
        out.print()
        out.print(Text(f"Cost to {problem.goal.name} ({problem.goal.limit})", style="bold"))
        out.print(table)
    for line in cost_notes(problem):
        out.print(line, style="dim", markup=False)


def accuracy_cells(variants: Sequence[VariantSummary]) -> list[tuple[str, ...]]:
    """The costs of variants that are accurate, as texts in `ACCURACY_COLUMNS`.

    Args:
        variants: The variants of a problem.
    """
    return [
        (
            name_of(one.method, one.variant),
            f"{one.accurate} of {one.seeds}",
            "" if one.time_to_accuracy_s is None else seconds(one.time_to_accuracy_s),
            _two_digits(one.money_to_accuracy_usd),
            _two_digits(one.energy_to_accuracy_kwh),
            _count(one.evaluations_to_accuracy),
            _count(one.shots_to_accuracy),
        )
        for one in variants
        if one.no_accuracy is None
    ]


def cost_notes(problem: ComparedProblem) -> list[str]:
    """Why methods have no cost to an accurate energy, and what devices cost or would cost.

    Args:
        problem: The compared problem.
    """
    return [*_others(problem.variants, problem.goal.name), *_devices(problem.rows)]


def _two_digits(value: float | None) -> str:
    return "" if value is None else f"{value:.1e}"


def _count(value: float | None) -> str:
    return three_digits(round(value)) if value else ""


def _others(variants: Sequence[VariantSummary], goal: str) -> Iterator[str]:
    """Why methods are not in the table, those of the same reason together."""
    reasons: dict[str, list[str]] = {}
    for one in variants:
        if one.no_accuracy is not None and one.median_energy is not None:
            reasons.setdefault(one.no_accuracy, []).append(name_of(one.method, one.variant))
    for reason, names in reasons.items():
        yield f"no cost to {goal}, {reason}: {', '.join(names)}"


def _devices(rows: Sequence[ComparisonRow]) -> Iterator[str]:
    """The price of device time, in one line for each variant."""
    groups: dict[tuple[str, str], list[ComparisonRow]] = {}
    for row in rows:
        if row.device_cost is not None:
            groups.setdefault((name_of(row.method, row.variant), row.device_cost), []).append(row)
    for (name, kind), members in groups.items():
        time = sum(row.qpu_seconds or 0.0 for row in members)
        money = sum(row.device_usd or 0.0 for row in members)
        yield f"{name}: {money:,.2f} USD for {seconds(time)} of QPU time {KINDS[kind]}"
